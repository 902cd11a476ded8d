// Glossary: the terms of how TCP works, RFC 9293, RFC 5681 and RFC 6298.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"backoff", "exponential backoff, back-off", "RFC 6298 section 5.5",
     R"(Each time-out doubles the time until the next repeat, so that a full network
can drain. SYNs at 0, 1, 3, 7, 15 s show it: the gaps are 1, 2, 4, 8. It ends
when an ACK for new data gives a fresh measurement. Newer Linux repeats the
first few SYNs once a second and doubles only then. After many tries (minutes)
the connection is given up.)"},
    {"bandwidth", "link rate, bottleneck, bandwidth-delay product, bdp", "RFC 9293 section 3.8, RFC 7323",
     R"(Bits a second that a link transmits; the slowest link on a path, the
bottleneck, decides. Times the round trip it is what must be in flight to fill
the path: 20 Mbit/s and 40 ms are 100 kB. Less in flight leaves the link idle,
more of it only waits in the queue before the bottleneck. Windows above 64 kB
need the window scale option.)"},
    {"bbr", "pacing, delivery rate, model-based congestion control", "draft-ietf-ccwg-bbr section 2",
     R"(Congestion control by a model instead of by losses: the sender measures how
fast data is delivered and how short the round trip can be, sends at that rate
(paced, not in bursts), and keeps about their product in flight. Random loss
hardly slows it, and queues stay short. Now and then it probes for more, and
drains to see the true round trip. Try glass sim --cc bbr --loss 2%.)"},
    {"bufferbloat", "aqm, active queue management, codel, red, drop-tail", "RFC 7567 section 2, RFC 8289",
     R"(A queue that is too large and always full: nothing is lost, but every packet
waits in it, and round trips grow to seconds. Senders that only heed losses
fill any queue that drops from its tail. RED and CoDel drop, or mark with ECN,
before it is full; CoDel by how long packets waited (5 ms). See the difference
with glass sim --queue 500 --plot queue, without and with --aqm codel.)"},
    {"bytes-in-flight", "flight size, flightsize, in flight, snd.una, snd.nxt", "RFC 5681 section 2",
     R"(Octets sent and not yet acknowledged: SND.NXT minus SND.UNA. Divided by RTT it
is the speed. It is bounded by cwnd, by the receive window, and by what the
program writes. Flat at the window: receiver limited. Saw-tooth: network
limited. Far below both: the application has nothing to send.)"},
    {"challenge-ack", "blind reset, rfc 5961", "RFC 5961 section 3, section 4",
     R"(The answer to a RST or SYN that lies in the window but not exactly at the next
octet: not obedience but a plain ACK, "if you mean it, repeat with this
number". A real peer that lost the connection replies with the exact RST, a
blind attacker cannot. They are rate-limited. In a capture: RST, ACK, RST in a
row.)"},
    {"congestion-avoidance", "reno, newreno, cubic, aimd", "RFC 5681 section 3.1, RFC 9438 section 4",
     R"(Above ssthresh the sender probes gently: classic TCP adds one segment per
round trip and halves at a loss, a saw-tooth. CUBIC, today's default, grows by
a cubic curve of time since the last loss and falls to 0.7. Which one is in
use, no packet tells; the shape of bytes in flight does.)"},
    {"connection", "socket pair, 4-tuple, four-tuple, 5-tuple, flow tuple, tcb",
     "RFC 9293 section 3.3.1, section 4",
     R"(Two ends, each an address and a port (a socket), and the state both keep for
it, the TCB: sequence numbers, windows, timers. There is nothing between them;
routers know of no connection, but address translators and firewalls do, and
forget it when idle. The four values name it, until ports are used again.)"},
    {"cwnd", "congestion window, congestion control", "RFC 5681 section 3.1",
     R"(The sender's own limit on octets in flight, its estimate of what the network
can take; the smaller of cwnd and the receive window counts. It starts at
about 10 segments, grows with ACKs and shrinks at losses. It is in no packet:
in a capture, bytes in flight shows it from below, as long as the sender has
enough to send.)"},
    {"delayed-ack", "delayed acknowledgment, delack", "RFC 9293 section 3.8.6.3, RFC 5681 section 4.2",
     R"(A receiver may wait a little before it acknowledges, at most 0.5 s (in
practice 40 to 200 ms), hoping that an answer or a second segment comes along:
at least every second full segment is acknowledged at once. So the last small
segment's ACK comes late, and its RTT is too large. Gaps and repeats are
acknowledged immediately.)"},
    {"fast-recovery", "partial ack, prr", "RFC 5681 section 3.2, RFC 6582 section 3.2, RFC 6675 section 5",
     R"(What follows fast retransmit: cwnd is halved, not set to one segment, since
duplicate ACKs prove that data still flows; new segments go out as others
leave. It ends when all data in flight at the loss is acknowledged. An ACK
that moves on less far (partial) points to the next hole, which is repeated at
once.)"},
    {"fast-retransmit", "triple duplicate ack, limited transmit", "RFC 5681 section 3.2, RFC 3042 section 2",
     R"(Three duplicate ACKs: send the missing segment now, do not wait for the timer.
Three, since one or two can be mere reordering. Needs later data in flight to
cause those ACKs; a loss at the very end of a transfer has none and waits for
rto or a probe (see rack). The label in Glass is fast_retransmission.)"},
    {"flow-control", "sliding window, send window", "RFC 9293 section 3.8.6",
     R"(The receiver's brake: each segment tells with ack and window up to which octet
the peer may send. Edge = ack + window; it should never move back. Congestion
control is the other brake, for the network's sake. In a capture ask which one
binds: window_full and zero_window mean this one.)"},
    {"gro", "lro, generic receive offload, large receive offload", "RFC 9293 section 3.7",
     R"(Generic receive offload: card or kernel joins segments that belong together
before the host, and the capture, sees them. So frames of several times the
mss arrive, fewer ACKs answer, and PSH or times of the pieces are gone. Look
for len being a multiple of the mss. ethtool -K eth0 gro off shows the real
ones.)"},
    {"half-close", "half closed, shutdown", "RFC 9293 section 3.6.1",
     R"(One end sent FIN, the other still sends: the connection runs in one direction.
Programs do it with shutdown(SHUT_WR): "request complete, now answer". States:
FIN-WAIT-2 here, CLOSE-WAIT there. It is not an error and may last long. A
program that just closes instead answers later data with RST.)"},
    {"hystart", "hystart++, conservative slow start", "RFC 9406 section 4",
     R"(A way out of slow start before it loses half a window: when round trips grow
by an eighth, a queue builds up, so growth slows to a quarter (conservative
slow start) for five rounds, and then congestion avoidance begins. If round
trips shrink again, it was a false alarm and slow start goes on.)"},
    {"isn", "initial sequence number, iss, irs", "RFC 9293 section 3.4.1, RFC 6528 section 3",
     R"(Where a direction's numbering starts: a clock plus a secret hash of addresses
and ports. Not 0, so that segments of an old connection do not fit the new one
and outsiders cannot guess it. It is the seq_raw of the SYN; the SYN uses it
up, so data starts at ISN + 1 and the answer acknowledges ISN + 1.)"},
    {"karn", "karn's algorithm, karns algorithm", "RFC 6298 section 3",
     R"(Do not measure the round-trip time with a segment that was sent twice: you
cannot know which copy the ACK answers. Timestamps lift the ban, as the echo
tells. When you measure by hand in a capture, obey it, too: the ACK after a
retransmission says nothing about RTT.)"},
    {"msl", "maximum segment lifetime, 2msl", "RFC 9293 section 3.4.2",
     R"(The longest time a segment may wander about in the network, by definition 2
minutes. After closing, an end stays in TIME-WAIT for two of them so that
nothing old meets a new connection with the same ports. Systems are less
patient: Linux waits 60 s in all.)"},
    {"nagle", "nagle algorithm, tcp_nodelay, nagle's algorithm",
     "RFC 9293 section 3.7.4, RFC 1122 section 4.2.3.4",
     R"(While anything is unacknowledged, hold back segments that are not full: many
small writes become few packets. With delayed ACKs it bites: the sender waits
for an ACK, the receiver for more data, and both lose 40 to 200 ms per write.
That steady gap in a request-response capture is the sign; the cure is
TCP_NODELAY, or one large write.)"},
    {"offload", "checksum offload, checksum offloading", "RFC 9293 section 3.7, RFC 1122 section 4.1.3.4",
     R"(The network card does work of the host: fills in checksums, cuts large
segments (tso), joins small ones (gro). A capture made inside the host is on
the wrong side of it: outgoing checksums look bad, "segments" exceed the mtu.
Nothing is wrong on the wire. Glass says it once per host and stops marking
them.)"},
    {"paws", "protection against wrapped sequences, protection against wrapped sequence numbers",
     "RFC 7323 section 5",
     R"(Sequence numbers come round after 4 GiB, so on fast links a very old duplicate
could fit into the window. A segment whose tsval is older than the last one
seen is therefore dropped and answered with an ACK. RST is exempt. If data is
ignored for no visible reason, compare tsval with the segment before: it must
not go back.)"},
    {"persist-timer", "zero-window probing, zwp", "RFC 9293 section 3.8.6.1",
     R"(Runs at the sender while the window is 0: each time it fires, a probe is sent.
It exists because window updates are not acknowledged; a lost one would stop
both ends for ever. Intervals double like rto's. As long as probes are
answered the connection must not be given up, which attackers have used.)"},
    {"rack", "rack-tlp, tlp, tail loss probe", "RFC 8985 section 6, section 7",
     R"(Today's loss detection by time: a segment counts as lost when one sent clearly
later was acknowledged. It finds lost repeats, too. TLP: when nothing comes
back for about two round trips, the last segment is sent again to provoke a
SACK, before the much longer rto. In a capture: a single repeat of the newest
segment.)"},
    {"rto", "retransmission timeout, retransmission timer", "RFC 6298 section 2, section 5",
     R"(How long a sender waits for an ACK before it sends again: smoothed RTT plus
four times its variation, in the RFC at least 1 s (Linux: 200 ms), 1 s before
anything was measured. It doubles at each try. In a capture it is the gap
between first copy and repeat: 0.2, 0.4, 0.8 s is one segment lost again and
again.)"},
    {"rtt", "round-trip time, rtt_ms, ack_rtt, initial_rtt, irtt, srtt",
     "RFC 6298 section 2, RFC 7323 section 4",
     R"(Time from sending an octet to its acknowledgment. Light in fibre needs 1 ms
per 100 km there and back; more is queues and hosts. In a capture: SYN to ACK
of the handshake gives it whole; near the server SYN to SYN,ACK shows only the
server. Later ACKs may be delayed on purpose, so min says more about the path
than mean.)"},
    {"silly-window", "silly window syndrome, sws", "RFC 9293 section 3.8.6.2",
     R"(Many tiny segments because the receiver announces every few octets of room and
the sender fills them at once. Cured on both sides: the receiver keeps quiet
until a full segment or half its buffer is free, the sender waits for that or
for all it has. In a capture: a run of small windows and segments of just that
size.)"},
    {"simultaneous-open", "simultaneous close, crossed syn", "RFC 9293 section 3.5",
     R"(Both ends send a SYN before they get the other's: the SYNs cross, both go to
SYN-RECEIVED, both send SYN,ACK, and one connection results, not two. Rare,
used on purpose to get through address translators. Two SYNs in opposite
directions with mirrored ports are the sign. FINs can cross as well: then both
ends pass CLOSING.)"},
    {"slow-start", "initial window, iw10", "RFC 5681 section 3.1, RFC 6928 section 2",
     R"(The start of a connection, and after a time-out: cwnd grows by one segment for
each ACK of new data, doubling every round trip: 10, 20, 40 segments. Slow
only beside sending all at once. It ends at ssthresh, at a loss, or when the
receive window is full. Short transfers never leave it; for them RTT is all.)"},
    {"ssthresh", "slow start threshold", "RFC 5681 section 3.1, section 3.2",
     R"(Where slow start ends and careful growth begins. Starts high; at a loss it
becomes half of what was in flight (at least 2 segments). So it remembers
about how much the path could take last time. Not on the wire: in a plot of
bytes in flight it is the bend from steep to flat.)"},
    {"syn-cookie", "syn cookies, syn flood, syn cache, backlog", "RFC 4987 section 3.6",
     R"(Under a flood of SYNs a server keeps no state: it codes what it must remember
into the ISN of its SYN,ACK and reads it back from the ACK. Little fits: an
MSS out of a few values, and options only by way of timestamps. In a capture:
SYN,ACKs without wscale and sack from a server that usually has them.)"},
    {"tso", "gso, segmentation offload, large send offload, lso", "RFC 9293 section 3.7",
     R"(TCP segmentation offload: the host hands its card up to 64 KiB as one segment,
the card cuts it into pieces of mss. A capture in the sending host shows one
giant frame that never was on the wire, with a checksum not filled in. To see
the real packets, capture elsewhere or switch it off: ethtool -K eth0 tso off
gso off.)"},
};

}  // namespace

std::span<const Term> concepts_terms() {
    return kTerms;
}

}  // namespace glass::tools
