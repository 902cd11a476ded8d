#include "ip/fragments.h"

#include <algorithm>
#include <cstring>

namespace glass::ip {

namespace {

constexpr std::uint32_t kMaxDatagram = 65535;
/// What the tables need for a datagram and for a piece, roughly: many tiny fragments must not cost more than
/// is counted.
constexpr std::size_t kPendingCost = 512;
constexpr std::size_t kPieceCost = 128;

std::uint32_t end_of(const Fragment& f) {
    return f.offset + f.length;
}

FragmentKey key_of(const Fragment& f) {
    return {.src = f.src,
            .dst = f.dst,
            .identification = f.identification,
            .protocol = f.src.is_v4() ? f.protocol : std::uint8_t{0}};
}

std::uint32_t end_of_piece(std::uint32_t at, const Buffer& octets) {
    return at + static_cast<std::uint32_t>(octets.size());
}

/// The first piece that may reach into what starts at `offset`.
template <class Pieces>
auto first_overlapping(Pieces& pieces, std::uint32_t offset) {
    auto it = pieces.upper_bound(offset);
    if (it != pieces.begin()) {
        const auto before = std::prev(it);
        if (end_of_piece(before->first, before->second.octets) > offset) return before;
    }
    return it;
}

}  // namespace

std::string_view to_string(FragmentDrop why) {
    switch (why) {
        case FragmentDrop::none: return "not dropped";
        case FragmentDrop::duplicate: return "fragment came before";
        case FragmentDrop::empty: return "fragment without data";
        case FragmentDrop::not_multiple_of_8: return "length not a multiple of 8, and not the last fragment";
        case FragmentDrop::cut_short: return "fragment not captured as a whole";
        case FragmentDrop::too_long: return "fragment ends beyond 65535 octets";
        case FragmentDrop::overlap: return "fragments overlap";
        case FragmentDrop::bad_end: return "fragments disagree on where the datagram ends";
        case FragmentDrop::too_many: return "too many fragments";
        case FragmentDrop::dropped_before: return "its datagram was dropped before";
    }
    return "unknown";
}

FragmentOutcome FragmentReassembler::add(const Fragment& f, Time now, std::uint64_t frame) {
    if (f.payload.size() < f.length) return drop(FragmentDrop::cut_short);
    if (f.length == 0) return drop(FragmentDrop::empty);
    if (f.more_fragments && f.length % 8 != 0) return drop(FragmentDrop::not_multiple_of_8);

    if (f.offset == 0 && !f.more_fragments) return complete_alone(f, frame);

    const auto at = find_or_begin(key_of(f), now);
    Pending& pending = at->second;
    if (pending.dropped) return drop(FragmentDrop::dropped_before);

    const FragmentDrop why = insert(pending, f, frame);
    if (why == FragmentDrop::duplicate) return drop(why);
    if (why != FragmentDrop::none) {
        bury(at);
        make_room(at);  // what is remembered of it counts as well
        return drop(why);
    }
    if (pending.end && pending.held == *pending.end) return complete(at);
    account(at, kPendingCost + pending.header.size() + pending.held + pending.pieces.size() * kPieceCost);
    if (!make_room(at)) return drop(FragmentDrop::too_many);
    return {};
}

FragmentOutcome FragmentReassembler::drop(FragmentDrop why) {
    ++counts_.dropped;
    return {.status = FragmentOutcome::Status::dropped, .why = why};
}

FragmentReassembler::Table::iterator FragmentReassembler::find_or_begin(const FragmentKey& key, Time now) {
    auto at = pending_.find(key);
    if (at != pending_.end() && at->second.deadline <= now) {
        ++counts_.timed_out;
        erase(at);
        at = pending_.end();
    }
    if (at != pending_.end()) return at;

    at = pending_.try_emplace(key).first;
    Pending& pending = at->second;
    pending.age = next_age_++;
    pending.deadline = now + (key.src.is_v4() ? limits_.timeout_v4 : limits_.timeout_v6);
    by_age_.emplace(pending.age, at);
    by_deadline_.emplace(pending.deadline, pending.age);
    sources_[key.src].ages.insert(pending.age);
    account(at, kPendingCost);
    return at;
}

/// Puts the octets where nothing is yet; anything but none and duplicate dooms the datagram.
FragmentDrop FragmentReassembler::insert(Pending& pending, const Fragment& f, std::uint64_t frame) {
    const std::uint32_t ip_header = f.src.is_v4() ? static_cast<std::uint32_t>(Ipv4Header::kMinLength) : 0;
    if (end_of(f) + ip_header > kMaxDatagram) return FragmentDrop::too_long;

    const Bytes octets = f.payload.first(f.length);
    const auto same = pending.pieces.find(f.offset);
    if (same != pending.pieces.end() && std::ranges::equal(same->second.octets, octets) &&
        (f.more_fragments || pending.end == end_of(f)))
        return FragmentDrop::duplicate;
    if (conflicts(pending, f)) return FragmentDrop::overlap;
    if (const auto why = agree_on_end(pending, end_of(f), f.more_fragments); why != FragmentDrop::none)
        return why;

    const std::uint32_t end = std::min(end_of(f), pending.end.value_or(kMaxDatagram));
    const std::uint32_t held = pending.held;
    std::uint32_t at = f.offset;
    auto next = first_overlapping(pending.pieces, f.offset);
    while (at < end) {
        const std::uint32_t gap_end = next == pending.pieces.end() ? end : std::min(end, next->first);
        if (at < gap_end) {
            const Bytes gap = octets.subspan(at - f.offset, gap_end - at);
            pending.pieces.emplace_hint(next, at, Piece{.octets = {gap.begin(), gap.end()}, .frame = frame});
            pending.held += static_cast<std::uint32_t>(gap.size());
            if (at == 0) {
                pending.header.assign(f.header.begin(), f.header.end());
                pending.protocol = f.protocol;
            }
        }
        if (next == pending.pieces.end() || next->first >= end) break;
        at = end_of_piece(next->first, next->second.octets);
        ++next;
    }
    if (pending.pieces.size() > limits_.fragments) return FragmentDrop::too_many;
    const bool whole = pending.end && pending.held == *pending.end;
    return pending.held == held && !whole ? FragmentDrop::duplicate : FragmentDrop::none;
}

/// Whether the policy forbids this overlap.
bool FragmentReassembler::conflicts(const Pending& pending, const Fragment& f) const {
    if (limits_.overlap == OverlapPolicy::first_wins) return false;
    for (auto it = first_overlapping(pending.pieces, f.offset);
         it != pending.pieces.end() && it->first < end_of(f); ++it) {
        if (!f.src.is_v4()) return true;
        const Buffer& held = it->second.octets;
        const std::uint32_t from = std::max(it->first, f.offset);
        const std::uint32_t to = std::min(end_of_piece(it->first, held), end_of(f));
        if (std::memcmp(&held[from - it->first], &f.payload[from - f.offset], to - from) != 0) return true;
    }
    return false;
}

FragmentDrop FragmentReassembler::agree_on_end(Pending& pending, std::uint32_t end,
                                               bool more_fragments) const {
    const bool lenient = limits_.overlap == OverlapPolicy::first_wins;
    if (pending.end) {
        const bool agrees = more_fragments ? end <= *pending.end : end == *pending.end;
        return agrees || lenient ? FragmentDrop::none : FragmentDrop::bad_end;
    }
    if (more_fragments) return FragmentDrop::none;
    // The last fragment: nothing may be held beyond it, or else what is held there goes.
    while (!pending.pieces.empty()) {
        const auto last = std::prev(pending.pieces.end());
        Buffer& octets = last->second.octets;
        const std::uint32_t last_end = end_of_piece(last->first, octets);
        if (last_end <= end) break;
        if (!lenient) return FragmentDrop::bad_end;
        const std::uint32_t kept = last->first < end ? end - last->first : 0;
        pending.held -= static_cast<std::uint32_t>(octets.size()) - kept;
        octets.resize(kept);
        if (kept == 0) pending.pieces.erase(last);
    }
    pending.end = end;
    return FragmentDrop::none;
}

FragmentOutcome FragmentReassembler::complete(Table::iterator at) {
    Pending& pending = at->second;
    const std::uint8_t protocol = pending.protocol;
    std::set<std::uint64_t> seen;
    whole_.clear();
    whole_.reserve(pending.held);
    whole_frames_.clear();
    for (const auto& [offset, piece] : pending.pieces) {
        whole_.insert(whole_.end(), piece.octets.begin(), piece.octets.end());
        if (seen.insert(piece.frame).second) whole_frames_.push_back(piece.frame);
    }
    whole_header_ = std::move(pending.header);
    erase(at);
    ++counts_.complete;
    return {.status = FragmentOutcome::Status::complete,
            .why = FragmentDrop::none,
            .protocol = protocol,
            .header = whole_header_,
            .payload = whole_,
            .frames = whole_frames_};
}

/// RFC 6946: an atomic fragment has nothing to do with others of its identification.
FragmentOutcome FragmentReassembler::complete_alone(const Fragment& f, std::uint64_t frame) {
    whole_frames_.assign(1, frame);
    ++counts_.complete;
    return {.status = FragmentOutcome::Status::complete,
            .why = FragmentDrop::none,
            .protocol = f.protocol,
            .header = f.header,
            .payload = f.payload.first(f.length),
            .frames = whole_frames_};
}

/// Drops what is held of a datagram, and remembers that it was.
void FragmentReassembler::bury(Table::iterator at) {
    Pending& pending = at->second;
    pending.dropped = true;
    pending.pieces.clear();
    pending.header = {};
    pending.held = 0;
    account(at, kPendingCost);
}

void FragmentReassembler::account(Table::iterator at, std::size_t memory) {
    Source& source = sources_[at->first.src];
    source.memory += memory - at->second.memory;
    memory_ += memory - at->second.memory;
    at->second.memory = memory;
}

/// Gives up other datagrams, oldest first, until the limits hold. Where even this one alone is too much, it
/// goes.
bool FragmentReassembler::make_room(Table::iterator keep) {
    const Source& source = sources_[keep->first.src];
    const std::uint64_t own = keep->second.age;
    while (source.memory > limits_.memory_per_source || memory_ > limits_.memory) {
        std::uint64_t victim = own;
        if (source.memory > limits_.memory_per_source) {
            const auto oldest = source.ages.begin();
            if (*oldest != own)
                victim = *oldest;
            else if (source.ages.size() > 1)
                victim = *std::next(oldest);
        } else {
            const auto oldest = by_age_.begin();
            if (oldest->first != own)
                victim = oldest->first;
            else if (by_age_.size() > 1)
                victim = std::next(oldest)->first;
        }
        ++counts_.evicted;
        erase(by_age_.at(victim));
        if (victim == own) return false;
    }
    return true;
}

void FragmentReassembler::erase(Table::iterator at) {
    const Pending& pending = at->second;
    const auto source = sources_.find(at->first.src);
    source->second.memory -= pending.memory;
    source->second.ages.erase(pending.age);
    if (source->second.ages.empty()) sources_.erase(source);
    memory_ -= pending.memory;
    by_age_.erase(pending.age);
    by_deadline_.erase({pending.deadline, pending.age});
    pending_.erase(at);
}

std::vector<GivenUp> FragmentReassembler::expire(Time now) {
    std::vector<GivenUp> given_up;
    while (!by_deadline_.empty() && by_deadline_.begin()->first <= now) {
        const auto at = by_age_.at(by_deadline_.begin()->second);
        Pending& pending = at->second;
        GivenUp& gone = given_up.emplace_back();
        gone.key = at->first;
        for (const auto& [offset, piece] : pending.pieces) gone.frames.push_back(piece.frame);
        if (const auto first = pending.pieces.find(0); first != pending.pieces.end()) {
            gone.first_packet = std::move(pending.header);
            Writer(gone.first_packet).bytes(first->second.octets);
        }
        ++counts_.timed_out;
        erase(at);
    }
    return given_up;
}

std::optional<Time> FragmentReassembler::deadline() const {
    if (by_deadline_.empty()) return std::nullopt;
    return by_deadline_.begin()->first;
}

}  // namespace glass::ip
