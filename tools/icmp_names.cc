// What ICMP types and codes say: IANA's registries for RFC 792 and RFC 4443.
#include <algorithm>
#include <span>

#include "tools/describe.h"

namespace glass::tools {
namespace {

constexpr int kAnyCode = -1;

struct Meaning {
    std::uint8_t type;
    int code;
    std::string_view text;
};

constexpr Meaning kIcmp[] = {
    {0, kAnyCode, "echo reply"},
    {3, 0, "destination unreachable: network"},
    {3, 1, "destination unreachable: host"},
    {3, 2, "destination unreachable: protocol"},
    {3, 3, "destination unreachable: port"},
    {3, 4, "destination unreachable: fragmentation needed"},
    {3, 5, "destination unreachable: source route failed"},
    {3, 6, "destination unreachable: network unknown"},
    {3, 7, "destination unreachable: host unknown"},
    {3, 8, "destination unreachable: source host isolated"},
    {3, 9, "destination unreachable: network prohibited"},
    {3, 10, "destination unreachable: host prohibited"},
    {3, 11, "destination unreachable: network, for this type of service"},
    {3, 12, "destination unreachable: host, for this type of service"},
    {3, 13, "destination unreachable: communication prohibited"},
    {3, 14, "destination unreachable: host precedence violation"},
    {3, 15, "destination unreachable: precedence cutoff"},
    {3, kAnyCode, "destination unreachable"},
    {4, kAnyCode, "source quench"},
    {5, 0, "redirect for the network"},
    {5, 1, "redirect for the host"},
    {5, 2, "redirect for the network and type of service"},
    {5, 3, "redirect for the host and type of service"},
    {5, kAnyCode, "redirect"},
    {8, kAnyCode, "echo request"},
    {9, kAnyCode, "router advertisement"},
    {10, kAnyCode, "router solicitation"},
    {11, 0, "time exceeded: TTL in transit"},
    {11, 1, "time exceeded: fragment reassembly"},
    {11, kAnyCode, "time exceeded"},
    {12, 0, "parameter problem: pointer says where"},
    {12, 1, "parameter problem: required option missing"},
    {12, 2, "parameter problem: bad length"},
    {12, kAnyCode, "parameter problem"},
    {13, kAnyCode, "timestamp request"},
    {14, kAnyCode, "timestamp reply"},
    {15, kAnyCode, "information request"},
    {16, kAnyCode, "information reply"},
    {17, kAnyCode, "address mask request"},
    {18, kAnyCode, "address mask reply"},
    {30, kAnyCode, "traceroute"},
    {40, kAnyCode, "security failure"},
    {42, kAnyCode, "extended echo request"},
    {43, kAnyCode, "extended echo reply"},
};

constexpr Meaning kIcmpv6[] = {
    {1, 0, "destination unreachable: no route"},
    {1, 1, "destination unreachable: prohibited"},
    {1, 2, "destination unreachable: beyond the scope of the source"},
    {1, 3, "destination unreachable: address"},
    {1, 4, "destination unreachable: port"},
    {1, 5, "destination unreachable: source address failed policy"},
    {1, 6, "destination unreachable: route rejected"},
    {1, 7, "destination unreachable: error in source routing header"},
    {1, 8, "destination unreachable: headers too long"},
    {1, kAnyCode, "destination unreachable"},
    {2, kAnyCode, "packet too big"},
    {3, 0, "time exceeded: hop limit in transit"},
    {3, 1, "time exceeded: fragment reassembly"},
    {3, kAnyCode, "time exceeded"},
    {4, 0, "parameter problem: erroneous header field"},
    {4, 1, "parameter problem: unknown next header"},
    {4, 2, "parameter problem: unknown option"},
    {4, 3, "parameter problem: first fragment lacks headers"},
    {4, kAnyCode, "parameter problem"},
    {128, kAnyCode, "echo request"},
    {129, kAnyCode, "echo reply"},
    {130, kAnyCode, "multicast listener query"},
    {131, kAnyCode, "multicast listener report"},
    {132, kAnyCode, "multicast listener done"},
    {133, kAnyCode, "router solicitation"},
    {134, kAnyCode, "router advertisement"},
    {135, kAnyCode, "neighbor solicitation"},
    {136, kAnyCode, "neighbor advertisement"},
    {137, kAnyCode, "redirect"},
    {138, kAnyCode, "router renumbering"},
    {139, kAnyCode, "node information query"},
    {140, kAnyCode, "node information response"},
    {141, kAnyCode, "inverse neighbor discovery solicitation"},
    {142, kAnyCode, "inverse neighbor discovery advertisement"},
    {143, kAnyCode, "multicast listener report, version 2"},
    {144, kAnyCode, "home agent address discovery request"},
    {145, kAnyCode, "home agent address discovery reply"},
    {146, kAnyCode, "mobile prefix solicitation"},
    {147, kAnyCode, "mobile prefix advertisement"},
    {148, kAnyCode, "certification path solicitation"},
    {149, kAnyCode, "certification path advertisement"},
    {151, kAnyCode, "multicast router advertisement"},
    {152, kAnyCode, "multicast router solicitation"},
    {153, kAnyCode, "multicast router termination"},
    {155, kAnyCode, "RPL control"},
    {160, kAnyCode, "extended echo request"},
    {161, kAnyCode, "extended echo reply"},
};

/// The row of exactly this code comes before the one of any code.
std::string_view find(std::span<const Meaning> meanings, std::uint8_t type, std::uint8_t code) {
    const auto it = std::ranges::find_if(
        meanings, [&](const Meaning& m) { return m.type == type && (m.code == code || m.code == kAnyCode); });
    return it == meanings.end() ? "message of unknown type" : it->text;
}

}  // namespace

std::string_view icmp_text(std::uint8_t type, std::uint8_t code) {
    return find(kIcmp, type, code);
}

std::string_view icmpv6_text(std::uint8_t type, std::uint8_t code) {
    return find(kIcmpv6, type, code);
}

}  // namespace glass::tools
