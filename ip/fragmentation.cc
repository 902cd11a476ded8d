#include "ip/fragmentation.h"

#include <algorithm>

#include "ip/ipv4.h"
#include "ip/ipv4_options.h"

namespace glass::ip {

namespace {

Buffer copied_options(Bytes options) {
    Buffer out;
    Ipv4OptionReader in(options);
    while (const auto option = in.next())
        if (ipv4_option::is_copied(option->type)) serialize_ipv4_options({&*option, 1}, out);
    return out;
}

std::uint32_t end_of(std::uint32_t offset, Bytes octets) {
    return offset + static_cast<std::uint32_t>(octets.size());
}

/// The first piece that reaches into what starts at `offset`, or else the first one after it.
auto first_beyond(const FragmentPieces& pieces, std::uint32_t offset) {
    auto it = pieces.by_offset.upper_bound(offset);
    if (it != pieces.by_offset.begin()) {
        const auto before = std::prev(it);
        if (end_of(before->first, before->second.octets) > offset) return before;
    }
    return it;
}

/// Whether the policy forbids this overlap.
bool conflicts(const FragmentPieces& pieces, std::uint32_t offset, Bytes octets, OverlapPolicy policy) {
    if (policy == OverlapPolicy::first_wins) return false;
    const std::uint32_t end = end_of(offset, octets);
    for (auto it = first_beyond(pieces, offset); it != pieces.by_offset.end() && it->first < end; ++it) {
        if (policy == OverlapPolicy::forbidden) return true;
        const Bytes held = it->second.octets;
        const std::uint32_t from = std::max(it->first, offset);
        const std::uint32_t to = std::min(end_of(it->first, held), end);
        if (!std::ranges::equal(held.subspan(from - it->first, to - from),
                                octets.subspan(from - offset, to - from)))
            return true;
    }
    return false;
}

/// Where what is held ends so far.
std::uint32_t last_octet(const FragmentPieces& pieces) {
    if (pieces.by_offset.empty()) return 0;
    const auto& [offset, piece] = *pieces.by_offset.rbegin();
    return end_of(offset, piece.octets);
}

bool agrees_with_end(const FragmentPieces& pieces, std::uint32_t end, bool more_fragments) {
    if (!pieces.end) return more_fragments || last_octet(pieces) <= end;
    return more_fragments ? end <= *pieces.end : end == *pieces.end;
}

void cut_behind(FragmentPieces& pieces, std::uint32_t end) {
    while (last_octet(pieces) > end) {
        const auto last = std::prev(pieces.by_offset.end());
        Buffer& octets = last->second.octets;
        const std::uint32_t kept = last->first < end ? end - last->first : 0;
        pieces.held -= static_cast<std::uint32_t>(octets.size()) - kept;
        octets.resize(kept);
        if (kept == 0) pieces.by_offset.erase(last);
    }
}

}  // namespace

Result<std::vector<Buffer>> fragment_ipv4(Bytes packet, std::size_t mtu) {
    const auto whole = parse_ipv4(packet);
    if (!whole) return std::unexpected(whole.error());
    std::vector<Buffer> pieces;
    if (whole->total_length <= mtu) {
        pieces.emplace_back(packet.begin(), packet.begin() + whole->total_length);
        return pieces;
    }
    if (whole->dont_fragment) return std::unexpected(Error::bad_value);
    if (mtu < whole->header_length() + 8) return std::unexpected(Error::too_long);

    const Buffer later_options = copied_options(whole->options);
    Ipv4Header h = *whole;
    std::size_t room = mtu - whole->header_length();
    for (Bytes rest = whole->payload; !rest.empty();) {
        h.payload = rest.size() <= room ? rest : rest.first(room / 8 * 8);
        rest = rest.subspan(h.payload.size());
        h.more_fragments = whole->more_fragments || !rest.empty();
        h.serialize(pieces.emplace_back());
        h.fragment_offset += static_cast<std::uint32_t>(h.payload.size());
        h.options = later_options;
        room = mtu - Ipv4Header::kMinLength - (later_options.size() + 3) / 4 * 4;
    }
    return pieces;
}

FragmentDrop FragmentPieces::add(std::uint32_t offset, Bytes octets, bool more_fragments, std::uint64_t frame,
                                 OverlapPolicy policy) {
    const std::uint32_t whole = end_of(offset, octets);
    const auto same = by_offset.find(offset);
    if (same != by_offset.end() && std::ranges::equal(same->second.octets, octets) &&
        (more_fragments || end == whole))
        return FragmentDrop::duplicate;
    if (conflicts(*this, offset, octets, policy)) return FragmentDrop::overlap;
    if (policy != OverlapPolicy::first_wins && !agrees_with_end(*this, whole, more_fragments))
        return FragmentDrop::bad_end;

    bool news = false;
    if (!more_fragments && !end) {
        cut_behind(*this, whole);
        end = whole;
        news = true;
    }
    const std::uint32_t to = std::min(whole, end.value_or(whole));
    auto next = first_beyond(*this, offset);
    for (std::uint32_t at = offset; at < to; ++next) {
        const bool last = next == by_offset.end() || next->first >= to;
        const std::uint32_t gap_end = last ? to : next->first;
        if (at < gap_end) {
            const Bytes gap = octets.subspan(at - offset, gap_end - at);
            by_offset.emplace_hint(next, at, Piece{.octets = {gap.begin(), gap.end()}, .frame = frame});
            held += gap_end - at;
            news = true;
        }
        if (last) break;
        at = end_of(next->first, next->second.octets);
    }
    return news ? FragmentDrop::none : FragmentDrop::duplicate;
}

}  // namespace glass::ip
