// WhyConnection: all that a capture knows of the connection that one packet belongs to, and questions about
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/packet.h"
#include "tools/stream_trace.h"
#include "tools/time_passed.h"

namespace glass::tools {

/// What the headers around a segment say.
struct IpFacts {
    bool v6 = false;
    std::uint16_t id = 0;    ///< of IPv4
    std::uint8_t ttl = 0;    ///< or hop limit
    std::uint8_t ecn = 0;    ///< RFC 3168 section 5: 3 is CE
    bool multipath = false;  ///< an option of RFC 8684 is there
};

/// An ICMP error that quotes a segment of the connection.
struct IcmpAbout {
    tcp::FrameRef frame;
    std::string text;                  ///< "destination unreachable: port"
    unsigned side = 0;                 ///< who sent the quoted segment
    tcp::Seq seq;                      ///< of that segment
    std::optional<std::uint32_t> mtu;  ///< packet too big, fragmentation needed
};

struct WhyConnection {
    StreamTrace trace;
    std::vector<IpFacts> ip;  ///< of each segment of the trace
    std::vector<IcmpAbout> errors;
    std::size_t at = 0;  ///< index of the packet in question

    const TraceSegment& segment() const { return trace.segments[at]; }
    const TraceSegment& operator[](std::size_t i) const { return trace.segments[i]; }
    std::size_t size() const { return trace.segments.size(); }

    /// The nearest segment before or after `i` for which this holds.
    template <class Test>
    std::optional<std::size_t> before(std::size_t i, Test test) const {
        while (i-- > 0)
            if (test(trace.segments[i])) return i;
        return std::nullopt;
    }
    template <class Test>
    std::optional<std::size_t> after(std::size_t i, Test test) const {
        while (++i < size())
            if (test(trace.segments[i])) return i;
        return std::nullopt;
    }

    /// One after the highest octet that this side had sent before segment `i`; none where it had sent
    /// nothing.
    std::optional<tcp::Seq> highest_before(std::size_t i, unsigned side) const;
    /// SEG.ACK of this side's last segment before `i`.
    std::optional<tcp::Seq> acknowledged_before(std::size_t i, unsigned side) const;
    /// Whether it sent anything that is in the file.
    bool speaks(unsigned side) const;
    /// SYN to the ACK that ends the handshake: the whole way there and back, wherever it was captured.
    std::optional<ip::Duration> handshake() const;
    /// Octets that a full segment of this side carries: the other side's MSS less timestamps, or the largest
    /// seen.
    std::uint32_t full_segment(unsigned side) const;
};

inline std::string_view who(unsigned side) {
    return side == 0 ? "the client" : "the server";
}
inline bool pure_ack(const TraceSegment& s) {
    return s.has(tcp::ACK) && s.length == 0 && (s.flags & (tcp::SYN | tcp::FIN | tcp::RST)) == 0;
}
inline tcp::Seq end_of(const TraceSegment& s) {
    return s.seq + s.sequence_length();
}
inline bool carries(const TraceSegment& s, tcp::Seq octet) {
    return octet - s.seq < s.sequence_length();
}
inline bool acknowledges(const TraceSegment& s, tcp::Seq end) {
    return s.has(tcp::ACK) && s.ack >= end;
}
/// Where its text begins: after SYN.
inline tcp::Seq text_of(const TraceSegment& s) {
    return s.seq + (s.has(tcp::SYN) ? 1 : 0);
}
/// "bytes 1449..2896", "SYN", "FIN", "bytes 5..9 and FIN", "ACK 77", "RST".
[[nodiscard]] std::string content_text(const TraceSegment& s);
/// "bytes 1449..2896": octets [begin, end) of the sender of `s`.
[[nodiscard]] std::string range_text(const TraceSegment& s, tcp::Seq begin, tcp::Seq end);

/// The connection of this stream; `at` is the segment of frame `number`. Nothing where it cannot be read
/// again.
[[nodiscard]] std::optional<WhyConnection> load_connection(const CaptureOptions& options,
                                                           std::uint32_t stream, std::uint64_t number);

}  // namespace glass::tools
