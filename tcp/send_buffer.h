// SendBuffer: what the application sent and the peer has not acknowledged, RFC 9293 section 3.10.2.
#pragma once

#include <algorithm>
#include <memory>

#include "tcp/octet_queue.h"
#include "tcp/seq.h"

namespace glass::tcp {

/// Addressed by sequence number: first() is that of the oldest octet kept, end() the one after the newest.
class SendBuffer {
public:
    explicit SendBuffer(std::size_t capacity) : capacity_(capacity) {}

    /// The number of the first octet that will be put in. Precondition: not acknowledged before.
    void starts_at(Seq first) { first_ = first; }

    /// Takes as many octets as there is room for, and returns how many.
    std::size_t push(ip::Bytes octets) {
        const ip::Bytes taken = ip::first(octets, room());
        queue_.push(taken);
        return taken.size();
    }

    /// Everything before `una` is acknowledged. A number beyond end() means all (SYN and FIN take numbers
    /// too).
    void acknowledged(Seq una) {
        if (una <= first_) return;
        const std::size_t n = std::min<std::size_t>(una - first_, queue_.size());
        queue_.drop(n);
        first_ += static_cast<std::uint32_t>(n);
    }

    /// The octets numbered [start, end), as far as they are here. Borrowed until the next call.
    [[nodiscard]] ip::Bytes octets(Seq start, Seq end) {
        const Seq from = start < first_ ? first_ : start;
        if (end <= from) return {};
        const ip::Bytes before_end = queue_.piece(from - first_, end - from);
        const std::size_t n = end - from - before_end.size();
        const ip::Bytes around = queue_.piece(from - first_ + before_end.size(), n);
        return around.empty() ? before_end : joined(before_end, around);
    }

    [[nodiscard]] Seq first() const { return first_; }
    [[nodiscard]] Seq end() const { return first_ + static_cast<std::uint32_t>(queue_.size()); }
    [[nodiscard]] std::size_t size() const { return queue_.size(); }
    [[nodiscard]] std::size_t room() const { return capacity_ - std::min(capacity_, queue_.size()); }
    [[nodiscard]] std::size_t memory() const { return queue_.memory() + (joined_ ? joined_->capacity() : 0); }
    /// Gives back the memory that an empty queue keeps.
    void trim() {
        queue_.trim();
        if (queue_.empty()) joined_.reset();
    }
    void clear() {
        queue_ = {};
        joined_.reset();
    }

private:
    ip::Bytes joined(ip::Bytes one, ip::Bytes other) {
        if (!joined_) joined_ = std::make_unique<ip::Buffer>();
        joined_->assign(one.begin(), one.end());
        joined_->insert(joined_->end(), other.begin(), other.end());
        return *joined_;
    }

    OctetQueue queue_;
    std::unique_ptr<ip::Buffer> joined_;  ///< what was asked for last and goes around the end of the ring
    Seq first_{};
    std::size_t capacity_;
};

}  // namespace glass::tcp
