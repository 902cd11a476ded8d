#!/usr/bin/env python3
"""Loads and pins two BPF programs for tc that make the kernel push and pop VLAN tags, as a VLAN interface does.

usage: vlan.py FOLDER [TPID:ID …]     outermost tag last; pins FOLDER/push and FOLDER/pop (in a bpf file system)

They stand in for `ip link add type vlan`, which needs a kernel module that small kernels leave out.
"""
import ctypes
import os
import platform
import socket
import struct
import sys

SYS_BPF = {"x86_64": 321, "aarch64": 280, "riscv64": 280}
PROG_LOAD, OBJ_PIN, SCHED_CLS = 5, 6, 3
SKB_VLAN_PUSH, SKB_VLAN_POP = 18, 19

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes)
    result = libc.syscall(SYS_BPF[platform.machine()], command, buffer, len(attributes))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"bpf({command}): {os.strerror(ctypes.get_errno())}")
    return result


def instruction(code, dst=0, src=0, immediate=0):
    return struct.pack("=BBhi", code, dst | src << 4, 0, immediate)


def move(dst, immediate):
    return instruction(0xB7, dst, 0, immediate)


def call(helper):
    return instruction(0xBF, 1, 6) + instruction(0x85, immediate=helper)  # r1 = r6, the packet


def pin(path, body):
    code = ctypes.create_string_buffer(instruction(0xBF, 6, 1) + body + move(0, 0) + instruction(0x95))
    licence = ctypes.create_string_buffer(b"MIT")
    program = bpf(PROG_LOAD, struct.pack("=IIQQ", SCHED_CLS, (len(code) - 1) // 8, ctypes.addressof(code),
                                         ctypes.addressof(licence)).ljust(128, b"\0"))
    name = ctypes.create_string_buffer(path.encode())
    bpf(OBJ_PIN, struct.pack("=QI", ctypes.addressof(name), program).ljust(16, b"\0"))


def main():
    folder, tags = sys.argv[1], [tag.split(":") for tag in sys.argv[2:]]
    push = b"".join(move(2, socket.htons(int(tpid, 16))) + move(3, int(number)) + call(SKB_VLAN_PUSH)
                    for tpid, number in tags)
    pin(folder + "/push", push)
    pin(folder + "/pop", call(SKB_VLAN_POP) * len(tags))


main()
