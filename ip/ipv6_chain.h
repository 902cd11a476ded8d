// The chain of IPv6 headers as a host goes through it: RFC 8200 section 4, RFC 5095, RFC 8504 section 5.3.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/bytes.h"
#include "ip/ipv6.h"
#include "ip/ipv6_extensions.h"

namespace glass::ip {

/// More extension headers in one packet than this are nobody's honest packet: discarded (RFC 8504 5.3 allows
/// it).
inline constexpr std::size_t kMaxExtensionHeaders = 16;

/// Codes of ICMPv6's Parameter Problem, RFC 4443 3.4 and RFC 7112.
namespace parameter_problem_code {
inline constexpr std::uint8_t erroneous_field = 0;
inline constexpr std::uint8_t unknown_next_header = 1;
inline constexpr std::uint8_t unknown_option = 2;
inline constexpr std::uint8_t incomplete_first_fragment = 3;
}  // namespace parameter_problem_code

/// Why a packet goes no further, and what to tell its sender: an ICMPv6 Parameter Problem.
struct Ipv6Problem {
    bool report = false;        ///< false: discarded in silence
    std::uint8_t code = 0;      ///< of parameter_problem_code
    std::uint32_t pointer = 0;  ///< octets from the start of the packet
    const char* why = nullptr;  ///< a literal
};

/// What the walk found.
struct Ipv6Chain {
    std::uint8_t protocol = 59;        ///< of the upper layer, or of what a fragment carries
    Bytes payload{};                   ///< borrowed; the upper layer, or the fragment's data
    std::uint32_t payload_at = 0;      ///< octets from the start of the packet
    std::uint32_t next_header_at = 0;  ///< where `protocol` is written: the pointer when nobody here knows it

    std::optional<Ipv6FragmentHeader> fragment{};  ///< one that is not atomic: the walk ended there
    bool incomplete_first = false;                 ///< a first fragment without all headers, RFC 7112

    std::optional<Ipv6Problem> problem{};  ///< then the fields above are what was reached
};

/// Goes through the headers after the fixed one, in order, any order but hop-by-hop first; obeys what options
/// and routing headers demand of a final destination that is not a router. `header.payload` must be whole
/// (parse_ipv6).
[[nodiscard]] Ipv6Chain walk_ipv6_chain(const Ipv6Header& header);

/// The same from the middle, for what a reassembled packet carries: `next_header` names what is first in
/// `payload`, which begins `at` octets from the start of the packet.
[[nodiscard]] Ipv6Chain walk_ipv6_chain(const Ipv6Header& header, std::uint8_t next_header, Bytes payload,
                                        std::uint32_t at);

/// Octets that every fragment of the packet repeats (RFC 8200 4.5): the fixed header and what routers on the
/// way look at, up to the last routing or hop-by-hop header; and all headers, the upper layer's first octets
/// included, which must be in the first fragment (RFC 7112).
struct Ipv6Parts {
    std::size_t per_fragment = Ipv6Header::kLength;
    std::size_t next_header_at = 6;  ///< the field that will name the fragment header
    std::size_t all_headers = Ipv6Header::kLength;
    bool has_fragment_header = false;
};
[[nodiscard]] Ipv6Parts parts_of_ipv6(Bytes packet);

}  // namespace glass::ip
