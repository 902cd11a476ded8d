#include "tools/ip_layer.h"

#include "ip/ipv4_options.h"
#include "ip/ipv6_extensions.h"
#include "ip/ipv6_options.h"

namespace glass::tools {
namespace {

/// What `find` finds first in the headers between an IPv6 header and the next one inside it.
template <class T, class Find>
std::optional<T> in_extensions(const Packet& packet, const Layer& ip_layer, Find find) {
    const Layer* const end = packet.layers().data() + packet.layer_count;
    for (const Layer* next = &ip_layer + 1; next != end && !is_ip(*next); ++next)
        if (const std::optional<T> found = find(*next)) return found;
    return std::nullopt;
}

}  // namespace

const Layer* ip_around(const Packet& packet, const Layer& layer) {
    for (const Layer* outer = &layer; outer-- != packet.layer_storage.data();)
        if (has_addresses(*outer)) return outer;
    return nullptr;
}

ip::Address final_destination(const Packet& packet, const Layer& ip_layer) {
    if (ip_layer.proto == ip::Proto::ip) {
        if (ip_layer.header_length <= 20) return destination_of(ip_layer);
        const auto end = ip::final_destination(ip_layer.header().subspan(20));
        return end ? ip::Address(*end) : destination_of(ip_layer);
    }
    const auto end = in_extensions<ip::Ipv6Address>(packet, ip_layer, [](const Layer& header) {
        return header.proto == ip::Proto::ipv6_routing
                   ? ip::final_destination(ip::read_ipv6_routing_header(header.bytes))
                   : std::nullopt;
    });
    return end ? ip::Address(*end) : destination_of(ip_layer);
}

ip::Address first_source(const Packet& packet, const Layer& ip_layer) {
    if (ip_layer.proto == ip::Proto::ip) return source_of(ip_layer);
    const auto home = in_extensions<ip::Ipv6Address>(packet, ip_layer, [](const Layer& header) {
        return header.proto == ip::Proto::ipv6_dstopts ? ip::home_address(ip::after(header.header(), 2))
                                                       : std::nullopt;
    });
    return home ? ip::Address(*home) : source_of(ip_layer);
}

}  // namespace glass::tools
