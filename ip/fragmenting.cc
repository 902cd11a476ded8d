#include "ip/fragmenting.h"

#include <algorithm>

#include "ip/ipv4.h"
#include "ip/ipv4_options.h"
#include "ip/ipv6.h"
#include "ip/ipv6_chain.h"
#include "ip/ipv6_extensions.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

namespace {

constexpr std::size_t eights_below(std::size_t octets) {
    return octets / 8 * 8;
}

Buffer copied_options(Bytes options) {
    Buffer out;
    Ipv4OptionReader in(options);
    while (const auto option = in.next())
        if (ipv4_option::is_copied(option->type)) serialize_ipv4_options({&*option, 1}, out);
    return out;
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
    std::size_t room = eights_below(mtu - whole->header_length());
    for (Bytes rest = whole->payload; !rest.empty();) {
        h.payload = first(rest, room);
        rest = after(rest, h.payload.size());
        h.more_fragments = whole->more_fragments || !rest.empty();
        h.serialize(pieces.emplace_back());
        h.fragment_offset += static_cast<std::uint32_t>(h.payload.size());
        h.options = later_options;
        room = eights_below(mtu - Ipv4Header::kMinLength - (later_options.size() + 3) / 4 * 4);
    }
    return pieces;
}

Result<std::vector<Buffer>> fragment_ipv6(Bytes packet, std::size_t mtu, std::uint32_t identification) {
    const auto whole = parse_ipv6(packet);
    if (!whole) return std::unexpected(whole.error());
    const std::size_t length = Ipv6Header::kLength + whole->payload.size();
    packet = packet.first(length);
    std::vector<Buffer> pieces;
    if (length <= mtu) {
        pieces.emplace_back(packet.begin(), packet.end());
        return pieces;
    }
    const Ipv6Parts parts = parts_of_ipv6(packet);
    if (parts.has_fragment_header) return std::unexpected(Error::bad_value);
    const std::size_t repeated = parts.per_fragment + Ipv6FragmentHeader::kLength;
    if (mtu < repeated + 8) return std::unexpected(Error::too_long);
    const std::size_t room = eights_below(mtu - repeated);
    if (parts.all_headers - parts.per_fragment > room) return std::unexpected(Error::too_long);

    Ipv6FragmentHeader f{.next_header = packet[parts.next_header_at], .identification = identification};
    for (Bytes rest = packet.subspan(parts.per_fragment); !rest.empty();) {
        const Bytes piece = first(rest, room);
        rest = after(rest, piece.size());
        f.more_fragments = !rest.empty();
        Buffer& out = pieces.emplace_back(packet.begin(),
                                          packet.begin() + static_cast<std::ptrdiff_t>(parts.per_fragment));
        Writer w(out);
        w.patch16(4, static_cast<std::uint16_t>(repeated - Ipv6Header::kLength + piece.size()));
        out[parts.next_header_at] = protocol_number::fragment;
        f.serialize(out);
        w.bytes(piece);
        f.fragment_offset += static_cast<std::uint32_t>(piece.size());
    }
    return pieces;
}

}  // namespace glass::ip
