#!/usr/bin/env python3
"""An unruly link: carries frames between two interfaces, and loses, repeats and reorders some. Needs root.

usage: unruly_link.py LEFT RIGHT [--drop PERCENT] [--twice PERCENT] [--late PERCENT] [--seed N] [--counts FILE]

What happens to the n-th frame of a direction depends on the seed alone. A late frame is overtaken by 1 to 8 others of
its direction, or comes 5 ms late where so many do not follow. Runs until SIGTERM, then writes to FILE how many frames
were carried, and how many of them suffered what.
"""
import argparse
import json
import random
import select
import signal
import socket
import sys
import time

ETH_P_ALL = 3
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
SO_RCVBUFFORCE = 33
PATIENCE = 0.005  # seconds
ONE_TURN = 64     # frames of one end before the other has its turn


def open_end(name):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    end.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    end.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
    end.bind((name, ETH_P_ALL))
    end.setblocking(False)
    return end


class Direction:
    """Frames from one end to the other."""

    def __init__(self, source, target, options, seed, counts):
        self.source, self.target, self.counts = source, target, counts
        self.chance = random.Random(seed)
        self.drop, self.twice, self.late = options.drop / 100, options.twice / 100, options.late / 100
        self.waiting = []  # [frames that may still overtake, when it leaves at the latest, frame]

    def carry(self):
        """Takes what has come, up to a turn's worth."""
        for _ in range(ONE_TURN):
            try:
                frame = self.source.recv(65536)
            except BlockingIOError:
                return
            self.counts["carried"] += 1
            happens = self.chance.random()
            if happens < self.drop:
                self.counts["dropped"] += 1
            elif happens < self.drop + self.late:
                self.counts["late"] += 1
                self.waiting.append([self.chance.randint(1, 8), time.monotonic() + PATIENCE, frame])
                continue
            else:
                self.send(frame)
                if happens < self.drop + self.late + self.twice:
                    self.counts["twice"] += 1
                    self.send(frame)
            if self.waiting:
                self.overtaken()

    def overtaken(self):
        for entry in self.waiting:
            entry[0] -= 1
        self.release(lambda entry: entry[0] <= 0)

    def release(self, is_due):
        due = [entry for entry in self.waiting if is_due(entry)]
        self.waiting = [entry for entry in self.waiting if not is_due(entry)]
        for _, _, frame in due:
            self.send(frame)

    def send(self, frame):
        try:
            self.target.send(frame)
        except (BlockingIOError, OSError):
            self.counts["dropped"] += 1  # a full queue loses frames, as any link does


def percent(text):
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError("not from 0 to 100")
    return value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("left")
    parser.add_argument("right")
    for name in "--drop", "--twice", "--late":
        parser.add_argument(name, type=percent, default=0, metavar="PERCENT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--counts", metavar="FILE")
    options = parser.parse_args()
    counts = {"carried": 0, "dropped": 0, "twice": 0, "late": 0}

    def end(*_):
        if options.counts:
            with open(options.counts, "w", encoding="ascii") as file:
                json.dump(counts, file)
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    left, right = open_end(options.left), open_end(options.right)
    directions = {left: Direction(left, right, options, options.seed, counts),
                  right: Direction(right, left, options, options.seed + 1, counts)}
    print("carrying", flush=True)
    while True:
        anyone_waits = any(direction.waiting for direction in directions.values())
        for source in select.select([left, right], [], [], PATIENCE if anyone_waits else None)[0]:
            directions[source].carry()
        now = time.monotonic()
        for direction in directions.values():
            if direction.waiting:
                direction.release(lambda entry: entry[1] <= now)


main()
