// ReceiveBuffer: what arrived and the application has not taken, in order, and what arrived before its turn,
// RFC 9293 sections 3.10.3 and 3.10.7.4.
#pragma once

#include <span>

#include "tcp/octet_queue.h"
#include "tcp/reassembler.h"

namespace glass::tcp {

/// Offsets count from the first octet after the SYN. Its memory is bounded by about three times its capacity,
/// whatever segments come.
class ReceiveBuffer : private ReassemblySink {
public:
    explicit ReceiveBuffer(std::uint32_t capacity) : capacity_(capacity) {}

    /// A segment's text, inside the window. Where it would take too much memory to hold, what lies behind it
    /// is forgotten, or else it is: all of that comes again, and what is wanted first makes the connection go
    /// on.
    void insert(std::uint64_t offset, ip::Bytes octets) {
        const bool in_order = offset <= reassembler_.next();
        if (in_order || reassembler_.make_room(most_held(), offset))
            reassembler_.insert(offset, octets, 0, *this);
    }
    /// A FIN. False for one that contradicts an earlier one, or what has come already.
    bool finish_at(std::uint64_t offset) { return reassembler_.finish_at(offset, *this); }

    /// Hands over, in order, and forgets. Returns how many octets.
    std::size_t read(std::span<std::uint8_t> out) {
        const std::size_t n = queue_.read(out);
        read_ += n;
        return n;
    }
    /// Gives back the memory that an empty queue keeps.
    void trim() { queue_.trim(); }
    void clear() { queue_ = {}; }
    /// Forgets what came before its turn.
    void drop_held() { reassembler_ = Reassembler(); }

    [[nodiscard]] std::size_t size() const { return queue_.size(); }
    [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
    [[nodiscard]] std::uint32_t room() const {
        return capacity_ - static_cast<std::uint32_t>(std::min<std::size_t>(capacity_, queue_.size()));
    }
    /// The offset expected next, and that of the next octet to be read.
    [[nodiscard]] std::uint64_t next() const { return reassembler_.next(); }
    [[nodiscard]] std::uint64_t read_so_far() const { return read_; }
    /// All octets before the FIN have arrived.
    [[nodiscard]] bool ended() const { return reassembler_.ended(); }
    /// The FIN has come, and stands at this offset.
    [[nodiscard]] bool ends_at(std::uint64_t offset) const { return reassembler_.end() == offset; }
    [[nodiscard]] bool has_hole() const { return reassembler_.has_hole(); }
    [[nodiscard]] std::size_t blocks(std::span<StreamRange> out) const { return reassembler_.blocks(out); }
    [[nodiscard]] std::size_t memory() const { return queue_.memory() + reassembler_.memory(); }

private:
    void on_data(std::uint64_t, ip::Bytes octets, std::uint64_t) override { queue_.push(octets); }
    void on_gap(std::uint64_t, std::uint64_t) override {}

    [[nodiscard]] std::size_t most_held() const { return 2 * std::size_t{capacity_} + 16 * 1024; }

    Reassembler reassembler_;
    OctetQueue queue_;
    std::uint64_t read_ = 0;
    std::uint32_t capacity_;
};

}  // namespace glass::tcp
