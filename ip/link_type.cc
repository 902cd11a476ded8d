// Link types: names, and the header that frames of a type begin with (tcpdump.org/linktypes).
#include "ip/link_type.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace glass::ip {
namespace {

struct Row {
    std::uint32_t number;
    std::string_view name;
    Proto first = Proto::data;
};

// In the order of the numbers. 12 and 14 are DLT_RAW of different systems, found in files of careless
// writers.
constexpr std::array kLinkTypes = {
    Row{0, "NULL", Proto::null},
    Row{1, "EN10MB", Proto::eth},
    Row{3, "AX25"},
    Row{6, "IEEE802"},
    Row{7, "ARCNET"},
    Row{8, "SLIP"},
    Row{9, "PPP", Proto::ppp},
    Row{10, "FDDI"},
    Row{12, "RAW", Proto::raw},
    Row{14, "RAW", Proto::raw},
    Row{50, "PPP_SERIAL", Proto::ppp},
    Row{51, "PPP_ETHER", Proto::pppoe},
    Row{100, "ATM_RFC1483"},
    Row{101, "RAW", Proto::raw},
    Row{104, "C_HDLC", Proto::chdlc},
    Row{105, "IEEE802_11", Proto::wlan},
    Row{107, "FRELAY", Proto::fr},
    Row{108, "LOOP", Proto::null},
    Row{109, "ENC"},
    Row{113, "LINUX_SLL", Proto::sll},
    Row{117, "PFLOG"},
    Row{119, "PRISM_HEADER"},
    Row{122, "IP_OVER_FC"},
    Row{127, "IEEE802_11_RADIO", Proto::radiotap},
    Row{143, "DOCSIS"},
    Row{147, "USER0"},
    Row{163, "IEEE802_11_RADIO_AVS"},
    Row{187, "BLUETOOTH_HCI_H4"},
    Row{189, "USB_LINUX"},
    Row{192, "PPI", Proto::ppi},
    Row{195, "IEEE802_15_4_WITHFCS"},
    Row{201, "BLUETOOTH_HCI_H4_WITH_PHDR"},
    Row{220, "USB_LINUX_MMAPPED"},
    Row{227, "CAN_SOCKETCAN"},
    Row{228, "IPV4", Proto::ip},
    Row{229, "IPV6", Proto::ipv6},
    Row{230, "IEEE802_15_4_NOFCS"},
    Row{231, "DBUS"},
    Row{239, "NFLOG", Proto::nflog},
    Row{247, "INFINIBAND"},
    Row{249, "USBPCAP"},
    Row{253, "NETLINK"},
    Row{276, "LINUX_SLL2", Proto::sll2},
};
static_assert(std::ranges::is_sorted(kLinkTypes, {}, &Row::number));

const Row* find(LinkType type) {
    const auto number = static_cast<std::uint32_t>(type);
    const auto* row = std::ranges::lower_bound(kLinkTypes, number, {}, &Row::number);
    return row != kLinkTypes.end() && row->number == number ? row : nullptr;
}

}  // namespace

Proto first_header(LinkType type) {
    const Row* row = find(type);
    return row ? row->first : Proto::data;
}

std::string to_string(LinkType type) {
    const Row* row = find(type);
    return row ? std::string(row->name) : fmt::format("LINKTYPE_{}", static_cast<std::uint32_t>(type));
}

}  // namespace glass::ip
