// Lesson 10a: the retransmission queue and the send window. What each function must do is said in
// tcp/retransmission_queue.h.
#include "lessons/todo.h"
#include "tcp/retransmission_queue.h"
#include "tcp/tcb.h"

namespace glass::tcp {

// The queue is all_ from head_ on; base_ is the index of all_[head_]. at(), first(), last(), size(), empty(),
// first_index() and end_index() follow from these and are given, and so is compact(all_, head_).

Transmission& RetransmissionQueue::sent([[maybe_unused]] Seq start, [[maybe_unused]] Seq end,
                                        [[maybe_unused]] ip::Time now) {
    glass::todo("10a queue: something goes out for the first time");
}

Acknowledged RetransmissionQueue::acknowledged([[maybe_unused]] Seq una) {
    glass::todo("10a queue: an ACK takes off what lies before it");
}

RetransmissionQueue::Index RetransmissionQueue::first_from([[maybe_unused]] Seq seq) const {
    glass::todo("10a queue: the place of a sequence number");
}

// Before lost_ nothing is lost: it saves looking from the front each time.

bool RetransmissionQueue::mark_lost([[maybe_unused]] Index i, [[maybe_unused]] SendReason why) {
    glass::todo("10a queue: one is to be sent again");
}

RetransmissionQueue::Index RetransmissionQueue::next_lost() {
    glass::todo("10a queue: the first that is to be sent again");
}

void RetransmissionQueue::resent([[maybe_unused]] Index i, [[maybe_unused]] ip::Time now) {
    glass::todo("10a queue: one is sent again");
}

void RetransmissionQueue::split([[maybe_unused]] Index i, [[maybe_unused]] Seq where) {
    glass::todo("10a queue: two in place of one");
}

// snd.una and snd.wnd are SND.UNA and SND.WND.

std::uint32_t usable_window([[maybe_unused]] const SendSequence& snd, [[maybe_unused]] Seq from) {
    glass::todo("10a queue: what the window lets out");
}

std::uint32_t may_resend([[maybe_unused]] const SendSequence& snd, [[maybe_unused]] Seq start,
                         [[maybe_unused]] std::uint32_t whole) {
    glass::todo("10a queue: what the window lets out again");
}

}  // namespace glass::tcp
