// The pcapng file format, draft-ietf-opsawg-pcapng sections 3 and 4.
//
//     0                   1                   2                   3
//     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |                           block type                          |  every block
//    |                       block total length                      |
//    +---------------------------------------------------------------+
//    |                          interface id                         |  the body of an Enhanced Packet Block
//    |                       timestamp, upper half                   |
//    |                       timestamp, lower half                   |
//    |                     captured packet length                    |
//    |                     original packet length                    |
//    /                  packet data, padded to 32 bits               /
//    /                 options: code, length, value, pad             /
//    +---------------------------------------------------------------+
//    |                   block total length, again                   |  every block
//    +---------------------------------------------------------------+
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ip/capture_file.h"
#include "ip/file_order.h"
#include "ip/input_buffer.h"

namespace glass::ip {

/// Section 4.2: what an Interface Description Block says that matters for its packets.
struct CaptureInterface {
    LinkType link = LinkType::ethernet;
    std::uint32_t snapshot_length = 0;  ///< 0: no limit
    std::uint8_t resolution = 6;        ///< if_tsresol: units of 10^-n seconds; with the top bit set 2^-n
    std::int64_t offset_seconds = 0;    ///< if_tsoffset, added to every timestamp

    /// The time that a timestamp in this interface's units means; saturates.
    [[nodiscard]] Time time_of(std::uint64_t timestamp) const;
};

class PcapngFormat {
public:
    [[nodiscard]] static bool recognises(Bytes start);
    /// Takes the first Section Header Block. Precondition: recognises().
    [[nodiscard]] static std::expected<PcapngFormat, std::string> open(InputBuffer& in);

    /// False at the end, or with damage(). Sets all of the frame but its number.
    bool next(InputBuffer& in, Frame& frame);
    const std::optional<Damage>& damage() const { return damage_; }
    /// After damage: takes octets up to the next place where a block begins (ip/salvage.h); false if there is
    /// none.
    bool resume(InputBuffer& in);
    std::string_view name() const { return "pcapng"; }

private:
    struct Block {
        std::uint32_t type = 0;
        std::uint32_t length = 0;  ///< the whole block
        Bytes body;                ///< empty for blocks that are skipped unread
    };
    enum class Found : std::uint8_t { frame, nothing, fault };

    bool read_block(InputBuffer& in, Block& block);
    bool skip_block(InputBuffer& in, Block& block);
    bool read_start(InputBuffer& in, Block& block);
    bool set_order(InputBuffer& in);
    Found read_body(const Block& block, Frame& frame);
    Found read_section_header(Bytes body);
    Found read_interface(Bytes body);
    Found read_interface_option(CaptureInterface& interface, std::uint16_t code, Bytes value);
    Found read_packet(std::uint32_t interface, Bytes body, Frame& frame);
    Found read_simple_packet(Bytes body, Frame& frame);
    void read_comments(Bytes options, Frame& frame);
    bool next_option(Bytes& options, std::uint16_t& code, Bytes& value) const;
    bool fail(std::string what);
    Found damaged(std::string what);
    bool starts_here(Bytes rest) const;

    FileOrder order_;                           ///< of the current section
    std::vector<CaptureInterface> interfaces_;  ///< of the current section
    bool too_many_interfaces_ = false;          ///< the section has more than are kept
    std::string comments_;                      ///< backs Frame::comment where a packet has several
    std::uint64_t block_offset_ = 0;            ///< of the current block
    std::optional<Damage> damage_;
};

}  // namespace glass::ip
