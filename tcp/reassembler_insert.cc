// What arrives: where a segment's octets go, which of those held it takes the place of, what it lets out, and
// where the stream ends. RFC 9293 section 3.10.7.4, seventh and eighth.
#include <algorithm>
#include <cstring>

#include "tcp/reassembler.h"

namespace glass::tcp {

namespace {

/// Compares what both have, and tells the sink where they differ.
void compare(HeldOctets::Place at, const StreamSegment& segment, bool newer_wins, ReassemblySink& sink) {
    const std::uint64_t from = std::max(at->first, segment.offset);
    const std::uint64_t to = std::min(HeldOctets::end_of(at), segment.end());
    const ip::Bytes older = at->second.octets.subspan(from - at->first, to - from);
    const ip::Bytes newer = segment.part(from, to).octets;
    if (std::memcmp(older.data(), newer.data(), older.size()) == 0) return;

    const auto first = std::ranges::mismatch(older, newer).in1;
    const auto last = std::mismatch(older.rbegin(), older.rend(), newer.rbegin()).first.base();
    const auto offset = from + static_cast<std::uint64_t>(first - older.begin());
    const auto length = static_cast<std::uint64_t>(last - first);
    const std::uint64_t frames[] = {at->second.frame, segment.frame};
    sink.on_conflict(offset, length, frames[newer_wins], frames[!newer_wins]);
}

}  // namespace

void Reassembler::insert(std::uint64_t offset, ip::Bytes octets, std::uint64_t frame, ReassemblySink& sink) {
    const StreamSegment segment = trim({.offset = offset, .octets = octets, .frame = frame});
    if (segment.octets.empty()) return;
    const bool in_order = segment.offset == next_;
    if (in_order && (!held_ || segment.end() <= held_->octets.first_block().start)) {
        next_ = segment.end();
        sink.on_data(segment.offset, segment.octets, frame);
    } else {
        hold(segment, sink);
    }
    settle(sink);
}

/// Leaves what lies between next_ and end_. Inline: the call would cost more than all the rest of a segment
/// in order.
inline StreamSegment Reassembler::trim(StreamSegment segment) {
    const std::uint64_t room = end_ - std::min(end_, segment.offset);
    if (segment.octets.size() > room) {
        beyond_end_ += segment.octets.size() - room;
        segment.octets = segment.octets.first(room);
    }
    if (segment.offset < next_) {
        const std::uint64_t old = std::min<std::uint64_t>(next_ - segment.offset, segment.octets.size());
        segment.octets = segment.octets.subspan(old);
        segment.offset = next_;
    }
    return segment;
}

/// Fills the holes in the segment's range, and takes the place of those pieces over which it wins.
void Reassembler::hold(const StreamSegment& segment, ReassemblySink& sink) {
    if (!held_) held_ = std::make_unique<Held>();
    HeldOctets& held = held_->octets;
    const bool copy = segment.offset != next_;  // in order: it is out before insert() returns
    std::uint64_t at = segment.offset;          // what the segment has before this is done
    auto older = held.first_reaching(at);
    while (older != held.end() && older->first < segment.end()) {
        const bool wins = newer_wins(policy_, older->second.segment, segment.range());
        compare(older, segment, wins, sink);
        if (wins) {
            older = held.cut(older, at, segment.end());
        } else {
            if (at < older->first) held.keep(older, segment.part(at, older->first), segment.range(), copy);
            at = held.end_of(older);
            ++older;
        }
    }
    if (at < segment.end()) held.keep(older, segment.part(at, segment.end()), segment.range(), copy);
    held.join(segment.range(), budget_ ? budget_->open_hole() : 0);
}

bool Reassembler::finish_at(std::uint64_t offset, ReassemblySink& sink) {
    if (end_ != kNoEnd) return offset == end_;
    if (offset < next_ || offset == kNoEnd) return false;
    end_ = offset;
    if (held_) beyond_end_ += held_->octets.truncate(end_);
    settle(sink);
    return true;
}

void Reassembler::let_out(ReassemblySink& sink) {
    if (held_ && !held_->octets.empty() && held_->octets.first_block().start == next_) {
        HeldOctets& held = held_->octets;
        const std::uint64_t end = held.first_block().end;
        for (auto at = held.begin(); next_ < end; at = held.remove(at)) {
            next_ = held.end_of(at);
            sink.on_data(at->first, at->second.octets, at->second.frame);
        }
        held.remove_first_block();
    }
    if (ended()) sink.on_end(next_);  // once: after this nothing changes any more
}

}  // namespace glass::tcp
