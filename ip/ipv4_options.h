// IPv4 options: RFC 791 section 3.1; Router Alert, RFC 2113; security, RFC 1108.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"

namespace glass::ip {

namespace ipv4_option {
inline constexpr std::uint8_t end_of_list = 0;
inline constexpr std::uint8_t no_operation = 1;
inline constexpr std::uint8_t record_route = 7;
inline constexpr std::uint8_t timestamp = 68;
inline constexpr std::uint8_t security = 130;
inline constexpr std::uint8_t loose_source_route = 131;
inline constexpr std::uint8_t extended_security = 133;
inline constexpr std::uint8_t commercial_security = 134;
inline constexpr std::uint8_t stream_id = 136;  ///< deprecated by RFC 6814
inline constexpr std::uint8_t strict_source_route = 137;
inline constexpr std::uint8_t router_alert = 148;

/// The type octet's copied flag: the option stands in every fragment, not in the first alone.
constexpr bool is_copied(std::uint8_t type) {
    return type & 0x80;
}
}  // namespace ipv4_option

struct Ipv4Option {
    std::uint8_t type = ipv4_option::end_of_list;
    std::size_t at = 0;  ///< octets from the start of the options; not used to build
    Bytes data{};        ///< borrowed; what follows type and length; end_of_list and no_operation have none

    bool is_single_octet() const { return type <= ipv4_option::no_operation; }
    std::size_t length() const { return is_single_octet() ? 1 : data.size() + 2; }
};

/// Goes through options until next() gives none; then error() says whether they ended well. The end-of-list
/// option is given, and ends them. A length of 0 or 1, or one beyond the end, is an error: those before it
/// were good.
class Ipv4OptionReader {
public:
    explicit Ipv4OptionReader(Bytes options) : options_(options) {}
    [[nodiscard]] std::optional<Ipv4Option> next();
    [[nodiscard]] std::optional<Error> error() const { return error_; }
    /// Octets gone through; where the bad option begins, after an error.
    std::size_t position() const { return at_; }

private:
    Bytes options_{};
    std::size_t at_ = 0;
    bool ended_ = false;
    std::optional<Error> error_{};
};

/// Appends options one after the other; Ipv4Header pads them. Precondition: 40 octets in all.
void serialize_ipv4_options(std::span<const Ipv4Option> options, Buffer& out);

/// Loose and strict source route, record route: a pointer, and room for addresses.
///
/// +---------------+---------------+---------------+---------------+
/// |     Type      |    Length     |    Pointer    |   addresses   |
/// +---------------+---------------+---------------+---------------+
struct RouteOption {
    std::uint8_t pointer = 4;  ///< of the next address to use or to fill in, from 1 at the type octet
    Bytes addresses{};         ///< borrowed; four octets each

    std::size_t count() const { return addresses.size() / 4; }
    Ipv4Address address(std::size_t i) const { return {load32(&addresses[i * 4])}; }
    /// How many addresses were used or recorded so far.
    std::size_t done() const { return pointer < 4 ? 0 : (pointer - 4u) / 4; }
};
/// bad_option: no pointer, one below 4, or addresses cut in the middle.
[[nodiscard]] Result<RouteOption> parse_route_option(Bytes data);
/// Where a source route not yet done ends: what the checksums of the upper layer cover in place of dst. None
/// where the options hold no such route.
[[nodiscard]] std::optional<Ipv4Address> final_destination(Bytes options);

/// +---------------+---------------+---------------+-------+-------+
/// |   Type 68     |    Length     |    Pointer    |  Oflw |  Flag |
/// +---------------+---------------+---------------+-------+-------+
/// |        timestamps, with flag 1 and 3 after an address         |
/// +---------------------------------------------------------------+
struct TimestampOption {
    std::uint8_t pointer = 5;   ///< of the next free place, from 1 at the type octet
    std::uint8_t overflow = 0;  ///< hosts that found no room
    std::uint8_t flag = 0;      ///< 0: times alone, 1: each after its address, 3: addresses given beforehand
    Bytes entries{};            ///< borrowed

    bool has_addresses() const { return flag != 0; }
    std::size_t entry_length() const { return has_addresses() ? 8 : 4; }
    std::size_t count() const { return entries.size() / entry_length(); }
    Ipv4Address address(std::size_t i) const { return {load32(&entries[i * entry_length()])}; }
    /// Milliseconds since midnight UT, unless the high bit is set.
    std::uint32_t time(std::size_t i) const { return load32(&entries[(i + 1) * entry_length() - 4]); }
};
/// bad_option: no flags, a pointer below 5, or entries cut in the middle.
[[nodiscard]] Result<TimestampOption> parse_timestamp_option(Bytes data);

}  // namespace glass::ip
