// Glossary: the terms of HTTP/1.1, RFC 9110 and RFC 9112.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"100-continue", "expect, 1xx", "RFC 9110 section 10.1.1, section 15.2.1",
     R"(With "Expect: 100-continue" a client sends only the header of a large request
and waits for "100 Continue" before the body, so that a refusal costs little.
An answer before it is not final: the real response follows on the same
connection. A pause of 1 s before the body means that the server never said
it. curl does this.)"},
    {"body", "body_len, body_sha256, wire_body_len, content", "RFC 9112 section 6, RFC 9110 section 6.4",
     R"(What the message carries after the empty line. wire_body_len counts it as
sent; body_len and body_sha256 are after chunks are joined and gzip or deflate
is undone, so they are of the file itself. If they differ in size, the body
was chunked, compressed, or both. An interrupted body is kept and marked,
complete: false.)"},
    {"chunked", "transfer-encoding, chunk, transfer coding", "RFC 9112 section 7.1",
     R"(A body in pieces, for senders who do not know its length yet: each has its
size in hexadecimal, CRLF, that many octets, CRLF; size 0 ends it, then
trailers and an empty line. Chunks have nothing to do with TCP segments. If
the capture ends before the zero chunk, the body is incomplete. With a
Content-Length beside it: suspicious.)"},
    {"complete", "incomplete, incomplete message", "RFC 9112 section 8",
     R"(Whether the whole message is in the capture by its own rules: all octets of
content-length, or the zero chunk. A body that ends by close is complete if
its header was. False means cut off by the connection, or by a capture with
holes: look at the stream's gaps and at who sent FIN or RST first.)"},
    {"conditional-request", "etag, 304, not modified, if-none-match, if-modified-since, last-modified",
     "RFC 9110 section 13.1, section 15.4.5",
     R"("Send it only if it changed": the client repeats the ETag or date of its
stored copy. 304 Not Modified has no body and means "use yours". That is why a
page reloaded shows few octets in the capture. To see the whole transfer,
clear the cache first, or look for the earlier 200.)"},
    {"content-encoding", "gzip, deflate, accept-encoding, compression",
     "RFC 9110 section 8.4, section 12.5.3",
     R"(The body is compressed (gzip, deflate, br, zstd) because the client offered it
in Accept-Encoding. That is why it is unreadable in a dump: Glass undoes gzip
and deflate. It belongs to the content, unlike transfer-encoding, which
belongs to this one transfer. Content-Length counts the compressed octets.)"},
    {"content_length", "", "RFC 9112 section 6.2, RFC 9110 section 8.6",
     R"(The number of octets in the body as sent, after compression. Fewer before the
connection ends: the message is incomplete, and complete is false. More: they
are the next message. Two different values are an attack or a bug, and servers
must refuse them. In the answer to HEAD it is what GET would have sent.)"},
    {"framing", "message body length, body length", "RFC 9112 section 6.3",
     R"(How the end of a body is found. none: there is no body (204, 304, answers to
HEAD, most requests); chunked: the zero chunk; content-length: so many octets;
close: until the connection ends (responses only); upgrade: what follows is no
HTTP. When two rules could apply, chunked wins, and the message smells of
smuggling.)"},
    {"head", "head request", "RFC 9110 section 9.3.2",
     R"(Like GET, but the answer has no body. Its header is the same as GET's would
be, Content-Length included: a length with no octets after it is right here.
The trap for decoders: whoever does not know that the request was HEAD waits
for a body and takes the next response for it.)"},
    {"headers", "header field, header fields, http header, field line",
     "RFC 9112 section 5, RFC 9110 section 5",
     R"(Lines "Name: value" between start line and empty line. Names ignore case; the
same name may come again, and the values then form a list. No space is allowed
before the colon: servers must reject it. JSON keeps order and spelling as
pairs. What decides where the body ends is here: transfer-encoding and
content-length.)"},
    {"host", "authority", "RFC 9112 section 3.2, RFC 9110 section 7.2",
     R"(The header field that says which site of this server is meant, since many
share an address. Every HTTP/1.1 request must have exactly one; none, or two,
gets 400. It comes from the client, so it need not agree with the address or
with DNS. In a capture it is the quickest way to see which site was visited.)"},
    {"http", "http/1.1, hypertext transfer protocol, http message", "RFC 9112 section 2.1",
     R"(Requests and responses as text lines over TCP: a start line, header lines, an
empty line, then perhaps a body. Each request gets one final response, in
order. Messages do not line up with segments: one may span many, one segment
may hold the end of one and the start of the next. On port 443 it is encrypted
and only TLS is seen.)"},
    {"method", "get, post, put, delete, request method, http verb",
     "RFC 9112 section 3.1, RFC 9110 section 9",
     R"(The first word of a request: GET fetches, HEAD fetches only the header, POST
sends something to be processed, PUT stores, DELETE removes, OPTIONS asks what
is possible, CONNECT makes a tunnel. Case matters. GET and HEAD change nothing
and may be repeated safely; a repeated POST may buy twice.)"},
    {"persistent-connection",
     "keep-alive connection, http keep-alive, connection close, connection: keep-alive, connection header",
     "RFC 9112 section 9.3, section 9.6",
     R"(One connection for many requests: default in HTTP/1.1 unless "Connection:
close", in 1.0 only with "Connection: keep-alive". It saves handshakes and
slow starts. An idle connection closed by the server just as the client sends
is a known race: RST right after a request. TCP's keep-alive probes are
something else.)"},
    {"pipelining", "pipelined", "RFC 9112 section 9.3.2",
     R"(Sending further requests before the first response is there. Responses must
come in the order of the requests, so one slow answer blocks all behind it.
Browsers gave it up; tools and attackers use it. In a capture: several request
lines without a response between, perhaps in one segment.)"},
    {"range", "range request, content-range, 206, partial content, if-range",
     "RFC 9110 section 14.2, section 15.3.7",
     R"(Asks for a part: "Range: bytes=0-499" gets 206 with Content-Range, or 200 and
everything if the server does not care. Used to resume downloads and to seek
in videos. 416 means outside the file. Positions count from 0 and both ends
belong to it: 0-499 is 500 octets.)"},
    {"reason", "reason phrase, response.phrase", "RFC 9112 section 4",
     R"(The words after the status code, as "OK" or "Not Found". They carry no meaning
for programs: clients go by the number. A server may send others or none (the
space before must be there), and HTTP/2 dropped them altogether.)"},
    {"request", "response, request_frame, transaction, exchange",
     "RFC 9110 section 3.4, RFC 9112 section 9.2",
     R"(One question, one answer. Over one connection, responses come in the order of
the requests; nothing else ties them together. JSON has them as two objects,
and request_frame in a response tells the frame of its request. Time from the
last octet of the request to the first of the response is the server's
thinking plus one RTT.)"},
    {"request-smuggling", "smuggling, http desync", "RFC 9112 section 11.2",
     R"(An attack where two machines in a row disagree about where a request ends, so
that its tail becomes the next user's request. Signs: Content-Length together
with Transfer-Encoding, two different lengths, a space before a colon, odd
chunk sizes. Strict parsing on all machines prevents it, hence the many "must
reject" rules.)"},
    {"status", "response code, 404, 200, status line", "RFC 9112 section 4, RFC 9110 section 15",
     R"(Three digits that say how it went: 1xx wait, more comes; 2xx done; 3xx look
elsewhere (304: your copy is still good); 4xx the request is at fault (404 not
found); 5xx the server is. Unknown codes count as x00 of their class. The
words after it (reason) are for people and may be missing.)"},
    {"trailer", "trailers, trailer section", "RFC 9112 section 7.1.2, RFC 9110 section 6.5",
     R"(Header fields after the last chunk of a chunked body, for what is known only
at the end, as a checksum. They may not change framing, routing or
authentication, and are kept apart from the header. Most clients ignore them.)"},
    {"upgrade", "101, switching protocols, websocket", "RFC 9110 section 7.8, section 15.2.2",
     R"(The client offers another protocol on this connection ("Connection: upgrade",
"Upgrade: websocket"); the server agrees with 101 and from the next octet on
it is no longer HTTP. Glass stops decoding there and says framing: upgrade. A
server may ignore the offer and answer as usual.)"},
    {"uri", "request target, url, target, request_uri", "RFC 9112 section 3.2",
     R"(What is asked for, the second word of a request: normally path and query
("/search?q=x"), to a proxy the full http:// address, after CONNECT host and
port, "*" with OPTIONS. The host name is in the Host field. The part after #
never leaves the browser. Percent codes are decoded once, by the server.)"},
};

}  // namespace

std::span<const Term> http_terms() {
    return kTerms;
}

}  // namespace glass::tools
