// Link headers other than Ethernet's: one hop over each. The documents are named in the header file.
#include "ip/link_steps.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "ip/ethernet.h"

namespace glass::ip {
namespace {

struct FamilyEntry {
    std::uint32_t family;
    Proto proto;
};
/// Address families. IPv4 has the same number everywhere; with IPv6 every system chose its own.
constexpr FamilyEntry kFamilies[] = {
    {2, Proto::ip},    {10, Proto::ipv6},  // Linux
    {23, Proto::ipv6},                     // Windows
    {24, Proto::ipv6},                     // NetBSD, OpenBSD
    {28, Proto::ipv6},                     // FreeBSD
    {30, Proto::ipv6},                     // macOS
};
Proto proto_of_family(std::uint32_t family) {
    const auto* found = std::ranges::find(kFamilies, family, &FamilyEntry::family);
    return found == std::end(kFamilies) ? Proto::data : found->proto;
}

/// A header of fixed length that ends, or almost ends, in an EtherType.
Hop fixed_header(Bytes captured, std::uint32_t length, std::size_t type_at) {
    if (captured.size() < length) return cut_short(length, captured.size());
    return {.header_length = length, .next = proto_of_ethertype(load16(&captured[type_at]))};
}

/// SLL's protocol field depends on its ARPHRD_ type; for most it is an EtherType, or 4 for an 802.2 header.
Proto proto_of_sll(std::uint16_t hardware, std::uint16_t protocol) {
    switch (hardware) {
        case 770: return Proto::fr;        // ARPHRD_FRAD
        case 801: return Proto::wlan;      // ARPHRD_IEEE80211
        case 803: return Proto::radiotap;  // ARPHRD_IEEE80211_RADIOTAP
        case 824: return Proto::data;      // ARPHRD_NETLINK: the protocol is a netlink family
        default: return protocol == 4 ? Proto::llc : proto_of_ethertype(protocol);
    }
}

/// Unicast or broadcast. In PPP the same octet would be half of a protocol number that nobody has.
bool is_cisco_hdlc(Bytes bytes) {
    return !bytes.empty() && (bytes[0] == 0x0f || bytes[0] == 0x8f);
}

/// IANA: PPP DLL Protocol Numbers.
Proto proto_of_ppp(std::uint16_t protocol) {
    switch (protocol) {
        case 0x0021: return Proto::ip;
        case 0x0057: return Proto::ipv6;
        case 0x0281:                      // unicast
        case 0x0283: return Proto::mpls;  // multicast, RFC 3032 section 4.3
        default: return Proto::data;      // control protocols, and the compressed ones
    }
}

/// ISO/IEC TR 9577 by way of RFC 2427.
constexpr std::uint8_t kNlpidSnap = 0x80;
Proto proto_of_nlpid(std::uint8_t nlpid) {
    switch (nlpid) {
        case 0x8e: return Proto::ipv6;
        case 0xcc: return Proto::ip;
        case 0xcf: return Proto::ppp;  // RFC 1973
        default: return Proto::data;
    }
}

}  // namespace

// ---- NULL, LOOP, RAW ----

std::uint32_t null_family(Bytes header) {
    const std::uint32_t family = load32(header.data());
    return family > 0xffff ? std::byteswap(family) : family;
}

Hop step_null(Bytes captured, std::uint32_t) {
    if (captured.size() < 4) return cut_short(4, captured.size());
    const std::uint32_t family = null_family(captured);
    // Some drivers write an EtherType where the family should be.
    const bool ethertype = family > kMax8023Length && family <= 0xffff;
    return {
        .header_length = 4,
        .next = ethertype ? proto_of_ethertype(static_cast<std::uint16_t>(family)) : proto_of_family(family)};
}

Hop step_raw(Bytes captured, std::uint32_t) {
    if (captured.empty()) return cut_short(1, 0);
    return {.next = proto_of_ip_version(captured)};
}

// ---- Linux cooked captures ----

Hop step_sll(Bytes captured, std::uint32_t) {
    Hop hop = fixed_header(captured, 16, 14);
    if (!hop.fault) hop.next = proto_of_sll(load16(&captured[2]), load16(&captured[14]));
    return hop;
}

Hop step_sll2(Bytes captured, std::uint32_t) {
    Hop hop = fixed_header(captured, 20, 0);
    if (!hop.fault) hop.next = proto_of_sll(load16(&captured[8]), load16(&captured[0]));
    return hop;
}

// ---- PPP and its relatives ----

Hop step_chdlc(Bytes captured, std::uint32_t) {
    Hop hop = fixed_header(captured, 4, 2);
    if (hop.next == Proto::arp && load16(&captured[2]) == ethertype::rarp)
        hop.next = Proto::data;  // here it is SLARP
    return hop;
}

PppHeader read_ppp(Bytes bytes) {
    Reader in(bytes);
    PppHeader h;
    h.address_control = bytes.size() >= 2 && load16(bytes.data()) == 0xff03;
    if (h.address_control) in.skip(2);
    h.protocol = in.u8();
    h.compressed = h.protocol & 1;  // the first of two octets is even, the last one odd: RFC 1661 section 2
    if (!h.compressed) h.protocol = static_cast<std::uint16_t>(h.protocol << 8 | in.u8());
    h.length = (h.address_control ? 2 : 0) + (h.compressed ? 1 : 2);
    return h;
}

Hop step_ppp(Bytes captured, std::uint32_t) {
    if (is_cisco_hdlc(captured)) return {.next = Proto::chdlc};
    const PppHeader h = read_ppp(captured);
    if (captured.size() < h.length) return cut_short(h.length, captured.size());
    return {.header_length = static_cast<std::uint32_t>(h.length), .next = proto_of_ppp(h.protocol)};
}

Hop step_pppoe(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < kPppoeLength) return cut_short(kPppoeLength, captured.size());
    const std::uint32_t version_type = captured[0];
    if (version_type != 0x11)
        return {.header_length = kPppoeLength,
                .fault = {"PPPoE version {} and type {} instead of 1 and 1", version_type >> 4,
                          version_type & 15}};
    const std::uint32_t length = load16(&captured[4]);
    const std::uint32_t follow = wire_length - kPppoeLength;
    const bool session = captured[1] == 0;
    Hop hop{
        .header_length = kPppoeLength, .next = session ? Proto::ppp : Proto::data, .payload_length = length};
    if (length > follow)
        hop.fault = missing("PPPoE length {} exceeds the {} bytes that follow", length, follow);
    if (!session) {  // the tags of discovery are the header's own
        hop.header_length += static_cast<std::uint32_t>(first(after(captured, kPppoeLength), length).size());
        hop.payload_length = 0;
    }
    return hop;
}

