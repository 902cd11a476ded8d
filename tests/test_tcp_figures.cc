// The figures of RFC 9293, sections 3.5 and 3.6, from either side.
#include <doctest/doctest.h>

#include "tests/script.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Script;

constexpr ip::Duration kTwoMsl = 4min;

}  // namespace

TEST_CASE("figure 6: the three-way handshake, the active side") {
    Script script;
    script.opens().is(State::syn_sent).sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1}).is(State::established);
    script.sends({.flags = ACK, .seq = 1, .ack = 1}).sends_nothing();
    script.writes("data").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "data"});
}

TEST_CASE("figure 6: the three-way handshake, the passive side; the last ACK may bring data") {
    Script script;
    script.listens().is(State::listen);
    script.arrives({.flags = SYN, .seq = 0}).is(State::syn_received);
    script.sends({.flags = SYN | ACK, .seq = 0, .ack = 1});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "data"}).is(State::established);
    script.reads("data").sends({.flags = ACK, .seq = 1, .ack = 5});
}

TEST_CASE("figure 7: simultaneous open (MUST-10)") {
    Script script;
    script.opens().sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = SYN, .seq = 0}).is(State::syn_received);
    script.sends({.flags = SYN | ACK, .seq = 0, .ack = 1});
    script.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1}).is(State::established);
    script.sends({.flags = ACK, .seq = 1, .ack = 1}).sends_nothing();
}

TEST_CASE(
    "figure 7: simultaneous open, where the peer's SYN,ACK is lost and only its ACK arrives (MUST-10)") {
    Script script;
    script.opens().sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .seq = 0, .ack = 1});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1}).is(State::established).sends_nothing();
}

TEST_CASE("figure 8: an old duplicate SYN is answered, reset by the peer, and LISTEN goes on (MUST-11)") {
    Script script;
    script.listens().arrives({.flags = SYN, .seq = 90}).is(State::syn_received);
    script.sends({.flags = SYN | ACK, .seq = 0, .ack = 91});
    script.arrives({.flags = RST, .seq = 91}).is(State::listen).sends_nothing();
    script.arrives({.flags = SYN, .seq = 100}).sends({.flags = SYN | ACK, .seq = 0, .ack = 101});
    script.arrives({.flags = ACK, .seq = 101, .ack = 1}).is(State::established);
}

TEST_CASE("figure 8, the other side: an ACK of another's SYN is answered with RST") {
    Script script;
    script.opens().sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = SYN | ACK, .seq = 300, .ack = 91}).is(State::syn_sent);
    script.sends({.flags = RST, .seq = 91}).sends_nothing();
    script.arrives({.flags = SYN | ACK, .seq = 400, .ack = 1}).is(State::established);
}

TEST_CASE("MUST-11: a RST in SYN-RECEIVED after an active OPEN means refused") {
    Script script;
    script.opens().sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .seq = 0, .ack = 1});
    script.arrives({.flags = RST, .seq = 1}).ended(Ending::refused).sends_nothing();
}

TEST_CASE("figure 9: half-open, the side that is still synchronized answers the SYN with an ACK") {
    Script script;
    script.established().arrives({.flags = SYN, .seq = 400, .window = 1000}).is(State::established);
    script.sends({.flags = ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = RST, .seq = 1}).ended(Ending::reset).sends_nothing();
}

TEST_CASE("figure 9: half-open, the side that crashed resets the answer and opens again") {
    Script script;
    script.opens().sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = ACK, .seq = 300, .ack = 100}).is(State::syn_sent);
    script.sends({.flags = RST, .seq = 100}).sends_nothing();
    script.passes(1s).sends({.flags = SYN, .seq = 0});
}

TEST_CASE("figure 10: data from a half-open connection finds none: RST") {
    Script script;
    script.arrives({.flags = ACK, .seq = 300, .ack = 100, .text = "data"});
    script.sends({.flags = RST, .seq = 100}).sends_nothing().is(State::closed);
}

TEST_CASE("figure 11: an old duplicate SYN,ACK at LISTEN is reset, and LISTEN goes on") {
    Script script;
    script.listens().arrives({.flags = SYN | ACK, .seq = 300, .ack = 100}).is(State::listen);
    script.sends({.flags = RST, .seq = 100}).sends_nothing();
}

