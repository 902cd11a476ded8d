#include "tools/ip_layer.h"

#include "ip/ipv4_options.h"

namespace glass::tools {
namespace {

constexpr std::size_t fixed_length(const Layer& ip_layer) {
    return ip_layer.proto == ip::Proto::ip ? 20 : 40;
}

ip::Address address_at(const Layer& ip_layer, std::size_t v4_at, std::size_t v6_at) {
    if (ip_layer.proto == ip::Proto::ip) return ip::Ipv4Address{ip::load32(&ip_layer.bytes[v4_at])};
    ip::Ipv6Address address;
    std::memcpy(address.octets.data(), &ip_layer.bytes[v6_at], address.octets.size());
    return address;
}

/// RFC 791: the last address of a source route that is not used up.
ip::Address end_of_source_route(const Layer& ip_layer) {
    ip::Ipv4OptionReader reader(ip_layer.header().subspan(20));
    while (const auto option = reader.next()) {
        const bool source_route = option->type == ip::ipv4_option::loose_source_route ||
                                  option->type == ip::ipv4_option::strict_source_route;
        if (!source_route) continue;
        const auto route = ip::parse_route_option(option->data);
        if (route && route->done() < route->count()) return route->address(route->count() - 1);
    }
    return destination_of(ip_layer);
}

/// The octets of the last address that a routing header with segments left leads to; empty where it leads nowhere.
ip::Bytes end_of_routing_header(ip::Bytes header) {
    if (header.size() < 24 || header[3] == 0) return {};
    switch (header[2]) {
        case 0: return header.subspan(8 + ((header.size() - 8) / 16 - 1) * 16, 16);  // RFC 2460 4.4: addresses in order
        case 2:                                                                // RFC 6275 6.4: one address
        case 4: return header.subspan(8, 16);  // RFC 8754 2: the segment list starts with the last segment
        default: return {};
    }
}

}  // namespace

const Layer* ip_around(const Packet& packet, const Layer& layer) {
    for (const Layer* outer = &layer; outer-- != packet.layer_storage.data();)
        if (is_ip(*outer) && outer->bytes.size() >= fixed_length(*outer)) return outer;
    return nullptr;
}

ip::Address source_of(const Layer& ip_layer) {
    return address_at(ip_layer, 12, 8);
}

ip::Address destination_of(const Layer& ip_layer) {
    return address_at(ip_layer, 16, 24);
}

ip::Address final_destination(const Packet& packet, const Layer& ip_layer) {
    if (ip_layer.proto == ip::Proto::ip)
        return ip_layer.header_length <= 20 ? destination_of(ip_layer) : end_of_source_route(ip_layer);
    const Layer* const end = packet.layers().data() + packet.layer_count;
    for (const Layer* next = &ip_layer + 1; next != end && !is_ip(*next); ++next) {
        if (next->proto != ip::Proto::ipv6_routing) continue;
        ip::Ipv6Address address;
        const ip::Bytes octets = end_of_routing_header(next->header());
        if (octets.empty()) continue;
        std::memcpy(address.octets.data(), octets.data(), address.octets.size());
        return address;
    }
    return destination_of(ip_layer);
}

}  // namespace glass::tools
