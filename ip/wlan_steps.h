// Wireless: IEEE 802.11 section 9.2, and the headers that capturing puts before it, radiotap and PPI.
#pragma once

#include <cstdint>

#include "ip/bytes.h"
#include "ip/protocol.h"

namespace glass::ip {

/// Where the parts of an 802.11 header are. Its 16-bit fields are little-endian.
///
///     octets 2             2         6       0 or 6  0 or 6  0 or 2    0 or 6  0 or 2  0 or 4
///     +---------------+----------+---------+-------+-------+----------+-------+-----+----------+
///     | Frame Control | Duration | Addr. 1 |   2   |   3   | Sequence |   4   | QoS | HT Cont. |
///     +---------------+----------+---------+-------+-------+----------+-------+-----+----------+
struct WlanHeader {
    enum class Type : std::uint8_t { management, control, data, extension };

    Type type = Type::management;
    std::uint8_t subtype = 0;  ///< four bits
    std::uint8_t flags = 0;    ///< second octet of the frame control
    std::uint8_t addresses = 1;
    bool has_sequence = false;
    bool has_qos = false;
    bool has_ht_control = false;
    std::uint8_t padding = 0;  ///< octets some cards put in so that the payload starts at a multiple of four
    std::size_t length = 10;   ///< octets, padding included

    bool to_ds() const { return flags & 0x01; }
    bool from_ds() const { return flags & 0x02; }
    bool more_fragments() const { return flags & 0x04; }
    bool is_protected() const { return flags & 0x40; }
};
/// Reads what is there, zeros beyond it. Checks nothing.
[[nodiscard]] WlanHeader read_wlan(Bytes frame);

/// Data frames carry LLC, unless encrypted, aggregated, fragmented or empty. All else is shown as data.
[[nodiscard]] Hop step_wlan(Bytes captured, std::uint32_t wire_length);

/// Radiotap (radiotap.org): version, pad, length, a bitmap of fields, the fields; all of it little-endian.
[[nodiscard]] Hop step_radiotap(Bytes captured, std::uint32_t wire_length);
inline constexpr std::size_t kRadiotapLength = 8;  ///< octets, without the fields
/// The frame still has its frame check sequence: four octets at the end that are not payload.
[[nodiscard]] bool radiotap_has_fcs(Bytes header);

/// PPI, Per-Packet Information: version, flags, length, link type, items; all of it little-endian.
[[nodiscard]] Hop step_ppi(Bytes captured, std::uint32_t wire_length);
inline constexpr std::size_t kPpiLength = 8;  ///< octets, without the items
[[nodiscard]] bool ppi_has_fcs(Bytes header);

/// For headers that are little-endian. Precondition: the octets are there.
constexpr std::uint16_t load16_little(const std::uint8_t* p) {
    return static_cast<std::uint16_t>(p[1] << 8 | p[0]);
}
constexpr std::uint32_t load32_little(const std::uint8_t* p) {
    return std::uint32_t{load16_little(p + 2)} << 16 | load16_little(p);
}

}  // namespace glass::ip
