// Lesson 11: the handshake and the state machine. What each function does is said in tcp/state_machine.h, and
// of close() in tcp/connection.h.
#include "lessons/todo.h"
#include "tcp/ack_arrives.h"
#include "tcp/connection.h"
#include "tcp/negotiation.h"
#include "tcp/opening.h"
#include "tcp/reset.h"
#include "tcp/state_machine.h"
#include "tcp/text_arrives.h"

namespace glass::tcp {

void arrives_in_listen([[maybe_unused]] Tcb& tcb, [[maybe_unused]] const Arrival& arrival) {
    glass::todo("11 state machine: a segment in LISTEN");
}

void arrives_in_syn_sent([[maybe_unused]] Tcb& tcb, [[maybe_unused]] const Arrival& arrival) {
    glass::todo("11 state machine: a segment in SYN-SENT");
}

bool check_reset([[maybe_unused]] Tcb& tcb, [[maybe_unused]] const Arrival& arrival) {
    glass::todo("11 state machine: RST");
}

bool check_syn([[maybe_unused]] Tcb& tcb, [[maybe_unused]] const Arrival& arrival) {
    glass::todo("11 state machine: SYN where there is a connection already");
}

bool ack_of_syn_arrives([[maybe_unused]] Tcb& tcb, [[maybe_unused]] const Arrival& arrival) {
    glass::todo("11 state machine: the ACK in SYN-RECEIVED");
}

bool ack_of_fin_arrives([[maybe_unused]] Tcb& tcb, [[maybe_unused]] const Arrival& arrival) {
    glass::todo("11 state machine: the ACK of our FIN");
}

void fin_arrives([[maybe_unused]] Tcb& tcb, [[maybe_unused]] ip::Time now) {
    glass::todo("11 state machine: the peer's FIN");
}

Connection::Done Connection::close() {
    glass::todo("11 state machine: CLOSE");
}

}  // namespace glass::tcp