// ---- frame relay ----

FrameRelayHeader read_frame_relay(Bytes bytes) {
    constexpr int kDlciBits[] = {6, 4, 7,
                                 6};  // Q.922 section 3.2; a third octet that is the last has six, too
    Reader in(bytes);
    FrameRelayHeader h;
    bool last = false;
    while (!last && h.address_length < 5) {
        const std::uint8_t octet = in.u8();
        last = octet & 1;
        if (h.address_length < 4) {
            const int bits = last && h.address_length == 2 ? 6 : kDlciBits[h.address_length];
            h.dlci = h.dlci << bits | octet >> (8 - bits);
        }
        ++h.address_length;
    }
    h.length = h.address_length;
    const std::uint8_t control = in.u8();
    if (control != 0x03) {  // not unnumbered information
        h.type = static_cast<std::uint16_t>(control << 8 | in.u8());
        h.length += 2;
        return h;
    }
    h.nlpid = in.u8();
    h.padded = *h.nlpid == 0;
    if (h.padded) h.nlpid = in.u8();
    h.length += h.padded ? 3 : 2;
    if (*h.nlpid == kNlpidSnap) {
        h.oui = std::uint32_t{in.u8()} << 16;
        *h.oui |= in.u16();
        h.pid = in.u16();
        h.length += 5;
    }
    return h;
}

Hop step_fr(Bytes captured, std::uint32_t) {
    const FrameRelayHeader h = read_frame_relay(captured);
    if (captured.size() < std::min(h.length, std::size_t{4})) return cut_short(4, captured.size());
    const auto address_length = static_cast<std::uint32_t>(h.address_length);
    if (address_length < 2) return {.fault = {"frame relay address ends after {} octet", address_length}};
    if (address_length > 4) return {.fault = {"frame relay address does not end after {} octets", 4}};
    if (captured.size() < h.length) return cut_short(h.length, captured.size());
    const Proto next = h.type  ? proto_of_ethertype(*h.type)
                       : h.oui ? proto_of_snap(*h.oui, h.pid)
                               : proto_of_nlpid(*h.nlpid);
    return {.header_length = static_cast<std::uint32_t>(h.length), .next = next};
}

// ---- NFLOG ----

NflogItem nflog_item(Bytes captured, std::size_t at) {
    // The smaller reading of a length is the right one: the first item has 8 or 5 octets, not 2048 or 1280.
    const bool little = captured[kNflogLength + 1] < captured[kNflogLength];
    const auto field = [&](std::size_t i) {
        const std::uint16_t big = load16(&captured[i]);
        return little ? std::byteswap(big) : big;
    };
    return {.type = static_cast<std::uint16_t>(field(at + 2) & 0x7fff), .length = field(at)};
}

Hop step_nflog(Bytes captured, std::uint32_t wire_length) {
    constexpr std::size_t kItemHeader = 4;
    std::size_t at = kNflogLength;
    if (captured.size() == at && wire_length == at) return {.header_length = kNflogLength};
    while (true) {
        if (captured.size() < at + kItemHeader) return cut_short(at + kItemHeader, captured.size());
        const NflogItem item = nflog_item(captured, at);
        if (item.length < kItemHeader)
            return {.fault = {"item length {} is below {}", item.length, kItemHeader}};
        const std::size_t end = at + item.length;
        if (item.type == kNflogPayload) {
            Hop hop{.header_length = static_cast<std::uint32_t>(at + kItemHeader),
                    .next = proto_of_family(captured[0]),
                    .payload_length = static_cast<std::uint32_t>(item.length - kItemHeader)};
            const std::uint32_t follow = wire_length - hop.header_length;
            if (hop.payload_length > follow)
                hop.fault =
                    missing("payload length {} exceeds the {} bytes that follow", hop.payload_length, follow);
            return hop;
        }
        at = (end + 3) / 4 * 4;  // items begin at multiples of four
        if (end >= wire_length && end <= captured.size())
            return {.header_length = static_cast<std::uint32_t>(end)};
    }
}

}  // namespace glass::ip
