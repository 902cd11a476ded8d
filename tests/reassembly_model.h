// Reassembly the obvious way, to compare tcp::Reassembler with: one entry an octet, and nothing clever.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tcp/reassembler.h"

namespace glass::tests {

/// What came out of a stream, as few entries as can be: adjacent octets of one frame are one, as are gaps.
struct StreamEvents {
    struct Stretch {
        bool gap = false;
        std::uint64_t offset = 0, length = 0;
        std::string octets{};
        std::uint64_t frame = 0;
        bool operator==(const Stretch&) const = default;
    };
    struct Conflict {
        std::uint64_t offset, length, kept, other;
        bool operator==(const Conflict&) const = default;
    };
    std::vector<Stretch> stretches{};
    std::vector<Conflict> conflicts{};
    std::vector<std::uint64_t> ends{};

    bool operator==(const StreamEvents&) const = default;

    void add(Stretch s) {
        Stretch* last = stretches.empty() ? nullptr : &stretches.back();
        if (last && last->gap == s.gap && last->frame == s.frame && last->offset + last->length == s.offset) {
            last->octets += s.octets;
            last->length += s.length;
        } else {
            stretches.push_back(std::move(s));
        }
    }
    /// All octets, gaps left out.
    std::string octets() const {
        std::string all;
        for (const Stretch& s : stretches) all += s.octets;
        return all;
    }
};

/// A sink that writes down what comes, and whether it comes in order and only once.
class StreamLog final : public tcp::ReassemblySink {
public:
    StreamEvents events;
    bool in_order = true;
    std::uint64_t next = 0;
    const std::uint8_t* last_data = nullptr;  ///< where the octets of the last on_data() were

    void on_data(std::uint64_t offset, ip::Bytes octets, std::uint64_t frame) override {
        advance(offset, octets.size());
        last_data = octets.data();
        events.add({.offset = offset,
                    .length = octets.size(),
                    .octets = {octets.begin(), octets.end()},
                    .frame = frame});
    }
    void on_gap(std::uint64_t offset, std::uint64_t length) override {
        advance(offset, length);
        events.add({.gap = true, .offset = offset, .length = length});
    }
    void on_conflict(std::uint64_t offset, std::uint64_t length, std::uint64_t kept,
                     std::uint64_t other) override {
        events.conflicts.push_back({offset, length, kept, other});
    }
    void on_end(std::uint64_t offset) override {
        advance(offset, 1);
        events.ends.push_back(offset);
    }

private:
    void advance(std::uint64_t offset, std::uint64_t length) {
        in_order = in_order && offset == next && length > 0 && events.ends.empty();
        next = offset + length;
    }
};

class ReassemblyModel {
public:
    explicit ReassemblyModel(tcp::OverlapPolicy policy) : policy_(policy) {}

    StreamEvents events{};
    std::uint64_t next = 0;
    std::optional<std::uint64_t> end{};
    std::uint64_t beyond_end = 0;

    void insert(std::uint64_t offset, ip::Bytes octets, std::uint64_t frame) {
        // Its range without what is out, and without what lies beyond the end.
        std::uint64_t from = offset, to = offset;
        for (std::size_t i = 0; i < octets.size(); ++i) {
            if (to < limit() && to >= offset) {
                ++to;
            } else {
                ++beyond_end;
            }
        }
        from = std::max(from, next);
        if (from >= to) return;
        std::vector<bool> differs;
        for (std::uint64_t at = from; at < to; ++at) {
            const Octet newer{octets[at - offset], frame, {from, to}};
            const auto [place, is_new] = held_.try_emplace(at, newer);
            differs.push_back(!is_new && place->second.value != newer.value);
            losers_[at] = is_new ? frame : place->second.frame;
            kept_[at] = losers_[at];
            if (is_new || !tcp::newer_wins(policy_, place->second.segment, {from, to})) continue;
            place->second = newer;
            kept_[at] = frame;
        }
        report_conflicts(from, to, frame, differs);
        let_out();
    }

    bool finish_at(std::uint64_t offset) {
        if (end) return *end == offset;
        if (offset < next || offset == limit()) return false;
        end = offset;
        const auto dropped = held_.lower_bound(offset);
        beyond_end += static_cast<std::uint64_t>(std::distance(dropped, held_.end()));
        held_.erase(dropped, held_.end());
        let_out();
        return true;
    }

    void give_up_before(std::uint64_t offset) {
        offset = std::min(offset, limit());
        while (next < offset) {
            const std::uint64_t hole = next;
            next = held_.empty() ? offset : std::min(offset, held_.begin()->first);
            events.add({.gap = true, .offset = hole, .length = next - hole});
            let_out();
        }
    }
    void give_up_hole() {
        if (!held_.empty()) {
            give_up_before(held_.begin()->first);
        } else if (end) {
            give_up_before(*end);
        }
    }

    std::size_t buffered() const { return held_.size(); }
    /// In the order of their offsets.
    std::vector<tcp::StreamRange> blocks() const {
        std::vector<tcp::StreamRange> all;
        for (const auto& [at, octet] : held_) {
            if (all.empty() || all.back().end != at) all.push_back({at, at});
            ++all.back().end;
        }
        return all;
    }

private:
    struct Octet {
        std::uint8_t value;
        std::uint64_t frame;
        tcp::StreamRange segment;
    };

    std::uint64_t limit() const { return end.value_or(~std::uint64_t{0}); }

    /// One for each older segment's stretch: from the first octet that differs to the last.
    void report_conflicts(std::uint64_t from, std::uint64_t to, std::uint64_t frame,
                          const std::vector<bool>& differs) {
        for (std::uint64_t start = from; start < to;) {
            const std::uint64_t older = losers_[start];
            std::uint64_t stop = start;
            std::optional<std::uint64_t> first, last;
            for (; stop < to && losers_[stop] == older; ++stop) {
                if (!differs[stop - from]) continue;
                if (!first) first = stop;
                last = stop;
            }
            const bool wins = kept_[start] == frame;
            if (first)
                events.conflicts.push_back(
                    {*first, *last - *first + 1, wins ? frame : older, wins ? older : frame});
            start = stop;
        }
        losers_.clear();
        kept_.clear();
    }

    void let_out() {
        while (!held_.empty() && held_.begin()->first == next) {
            const Octet& octet = held_.begin()->second;
            events.add({.offset = next,
                        .length = 1,
                        .octets = {static_cast<char>(octet.value)},
                        .frame = octet.frame});
            held_.erase(held_.begin());
            ++next;
        }
        if (end && next == *end && events.ends.empty()) events.ends.push_back(next);
    }

    tcp::OverlapPolicy policy_;
    std::map<std::uint64_t, Octet> held_;
    std::map<std::uint64_t, std::uint64_t> losers_, kept_;  ///< frames, while a segment is put in
};

}  // namespace glass::tests
