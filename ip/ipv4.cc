#include "ip/ipv4.h"

#include <algorithm>
#include <array>

#include "ip/checksum.h"

namespace glass::ip {

namespace {

constexpr std::uint16_t kReserved = 0x8000;
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::uint16_t kOffsetMask = 0x1fff;
constexpr std::size_t kChecksumAt = 10;

constexpr std::size_t padded(std::size_t options) {
    return (options + 3) / 4 * 4;
}

}  // namespace

/// The checksum is added up from the fields: reading back what was just written in smaller pieces is slow.
void Ipv4Header::serialize_header(Buffer& out, std::size_t payload_length) const {
    const std::size_t length = kMinLength + padded(options.size());
    const int flags = (reserved ? kReserved : 0) | (dont_fragment ? kDontFragment : 0) |
                      (more_fragments ? kMoreFragments : 0);
    const auto words =
        std::to_array<std::uint16_t>({static_cast<std::uint16_t>((version << 4 | length / 4) << 8 | tos),
                                      static_cast<std::uint16_t>(length + payload_length), identification,
                                      static_cast<std::uint16_t>(flags | (fragment_offset / 8 & kOffsetMask)),
                                      static_cast<std::uint16_t>(ttl << 8 | protocol)});
    std::uint8_t* const at = extend(out, length);
    ChecksumSum sum;
    for (std::size_t i = 0; i < words.size(); ++i) {
        store16(at + 2 * i, words[i]);
        sum.add16(words[i]);
    }
    store32(at + kMinLength - 8, src.value);
    store32(at + kMinLength - 4, dst.value);
    sum.add32(src.value);
    sum.add32(dst.value);
    std::ranges::copy(options, at + kMinLength);
    sum.add(options);
    store16(at + kChecksumAt, sum.checksum());
}

Ipv4Header read_ipv4(Bytes packet) {
    Reader in(packet);
    Ipv4Header h;
    const std::uint8_t version_ihl = in.u8();
    h.version = version_ihl >> 4;
    h.ihl = version_ihl & 15;
    h.tos = in.u8();
    h.total_length = in.u16();
    h.identification = in.u16();
    const std::uint16_t flags_offset = in.u16();
    h.reserved = flags_offset & kReserved;
    h.dont_fragment = flags_offset & kDontFragment;
    h.more_fragments = flags_offset & kMoreFragments;
    h.fragment_offset = (flags_offset & kOffsetMask) * 8u;
    h.ttl = in.u8();
    h.protocol = in.u8();
    h.checksum = in.u16();
    h.src = read_ipv4_address(in);
    h.dst = read_ipv4_address(in);
    const std::size_t length = std::max(h.header_length(), Ipv4Header::kMinLength);
    h.options = first(after(packet, Ipv4Header::kMinLength), length - Ipv4Header::kMinLength);
    h.payload = after(packet, length);
    if (h.total_length != 0)
        h.payload = first(h.payload, std::max<std::size_t>(h.total_length, length) - length);
    return h;
}

Result<Ipv4Header> parse_ipv4(Bytes packet) {
    if (packet.size() < Ipv4Header::kMinLength) return std::unexpected(Error::truncated);
    const Ipv4Header h = read_ipv4(packet);
    if (h.version != 4) return std::unexpected(Error::bad_version);
    if (h.header_length() < Ipv4Header::kMinLength) return std::unexpected(Error::bad_header_length);
    if (h.header_length() > packet.size()) return std::unexpected(Error::bad_header_length);
    if (h.total_length < h.header_length()) return std::unexpected(Error::bad_length);
    if (h.total_length > packet.size()) return std::unexpected(Error::bad_length);
    if (checksum(packet.first(h.header_length())) != 0) return std::unexpected(Error::bad_checksum);
    return h;
}

}  // namespace glass::ip
