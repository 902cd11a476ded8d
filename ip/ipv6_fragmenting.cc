#include "ip/ipv6_fragmenting.h"

#include "ip/ipv6.h"
#include "ip/ipv6_chain.h"
#include "ip/ipv6_extensions.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

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
    const std::size_t room = mtu - repeated;
    const std::size_t eights = room / 8 * 8;
    if (parts.all_headers - parts.per_fragment > eights) return std::unexpected(Error::too_long);

    Ipv6FragmentHeader f{.next_header = packet[parts.next_header_at], .identification = identification};
    for (Bytes rest = packet.subspan(parts.per_fragment); !rest.empty();) {
        const Bytes piece = rest.size() <= room ? rest : rest.first(eights);
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
