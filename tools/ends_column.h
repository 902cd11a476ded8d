// Ends column: who speaks to whom, in the middle of a packet's line: "10.0.0.2:49152 → 10.0.0.1:80".
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ip/address.h"
#include "tools/packet.h"

namespace glass::tools {

class EndsColumn {
public:
    /// The addresses of the innermost datagram with ports where there are any, else those of its link, else
    /// blanks. Both columns grow with what is shown, to a limit. Good until the next call.
    std::string_view text_of(const Packet& packet);

private:
    static constexpr std::uint32_t kNoPort = 0x10000;
    /// "[IPv6 address]:65535" is the longest end.
    static constexpr std::size_t kMaxEnd = ip::kMaxAddressText + 8;
    struct Ends {
        ip::Address source, destination;
        std::uint32_t source_port = kNoPort, destination_port = kNoPort;

        bool operator==(const Ends&) const = default;
    };
    struct Entry {
        Ends ends;
        std::size_t size = 0;  ///< 0: not in use
        std::array<char, 2 * kMaxEnd + 8> text;
    };

    static std::size_t write_end(char* out, const ip::Address& address, std::uint32_t port);
    static Ends ends_of(const Packet& packet, const Layer& ip_layer);
    std::string_view text_of(const Ends& ends);
    void write(Entry& entry, std::string_view source, std::string_view destination);

    std::size_t source_width_ = 15, destination_width_ = 15;
    /// By a hash; a stranger takes the place. The same two ends come again and again: 60 ns less a line.
    std::vector<Entry> known_{512};
    Entry other_;  ///< of a link, or of nobody
};

}  // namespace glass::tools
