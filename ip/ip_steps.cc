#include "ip/ip_steps.h"

#include "ip/ipv4.h"
#include "ip/ipv6.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

Hop step_ipv4(Bytes captured, std::uint32_t wire_length) {
    constexpr std::uint16_t kFragmentBits = 0x3fff;  // more fragments, and the offset
    if (captured.size() < Ipv4Header::kMinLength) return cut_short(Ipv4Header::kMinLength, captured.size());
    const std::uint32_t version = captured[0] >> 4;
    const std::uint32_t header_length = (captured[0] & 15) * 4u;
    const std::uint32_t total_length = load16(&captured[2]);
    const bool fragment = load16(&captured[6]) & kFragmentBits;
    if (version != 4) return {.fault = {"version {} in an IPv4 header", version}};
    if (header_length < Ipv4Header::kMinLength)
        return {.fault = {"header length {} is below 20", header_length}};
    if (header_length > wire_length)
        return {.fault =
                    missing("header length {} exceeds the {} bytes there are", header_length, wire_length)};
    if (header_length > captured.size()) return cut_short(header_length, captured.size());

    Hop hop{.header_length = header_length,
            .next = fragment ? Proto::data : proto_of_ip_protocol(captured[9])};
    if (total_length == 0) return hop;  // filled in later, by a network card that does segmentation
    if (total_length < header_length) {
        hop.payload_length = 0;
        hop.fault = {"total length {} is below the header length {}", total_length, header_length};
    } else {
        hop.payload_length = total_length - header_length;
        if (total_length > wire_length)
            hop.fault = missing("total length {} exceeds the {} bytes there are", total_length, wire_length);
    }
    return hop;
}

Hop step_ipv6(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < Ipv6Header::kLength) return cut_short(Ipv6Header::kLength, captured.size());
    const std::uint32_t version = captured[0] >> 4;
    if (version != 6) return {.fault = {"version {} in an IPv6 header", version}};

    Hop hop{.header_length = Ipv6Header::kLength, .next = proto_of_ip_protocol(captured[6])};
    const std::uint32_t there = wire_length - static_cast<std::uint32_t>(Ipv6Header::kLength);
    std::uint32_t length = load16(&captured[4]);
    if (length == 0) {
        if (captured[6] == protocol_number::no_next_header) {
            hop.payload_length = 0;
            return hop;
        }
        const auto jumbo = jumbo_payload_length(read_ipv6(captured));
        if (!jumbo) return hop;  // segmentation offload: to the end
        length = *jumbo;
    }
    hop.payload_length = length;
    if (length > there)
        hop.fault = missing("payload length {} exceeds the {} bytes there are", length, there);
    return hop;
}

}  // namespace glass::ip
