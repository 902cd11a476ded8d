#include "ip/datagram.h"

namespace glass::ip {

std::optional<Fragment> fragment_of(const Ipv4Header& h, std::uint32_t length) {
    if (!h.is_fragment()) return std::nullopt;
    return Fragment{.src = h.src,
                    .dst = h.dst,
                    .identification = h.identification,
                    .protocol = h.protocol,
                    .offset = h.fragment_offset,
                    .more_fragments = h.more_fragments,
                    .length = length,
                    .payload = h.payload};
}

std::optional<Fragment> fragment_of(const Ipv6Header& h, const Ipv6FragmentHeader& fragment, Bytes payload,
                                    std::uint32_t length) {
    if (fragment.is_atomic()) return std::nullopt;
    return Fragment{.src = h.src,
                    .dst = h.dst,
                    .identification = fragment.identification,
                    .protocol = fragment.next_header,
                    .offset = fragment.fragment_offset,
                    .more_fragments = fragment.more_fragments,
                    .length = length,
                    .payload = payload};
}

namespace {

Result<Datagram> parse_v4(Bytes packet) {
    const auto h = parse_ipv4(packet);
    if (!h) return std::unexpected(h.error());
    Datagram d;
    d.src = h->src;
    d.dst = h->dst;
    d.protocol = h->protocol;
    d.tos = h->tos;
    d.hop_limit = h->ttl;
    d.options = h->options;
    d.payload = h->payload;
    d.packet = packet.first(h->total_length);
    d.payload_at = static_cast<std::uint32_t>(h->header_length());
    d.next_header_at = 9;
    d.fragment = fragment_of(*h, static_cast<std::uint32_t>(h->payload.size()));
    return d;
}

Result<Datagram> parse_v6(Bytes packet) {
    const auto h = parse_ipv6(packet);
    if (!h) return std::unexpected(h.error());
    const Ipv6Chain chain = walk_ipv6_chain(*h);
    Datagram d;
    d.src = h->src;
    d.dst = h->dst;
    d.protocol = chain.protocol;
    d.tos = h->traffic_class;
    d.hop_limit = h->hop_limit;
    d.payload = chain.payload;
    d.packet = packet.first(Ipv6Header::kLength + h->payload.size());
    d.payload_at = chain.payload_at;
    d.next_header_at = chain.next_header_at;
    d.problem = chain.problem;
    if (chain.fragment)
        d.fragment =
            fragment_of(*h, *chain.fragment, chain.payload, static_cast<std::uint32_t>(chain.payload.size()));
    if (chain.incomplete_first)
        d.problem = Ipv6Problem{.report = true,
                                .code = parameter_problem_code::incomplete_first_fragment,
                                .why = "first fragment without all headers"};
    return d;
}

}  // namespace

Result<Datagram> parse_datagram(Bytes packet) {
    if (packet.empty()) return std::unexpected(Error::truncated);
    auto datagram = packet[0] >> 4 == 6 ? parse_v6(packet) : parse_v4(packet);
    if (datagram && datagram->fragment) datagram->fragment->header = packet.first(datagram->payload_at);
    return datagram;
}

void DatagramHeader::serialize(Buffer& out, std::size_t payload_length) const {
    if (src.is_v4()) {
        Ipv4Header{.tos = tos,
                   .identification = identification,
                   .dont_fragment = dont_fragment,
                   .ttl = hop_limit,
                   .protocol = protocol,
                   .src = src.v4(),
                   .dst = dst.v4(),
                   .options = options}
            .serialize_header(out, payload_length);
    } else {
        Ipv6Header{.traffic_class = tos,
                   .flow_label = flow_label,
                   .next_header = protocol,
                   .hop_limit = hop_limit,
                   .src = src.v6,
                   .dst = dst.v6}
            .serialize_header(out, payload_length);
    }
}

std::size_t DatagramHeader::header_length() const {
    return src.is_v4() ? Ipv4Header::kMinLength + (options.size() + 3) / 4 * 4 : Ipv6Header::kLength;
}

}  // namespace glass::ip