TEST_CASE("figure 12: normal close, the side that closes first (MUST-13)") {
    Script script;
    script.established().closes().is(State::fin_wait_1);
    script.sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = ACK, .seq = 1, .ack = 2}).is(State::fin_wait_2);
    script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 2}).is(State::time_wait);
    script.sends({.flags = ACK, .seq = 2, .ack = 2});
    script.passes(kTwoMsl - 1ms).is(State::time_wait);
    script.passes(1ms).sends_nothing().ended(Ending::closed);
}

TEST_CASE("figure 12: normal close, the side that closes second (MUST-12)") {
    Script script;
    script.established().arrives({.flags = FIN | ACK, .seq = 1, .ack = 1}).is(State::close_wait);
    script.sends({.flags = ACK, .seq = 1, .ack = 2});
    script.closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 2}).is(State::last_ack);
    script.arrives({.flags = ACK, .seq = 2, .ack = 2}).ended(Ending::closed).sends_nothing();
}

TEST_CASE("figure 13: simultaneous close") {
    Script script;
    script.established().closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 1}).is(State::closing);
    script.sends({.flags = ACK, .seq = 2, .ack = 2});
    script.arrives({.flags = ACK, .seq = 2, .ack = 2}).is(State::time_wait).sends_nothing();
    script.passes(kTwoMsl).sends_nothing().ended(Ending::closed);
}

TEST_CASE("a FIN that acknowledges ours leads from FIN-WAIT-1 to TIME-WAIT; a FIN there starts it again") {
    Script script;
    script.established().closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 2}).is(State::time_wait);
    script.sends({.flags = ACK, .seq = 2, .ack = 2}).passes(kTwoMsl - 1s);
    script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 2}).sends({.flags = ACK, .seq = 2, .ack = 2});
    script.passes(kTwoMsl - 1s).is(State::time_wait);
}

TEST_CASE("a FIN with the ACK of our SYN leads from SYN-RECEIVED through ESTABLISHED to CLOSE-WAIT") {
    Script script;
    script.listens().arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .seq = 0, .ack = 1});
    script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 1, .text = "hi"}).is(State::close_wait).reads("hi");
    CHECK((script.connection.take_events() & (kOpened | kFinished)) == (kOpened | kFinished));
    script.sends({.flags = ACK, .seq = 1, .ack = 4});
}

TEST_CASE("CLOSE in SYN-RECEIVED sends its FIN once the connection is open; in SYN-SENT it ends it") {
    Script script;
    script.listens().arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .seq = 0, .ack = 1});
    script.writes("bye").closes().sends_nothing().is(State::syn_received);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1}).is(State::fin_wait_1);
    script.sends({.flags = FIN | PSH | ACK, .seq = 1, .ack = 1, .text = "bye"});
    Script opening;
    opening.opens().sends({.flags = SYN, .seq = 0}).closes().ended(Ending::aborted).sends_nothing();
}

TEST_CASE("text in a SYN is not acknowledged and comes again; in a SYN,ACK it counts") {
    Script asked;
    asked.listens().arrives({.flags = SYN, .seq = 0, .text = "early"});
    asked.sends({.flags = SYN | ACK, .seq = 0, .ack = 1}).arrives({.flags = ACK, .seq = 1, .ack = 1});
    asked.reads("").arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "early"}).reads("early");
    Script opening;
    opening.opens().sends({.flags = SYN, .seq = 0});
    opening.arrives({.flags = SYN | ACK | FIN, .seq = 0, .ack = 1, .text = "hi"}).is(State::close_wait);
    opening.reads("hi").sends({.flags = ACK, .seq = 1, .ack = 4});
}

TEST_CASE("half-close: CLOSE ends one direction, the other goes on") {
    Script script;
    script.established().writes("question").closes();
    script.sends({.flags = FIN | ACK | PSH, .seq = 1, .ack = 1, .text = "question"});
    script.arrives({.flags = ACK, .seq = 1, .ack = 10}).is(State::fin_wait_2);
    script.arrives({.flags = ACK, .seq = 1, .ack = 10, .text = "answer"}).reads("answer");
    script.sends({.flags = ACK, .seq = 10, .ack = 7});
    script.arrives({.flags = FIN | ACK, .seq = 7, .ack = 10}).is(State::time_wait);
}
