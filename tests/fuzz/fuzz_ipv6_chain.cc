// Fuzz: any octets as an IPv6 packet, and as each of its extension headers: read, parsed, walked, stepped
// over, built.
#include <algorithm>
#include <cstdlib>

#include "ip/icmpv6.h"
#include "ip/ip_steps.h"
#include "ip/ipsec.h"
#include "ip/ipv6.h"
#include "ip/ipv6_chain.h"
#include "ip/ipv6_extensions.h"
#include "ip/ipv6_options.h"

using namespace glass;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void step_over_everything(ip::Bytes packet) {
    const auto wire_length = static_cast<std::uint32_t>(packet.size());
    ip::Proto proto = ip::Proto::ipv6;
    for (int layers = 0; layers < 64; ++layers) {
        ip::Step step = nullptr;
        switch (proto) {
            case ip::Proto::ipv6: step = ip::step_ipv6; break;
            case ip::Proto::ipv6_hopopts:
            case ip::Proto::ipv6_dstopts: step = ip::step_ipv6_options_header; break;
            case ip::Proto::ipv6_routing: step = ip::step_ipv6_routing; break;
            case ip::Proto::ipv6_fraghdr: step = ip::step_ipv6_fragment; break;
            case ip::Proto::ipv6_mobility: step = ip::step_ipv6_mobility; break;
            case ip::Proto::ah: step = ip::step_ah; break;
            case ip::Proto::esp: step = ip::step_esp; break;
            case ip::Proto::icmpv6: step = ip::step_icmpv6; break;
            default: return;
        }
        const ip::Hop hop = step(packet, wire_length);
        require(hop.header_length <= packet.size());
        if (hop.header_length == 0) return;
        packet = ip::first(ip::after(packet, hop.header_length), hop.payload_length);
        proto = hop.next;
    }
}

void read_each_header(ip::Bytes octets) {
    const ip::Ipv6RoutingHeader routing = ip::read_ipv6_routing_header(octets);
    for (std::size_t i = 0; i < routing.address_count(); ++i) (void)routing.address(i);
    (void)ip::final_destination(routing);
    const ip::AuthenticationHeader ah = ip::read_ah(octets);
    require(ah.icv.size() <= octets.size());
    if (const auto options = ip::parse_ipv6_options_header(octets)) {
        ip::Ipv6OptionReader in(options->options);
        ip::Buffer rebuilt;
        while (const auto option = in.next()) ip::serialize_ipv6_options({&*option, 1}, rebuilt);
        require(std::ranges::equal(rebuilt, options->options));
    }
    ip::NdOptionReader nd(octets);
    while (nd.next()) require(nd.position() <= octets.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ip::Bytes octets(data, size);
    step_over_everything(octets);
    read_each_header(octets);
    const ip::Ipv6Parts parts = ip::parts_of_ipv6(octets);
    require(parts.per_fragment <= std::max(octets.size(), ip::Ipv6Header::kLength));
    for (const int type : {1, 2, 4})
        (void)ip::may_send_icmpv6_error_about(octets, static_cast<std::uint8_t>(type), 2);

    const auto packet = ip::parse_ipv6(octets);
    if (!packet) return 0;
    const ip::Ipv6Chain chain = ip::walk_ipv6_chain(*packet);
    require(chain.payload_at + chain.payload.size() == ip::Ipv6Header::kLength + packet->payload.size());
    require(chain.next_header_at < octets.size());
    if (chain.problem) require(chain.problem->pointer < octets.size());
    ip::Buffer rebuilt;
    packet->serialize(rebuilt);
    // A payload length of zero may have meant a jumbogram: then only the octets after it must agree.
    require(std::ranges::equal(ip::Bytes(rebuilt).subspan(6), octets.subspan(6, rebuilt.size() - 6)));
    return 0;
}
