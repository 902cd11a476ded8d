#include "ip/icmp.h"

#include <algorithm>

#include "ip/checksum.h"
#include "ip/ipv4.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

namespace {

/// RFC 1812 4.3.2.3: as much of the packet as fits an answer of 576 octets.
constexpr std::size_t kMaxQuote = 576 - Ipv4Header::kMinLength - IcmpHeader::kLength;
constexpr std::size_t kTimestampLength = 20;

bool is_timestamp(std::uint8_t type) {
    return type == icmp_type::timestamp || type == icmp_type::timestamp_reply;
}

bool is_address_mask(std::uint8_t type) {
    return type == icmp_type::address_mask_request || type == icmp_type::address_mask_reply;
}

IcmpHeader error_about(std::uint8_t type, std::uint8_t code, std::uint32_t rest, Bytes packet) {
    return {.type = type, .code = code, .rest = rest, .payload = first(packet, kMaxQuote)};
}

}  // namespace

void IcmpHeader::serialize(Buffer& out) const {
    const std::size_t start = out.size();
    Writer w(out);
    w.u8(type);
    w.u8(code);
    w.u16(0);
    w.u32(rest);
    w.bytes(payload);
    w.patch16(start + 2, ip::checksum(Bytes(out).subspan(start)));
}

IcmpTimestamps read_icmp_timestamps(Bytes payload) {
    Reader in(payload);
    IcmpTimestamps t;
    t.originate = in.u32();
    t.receive = in.u32();
    t.transmit = in.u32();
    return t;
}

IcmpHeader read_icmp(Bytes message) {
    Reader in(message);
    IcmpHeader h;
    h.type = in.u8();
    h.code = in.u8();
    h.checksum = in.u16();
    h.rest = in.u32();
    h.payload = after(message, IcmpHeader::kLength);
    return h;
}

Result<IcmpHeader> parse_icmp(Bytes message) {
    if (message.size() < IcmpHeader::kLength) return std::unexpected(Error::truncated);
    const IcmpHeader h = read_icmp(message);
    if (is_timestamp(h.type) && message.size() < kTimestampLength) return std::unexpected(Error::truncated);
    if (!icmp_checksum_ok(message)) return std::unexpected(Error::bad_checksum);
    return h;
}

bool icmp_checksum_ok(Bytes message) {
    return checksum(message) == 0;
}

bool is_icmp_error(std::uint8_t type) {
    switch (type) {
        case icmp_type::destination_unreachable:
        case icmp_type::source_quench:
        case icmp_type::redirect:
        case icmp_type::time_exceeded:
        case icmp_type::parameter_problem: return true;
        default: return false;
    }
}

std::size_t quoted_length(const IcmpHeader& h) {
    const bool extensible = h.type == icmp_type::destination_unreachable ||
                            h.type == icmp_type::time_exceeded || h.type == icmp_type::parameter_problem;
    return extensible ? (h.rest >> 16 & 0xff) * std::size_t{4} : 0;
}

IcmpHeader echo_request(std::uint16_t identifier, std::uint16_t sequence, Bytes data) {
    return {
        .type = icmp_type::echo_request, .rest = std::uint32_t{identifier} << 16 | sequence, .payload = data};
}

IcmpHeader echo_reply(const IcmpHeader& request) {
    return {.type = icmp_type::echo_reply, .rest = request.rest, .payload = request.payload};
}

IcmpHeader destination_unreachable(std::uint8_t code, Bytes packet, std::uint16_t next_hop_mtu) {
    return error_about(icmp_type::destination_unreachable, code, next_hop_mtu, packet);
}

IcmpHeader time_exceeded(std::uint8_t code, Bytes packet) {
    return error_about(icmp_type::time_exceeded, code, 0, packet);
}

IcmpHeader parameter_problem(std::uint8_t pointer, Bytes packet) {
    return error_about(icmp_type::parameter_problem, 0, std::uint32_t{pointer} << 24, packet);
}

IcmpHeader redirect(std::uint8_t code, Ipv4Address gateway, Bytes packet) {
    return error_about(icmp_type::redirect, code, gateway.value, packet);
}

bool may_send_icmp_error_about(Bytes packet, Ipv4Address broadcast) {
    if (packet.size() < Ipv4Header::kMinLength) return false;
    const Ipv4Header h = read_ipv4(packet);
    const auto is_group = [&](Ipv4Address a) {
        return a.is_multicast() || a.is_limited_broadcast() || a == broadcast;
    };
    if (h.fragment_offset != 0 || is_group(h.dst) || is_group(h.src)) return false;
    if (h.src.is_unspecified() || h.src.is_loopback() || h.src.value >> 28 == 0xf) return false;
    if (h.protocol != protocol_number::icmp) return true;
    return !h.payload.empty() && !is_icmp_error(h.payload[0]);
}

Hop step_icmp(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < IcmpHeader::kLength) {
        if (wire_length >= IcmpHeader::kLength || captured.size() < 4)
            return cut_short(IcmpHeader::kLength, captured.size());
        return {.fault = {"message of {} bytes is below the 8 of the header", wire_length}};
    }
    const IcmpHeader h = read_icmp(captured);
    if (is_icmp_error(h.type)) {
        Hop hop{.header_length = IcmpHeader::kLength, .next = Proto::ip};
        // RFC 4884: the packet is quoted up to there, padded with zeros, and extensions follow.
        if (const std::size_t quote = quoted_length(h))
            hop.payload_length = static_cast<std::uint32_t>(quote);
        return hop;
    }
    std::size_t length = IcmpHeader::kLength;
    if (is_timestamp(h.type)) length = kTimestampLength;
    if (is_address_mask(h.type)) length = 12;
    length = std::min(length, captured.size());  // a short one shows as much as there is
    return {.header_length = static_cast<std::uint32_t>(length)};
}

}  // namespace glass::ip
