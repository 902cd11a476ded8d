// The snoop file format of Solaris, RFC 1761.
//
//     0                   1                   2                   3
//     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |                 "snoop" and three zero octets                 |  file header
//    |                                                               |
//    |                       version number: 2                       |
//    |                         datalink type                         |
//    +---------------------------------------------------------------+
//    |                        original length                        |  each record
//    |                        included length                        |
//    |            packet record length, with header and pad          |
//    |                        cumulative drops                       |
//    |                       timestamp: seconds                      |
//    |                    timestamp: microseconds                    |
//    /                          packet data                          /
//    +---------------------------------------------------------------+
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "ip/capture_file.h"
#include "ip/input_buffer.h"

namespace glass::ip {

class SnoopFormat {
public:
    [[nodiscard]] static bool recognises(Bytes start);
    /// Takes the file header. Precondition: recognises().
    [[nodiscard]] static std::expected<SnoopFormat, std::string> open(InputBuffer& in);

    /// False at the end, or with damage(). Sets all of the frame but its number.
    bool next(InputBuffer& in, Frame& frame);
    const std::optional<Damage>& damage() const { return damage_; }
    std::string_view name() const { return "snoop"; }

private:
    LinkType link_ = LinkType::ethernet;
    std::optional<Damage> damage_;
};

}  // namespace glass::ip
