#!/usr/bin/env python3
"""Takes what a pcapng file says about the recording machine out of it: its processor and operating system.

usage: strip.py FILE     little-endian pcapng, changed in place
"""
import struct
import sys

SECTION, INTERFACE = 0x0A0D0D0A, 1
# Block type -> (fixed bytes before the options, option codes to drop: shb_hardware, shb_os, if_os, if_hardware)
TELLING = {SECTION: (16, {2, 3}), INTERFACE: (8, {12, 15})}


def without(options, codes):
    out, at = b"", 0
    while at + 4 <= len(options):
        code, length = struct.unpack_from("<HH", options, at)
        end = at + 4 + (length + 3) // 4 * 4
        if code not in codes:
            out += options[at:end]
        at = end
    return out


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    out, at = b"", 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + length - 4]
        if kind in TELLING:
            fixed, codes = TELLING[kind]
            body = body[:fixed] + without(body[fixed:], codes)
        if kind == SECTION:
            body = body[:8] + b"\xff" * 8 + body[16:]  # section length: not stated
        total = struct.pack("<I", len(body) + 12)
        out += struct.pack("<I", kind) + total + body + total
        at += length
    with open(sys.argv[1], "wb") as file:
        file.write(out)


main()
