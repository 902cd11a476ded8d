#include "ip/ipv6_chain.h"

#include <algorithm>

#include "ip/ipsec.h"
#include "ip/ipv6_extensions.h"
#include "ip/ipv6_options.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

namespace {

namespace pn = protocol_number;

bool is_extension(std::uint8_t next_header) {
    return next_header == pn::hop_by_hop || next_header == pn::routing || next_header == pn::fragment ||
           next_header == pn::destination_options || next_header == pn::ah;
}

/// Octets of the extension header at the start of `bytes`; 0 where it is not all there.
std::size_t extension_length(std::uint8_t next_header, Bytes bytes) {
    if (bytes.size() < 8) return 0;
    std::size_t length = (bytes[1] + std::size_t{1}) * 8;
    if (next_header == pn::fragment) length = Ipv6FragmentHeader::kLength;
    if (next_header == pn::ah) length = std::max((bytes[1] + std::size_t{2}) * 4, std::size_t{8});
    return length <= bytes.size() ? length : 0;
}

/// Octets of upper-layer header that RFC 7112 wants in the first fragment, where this stack knows them.
std::size_t upper_header_length(std::uint8_t protocol) {
    switch (protocol) {
        case pn::tcp: return 20;
        case pn::udp: return 8;
        case pn::icmpv6: return 8;
        default: return 0;
    }
}

/// One walk; each header is a step that says whether there is a next one.
class Walk {
public:
    Walk(const Ipv6Header& header, std::uint8_t next_header, Bytes payload, std::uint32_t at,
         std::uint32_t named_at)
        : header_(header) {
        chain_.protocol = next_header;
        chain_.payload = payload;
        chain_.payload_at = at;
        chain_.next_header_at = named_at;
    }

    Ipv6Chain run() {
        for (std::size_t n = 0; is_extension(chain_.protocol) && step(); ++n) {
            if (n == kMaxExtensionHeaders) {
                discard("too many extension headers");
                break;
            }
        }
        return chain_;
    }

private:
    bool step() {
        const std::size_t length = extension_length(chain_.protocol, chain_.payload);
        if (length == 0) return discard("extension header cut short");
        const Bytes bytes = chain_.payload.first(length);
        switch (chain_.protocol) {
            case pn::hop_by_hop:
                // RFC 8200 4.1: anywhere but first, zero is a next header that nobody knows.
                if (chain_.payload_at != Ipv6Header::kLength)
                    return report(parameter_problem_code::unknown_next_header, chain_.next_header_at,
                                  "hop-by-hop not first");
                return options(bytes) && advance(length);
            case pn::destination_options: return options(bytes) && advance(length);
            case pn::routing: return routing(bytes) && advance(length);
            case pn::fragment: return fragment(bytes) && advance(length);
            default:
                return advance(length);  // AH: its word cannot be checked without the key, and is not needed
        }
    }

    bool advance(std::size_t length) {
        const std::uint8_t next = chain_.payload[0];
        chain_.next_header_at = chain_.payload_at;
        chain_.protocol = next;
        chain_.payload = chain_.payload.subspan(length);
        chain_.payload_at += static_cast<std::uint32_t>(length);
        return !chain_.fragment;
    }

    bool known(const Ipv6Option& option) const {
        if (option.type == ipv6_option::jumbo_payload) return chain_.protocol == pn::hop_by_hop;
        return option.type == ipv6_option::pad1 || option.type == ipv6_option::pad_n ||
               option.type == ipv6_option::router_alert;
    }

    bool options(Bytes bytes) {
        Ipv6OptionReader in(bytes.subspan(2));
        while (const auto option = in.next()) {
            if (known(*option)) continue;
            const std::uint32_t at = chain_.payload_at + 2 + static_cast<std::uint32_t>(option->at);
            switch (action_of(option->type)) {
                case UnknownOptionAction::skip: break;
                case UnknownOptionAction::discard: return discard("unknown option that says: discard");
                case UnknownOptionAction::discard_and_report:
                    return report(parameter_problem_code::unknown_option, at,
                                  "unknown option that says: report");
                case UnknownOptionAction::discard_and_report_unless_to_group:
                    if (header_.dst.is_multicast()) return discard("unknown option, sent to a group");
                    return report(parameter_problem_code::unknown_option, at,
                                  "unknown option that says: report");
            }
        }
        return !in.error() || discard("option runs beyond its header");
    }

    /// A host that is not a router takes part in no route: it is the end of it, or says so (RFC 8200 4.4, RFC
    /// 5095).
    bool routing(Bytes bytes) {
        const Ipv6RoutingHeader h = read_ipv6_routing_header(bytes);
        if (h.segments_left == 0) return true;
        return report(parameter_problem_code::erroneous_field, chain_.payload_at + 2,
                      "routing header with segments left");
    }

    bool fragment(Bytes bytes) {
        const Ipv6FragmentHeader h = read_ipv6_fragment_header(bytes);
        if (h.is_atomic()) return true;
        chain_.fragment = h;
        if (h.fragment_offset == 0)
            chain_.incomplete_first = !has_all_headers(h.next_header, chain_.payload.subspan(bytes.size()));
        return true;
    }

    static bool has_all_headers(std::uint8_t next, Bytes rest) {
        for (std::size_t n = 0; is_extension(next) && n < kMaxExtensionHeaders; ++n) {
            const std::size_t length = extension_length(next, rest);
            if (length == 0) return false;
            next = rest[0];
            rest = rest.subspan(length);
        }
        return rest.size() >= upper_header_length(next);
    }

    bool discard(const char* why) {
        chain_.problem = Ipv6Problem{.why = why};
        return false;
    }
    bool report(std::uint8_t code, std::uint32_t pointer, const char* why) {
        chain_.problem = Ipv6Problem{.report = true, .code = code, .pointer = pointer, .why = why};
        return false;
    }

    const Ipv6Header& header_;
    Ipv6Chain chain_;
};

}  // namespace

Ipv6Chain walk_ipv6_chain(const Ipv6Header& header) {
    return Walk(header, header.next_header, header.payload, Ipv6Header::kLength, 6).run();
}

Ipv6Chain walk_ipv6_chain(const Ipv6Header& header, std::uint8_t next_header, Bytes payload,
                          std::uint32_t at) {
    return Walk(header, next_header, payload, at, 6).run();
}

Ipv6Parts parts_of_ipv6(Bytes packet) {
    Ipv6Parts parts;
    if (packet.size() < Ipv6Header::kLength) return parts;
    std::size_t named_at = 6;
    std::size_t at = Ipv6Header::kLength;
    std::uint8_t next = packet[named_at];
    for (std::size_t n = 0; is_extension(next) && n < kMaxExtensionHeaders; ++n) {
        const std::size_t length = extension_length(next, packet.subspan(at));
        if (length == 0) break;
        parts.has_fragment_header |= next == pn::fragment;
        const bool for_routers = next == pn::hop_by_hop || next == pn::routing;
        named_at = at;
        next = packet[at];
        at += length;
        if (for_routers) {
            parts.per_fragment = at;
            parts.next_header_at = named_at;
        }
    }
    parts.all_headers = std::min(packet.size(), at + upper_header_length(next));
    return parts;
}

}  // namespace glass::ip
