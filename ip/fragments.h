// Reassembly: which datagram a fragment belongs to, how long to wait for the rest, and what it may cost. RFC
// 791 section 3.2, RFC 8200 section 4.5, RFC 6946; limits after RFC 8900.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "ip/datagram.h"
#include "ip/fragmentation.h"
#include "ip/time.h"

namespace glass::ip {

struct FragmentLimits {
    OverlapPolicy overlap_v4 = OverlapPolicy::must_agree;
    OverlapPolicy overlap_v6 = OverlapPolicy::forbidden;
    Duration timeout_v4 =
        std::chrono::seconds(30);  ///< as other stacks do; RFC 1122 3.3.2 asks for 60 to 120
    Duration timeout_v6 = std::chrono::seconds(60);  ///< RFC 8200 4.5
    std::size_t memory = std::size_t{16} << 20;      ///< octets in all, bookkeeping included
    std::size_t memory_per_source = std::size_t{4} << 20;
    /// Of one datagram. The smallest IPv4 MTU, 68, makes at most 1366.
    std::size_t fragments = 2048;
};

/// RFC 791: source, destination, protocol and identification; RFC 8200: without the protocol.
struct FragmentKey {
    Address src{};
    Address dst{};
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;  ///< 0 over IPv6

    auto operator<=>(const FragmentKey&) const = default;
};

[[nodiscard]] std::string_view to_string(FragmentDrop why);

/// What became of a fragment.
struct FragmentOutcome {
    enum class Status : std::uint8_t { waiting, complete, dropped };
    Status status = Status::waiting;
    FragmentDrop why = FragmentDrop::none;
    // Complete: the rest, borrowed from the reassembler until its next add(); from the fragment, where it was
    // all.
    std::uint8_t protocol = 0;  ///< of the whole
    Bytes header{};             ///< of the fragment at offset 0, as its Fragment::header was; may be empty
    Bytes payload{};
    std::span<const std::uint64_t> frames{};  ///< in the order of their offsets
};

/// A datagram that never was complete.
struct GivenUp {
    FragmentKey key;
    Buffer first_packet;  ///< header and data of the fragment at offset 0, for ICMP to quote; empty: it did
                          ///< not come
    std::vector<std::uint64_t> frames;  ///< in the order of their offsets
};

struct FragmentCounts {
    std::uint64_t complete = 0;   ///< datagrams
    std::uint64_t timed_out = 0;  ///< datagrams
    std::uint64_t evicted = 0;    ///< datagrams given up for want of memory
    std::uint64_t dropped = 0;    ///< fragments
};

/// Puts datagrams together. Every operation takes time logarithmic in what is held; what is held is bounded.
class FragmentReassembler {
public:
    explicit FragmentReassembler(const FragmentLimits& limits = {}) : limits_(limits) {}
    FragmentReassembler(const FragmentReassembler&) = delete;  // its tables point into each other
    FragmentReassembler& operator=(const FragmentReassembler&) = delete;

    /// `frame` is any number the caller knows the fragment by. Octets are copied. The oldest datagrams, of
    /// this source first, are given up where memory runs out.
    FragmentOutcome add(const Fragment& fragment, Time now, std::uint64_t frame);

    /// Gives up what began longer ago than its timeout, oldest first. Call before add() with the same time.
    std::vector<GivenUp> expire(Time now);
    /// When expire() will next have something to do.
    [[nodiscard]] std::optional<Time> deadline() const;

    std::size_t pending() const { return pending_.size(); }
    std::size_t memory() const { return memory_; }
    const FragmentCounts& counts() const { return counts_; }

private:
    struct Pending {
        FragmentPieces pieces;
        Buffer header;  ///< of the fragment at offset 0
        std::uint8_t protocol = 0;
        bool dropped = false;  ///< kept without pieces, so that what comes later is dropped as well
        std::uint64_t age = 0;
        Time deadline;
        std::size_t memory = 0;
    };
    using Table = std::map<FragmentKey, Pending>;
    struct Source {
        std::size_t memory = 0;
        std::set<std::uint64_t> ages;
    };

    Table::iterator find_or_begin(const FragmentKey& key, Time now);
    FragmentDrop insert(Pending& pending, const Fragment& fragment, std::uint64_t frame) const;
    FragmentOutcome drop(FragmentDrop why);
    FragmentOutcome complete(Table::iterator at);
    FragmentOutcome complete_alone(const Fragment& fragment, std::uint64_t frame);
    void bury(Table::iterator at);
    void account(Table::iterator at, std::size_t memory);
    bool make_room(Table::iterator keep);
    void erase(Table::iterator at);

    FragmentLimits limits_;
    Table pending_;
    std::map<Address, Source> sources_;
    std::map<std::uint64_t, Table::iterator> by_age_;
    std::set<std::pair<Time, std::uint64_t>> by_deadline_;
    std::uint64_t next_age_ = 0;
    std::size_t memory_ = 0;
    FragmentCounts counts_;
    Buffer whole_;
    Buffer whole_header_;
    std::vector<std::uint64_t> whole_frames_;
};

}  // namespace glass::ip
