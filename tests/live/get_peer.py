"""A server for glass get, on Python's http.server: what nginx does not do by itself.

usage: get_peer.py FOLDER PORT: serves the folder, over IPv4 and IPv6

  GET /FILE           as http.server does it, HTTP/1.0
  GET /chunked/FILE   in chunks
  GET /gzip/FILE      gzip, if it is asked for
  GET /cut/FILE       half of it, though all is promised; a range to its end
  GET /slow           never answered
  GET /to/URL         302 to that URL; /loop to itself
  PUT, POST /NAME     its content is kept in that file, however it is framed
"""
import gzip
import http.server
import os
import socket
import sys
import time


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_GET(self):
        word, _, rest = self.path[1:].partition("/")
        special = {"chunked": self.chunked, "gzip": self.zipped, "cut": self.cut, "to": self.redirect,
                   "slow": lambda _: time.sleep(60), "loop": lambda _: self.redirect("loop")}.get(word)
        special(rest) if special else super().do_GET()

    def octets(self, name):
        with open(self.translate_path("/" + name), "rb") as file:
            return file.read()

    def start(self, status, *fields):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()

    def chunked(self, name):
        self.protocol_version = "HTTP/1.1"
        self.start(200, ("Transfer-Encoding", "chunked"))
        octets, at, size = self.octets(name), 0, 1
        while at < len(octets):
            piece = octets[at:at + size]
            self.wfile.write(b"%x;ext=1\r\n%s\r\n" % (len(piece), piece))
            at, size = at + size, min(2 * size, 30000)
        self.wfile.write(b"0\r\nX-Trailer: there\r\n\r\n")
        self.close_connection = False

    def zipped(self, name):
        wanted = "gzip" in self.headers.get("Accept-Encoding", "")
        octets = gzip.compress(self.octets(name)) if wanted else self.octets(name)
        self.start(200, ("Content-Length", len(octets)), *[("Content-Encoding", "gzip")] * wanted)
        self.wfile.write(octets)

    def cut(self, name):
        octets = self.octets(name)
        size = len(octets)
        modified = ("Last-Modified", self.date_time_string(os.stat(self.translate_path("/" + name)).st_mtime))
        wanted = self.headers.get("Range")
        if wanted:
            first = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.start(206, ("Content-Range", f"bytes {first}-{size - 1}/{size}"), ("Content-Length", size - first), modified)
            self.wfile.write(octets[first:])
        else:
            self.start(200, ("Content-Length", size), modified)
            self.wfile.write(octets[:size // 2])

    def redirect(self, where):
        self.start(302, ("Location", where if where.startswith("http") else "/" + where), ("Content-Length", 0))

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        octets = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            octets += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return octets

    def do_PUT(self):
        octets = self.body()
        with open(self.translate_path(self.path), "wb") as file:
            file.write(octets)
        self.start(201, ("Content-Length", 0), ("X-Type", self.headers.get("Content-Type", "none")))

    do_POST = do_PUT

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


os.chdir(sys.argv[1])
Server(("::", int(sys.argv[2])), Handler).serve_forever()
