#include "tcp/held_octets.h"

#include <algorithm>
#include <cstring>

namespace glass::tcp {

namespace {

// What the tables take for each, allocator's share included: many tiny pieces must not cost more than is
// counted.
constexpr std::size_t kCost = 320;
constexpr std::size_t kPieceCost = 144;
constexpr std::size_t kBlockCost = 64;

void copy_to_storage(HeldOctets::Piece& piece) {
    piece.capacity = piece.octets.size();
    piece.storage = std::make_unique_for_overwrite<std::uint8_t[]>(piece.capacity);
    std::memcpy(piece.storage.get(), piece.octets.data(), piece.capacity);
    piece.octets = {piece.storage.get(), piece.capacity};
}

}  // namespace

HeldOctets::Place HeldOctets::first_reaching(std::uint64_t offset) {
    const Place after = pieces_.upper_bound(offset);
    if (after == pieces_.begin()) return after;
    const Place before = std::prev(after);
    return end_of(before) > offset ? before : after;
}

void HeldOctets::keep(Place next, const StreamSegment& part, StreamRange segment, bool copy) {
    Piece piece{.octets = part.octets, .segment = segment, .frame = part.frame};
    if (copy) copy_to_storage(piece);
    octets_ += piece.octets.size();
    capacity_ += piece.capacity;
    pieces_.emplace_hint(next, part.offset, std::move(piece));
}

HeldOctets::Place HeldOctets::cut(Place at, std::uint64_t from, std::uint64_t to) {
    const std::uint64_t start = at->first;
    const std::uint64_t end = end_of(at);
    if (start < from && to < end) return split(at, from, to);

    Piece& piece = at->second;
    if (start < from) {  // its first octets stay
        octets_ -= end - from;
        piece.octets = piece.octets.first(from - start);
        return std::next(at);
    }
    if (to < end) {  // its last octets stay, under another key
        octets_ -= to - start;
        piece.octets = piece.octets.subspan(to - start);
        const Place next = std::next(at);
        auto node = pieces_.extract(at);
        node.key() = to;
        return pieces_.insert(next, std::move(node));
    }
    return remove(at);
}

HeldOctets::Place HeldOctets::remove(Place at) {
    octets_ -= at->second.octets.size();
    capacity_ -= at->second.capacity;
    return pieces_.erase(at);
}

/// Both ends stay. The shorter one moves to a storage of its own, so that no octet moves often.
HeldOctets::Place HeldOctets::split(Place at, std::uint64_t from, std::uint64_t to) {
    Piece& left = at->second;
    Piece right{.octets = left.octets.subspan(to - at->first), .segment = left.segment, .frame = left.frame};
    left.octets = left.octets.first(from - at->first);
    octets_ -= to - from;
    if (left.storage) {
        if (left.octets.size() < right.octets.size()) {
            right.storage = std::move(left.storage);
            right.capacity = left.capacity;
            copy_to_storage(left);
            capacity_ += left.capacity;
        } else {
            copy_to_storage(right);
            capacity_ += right.capacity;
        }
    }
    return pieces_.emplace_hint(std::next(at), to, std::move(right));
}

void HeldOctets::join(StreamRange range, std::uint64_t opened) {
    auto at = blocks_.upper_bound(range.start);
    if (at != blocks_.begin() && std::prev(at)->second.end >= range.start) {
        --at;
    } else {
        // A new block in a hole leaves two holes, both as old as that one.
        const std::uint64_t hole = at == blocks_.end() ? opened : at->second.hole_opened;
        at = blocks_.emplace_hint(at, range.start, Block{.end = range.end, .hole_opened = hole});
    }
    std::uint64_t& end = at->second.end;
    end = std::max(end, range.end);
    for (auto next = std::next(at); next != blocks_.end() && next->first <= end; next = blocks_.erase(next))
        end = std::max(end, next->second.end);
    remember({.start = at->first, .end = end}, range.start);
}

std::uint64_t HeldOctets::truncate(std::uint64_t end) {
    const std::size_t before = octets_;
    for (Place at = first_reaching(end); at != pieces_.end();) at = cut(at, end, end_of(at));
    while (!blocks_.empty() && blocks_.rbegin()->first >= end) blocks_.erase(std::prev(blocks_.end()));
    if (!blocks_.empty()) blocks_.rbegin()->second.end = std::min(end, blocks_.rbegin()->second.end);
    return before - octets_;
}

/// One offset stands for a block, however it grows: those of this block make room for the newest.
void HeldOctets::remember(StreamRange block, std::uint64_t offset) {
    const auto known = std::span(recent_).first(recent_count_);
    const auto in_block = [&](std::uint64_t o) { return block.start <= o && o < block.end; };
    recent_count_ -= std::ranges::remove_if(known, in_block).size();
    recent_count_ = std::min(recent_count_ + 1, recent_.size());
    std::shift_right(recent_.begin(), recent_.begin() + static_cast<std::ptrdiff_t>(recent_count_), 1);
    recent_[0] = offset;
}

const HeldOctets::Blocks::value_type* HeldOctets::block_with(std::uint64_t offset) const {
    const auto after = blocks_.upper_bound(offset);
    if (after == blocks_.begin()) return nullptr;
    const auto before = std::prev(after);
    return before->second.end > offset ? &*before : nullptr;
}

std::size_t HeldOctets::recent_blocks(std::span<StreamRange> out) const {
    std::size_t count = 0;
    const auto add = [&](const Blocks::value_type& block) {
        const StreamRange range{.start = block.first, .end = block.second.end};
        const auto found = out.first(count);
        if (count < out.size() && std::ranges::find(found, range) == found.end()) out[count++] = range;
    };
    for (const std::uint64_t offset : std::span(recent_).first(recent_count_))
        if (const auto* block = block_with(offset)) add(*block);
    for (auto at = blocks_.begin(); at != blocks_.end() && count < out.size(); ++at) add(*at);
    return count;
}

std::size_t HeldOctets::memory() const {
    return kCost + pieces_.size() * kPieceCost + blocks_.size() * kBlockCost + capacity_;
}

}  // namespace glass::tcp
