// Segment: the TCP header with its text, RFC 9293 section 3.1; the flags ECE and CWR, RFC 3168; AE, RFC 9768.
#pragma once

#include <cstdint>
#include <string>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"
#include "tcp/seq.h"

namespace glass::tcp {

/// The control bits, where they stand in the 12 bits after the data offset; the three above AE are reserved.
enum Flag : std::uint16_t {
    FIN = 0x001,
    SYN = 0x002,
    RST = 0x004,
    PSH = 0x008,
    ACK = 0x010,
    URG = 0x020,
    ECE = 0x040,
    CWR = 0x080,
    AE = 0x100,
};
inline constexpr std::uint16_t kFlagBits = 0xfff;

///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |          Source Port          |       Destination Port        |
/// +-------------------------------+-------------------------------+
/// |                        Sequence Number                        |
/// +---------------------------------------------------------------+
/// |                    Acknowledgment Number                      |
/// +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
/// | Data  |     |A|C|E|U|A|P|R|S|F|                               |
/// | Offset|Rsrvd|E|W|C|R|C|S|S|Y|I|            Window             |
/// |       |     | |R|E|G|K|H|T|N|N|                               |
/// +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
/// |           Checksum            |        Urgent Pointer         |
/// +-------------------------------+-------------------------------+
/// |  Options: 0 to 40 octets, a multiple of four with the padding |
/// +---------------------------------------------------------------+
/// |                             Data                              |
/// +---------------------------------------------------------------+
struct Segment {
    static constexpr std::size_t kFixedLength = 20;  ///< octets of the header without options
    static constexpr std::size_t kMaxOptions = 40;   ///< octets: the data offset has four bits

    std::uint16_t src_port = 0;
    std::uint16_t dst_port = 0;
    Seq seq{};                         ///< SEG.SEQ
    Seq ack{};                         ///< SEG.ACK; means something where ACK is set
    std::uint8_t data_offset = 20;     ///< octets, 0 to 60, as it was read; serialize() derives it
    std::uint16_t flags = 0;           ///< 12 bits
    std::uint16_t window = 0;          ///< as on the wire, not scaled
    std::uint16_t checksum = 0;        ///< as it was read; serialize() computes it
    std::uint16_t urgent_pointer = 0;  ///< means something where URG is set
    ip::Bytes options{};               ///< borrowed, raw; tcp/options.h reads and builds them
    ip::Bytes payload{};               ///< borrowed; the segment's text

    /// Whether all of these flags are set.
    [[nodiscard]] constexpr bool has(std::uint16_t all) const { return (flags & all) == all; }

    /// SEG.LEN: octets of sequence space that the segment takes up, SYN and FIN counted (RFC 9293
    /// section 3.4).
    [[nodiscard]] constexpr std::uint32_t len() const {
        return static_cast<std::uint32_t>(payload.size()) + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    /// Octets of the header that serialize() writes.
    [[nodiscard]] constexpr std::size_t header_length() const {
        return kFixedLength + (options.size() + 3) / 4 * 4;
    }
    /// The 16 bits with the data offset that serialize() writes.
    [[nodiscard]] constexpr std::uint16_t offset_and_flags() const {
        return static_cast<std::uint16_t>(header_length() / 4 << 12 | (flags & kFlagBits));
    }

    /// Appends header, options and payload. Options are padded to a multiple of four with zeros (MUST-69).
    /// Precondition: at most kMaxOptions octets of options; addresses of one version.
    void serialize(ip::Buffer& out, const ip::Address& src, const ip::Address& dst) const;
    /// The same without the payload, which will follow; the checksum is ip::ChecksumState::partial.
    void serialize_header(ip::Buffer& out, const ip::Address& src, const ip::Address& dst) const;
};

/// Reads what is there, zeros beyond it; options and payload end where the octets do. Checks nothing. A data
/// offset below 20 leaves no options, and everything after the fixed header is payload.
[[nodiscard]] Segment read_segment(ip::Bytes octets);

/// truncated: below 20 octets; bad_header_length: a data offset below 20, or beyond the segment.
[[nodiscard]] ip::Result<Segment> parse_segment(ip::Bytes octets);

/// MUST-3, over a whole segment.
[[nodiscard]] bool segment_checksum_ok(ip::Bytes segment, const ip::Address& src, const ip::Address& dst);

/// "SYN,ACK": the names of the flags, FIN first and the reserved bits last, as Wireshark lists them; "" for
/// none.
[[nodiscard]] std::string flags_text(std::uint16_t flags);

/// The longest that is: room for write_flags().
inline constexpr std::size_t kMaxFlagsText = 48;
/// The same text without an allocation: writes at `out` and returns the end of what it wrote.
char* write_flags(char* out, std::uint16_t flags);

/// One hop of a walk: where the data offset ends the header, and no name for what follows.
[[nodiscard]] ip::Hop step_tcp(ip::Bytes captured, std::uint32_t wire_length);

}  // namespace glass::tcp
