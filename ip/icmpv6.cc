#include "ip/icmpv6.h"

#include <algorithm>

#include "ip/checksum.h"
#include "ip/ipv6.h"
#include "ip/ipv6_chain.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

namespace {

/// RFC 4443 2.4 (c): as much of the packet as fits the minimum MTU.
constexpr std::size_t kMaxQuote = 1280 - Ipv6Header::kLength - IcmpHeader::kLength;
/// Type, length and reserved octets of the redirected header option, before the packet: RFC 4861 4.6.3.
constexpr std::size_t kRedirectedPacketAt = 8;

ChecksumSum pseudo_header_of(Bytes message, const Ipv6Address& src, const Ipv6Address& dst) {
    return pseudo_header(src, dst, protocol_number::icmpv6, static_cast<std::uint32_t>(message.size()));
}

}  // namespace

std::size_t icmpv6_header_length(std::uint8_t type) {
    switch (type) {
        case icmpv6_type::mld_query:
        case icmpv6_type::mld_report:
        case icmpv6_type::mld_done:
        case icmpv6_type::neighbor_solicitation:
        case icmpv6_type::neighbor_advertisement: return 24;
        case icmpv6_type::router_advertisement: return 16;
        case icmpv6_type::redirect: return 40;
        default: return IcmpHeader::kLength;
    }
}

Result<IcmpHeader> parse_icmpv6(Bytes message, const Ipv6Address& src, const Ipv6Address& dst) {
    if (message.size() < IcmpHeader::kLength) return std::unexpected(Error::truncated);
    if (message.size() < icmpv6_header_length(message[0])) return std::unexpected(Error::truncated);
    if (!icmpv6_checksum_ok(message, src, dst)) return std::unexpected(Error::bad_checksum);
    return read_icmp(message);
}

bool icmpv6_checksum_ok(Bytes message, const Ipv6Address& src, const Ipv6Address& dst) {
    ChecksumSum sum = pseudo_header_of(message, src, dst);
    sum.add(message);
    return sum.folded() == 0xffff;
}

void serialize_icmpv6(const IcmpHeader& h, Buffer& out, const Ipv6Address& src, const Ipv6Address& dst) {
    const std::size_t start = out.size();
    Writer w(out);
    w.u8(h.type);
    w.u8(h.code);
    w.u16(0);
    w.u32(h.rest);
    w.bytes(h.payload);
    const Bytes message = Bytes(out).subspan(start);
    ChecksumSum sum = pseudo_header_of(message, src, dst);
    sum.add(message);
    w.patch16(start + 2, sum.checksum());
}

std::size_t quoted_length_v6(const IcmpHeader& h) {
    const bool extensible =
        h.type == icmpv6_type::destination_unreachable || h.type == icmpv6_type::time_exceeded;
    return extensible ? (h.rest >> 24) * std::size_t{8} : 0;
}

std::optional<NdOption> NdOptionReader::next() {
    if (error_ || at_ >= options_.size()) return std::nullopt;
    const Bytes rest = options_.subspan(at_);
    const std::size_t length = rest.size() < 2 ? 0 : rest[1] * std::size_t{8};
    if (length == 0 || length > rest.size()) {
        error_ = Error::bad_option;
        return std::nullopt;
    }
    const NdOption option{.type = rest[0], .at = at_, .data = rest.subspan(2, length - 2)};
    at_ += length;
    return option;
}

IcmpHeader echo_request_v6(std::uint16_t identifier, std::uint16_t sequence, Bytes data) {
    return {.type = icmpv6_type::echo_request,
            .rest = std::uint32_t{identifier} << 16 | sequence,
            .payload = data};
}

IcmpHeader echo_reply_v6(const IcmpHeader& request) {
    return {.type = icmpv6_type::echo_reply, .rest = request.rest, .payload = request.payload};
}

IcmpHeader icmpv6_error(std::uint8_t type, std::uint8_t code, std::uint32_t mtu_or_pointer, Bytes packet) {
    return {.type = type, .code = code, .rest = mtu_or_pointer, .payload = first(packet, kMaxQuote)};
}

bool may_send_icmpv6_error_about(Bytes packet, std::uint8_t type, std::uint8_t code) {
    if (packet.size() < Ipv6Header::kLength) return false;
    const Ipv6Header h = read_ipv6(packet);
    const bool to_group_too =
        type == icmpv6_type::packet_too_big ||
        (type == icmpv6_type::parameter_problem && code == parameter_problem_code::unknown_option);
    if (h.dst.is_multicast() && !to_group_too) return false;
    if (h.src.is_unspecified() || h.src.is_multicast()) return false;
    const Ipv6Chain chain = walk_ipv6_chain(h);
    if (chain.fragment && chain.fragment->fragment_offset != 0)
        return true;  // its type is in another fragment
    if (chain.protocol != protocol_number::icmpv6 || chain.payload.empty()) return true;
    return !is_icmpv6_error(chain.payload[0]) && chain.payload[0] != icmpv6_type::redirect;
}

namespace {

/// A redirect may end in an option that quotes the packet: RFC 4861 4.5.
Hop step_redirect(Bytes captured) {
    const std::size_t fixed = icmpv6_header_length(icmpv6_type::redirect);
    NdOptionReader in(after(captured, fixed));
    while (const auto option = in.next()) {
        if (option->type != nd_option::redirected_header || option->length() <= kRedirectedPacketAt) continue;
        return {.header_length = static_cast<std::uint32_t>(fixed + option->at + kRedirectedPacketAt),
                .next = Proto::ipv6,
                .payload_length = static_cast<std::uint32_t>(option->length() - kRedirectedPacketAt)};
    }
    return {.header_length = static_cast<std::uint32_t>(captured.size())};
}

bool has_options(std::uint8_t type) {
    return type >= icmpv6_type::router_solicitation && type <= icmpv6_type::redirect;
}

}  // namespace

Hop step_icmpv6(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < IcmpHeader::kLength) {
        if (wire_length >= IcmpHeader::kLength || captured.size() < 4)
            return cut_short(IcmpHeader::kLength, captured.size());
        return {.fault = {"message of {} bytes is below the 8 of the header", wire_length}};
    }
    const IcmpHeader h = read_icmp(captured);
    const std::size_t length = icmpv6_header_length(h.type);
    if (length > wire_length)
        return {.fault = {"message of {} bytes, this type needs {}", wire_length,
                          static_cast<std::uint32_t>(length)}};
    if (length > captured.size()) return cut_short(length, captured.size());
    if (h.type == icmpv6_type::redirect) return step_redirect(captured);
    Hop hop{.header_length = static_cast<std::uint32_t>(length)};
    if (h.type >= icmpv6_type::destination_unreachable && h.type <= icmpv6_type::parameter_problem) {
        hop.next = Proto::ipv6;
        if (const std::size_t quote = quoted_length_v6(h))
            hop.payload_length = static_cast<std::uint32_t>(quote);
    } else if (has_options(h.type) || h.type == icmpv6_type::mldv2_report ||
               h.type == icmpv6_type::mld_query) {
        hop.header_length =
            static_cast<std::uint32_t>(captured.size());  // options and records belong to the message
    }
    return hop;
}

}  // namespace glass::ip
