// OctetQueue: octets in, octets out, always in one contiguous piece; what send and receive buffers are made
// of.
#pragma once

#include "ip/bytes.h"

namespace glass::tcp {

/// Takes no memory until something is put in, and keeps it until trim(). Each octet is
/// moved a constant number of times, amortised. Limits are the owner's matter.
class OctetQueue {
public:
    std::size_t size() const { return octets_.size() - head_; }
    bool empty() const { return size() == 0; }

    void push(ip::Bytes octets) {
        if (head_ > 0 && head_ >= octets_.size() / 2 && octets_.size() + octets.size() > octets_.capacity()) {
            octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(head_));
            head_ = 0;
        }
        octets_.insert(octets_.end(), octets.begin(), octets.end());
    }

    /// Octets from the `from`th on, at most `n`; borrowed until the next push() or drop().
    ip::Bytes view(std::size_t from, std::size_t n) const {
        return ip::first(ip::after(ip::Bytes(octets_).subspan(head_), from), n);
    }

    /// Forgets the first `n`. Precondition: there are as many.
    void drop(std::size_t n) {
        head_ += n;
        if (head_ < octets_.size()) return;
        head_ = 0;
        octets_.clear();
    }

    void clear() { drop(size()); }
    /// Gives the memory of an empty queue back. Not with every octet that leaves: those who send and read all
    /// the time would wait for the operating system five times as long as for anything else.
    void trim() {
        if (empty()) octets_ = ip::Buffer();  // {} would keep it
    }
    /// Octets of memory taken.
    std::size_t memory() const { return octets_.capacity(); }

private:
    ip::Buffer octets_;
    std::size_t head_ = 0;
};

}  // namespace glass::tcp
