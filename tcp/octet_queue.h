// OctetQueue: octets in, octets out, in a ring; what send and receive buffers are made of.
#pragma once

#include <algorithm>

#include "ip/bytes.h"

namespace glass::tcp {

/// Takes no memory until something is put in, and keeps it until trim(). Octets stay where they were put
/// until the ring has to grow. Limits are the owner's matter.
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
        size_ += octets.size();
    }

    /// Octets from the `from`th on, at most `n`, in one piece; borrowed until the next call of anything.
    ip::Bytes view(std::size_t from, std::size_t n) {
        const ip::Bytes before_end = piece(from, n);
        const ip::Bytes around = piece(from + before_end.size(), n - before_end.size());
        if (around.empty()) return before_end;
        joined_.assign(before_end.begin(), before_end.end());
        joined_.insert(joined_.end(), around.begin(), around.end());
        return joined_;
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
        head_ = place(n);
        size_ -= n;
        if (size_ == 0) head_ = 0;  // what was just used is in the cache
    }

    void clear() { drop(size()); }
    /// Gives the memory of an empty queue back. Not with every octet that leaves: those who send and read all
    /// the time would wait for the operating system five times as long as for anything else.
    void trim() {
        if (!empty()) return;
        ring_ = ip::Buffer();  // {} would keep it
        joined_ = ip::Buffer();
    }
    /// Octets of memory taken.
    std::size_t memory() const { return ring_.capacity() + joined_.capacity(); }

private:
    /// Of the octet that many after the first. Precondition: not more than the ring has.
    std::size_t place(std::size_t from) const {
        const std::size_t at = head_ + from;
        return at < ring_.size() ? at : at - ring_.size();
    }
    /// The same as view(), but not beyond the end of the ring.
    ip::Bytes piece(std::size_t from, std::size_t n) const {
        if (from >= size_) return {};
        return ip::first(ip::Bytes(ring_).subspan(place(from)), std::min(n, size_ - from));
    }
    void grow(std::size_t least) {
        ip::Buffer ring(std::max(least, 2 * ring_.size()));
        const std::size_t n = size_;
        (void)read(ring);
        ring_ = std::move(ring);
        head_ = 0;
        size_ = n;
    }

    ip::Buffer ring_;
    std::size_t head_ = 0;
    std::size_t size_ = 0;
    ip::Buffer joined_;  ///< what was asked for in one piece and goes around the end
};

}  // namespace glass::tcp
