#include "ip/ipv6.h"

#include <algorithm>

#include "ip/ipv6_options.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

namespace {

constexpr std::size_t kMaxPayload = 0xffff;

}  // namespace

void Ipv6Header::serialize_header(Buffer& out, std::size_t length) const {
    Writer w(out);
    w.u32(std::uint32_t{version} << 28 | std::uint32_t{traffic_class} << 20 | (flow_label & 0xfffff));
    w.u16(length > kMaxPayload ? std::uint16_t{0} : static_cast<std::uint16_t>(length));
    w.u8(next_header);
    w.u8(hop_limit);
    w.bytes(src.octets);
    w.bytes(dst.octets);
}

void Ipv6Header::serialize(Buffer& out) const {
    serialize_header(out, payload.size());
    Writer(out).bytes(payload);
}

Ipv6Header read_ipv6(Bytes packet) {
    Reader in(packet);
    Ipv6Header h;
    const std::uint8_t first_octet = packet.empty() ? std::uint8_t{0} : packet[0];
    const std::uint32_t word = in.u32();
    h.version = first_octet >> 4;  // stands even where the word is cut
    h.traffic_class = static_cast<std::uint8_t>(word >> 20);
    h.flow_label = word & 0xfffff;
    h.payload_length = in.u16();
    h.next_header = in.u8();
    h.hop_limit = in.u8();
    h.src = read_ipv6_address(in);
    h.dst = read_ipv6_address(in);
    h.payload = after(packet, Ipv6Header::kLength);
    if (h.payload_length != 0) {
        h.payload = first(h.payload, h.payload_length);
    } else if (const auto jumbo = jumbo_payload_length(h)) {
        h.payload = first(h.payload, *jumbo);
    }
    return h;
}

Result<Ipv6Header> parse_ipv6(Bytes packet) {
    if (packet.size() < Ipv6Header::kLength) return std::unexpected(Error::truncated);
    Ipv6Header h = read_ipv6(packet);
    if (h.version != 6) return std::unexpected(Error::bad_version);
    const std::size_t length = jumbo_payload_length(h).value_or(h.payload_length);
    if (length > packet.size() - Ipv6Header::kLength) return std::unexpected(Error::bad_length);
    h.payload = packet.subspan(Ipv6Header::kLength, length);
    return h;
}

std::optional<std::uint32_t> jumbo_payload_length(const Ipv6Header& h) {
    if (h.payload_length != 0 || h.next_header != protocol_number::hop_by_hop) return std::nullopt;
    const Ipv6OptionsHeader options = read_ipv6_options_header(h.payload);
    Ipv6OptionReader in(options.options);
    while (const auto option = in.next()) {
        if (option->type != ipv6_option::jumbo_payload || option->data.size() != 4) continue;
        const std::uint32_t length = load32(option->data.data());
        if (length > kMaxPayload) return length;  // RFC 2675 section 3: a smaller one is an error
    }
    return std::nullopt;
}

}  // namespace glass::ip
