// OctetQueue: octets in, octets out, in a ring; what send and receive buffers are made of.
#pragma once

#include <algorithm>

#include "ip/bytes.h"

namespace glass::tcp {

/// Takes no memory until something is put in, and keeps it until trim(). Octets stay where they were put
/// until the ring has to grow. Limits are the owner's matter; 4 GiB at the most.
class OctetQueue {
public:
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    void push(ip::Bytes octets) {
        if (octets.empty()) return;
        if (size_ + octets.size() > ring_.size()) grow(size_ + octets.size());
        const std::size_t at = place(size_);
        const ip::Bytes before_end = ip::first(octets, ring_.size() - at);
        std::memcpy(&ring_[at], before_end.data(), before_end.size());
        const ip::Bytes around = ip::after(octets, before_end.size());
        if (!around.empty()) std::memcpy(ring_.data(), around.data(), around.size());
        size_ += static_cast<std::uint32_t>(octets.size());
    }

    /// Octets from the `from`th on, at most `n` and at most up to the end of the ring; borrowed until the
    /// next call of anything. Empty: there are none.
    ip::Bytes piece(std::size_t from, std::size_t n) const {
        if (from >= size_) return {};
        return ip::first(ip::Bytes(ring_).subspan(place(from)), std::min(n, size() - from));
    }

    /// Hands over, and forgets. Returns how many octets.
    std::size_t read(std::span<std::uint8_t> out) {
        std::size_t n = 0;
        for (ip::Bytes next; !(next = piece(0, out.size() - n)).empty(); drop(next.size())) {
            std::memcpy(&out[n], next.data(), next.size());
            n += next.size();
        }
        return n;
    }

    /// Forgets the first `n`. Precondition: there are as many.
    void drop(std::size_t n) {
        head_ = static_cast<std::uint32_t>(place(n));
        size_ -= static_cast<std::uint32_t>(n);
        if (size_ == 0) head_ = 0;  // what was just used is in the cache
    }

    void clear() { drop(size()); }
    /// Gives the memory of an empty queue back. Not with every octet that leaves: those who send and read all
    /// the time would wait for the operating system five times as long as for anything else.
    void trim() {
        if (empty()) ring_ = ip::Buffer();  // {} would keep it
    }
    /// Octets of memory taken.
    std::size_t memory() const { return ring_.capacity(); }

private:
    /// Of the octet that many after the first. Precondition: not more than the ring has.
    std::size_t place(std::size_t from) const {
        const std::size_t at = head_ + from;
        return at < ring_.size() ? at : at - ring_.size();
    }
    void grow(std::size_t least) {
        ip::Buffer ring(std::max(least, 2 * ring_.size()));
        const std::uint32_t n = size_;
        (void)read(ring);
        ring_ = std::move(ring);
        head_ = 0;
        size_ = n;
    }

    ip::Buffer ring_;
    std::uint32_t head_ = 0;  ///< where the first octet is
    std::uint32_t size_ = 0;
};

}  // namespace glass::tcp
