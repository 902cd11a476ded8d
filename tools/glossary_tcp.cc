// Glossary: the terms of the TCP header and its options, RFC 9293 sections 3.1 and 3.2.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"ack", "acknowledgment, acknowledgement, acknowledgment number", "RFC 9293 section 3.1, section 3.4",
     R"(The next octet the sender of this segment expects: all before it have arrived.
It is cumulative, so a lost ACK does no harm once a later one comes. The ACK
flag says that the field counts, and is set on every segment but the first SYN
and some RSTs. The trap: it acknowledges arrival at the other TCP, not that a
program has read it.)"},
    {"ack_raw", "raw acknowledgment number", "RFC 9293 section 3.1",
     R"(The acknowledgment number as on the wire, 32 bits. After the handshake it is
the peer's ISN plus 1: the SYN took one number. In a segment without the ACK
flag it has no meaning and is usually 0. ack is the same number relative to
the first sequence number seen from the other side.)"},
    {"ae", "accecn, accurate ecn, ns, nonce sum, ace", "RFC 9768 section 3.2.2",
     R"(The ninth flag. With Accurate ECN it forms, with CWR and ECE, a 3-bit counter
of CE-marked packets, so that the sender learns how many and not only that
some were marked. SYN with AE, CWR and ECE all set offers it. Formerly called
NS, for an ECN nonce experiment (RFC 3540) that is over.)"},
    {"ao", "tcp authentication option, keyid, rnextkeyid, tcp.mac", "RFC 5925 section 2.2",
     R"(Option kind 29, the successor of the MD5 option: key id, next key id and a
check value over addresses, header and data. Keys can change while the
connection lives, and old segments cannot be replayed. As with md5, a mismatch
is silence and not an error message.)"},
    {"cwr", "congestion window reduced", "RFC 3168 section 6.1.2",
     R"(Congestion Window Reduced: the sender's answer to ECE, "heard, I have slowed
down", set on the next new data it sends, once per round trip. In the first
SYN it stands beside ECE and only offers ECN. CWR with no ECE before it: you
may see only one direction, or it is AccECN.)"},
    {"dsack", "d-sack, duplicate sack", "RFC 2883 section 4",
     R"(A SACK whose first block lies below ack or inside the second block: "this
arrived twice". It tells the sender that a retransmission was needless, so the
original was only late or its ACK was lost. Look for it after a spurious
retransmission. It needs no option of its own beside sack.)"},
    {"ece", "ecn-echo", "RFC 3168 section 6.1",
     R"(ECN-Echo. In a SYN together with CWR: "I can do ECN"; alone in the SYN,ACK:
"so can I". Later: "a packet of yours came marked CE, slow down", repeated on
every ACK until CWR is seen. Look for the sender's rate halving without a
loss. With AccECN (see ae) it is one of three bits of a counter instead.)"},
    {"eol", "end of option list, option end", "RFC 9293 section 3.2",
     R"(Option kind 0, a single octet: the option list ends here, the rest up to
hdr_len is padding and should be zero. Needed only when the options do not end
at a multiple of 4 octets and were not filled up with NOPs. Anything but zeros
after it is odd: fingerprint of a home-made stack.)"},
    {"experimental-option", "exid, kind 253, kind 254, experiment, unknown", "RFC 6994 section 3",
     R"(Option kinds 253 and 254 are free for experiments. The two octets after the
length (ExID) say whose: 0xf989 was Fast Open before it got kind 34. Shown as
such, without guessing. Never expect two networks to mean the same by them.)"},
    {"fin", "", "RFC 9293 section 3.6",
     R"("I have no more to send." It closes one direction only and uses up one
sequence number, so it is acknowledged and, if lost, repeated like data. The
other end may go on sending: half-close. Normal end: FIN, ACK, FIN, ACK, often
with the middle two as one. The trap: data with smaller sequence numbers can
arrive after it.)"},
    {"flags", "control bits, flags_str", "RFC 9293 section 3.1",
     R"(One bit each: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, AE
256. JSON has the number (12 bits, reserved ones included) and flags_str, as
"SYN,ACK" for 18. Usual: SYN; SYN,ACK; ACK; PSH,ACK; FIN,ACK; RST. All clear,
or FIN, PSH and URG together, is nobody's TCP: a port scanner.)"},
    {"md5", "md5 signature, digest", "RFC 2385",
     R"(Option kind 19, 18 octets: an MD5 digest over addresses, header, data and a
shared password. It protects BGP sessions between routers against forged
segments. A segment with a wrong or missing digest is dropped in silence,
which looks like loss: SYNs repeated without an answer between routers often
mean "passwords differ". Replaced by ao.)"},
    {"mptcp", "multipath tcp, mp_capable, mp_join, mptcp subtype, subtype", "RFC 8684 section 3",
     R"(Option kind 30: one connection over several paths, as Wi-Fi and mobile. Its
subtype is the upper half of the third octet: 0 MP_CAPABLE in the first
handshake, 1 MP_JOIN for another path, 2 DSS maps octets of this path to the
whole. A capture of one path has only a part of the data, though its own
numbers are complete.)"},
    {"mss", "maximum segment size, mss_val", "RFC 9293 section 3.7.1",
     R"(Option kind 2, only in SYNs: the largest payload I am ready to get in a
segment. Not negotiated: each direction has its own. 1460 on Ethernet with
IPv4, 1440 with IPv6, 1452 behind PPPoE; 536 (1220 in IPv6) if absent. Options
come out of it: with timestamps a full segment has 1448. Routers may lower it
on the way.)"},
    {"nop", "no-operation", "RFC 9293 section 3.2",
     R"(Option kind 1, a single octet that means nothing: senders put it between
options so that the next one starts at a multiple of 4, as two NOPs before
timestamps. Receivers must not rely on that alignment. Its number and order
differ from system to system, so option order is used to guess the sender's
operating system.)"},
    {"psh", "push", "RFC 9293 section 3.9.1.2",
     R"(Push: "this ends what my program wrote, hand it up, do not wait for more".
Most systems set it on the last segment of each write; it separates nothing
and no program can see it. Useful to the reader of a capture: a message
usually ends at a PSH. A long transfer with PSH only now and then is normal.)"},
    {"rst", "reset", "RFC 9293 section 3.5.2, section 3.5.3",
     R"(Ends a connection at once, in both directions: "I know nothing of this" or "I
give up". Answers a SYN to a closed port, or data after the program is gone.
It is not acknowledged and not repeated. A receiver believes it only if its
seq is exactly the one expected. Look at the ttl: one that differs from its
neighbours' may be forged on the way.)"},
    {"sack",
     "selective acknowledgment, sack edges, edges, sack_le, sack_re, sack block, left, right, block, "
     "sack.left",
     "RFC 2018 section 3",
     R"(Option kind 5: ranges that arrived beyond ack, as left edge (first octet) and
right edge (octet after the last), absolute numbers. ack says what is missing,
sack what is not, so only the hole is sent again. The first block holds the
newest arrival. At most 4, with timestamps 3. The receiver may still drop what
it reported.)"},
    {"sack_permitted", "sack_perm, sackok", "RFC 2018 section 2",
     R"(Option kind 4, two octets, only in SYNs: "I understand sack". If both ends say
so, ACKs may carry SACK blocks later. Practically every system sends it. If it
is missing in the SYN,ACK, look for an old device or a middlebox; recovery
from several losses in one window then takes a round trip each.)"},
    {"seq", "sequence number, relative sequence number", "RFC 9293 section 3.4",
     R"(The number of the segment's first octet of data, here relative to the first
one seen in this direction. SYN and FIN count as one octet each, so data
starts at 1 and the next segment begins at seq + len. Look for the same seq
twice (retransmission) or a jump (hole). The trap: a pure ACK has a seq, too,
but uses up none.)"},
    {"seq_raw", "raw sequence number, absolute sequence number", "RFC 9293 section 3.1, section 3.4",
     R"(The sequence number as it is on the wire: 32 bits, from a random start (isn),
and after 4294967295 comes 0. So "larger" must be decided modulo 2^32: 5 may
well come after 4294967000. At 10 Gbit/s it goes round in about 3.4 seconds,
which is why paws exists. seq is the same number made relative.)"},
    {"syn", "syn,ack, syn-ack, synack", "RFC 9293 section 3.5",
     R"(Synchronize: opens a connection and carries the sender's first sequence
number, using up one. It is the only place for mss, wscale and sack_permitted.
SYN is the client's, SYN,ACK the server's. A SYN repeated again and again gets
no answer. Trap: the window in these two segments is never scaled.)"},
    {"tcp", "transmission control protocol, segment", "RFC 9293 section 3.1",
     R"(Makes a reliable, ordered stream of octets out of IP packets that may be lost,
repeated or reordered. Every octet has a sequence number, the receiver
acknowledges, the sender repeats what is not acknowledged, and a window keeps
it from sending too much. It keeps no message boundaries: one write may arrive
in many segments or share one.)"},
    {"tcp.len", "segment length, seg.len, nxtseq", "RFC 9293 section 3.3.1",
     R"(Payload octets in this segment, as sent, even if the capture has fewer. The
header has no such field: it is IP length minus both headers. 0 is a pure
acknowledgment or a control segment. SYN and FIN are not counted here, but
each uses up a sequence number: next seq = seq + len + SYN + FIN. Above mss:
see offload.)"},
    {"tcp.options",
     "kind, opt_kind, option_len, tcp.length, tcp.malformed, value, name, malformed option, tcp.unknown",
     "RFC 9293 section 3.2",
     R"(Up to 40 octets after the fixed 20: a list of kind, length, value. 0 end, 1
padding, 2 mss, 3 wscale, 4 sack_permitted, 5 sack, 8 timestamps, 19 MD5, 28
user timeout, 29 AO, 30 multipath, 34 fast open. JSON gives each with kind,
name and values. Unknown kinds are skipped by their length; a length below 2
is malformed.)"},
    {"tfo", "fast open, tfo cookie, cookie", "RFC 7413 section 4.1.1",
     R"(Option kind 34: data already in the SYN, saving a round trip. On the first
visit the client asks for a cookie (empty option), the server gives one in its
SYN,ACK; later SYNs carry cookie and data. The trap: a repeated SYN delivers
its data twice, so only requests that may be repeated belong there. Payload in
a SYN: look for this.)"},
    {"timestamps", "timestamp, tsval, tsecr, ts, tsopt", "RFC 7323 section 3",
     R"(Option kind 8: tsval is the sender's clock, tsecr repeats the tsval it got.
The echo measures a round trip on every ACK, even of repeats, and protects
against old segments (paws). Costs 12 octets a segment. The unit is the
sender's own, often 1 ms, with a random start. Once agreed in the SYNs, every
segment has it.)"},
    {"urg", "urgent, urgent data", "RFC 9293 section 3.8.5",
     R"(Says that the urgent pointer counts: somewhere ahead in the stream is data to
be noticed soon. Made for interrupting Telnet sessions, and understood in
different ways ever since; new programs should not use it. It does not send
data out of band: urgent octets have sequence numbers like all others.)"},
    {"urgent_pointer", "", "RFC 9293 section 3.1, section 3.8.5",
     R"(Offset, from this segment's seq, of the octet after the urgent data. It counts
only where URG is set and may point beyond this segment. Nearly always 0. Many
stacks were off by one here, pointing at the last urgent octet, so old
programs disagree by one. Not 0 without URG is sloppy, but legal.)"},
    {"uto", "user timeout, user_to, minutes", "RFC 5482",
     R"(Option kind 28: how long the sender means to keep trying when its data is not
acknowledged, in seconds or, with the top bit set, minutes. It is advice to
the other end to be as patient. Rare. Not to be mixed up with rto, which is
when to repeat; this is when to give up.)"},
    {"window", "window_size_value, win, wnd, rwnd, receive window, advertised window",
     "RFC 9293 section 3.1, section 3.8.6",
     R"(How many octets beyond ack the sender of this segment is ready to take.
window_size_value is the 16-bit number on the wire; window_size is what it
means after window scaling. It shrinks when the program reads too slowly. The
sender may have no more than this in flight; its cwnd limits it further and is
on no wire.)"},
    {"window_size", "calculated window size, scaled window, window_size_scalefactor", "RFC 7323 section 2.3",
     R"(The receive window in octets: window_size_value times 2 to the power of the
sender's own wscale shift. Present only where the handshake is in the capture,
since the shift is told nowhere else. Traps: SYN and SYN,ACK are not scaled;
each direction has its own shift; a tiny window in a capture without handshake
is only unscaled.)"},
    {"wscale", "window scale, window scaling, ws, shift, wscale.shift, window scale shift",
     "RFC 7323 section 2",
     R"(Option kind 3, only in SYNs: "shift my window fields left by this much", 0 to
14. The 16-bit window alone allows 64 KiB per round trip, 640 kB/s at 100 ms;
with shift 7 it is 8 MiB. Works only if both SYNs have it. A middlebox that
strips it makes transfers slow. In a capture without the handshake the shift
is unknown.)"},
};

}  // namespace

std::span<const Term> tcp_terms() {
    return kTerms;
}

}  // namespace glass::tools
