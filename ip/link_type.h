// Link types: the number in a capture file that says with which header its frames begin
// (tcpdump.org/linktypes).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ip/protocol.h"

namespace glass::ip {

/// A LINKTYPE_ value as it stands in files (not libpcap's DLT_, which differs between systems).
enum class LinkType : std::uint32_t {
    null = 0,
    ethernet = 1,
    ppp = 9,
    ppp_hdlc = 50,
    ppp_ether = 51,
    raw = 101,
    c_hdlc = 104,
    ieee802_11 = 105,
    frelay = 107,
    loop = 108,
    linux_sll = 113,
    ieee802_11_radiotap = 127,
    ppi = 192,
    ipv4 = 228,
    ipv6 = 229,
    nflog = 239,
    linux_sll2 = 276,
};

/// The header a frame of this link type begins with; data for one that Glass does not know.
[[nodiscard]] Proto first_header(LinkType type);
/// "EN10MB", "LINUX_SLL2", ... as tcpdump -L prints them; "LINKTYPE_147" for one without a name here.
[[nodiscard]] std::string to_string(LinkType type);

}  // namespace glass::ip
