// Glossary: the terms of the states of a TCP connection, RFC 9293 section 3.3.2.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"close-wait", "", "RFC 9293 section 3.3.2, section 3.6",
     R"(The peer has closed; we acknowledged its FIN and our program has not closed
yet. It may still send. Many sockets that stay in this state are the classic
bug: a program that reads "end of file" and forgets to close. In a capture:
FIN, ACK, then nothing.)"},
    {"closed", "", "RFC 9293 section 3.3.2, section 3.10.7.1",
     R"(No connection: nothing is remembered. Any segment but a RST that arrives here
is answered with a RST, which is how "connection refused" and the end of
half-open connections come about. A silent drop instead means that a firewall
stands in front.)"},
    {"closing", "", "RFC 9293 section 3.3.2, section 3.6",
     R"(Both ends sent FIN and the FINs crossed: we have the peer's, but no ACK of
ours yet. When it comes, TIME-WAIT. Lasts half a round trip, so it is rarely
noticed; in a capture two FINs go opposite ways, neither acknowledging the
other.)"},
    {"established", "estab", "RFC 9293 section 3.3.2, section 3.10.7.4",
     R"(The handshake is done and data flows both ways. A client enters it when
SYN,ACK arrives, a server half a round trip later, when the ACK does: if that
ACK is lost, the first data segment serves as well. Nothing need be sent: two
idle ends can stay here for weeks.)"},
    {"fin-wait-1", "fin_wait1", "RFC 9293 section 3.3.2, section 3.6",
     R"(We closed first: our FIN is out and not acknowledged. Its ACK leads to
FIN-WAIT-2; the peer's FIN with that ACK, straight to TIME-WAIT; the peer's
FIN without it, to CLOSING. Data of the peer is still taken. A FIN repeated
many times: the peer is gone.)"},
    {"fin-wait-2", "fin_wait2", "RFC 9293 section 3.3.2, section 3.6",
     R"(Our FIN is acknowledged, the peer's has not come: half-closed. It may send on
for as long as it likes. Where our program has gone altogether, systems give
up after a while (Linux: 60 s). If it stays here, look at the other end: its
program has not closed, it is in CLOSE-WAIT.)"},
    {"last-ack", "", "RFC 9293 section 3.3.2, section 3.6",
     R"(We closed second: our FIN is out, and its ACK ends everything, without
TIME-WAIT on this side. If it is lost, the FIN is sent again and the other
side, in TIME-WAIT, repeats the ACK. A FIN repeated without an answer here:
the other side has forgotten already, often behind a firewall.)"},
    {"listen", "listening, passive open, passive", "RFC 9293 section 3.3.2, section 3.10.7.2",
     R"(A server waits for a SYN on its port. The SYN makes a new connection in
SYN-RECEIVED, while the listener itself stays. An ACK here is answered with a
RST, a RST is ignored. The number of connections that are open but not yet
accepted by the program is limited; when that queue is full, SYNs or their
ACKs are dropped.)"},
    {"state", "states, state machine, state diagram, connection state", "RFC 9293 section 3.3.2",
     R"(Where an end is in the life of its connection; each end has its own. Opening:
CLOSED, LISTEN, SYN-SENT, SYN-RECEIVED, ESTABLISHED. Closing first:
FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT, or CLOSING if FINs cross. Closing second:
CLOSE-WAIT, LAST-ACK. It is in no packet, but SYN, FIN, RST and their ACKs
drive it, so a capture shows it.)"},
    {"syn-received", "syn-rcvd, syn_recv", "RFC 9293 section 3.3.2, section 3.10.7.4",
     R"(A SYN came, SYN,ACK was sent, its ACK is awaited. SYN,ACK repeated several
times: the client does not hear it, or was never there and its address is
forged. Many connections stuck here are a SYN flood. Data that arrives with
the last ACK is fine.)"},
    {"syn-sent", "active open", "RFC 9293 section 3.3.2, section 3.10.7.3",
     R"(The client sent a SYN and waits. SYN,ACK: on to ESTABLISHED. RST with the
right ack: refused. Nothing: the SYN is repeated after 1, 2, 4 ... seconds and
given up after a minute or more. Only a SYN: both opened at once, go to
SYN-RECEIVED.)"},
    {"time-wait", "", "RFC 9293 section 3.3.2, section 3.6.1, RFC 1337",
     R"(The end that closed first waits, after all is done, twice the segment lifetime
(4 minutes by the RFC, 60 s on Linux). It can repeat the last ACK, and old
segments die out before the ports serve again. Thousands of them on a busy
client or proxy are normal; they cost ports, little else. A RST does not cut
it short in good stacks.)"},
};

}  // namespace

std::span<const Term> states_terms() {
    return kTerms;
}

}  // namespace glass::tools
