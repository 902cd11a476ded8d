#!/usr/bin/env python3
"""TCP peers with a socket option that no common program sets.

usage: peer.py serve PORT [OPTIONS]              read one connection to its end, answer with one line
       peer.py send ADDRESS PORT LINES [OPTIONS] send numbered lines, read the answer
       peer.py trailers PORT                     an HTTP server: chunk extensions, and trailers after the body

--md5 PEER   sign every segment (RFC 2385; the password is "glass")
--mptcp      Multipath TCP (RFC 8684)
--isn N      start at this sequence number
--urgent     an urgent byte after the first line
"""
import argparse
import http.server
import socket
import struct
import sys
import zlib

IPPROTO_MPTCP = 262
TCP_MD5SIG = 14
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ, SEND_QUEUE = 19, 20, 21, 2


def make_socket(options):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP if options.mptcp else 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if options.md5:
        key = b"glass"
        address = struct.pack("=HH4s120x", socket.AF_INET, 0, socket.inet_aton(options.md5))
        sock.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, address + struct.pack("=BBHi80s", 0, 0, len(key), 0, key))
    if options.isn is not None:
        # Repair mode is for moving connections between machines: it lets a process choose the numbers.
        sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, SEND_QUEUE)
        sock.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, struct.pack("=I", options.isn))
        sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 0)
    return sock


def read_all(sock):
    return b"".join(iter(lambda: sock.recv(65536), b""))


def serve(options):
    listener = make_socket(options)
    listener.bind(("", options.port))
    listener.listen()
    connection, _ = listener.accept()
    got = read_all(connection)
    connection.sendall(b"%d bytes arrived, CRC-32 %08x\n" % (len(got), zlib.crc32(got)))
    connection.close()


def send(options):
    sock = make_socket(options)
    sock.connect((options.address, options.port))
    for i in range(options.lines):
        sock.sendall(b"%06d  glass lets you see every byte of this numbered line ...\n" % (i + 1))
        if options.urgent and i == 0:
            sock.send(b"!", socket.MSG_OOB)
    sock.shutdown(socket.SHUT_WR)
    sys.stdout.buffer.write(read_all(sock))


class Trailers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Trailer", "X-Crc32")
        self.end_headers()
        crc = 0
        for i, text in enumerate([b"a chunk of its own,\n", b"then one more,\n", b"and the last.\n"]):
            crc = zlib.crc32(text, crc)
            self.wfile.write(b"%x;part=%d\r\n%s\r\n" % (len(text), i + 1, text))
        self.wfile.write(b"0\r\nX-Crc32: %08x\r\n\r\n" % crc)

    def log_message(self, *_):
        pass


def trailers(options):
    http.server.HTTPServer(("", options.port), Trailers).serve_forever()


def main():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(required=True)
    for verb in serve, send, trailers:
        command = verbs.add_parser(verb.__name__)
        command.set_defaults(run=verb)
        if verb is send:
            command.add_argument("address")
        command.add_argument("port", type=int)
        if verb is send:
            command.add_argument("lines", type=int)
        command.add_argument("--md5")
        command.add_argument("--mptcp", action="store_true")
        command.add_argument("--isn", type=int)
        command.add_argument("--urgent", action="store_true")
    options = parser.parse_args()
    options.run(options)


main()
