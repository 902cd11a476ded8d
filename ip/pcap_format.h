// The pcap file format, draft-ietf-opsawg-pcap sections 4 and 5.
//
//     0                   1                   2                   3
//     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |            magic: byte order, and unit of fractions           |  file header
//    |         major version         |         minor version         |
//    |                     (time zone: never used)                   |
//    |                     (accuracy: never used)                    |
//    |                         snapshot length                       |
//    |  FCS  |f|      reserved       |           link type           |
//    +---------------------------------------------------------------+
//    |                       timestamp: seconds                      |  each record
//    |                 timestamp: micro- or nanoseconds              |
//    |                     captured packet length                    |
//    |                     original packet length                    |
//    |    ("modified" files: 8 octets that the kernel knew, unused)  |
//    /                          packet data                          /
//    +---------------------------------------------------------------+
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "ip/capture_file.h"
#include "ip/file_order.h"
#include "ip/input_buffer.h"

namespace glass::ip {

class PcapFormat {
public:
    [[nodiscard]] static bool recognises(Bytes start);
    /// Takes the file header. Precondition: recognises().
    [[nodiscard]] static std::expected<PcapFormat, std::string> open(InputBuffer& in);

    /// False at the end, or with damage(). Sets all of the frame but its number.
    bool next(InputBuffer& in, Frame& frame);
    const std::optional<Damage>& damage() const { return damage_; }
    /// After damage: takes octets up to the next place where records begin (ip/salvage.h); false if there is
    /// none. `near` is the time of a good frame.
    bool resume(InputBuffer& in, std::optional<Time> near);
    std::string_view name() const;

private:
    enum class Layout : std::uint8_t { standard, modified };
    /// Before version 2.3 the two lengths stood in the other order, and in 2.3 in either.
    enum class Lengths : std::uint8_t { captured_first, original_first, captured_is_less };

    bool read_magic(const std::uint8_t* p);
    bool read_version(std::uint16_t major, std::uint16_t minor);
    struct RecordLengths {
        std::uint32_t captured, original;
    };
    RecordLengths lengths_of(const std::uint8_t* record) const {
        const RecordLengths lengths{order_.u32(record + 8), order_.u32(record + 12)};
        return lengths_ == Lengths::captured_first ? lengths : reordered(lengths);
    }
    RecordLengths reordered(RecordLengths lengths) const;
    bool cut_off(const InputBuffer& in);
    bool too_long(const InputBuffer& in, std::uint32_t captured);
    bool starts_here(Bytes rest, bool whole, std::optional<Time> near) const;

    FileOrder order_;
    Layout layout_ = Layout::standard;
    Lengths lengths_ = Lengths::captured_first;
    std::uint32_t record_header_ = 16;
    std::uint32_t limit_ = kCommonSnapshot;  ///< captured lengths above it are damage
    std::int64_t unit_ = 1000;               ///< nanoseconds of one fraction
    LinkType link_ = LinkType::ethernet;
    std::optional<Damage> damage_;
};

// Inline, and one straight line: a file of small packets spends its time here.
[[gnu::always_inline]] inline bool PcapFormat::next(InputBuffer& in, Frame& frame) {
    const std::uint8_t* p = in.peek(record_header_);
    if (!p) [[unlikely]]
        return cut_off(in);
    const auto [captured, original] = lengths_of(p);
    if (captured > limit_) [[unlikely]]
        return too_long(in, captured);
    p = in.peek(record_header_ + captured);
    if (!p) [[unlikely]]
        return cut_off(in);

    const std::int64_t seconds = order_.u32(p);
    const std::int64_t fraction = order_.u32(p + 4);
    frame.time = Time(Duration(seconds * 1'000'000'000 + fraction * unit_));
    frame.has_time = true;
    frame.length = original;
    frame.link = link_;
    frame.interface = 0;
    frame.bytes = Bytes(p + record_header_, captured);
    frame.comment = {};
    frame.file_offset = in.offset();
    in.take(record_header_ + captured);
    return true;
}

}  // namespace glass::ip
