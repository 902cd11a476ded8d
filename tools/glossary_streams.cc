// Glossary: the terms of connections and what Glass says of them, RFC 9293 sections 3.5 and 3.6.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"abs-seq", "absolute sequence numbers, relative sequence numbers", "RFC 9293 section 3.4",
     R"(Sequence numbers start at a random 32-bit value. To be readable they are shown
relative to the first one seen in that direction, so the SYN is 0 and the
first octet of data 1. --abs-seq shows what is on the wire; JSON always has
both (seq and seq_raw). The trap: where the handshake was not captured, 0 is
the first frame seen, not the SYN.)"},
    {"anonymize", "anon, prefix-preserving", "glass cut --anon KEY",
     R"("glass cut --anon KEY" replaces addresses so that a capture can be shared. It
is prefix-preserving: two addresses that share their first N bits still share
exactly N bits, so networks stay visible. The same key gives the same
replacement in every file. The trap: only headers are changed. Host names,
cookies and addresses inside the payload still tell who it was; --snaplen
leaves payload out.)"},
    {"by-flow", "shard, shards, flow hash", "glass cut --by-flow N",
     R"("glass cut --by-flow N" deals a capture out to N files so that all frames of
one connection, both directions, go to the same file. Each can then be read on
another machine with the same result as the whole. The trap: frame and stream
numbers are counted anew in each file, so note the file with the number.)"},
    {"clean", "verdict, verdicts", "RFC 9293 section 3.5, glass streams",
     R"(A verdict: every octet that was sent is in the capture, and none had to be
sent twice. Other verdicts: lossy, refused, half-open, one-sided, cut short.
How the connection ended is another column: fin, reset, or open where the
capture stops first. The trap: clean is not fast. A connection that waits ten
seconds for its server is clean.)"},
    {"client", "server, initiator, listener", "RFC 9293 section 3.5",
     R"(In Glass's output the client is who sent the first SYN, the server is who got
it. Where no SYN is in the capture, the sender of the first frame is called
client: a guess, and often wrong when the capture begins in the middle. TCP
itself knows no clients, only an active OPEN (sends SYN) and a passive OPEN
(waits in LISTEN).)"},
    {"cut-short", "missing", "RFC 9293 section 3.4, glass streams",
     R"(A verdict: octets of the connection are not in the capture. They were left
out (a busy host, a mirror port that drops), cut off by the snap length, or
acknowledged without having been seen. "streams --long" says how many are
missing, "streams --json" and "follow" where. The trap: the program at the
other end most likely got them all.)"},
    {"duration", "start, first_frame, last_frame", "glass streams --json",
     R"(From the first to the last frame of the connection in this file, in seconds.
It is what was captured, not how long the connection lived: a keep-alive
connection may have begun before and gone on after. Compare it with the time
between the handshake and the first payload, and with the last payload: idle
time is often most of it.)"},
    {"end", "connection end, end of connection", "RFC 9293 section 3.6, section 3.5.3",
     R"(How the connection ended in this file. fin: both ends said FIN. reset: one of
them sent RST, which ends both directions at once and throws away what was on
its way. open: neither was captured. The trap: a RST after both FINs is common
(a program closed with unread data) and does not mean that anything was lost.)"},
    {"follow", "follow stream, reassembled stream", "RFC 9293 section 3.4, glass follow",
     R"(The octets of a connection in order, as the application read them: sorted by
sequence number, every octet once, holes named. The same bytes can arrive
twice with different content; --overlap chooses who wins (first is the rule of
Glass's sha256). The trap: reading payload frame by frame shows repeats and
wrong order; follow does not.)"},
    {"gap", "gaps, hole, holes, missing bytes", "RFC 9293 section 3.10.7.4, glass follow",
     R"(Octets of a stream that are not in the capture, though later ones are:
"offset" counts from the first octet of the stream, "len" is how many. If the
receiver acknowledged them it has them, and only the capture missed them (a
busy host, a mirror port that drops). If nobody acknowledged them, they were
lost on the way.)"},
    {"half-open", "", "RFC 9293 section 3.5.1, glass streams",
     R"(A verdict: a SYN was sent, but the handshake was never finished: no answer at
all (filtered, host down), or a SYN,ACK that nobody acknowledged. Many of them
from many sources are a SYN flood. RFC 9293 uses the word for a cousin: one
end crashed or closed and the other does not know; its next segment is
answered with RST.)"},
    {"handshake", "three-way handshake, 3-way handshake, 3whs", "RFC 9293 section 3.5",
     R"(SYN, then SYN,ACK, then ACK: each end tells its first sequence number and
hears that it was understood. Three are needed because an old duplicate SYN
must not open a connection. "complete": all three in the capture; "partial":
some; "none": capture began later. Options in the two SYNs (mss, wscale, sack)
hold for the whole connection.)"},
    {"history", "conn history, history letters", "glass streams --long",
     R"(What happened on a connection, each thing once, in the order of its first
time: S SYN, H SYN with ACK, A an ACK alone, D data, F FIN, R RST, T sent
again, W window zero, C wrong checksum, G octets missing. Capitals are by the
end that was seen first, small letters by the other: "ShADadFf" is a whole
short connection. The letters are those of Zeek.)"},
    {"ladder", "sequence diagram, time-sequence diagram", "glass ladder",
     R"(A drawing of a connection: time runs down, one column an end, one arrow a
segment, as in the figures of RFC 9293. It shows who waits for whom. With
--scale distances are true to time. The trap: both ends are drawn from one
place of capture, so an arrow's slope is an estimate, half the round-trip
time.)"},
    {"lossy", "loss, packet loss", "RFC 5681 section 3.2, glass streams",
     R"(A verdict with a figure: the share of payload octets that had to be sent
again. Whether they were lost on the way, or were only late and repeated
needlessly, "why" tells frame by frame. Around 1 % is enough to make classic
TCP slow over long paths. The trap: captured at the sender you see repeats;
captured at the receiver you see holes.)"},
    {"one-sided", "asymmetric routing", "glass streams",
     R"(A verdict: only one direction of the connection is in the capture. Usual
causes: a mirror port that copies one direction, routing that takes another
path back, or a filter that names only one host as source. Round-trip times
and windows cannot be told then; what the other side must have received is
inferred from acknowledgments.)"},
    {"packets", "payload_packets, bytes, c2s, s2c", "glass streams --json",
     R"(Counts of one direction of a connection: c2s is client to server, s2c the way
back. "packets" counts all segments, "payload_packets" those that carry data.
"bytes" counts the octets of the ordered stream, each once. The trap: bytes is
less than the sum of tcp.len when data was retransmitted, and excludes what is
listed in gaps.)"},
    {"refused", "connection refused", "RFC 9293 section 3.5.2, glass streams",
     R"(A verdict: the SYN was answered with RST,ACK. The host is up and reachable,
but nothing listens on that port, or a firewall rejects politely. Programs
print "Connection refused". Compare: no answer at all is a time-out (half-open
here), and an ICMP unreachable message comes from a router or a firewall on
the way.)"},
    {"salvage", "glass check, sound", "glass check --salvage",
     R"("glass check FILE" says whether a capture is well-formed, and where it is not,
at which byte offset. --salvage -w OUT writes what can be read into a new,
sound file. A damaged length field hides all that follows until the start of a
later frame is found again. The trap: frames lost inside the damaged part look
like packet loss later.)"},
    {"sha256", "hash, overlap", "glass streams --json",
     R"(The SHA-256 of one direction's ordered octets, as follow --raw writes them:
each octet once, the first copy wins, missing octets left out. With it you
compare a download with what went over the wire, or two captures of one
transfer. The trap: with gaps the hash is that of the octets there are, so
look at gaps first.)"},
    {"stream", "conversation, stream index", "RFC 9293 section 3.1",
     R"(A connection's number in this file: 0 for the first, in the order of first
frames, the same as Wireshark's tcp.stream. A connection is two addresses and
two ports; both directions are one stream. The trap: when ports are reused by
a new SYN, the same four values become a new stream, so do not identify
connections by ports alone.)"},
};

}  // namespace

std::span<const Term> streams_terms() {
    return kTerms;
}

}  // namespace glass::tools
