// Options of the IPv6 hop-by-hop and destination options headers: RFC 8200 section 4.2.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"

namespace glass::ip {

namespace ipv6_option {
inline constexpr std::uint8_t pad1 = 0x00;
inline constexpr std::uint8_t pad_n = 0x01;
inline constexpr std::uint8_t tunnel_encapsulation_limit = 0x04;  ///< RFC 2473
inline constexpr std::uint8_t router_alert = 0x05;                ///< RFC 2711
inline constexpr std::uint8_t calipso = 0x07;                     ///< RFC 5570
inline constexpr std::uint8_t quick_start = 0x26;                 ///< RFC 4782
inline constexpr std::uint8_t ioam = 0x31;                        ///< RFC 9486
inline constexpr std::uint8_t rpl = 0x63;                         ///< RFC 6553
inline constexpr std::uint8_t jumbo_payload = 0xc2;               ///< RFC 2675
inline constexpr std::uint8_t home_address = 0xc9;                ///< RFC 6275
}  // namespace ipv6_option

/// The two highest bits of an option's type: what a node does that does not know it.
enum class UnknownOptionAction : std::uint8_t {
    skip = 0,
    discard = 1,
    discard_and_report = 2,                 ///< Parameter Problem, code 2
    discard_and_report_unless_to_group = 3  ///< the same, unless the destination is multicast
};
constexpr UnknownOptionAction action_of(std::uint8_t option_type) {
    return static_cast<UnknownOptionAction>(option_type >> 6);
}

struct Ipv6Option {
    std::uint8_t type = ipv6_option::pad1;
    std::size_t at = 0;  ///< octets from the start of the options; not used to build
    Bytes data{};        ///< borrowed; what follows type and length; at most 255 octets

    std::size_t length() const { return type == ipv6_option::pad1 ? 1 : data.size() + 2; }
};

/// Goes through options, padding included, until next() gives none; then error() says whether they ended
/// well. An option that runs beyond the end ends them: those before it were good.
class Ipv6OptionReader {
public:
    explicit Ipv6OptionReader(Bytes options) : options_(options) {}
    [[nodiscard]] std::optional<Ipv6Option> next();
    [[nodiscard]] std::optional<Error> error() const { return error_; }
    /// Octets gone through; where the bad option begins, after an error.
    std::size_t position() const { return at_; }

private:
    Bytes options_{};
    std::size_t at_ = 0;
    std::optional<Error> error_{};
};

/// Both headers that carry options: hop-by-hop (0) and destination options (60).
///
/// +---------------+---------------+-------------------------------+
/// |  Next Header  |  Hdr Ext Len  |  options, to a multiple of 8  |
/// +---------------+---------------+-------------------------------+
struct Ipv6OptionsHeader {
    std::uint8_t next_header = 59;
    std::uint8_t hdr_ext_len =
        0;            ///< in units of eight octets, the first eight not counted; serialize() derives it
    Bytes options{};  ///< borrowed; padding included

    std::size_t header_length() const { return (hdr_ext_len + std::size_t{1}) * 8; }
    /// Appends the header, with Pad1 or PadN after the options up to a multiple of eight. Precondition:
    /// options of at most 2046 octets.
    void serialize(Buffer& out) const;
};
[[nodiscard]] Ipv6OptionsHeader read_ipv6_options_header(Bytes bytes);
/// truncated where the header is not all there; bad_option where its options do not end well.
[[nodiscard]] Result<Ipv6OptionsHeader> parse_ipv6_options_header(Bytes bytes);

/// Appends options as they stand; alignment is the caller's, with padding options between.
void serialize_ipv6_options(std::span<const Ipv6Option> options, Buffer& out);

/// The address a Mobile IPv6 node is known by, RFC 6275 6.3: what checksums cover in place of src (RFC
/// 6275 11.3.1).
[[nodiscard]] std::optional<Ipv6Address> home_address(Bytes options);

[[nodiscard]] Hop step_ipv6_options_header(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
