#include "tcp/reassembler.h"

#include <algorithm>
#include <utility>

namespace glass::tcp {

/// Lets out what has become due, and tells the budget how things are now.
void Reassembler::settle(ReassemblySink& sink) {
    let_out(sink);
    if (!held_) return;
    if (held_->octets.empty()) {
        release();
    } else if (budget_) {
        budget_->settle(held_->account, held_->octets.memory(), held_->octets.first_hole(), *this);
    }
}

bool Reassembler::make_room(std::size_t most, std::uint64_t offset) {
    while (memory() > most) {
        const std::uint64_t last = std::prev(held_->octets.end())->first;
        if (last < offset) return false;
        held_->octets.truncate(last);
        if (held_->octets.empty()) release();
    }
    if (held_ && budget_)
        budget_->settle(held_->account, held_->octets.memory(), held_->octets.first_hole(), *this);
    return true;
}

void Reassembler::give_up_hole(ReassemblySink& sink) {
    if (held_) {
        give_up_before(held_->octets.first_block().start, sink);
    } else if (end_ != kNoEnd) {
        give_up_before(end_, sink);
    }
}

void Reassembler::give_up_before(std::uint64_t offset, ReassemblySink& sink) {
    offset = std::min(offset, end_);
    while (next_ < offset) {
        const std::uint64_t hole = next_;
        next_ = held_ ? std::min(offset, held_->octets.first_block().start) : offset;
        sink.on_gap(hole, next_ - hole);
        settle(sink);
    }
}

void Reassembler::flush(ReassemblySink& sink) {
    while (has_hole()) give_up_hole(sink);
}

void Reassembler::release() {
    if (held_ && budget_) budget_->settle(held_->account, 0, 0, *this);
    held_.reset();
}

Reassembler::~Reassembler() {
    release();
}

Reassembler::Reassembler(Reassembler&& other) noexcept
    : Reassembler(other.policy_, other.budget_, other.id_) {
    *this = std::move(other);
}

Reassembler& Reassembler::operator=(Reassembler&& other) noexcept {
    if (this == &other) return *this;
    release();
    next_ = other.next_;
    end_ = other.end_;
    beyond_end_ = other.beyond_end_;
    budget_ = other.budget_;
    id_ = other.id_;
    held_ = std::move(other.held_);
    policy_ = other.policy_;
    if (held_ && budget_) budget_->moved(held_->account, *this);
    return *this;
}

}  // namespace glass::tcp
