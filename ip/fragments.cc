#include "ip/fragments.h"

#include <utility>

namespace glass::ip {

namespace {

constexpr std::uint32_t kMaxDatagram = 65535;
/// What the tables need for a datagram and for a piece, roughly: many tiny fragments must not cost more than
/// is counted.
constexpr std::size_t kPendingCost = 512;
constexpr std::size_t kPieceCost = 128;

FragmentKey key_of(const Fragment& f) {
    return {.src = f.src,
            .dst = f.dst,
            .identification = f.identification,
            .protocol = f.src.is_v4() ? f.protocol : std::uint8_t{0}};
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
    if (pending.pieces.complete()) return complete(at);
    account(at, kPendingCost + pending.header.size() + pending.pieces.held +
                    pending.pieces.by_offset.size() * kPieceCost);
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

/// Anything but none and duplicate dooms the datagram.
FragmentDrop FragmentReassembler::insert(Pending& pending, const Fragment& f, std::uint64_t frame) const {
    const bool v4 = f.src.is_v4();
    const std::size_t ip_header = v4 ? Ipv4Header::kMinLength : 0;
    if (f.offset + f.length + ip_header > kMaxDatagram) return FragmentDrop::too_long;

    FragmentPieces& pieces = pending.pieces;
    const bool begins = f.offset == 0 && !pieces.by_offset.contains(0);
    const FragmentDrop why = pieces.add(f.offset, f.payload.first(f.length), f.more_fragments, frame,
                                        v4 ? limits_.overlap_v4 : limits_.overlap_v6);
    if (why != FragmentDrop::none) return why;
    if (begins) {
        pending.header.assign(f.header.begin(), f.header.end());
        pending.protocol = f.protocol;
    }
    return pieces.by_offset.size() > limits_.fragments ? FragmentDrop::too_many : FragmentDrop::none;
}

FragmentOutcome FragmentReassembler::complete(Table::iterator at) {
    Pending& pending = at->second;
    const std::uint8_t protocol = pending.protocol;
    std::set<std::uint64_t> seen;
    whole_.clear();
    whole_.reserve(pending.pieces.held);
    whole_frames_.clear();
    for (const auto& [offset, piece] : pending.pieces.by_offset) {
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
    pending.pieces = {};
    pending.header = {};
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
        for (const auto& [offset, piece] : pending.pieces.by_offset) gone.frames.push_back(piece.frame);
        if (const auto first = pending.pieces.by_offset.find(0); first != pending.pieces.by_offset.end()) {
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
