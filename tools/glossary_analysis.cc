// Glossary: the terms of the judgements on TCP segments, RFC 5681 and RFC 9293 section 3.8.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"ack_lost_segment", "acked unseen segment, acked lost segment", "RFC 9293 section 3.4",
     R"(The ACK covers octets that are not in the capture. Since the receiver has
them, they were not lost in the network: the capture missed them (overloaded
host, mirror port that drops, capture begun late, or only one direction
taken). Many of these: do not trust loss figures from this file.)"},
    {"analysis", "label, labels, tcp.mark", "RFC 9293 section 3.10.7.4, RFC 5681 section 3.2",
     R"(What Glass concluded about a segment from those before it: retransmission,
duplicate_ack, zero_window and so on, named as Wireshark does. None of it is
in the packet. It is a judgement from one place of capture: near the sender
you see repeats, near the receiver you see holes. "glass why FILE N" gives the
frames that prove it.)"},
    {"duplicate_ack", "dup-ack, dupack", "RFC 5681 section 2",
     R"(An ACK with no data, same ack, same window, while data is on its way: a
segment arrived, but not the one expected. Each says "I still wait for octet
ack". Three of them make the sender repeat it at once; one or two may be mere
reordering. Look at sack for what did arrive. Trap: a keep-alive answer looks
alike and is not.)"},
    {"fast_retransmission", "fast-rexmit", "RFC 5681 section 3.2",
     R"(A repeat that did not wait for the timer: duplicate ACKs showed that later
data arrives and this segment does not. TCP needs three of them (or SACK says
as much). One loss repaired this way costs a round trip, no silence.
Wireshark's rule: two or more duplicate ACKs ask for exactly this octet, the
last at most 20 ms before.)"},
    {"keep_alive", "keepalive, so_keepalive", "RFC 9293 section 3.8.4",
     R"(A segment with 0 or 1 octet and a seq one below the next: old data on purpose,
so that the peer must answer. It finds dead peers and keeps address
translators from forgetting the connection. Off by default, first after 2
hours, unless programs set it. Trap: it looks like a retransmission of one
octet. HTTP keep-alive is another thing.)"},
    {"keep_alive_ack", "keepalive ack", "RFC 9293 section 3.8.4",
     R"(The answer to a keep-alive: an ACK with the seq, ack and window as before. The
peer's TCP is alive; whether its program still is, nobody asked. It is not a
duplicate ACK and means no loss. If keep-alives get no answer several times,
the connection is given up with a RST.)"},
    {"lost_segment", "previous segment not captured", "RFC 9293 section 3.4",
     R"(This segment's seq is beyond the next one expected: something before it was
not captured. Either it was lost before this point (then duplicate ACKs and a
retransmission follow), or the capture missed it (then the receiver just goes
on acknowledging, see ack_lost_segment). It says nothing bad of the segment it
is attached to.)"},
    {"out_of_order", "reordering, reordered", "RFC 5681 section 4.2, RFC 8985 section 3",
     R"(Older octets after newer ones, so soon (less than a round trip; 3 ms where
none is known) that the sender cannot be repeating: packets overtook each
other on the way. The receiver keeps what came early and acknowledges at once.
The hard part is telling it from retransmission: compare the time since the
hole appeared, and ip.id.)"},
    {"retransmission", "retransmit, rexmit, retransmissions, retransmitted_bytes",
     "RFC 6298 section 5, RFC 9293 section 3.8.1",
     R"(The segment carries octets (or a SYN or FIN) that were sent before: the sender
heard no acknowledgment in time. Look how long after the first copy: one rto
or more is a time-out, and the gap doubles each time. Causes: loss of the
data, loss of the ACK, or a dead peer. Trap: in an "any" capture one packet
may just be seen twice.)"},
    {"reused_ports", "port reuse, ports reused", "RFC 9293 section 3.6.1, RFC 6191 section 2",
     R"(A SYN with the same addresses and ports as an earlier connection, but a new
ISN: a new connection, counted as a new stream. Normal where a client opens
many connections, or a program fixes its source port. Sent too soon it may
meet the old one in TIME-WAIT: look whether the answer is SYN,ACK, a bare ACK
or nothing.)"},
    {"spurious_retransmission", "spurious", "RFC 5682 section 1, RFC 2883 section 4",
     R"(Sent again although the other side had acknowledged these octets already, as
the capture shows. The sender's timer was too short, or the ACK was late or
lost beyond the point of capture. The receiver answers with an ACK, possibly
with a dsack. A few do no harm; many mean that delay jumps (wireless, a full
buffer).)"},
    {"window_full", "", "RFC 9293 section 3.8.6",
     R"(This segment fills the receiver's window to the last octet: the sender may
send no more until an ACK or window update comes. The receiver, or the size of
its buffer, limits the speed now, and not the network. Often a zero_window
follows. If it comes at a window of 64 KiB over a long path, check wscale.)"},
    {"window_update", "", "RFC 9293 section 3.8.6.2.2",
     R"(An ACK that repeats ack and changes only the window: the program has read,
there is room again. After zero_window it is what lets the sender go on; it is
not repeated if lost, hence the persist timer. Many of them: the reader takes
data in small pieces.)"},
    {"zero_window", "window zero", "RFC 9293 section 3.8.6.1",
     R"(The receiver says "stop, my buffer is full": window 0 in a segment that is no
SYN, FIN or RST. Its program does not read fast enough; the network is fine.
The sender then probes from time to time. Look how long until a window_update:
that is how long the program slept. In a RST, window 0 means nothing.)"},
    {"zero_window_probe", "window probe", "RFC 9293 section 3.8.6.1",
     R"(One octet sent although the window is 0: the sender asks whether there is room
by now, first after about one rto, then at doubling intervals. Without it, a
lost window update would leave both ends waiting for ever. It can go on for
hours: as long as it is answered, the connection is alive.)"},
    {"zero_window_probe_ack", "", "RFC 9293 section 3.8.6.1",
     R"(The answer to a zero-window probe while there is still no room: same ack,
window 0. The octet of the probe was not taken and will come again. It proves
that the host is alive and its program is not reading; look there, not at the
network.)"},
};

}  // namespace

std::span<const Term> analysis_terms() {
    return kTerms;
}

}  // namespace glass::tools
