#!/usr/bin/env python3
"""A long cable: carries every frame between two interfaces, a little later.

usage: wire.py LEFT RIGHT [--delay MS] [--late N] [--twice N]

Every N-th frame with more than 500 bytes is delayed by another 3 ms, so that later ones overtake it (--late),
or delivered two times (--twice).
"""
import argparse
import heapq
import itertools
import select
import socket
import time

ALL_PROTOCOLS = 3
EXTRA_DELAY = 0.003


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("left")
    parser.add_argument("right")
    parser.add_argument("--delay", type=float, default=0, help="milliseconds each way")
    parser.add_argument("--late", type=int, default=0)
    parser.add_argument("--twice", type=int, default=0)
    options = parser.parse_args()

    ends = []
    for name in options.left, options.right:
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        end.bind((name, ALL_PROTOCOLS))
        ends.append(end)
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    due = []  # heap of (when, order, socket to send on, frame)
    order = itertools.count()
    large = 0
    while True:
        patience = max(0, due[0][0] - time.monotonic()) if due else None
        for end in select.select(ends, [], [], patience)[0]:
            frame, origin = end.recvfrom(65536)
            if origin[2] == socket.PACKET_OUTGOING:
                continue
            when = time.monotonic() + options.delay / 1000
            copies = 1
            if len(frame) > 500:
                large += 1
                if options.late and large % options.late == 0:
                    when += EXTRA_DELAY
                if options.twice and large % options.twice == 0:
                    copies = 2
            for _ in range(copies):
                heapq.heappush(due, (when, next(order), other[end], frame))
        while due and due[0][0] <= time.monotonic():
            _, _, end, frame = heapq.heappop(due)
            end.send(frame)


main()
