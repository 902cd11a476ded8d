#!/usr/bin/env python3
"""Clients of an HTTP server, many at a time, by the kernel's TCP.

usage: crowd.py hold ADDRESS PORT PATH CONNECTIONS SECONDS SHA256   opens all, holds them, then each fetches
       crowd.py churn ADDRESS PORT PATH RATE SECONDS SHA256         so many new connections a second, a fetch each
       crowd.py slowloris ADDRESS PORT CONNECTIONS SECONDS          heads that never end, an octet a second

The last line says what came of it: `N done, N failed`; exit status 1 where any failed. slowloris tells how many of its
connections the server has ended, and never fails.
"""
import asyncio
import hashlib
import resource
import sys
import time


async def fetch(reader, writer, path, sha256, close):
    """Whether the response is whole and right."""
    end = b"Connection: close\r\n" if close else b""
    writer.write(b"GET %s HTTP/1.1\r\nHost: crowd\r\n%s\r\n" % (path.encode(), end))
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    body = await reader.readexactly(length)
    return head.startswith(b"HTTP/1.1 200 ") and hashlib.sha256(body).hexdigest() == sha256


async def hold(address, port, path, connections, seconds, sha256):
    gate, opening = asyncio.Event(), asyncio.Semaphore(256)

    async def one():
        async with opening:
            reader, writer = await asyncio.open_connection(address, port)
        await gate.wait()
        try:
            return await fetch(reader, writer, path, sha256, True)
        finally:
            writer.close()

    tasks = [asyncio.create_task(one()) for _ in range(connections)]
    await asyncio.sleep(seconds)
    gate.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def churn(address, port, path, rate, seconds, sha256):
    async def one():
        reader, writer = await asyncio.open_connection(address, port)
        try:
            return await fetch(reader, writer, path, sha256, True)
        finally:
            writer.close()

    start, tasks = time.monotonic(), []
    for n in range(int(rate * seconds)):
        delay = start + n / rate - time.monotonic()
        if delay > 0:
            await asyncio.sleep(delay)
        tasks.append(asyncio.create_task(one()))
    return await asyncio.gather(*tasks, return_exceptions=True)


async def slowloris(address, port, connections, seconds):
    async def one():
        reader, writer = await asyncio.open_connection(address, port)
        writer.write(b"GET / HTTP/1.1\r\nHost: crowd\r\nX-Slow: ")
        ended = asyncio.create_task(reader.read())
        while not ended.done():
            writer.write(b"x")
            await asyncio.wait([ended], timeout=1)
        writer.close()
        return True

    tasks = [asyncio.create_task(one()) for _ in range(connections)]
    done, waiting = await asyncio.wait(tasks, timeout=seconds)
    for task in waiting:
        task.cancel()
    await asyncio.wait(tasks)
    print(f"{len(done)} of {connections} were ended by the server")
    return [True]


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    kind, address, port, *rest = sys.argv[1:]
    if kind == "slowloris":
        work = slowloris(address, int(port), int(rest[0]), float(rest[1]))
    else:
        work = {"hold": hold, "churn": churn}[kind](address, int(port), rest[0], int(rest[1]), float(rest[2]), rest[3])
    results = asyncio.run(work)
    failed = [result for result in results if result is not True]
    for failure in failed[:3]:
        print(f"failed: {failure!r}", file=sys.stderr)
    print(f"{len(results) - len(failed)} done, {len(failed)} failed")
    sys.exit(1 if failed else 0)


main()
