// DNS: a message in a UDP datagram, taken apart to be shown, RFC 1035 section 4; the AD and CD bits, RFC
// 2535.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"

namespace glass::tools {

///                                 1  1  1  1  1  1
///   0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
/// +-----------------------------------------------+
/// |                      ID                       |
/// +--+-----------+--+--+--+--+--+--+--+-----------+
/// |QR|  OPCODE   |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
/// +--+-----------+--+--+--+--+--+--+--+-----------+
/// |       QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT      |
/// +-----------------------------------------------+
struct DnsHeader {
    static constexpr std::size_t kLength = 12;  ///< octets
    enum Bit : std::uint16_t {
        QR = 0x8000,
        AA = 0x0400,
        TC = 0x0200,
        RD = 0x0100,
        RA = 0x0080,
        Z = 0x0040,
        AD = 0x0020,
        CD = 0x0010,
    };

    std::uint16_t id = 0;
    std::uint16_t flags = 0;  ///< the whole second word
    std::uint16_t qdcount = 0;
    std::uint16_t ancount = 0;
    std::uint16_t nscount = 0;
    std::uint16_t arcount = 0;

    [[nodiscard]] bool has(Bit bit) const { return (flags & bit) != 0; }
    [[nodiscard]] std::uint8_t opcode() const { return flags >> 11 & 0xf; }
    [[nodiscard]] std::uint8_t rcode() const { return flags & 0xf; }
};

enum class DnsSection : std::uint8_t { question, answer, authority, additional };

/// A question, or a resource record, and its place: name, type and class; a record goes on with TTL (4
/// octets), data length (2) and data.
struct DnsRecord {
    DnsSection section = DnsSection::question;
    std::uint32_t at = 0;           ///< octets from the start of the message
    std::uint32_t name_length = 0;  ///< octets in place, a compression pointer counted as its two
    std::string name;               ///< for people: escaped, without the dot at the end; "." is the root
    std::uint16_t type = 0;
    std::uint16_t rr_class = 0;
    std::uint32_t ttl = 0;  ///< seconds
    ip::Bytes data;         ///< borrowed

    [[nodiscard]] bool is_question() const { return section == DnsSection::question; }
    /// Octets from the start of the message to the data.
    [[nodiscard]] std::uint32_t data_at() const { return at + name_length + 10; }
    /// Octets in place.
    [[nodiscard]] std::uint32_t length() const {
        return name_length + (is_question() ? 4 : 10 + static_cast<std::uint32_t>(data.size()));
    }
};

/// Where reading ended before the counts said so.
struct DnsFault {
    DnsSection section = DnsSection::question;
    std::uint32_t number = 0;  ///< of the question or record in its section, from 1; 0: the header
    ip::Error why = ip::Error::truncated;
};

/// As much of a message as could be read.
struct DnsMessage {
    static constexpr std::size_t kMaxRecords =
        512;  ///< in all sections; a message with more ends with too_long

    DnsHeader header;
    std::vector<DnsRecord> records;  ///< in their order: questions, answers, authority, additional
    std::optional<DnsFault> fault;

    /// 12 bits: the upper eight are in the OPT record, where there is one (RFC 6891 section 6.1.3).
    [[nodiscard]] std::uint16_t rcode() const;
};

/// Reads whatever octets come, in time bounded by kMaxRecords names of 255 octets each.
[[nodiscard]] DnsMessage read_dns(ip::Bytes message);

/// Reads the name at `at`, compressed or not (RFC 1035 section 4.1.4), and appends it to `text`: octets
/// outside 0x21..0x7e as \DDD, and a dot or backslash in a label after a backslash (RFC 4343 section 2.1).
/// Gives the octets it takes up in place. A pointer leads to an earlier octet than the labels before it: else
/// loop. too_long: more than 255 octets; bad_value: a label type that is not defined; truncated.
[[nodiscard]] ip::Result<std::uint32_t> read_dns_name(ip::Bytes message, std::size_t at, std::string& text);

/// "query A example.org", "answer A example.org 192.0.2.1 +2" (and two more answers), "answer A example.org
/// NXDOMAIN".
[[nodiscard]] std::string dns_summary(ip::Bytes message);

/// "answer 2: truncated".
[[nodiscard]] std::string to_string(const DnsFault& fault);

/// "QUERY", "NXDOMAIN"; "OPCODE9", "RCODE12" where there is no name.
[[nodiscard]] std::string dns_opcode_name(std::uint8_t opcode);
[[nodiscard]] std::string dns_rcode_name(std::uint16_t rcode);

/// One hop of a walk: a message has no payload, all that is there of it is header.
[[nodiscard]] ip::Hop step_dns(ip::Bytes captured, std::uint32_t wire_length);

}  // namespace glass::tools
