// Link headers other than Ethernet's: where each ends, what follows it (tcpdump.org/linktypes; RFCs below).
//
// Glass shows these, and builds none of them. A read_x() says where the parts of a header with optional parts
// are: it reads what is there, zeros beyond it, and checks nothing. Wireless headers are in ip/wlan_steps.h.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/bytes.h"
#include "ip/protocol.h"

namespace glass::ip {

/// NULL and LOOP: an address family in 32 bits, in the capturing host's byte order (LOOP: the network's).
[[nodiscard]] Hop step_null(Bytes captured, std::uint32_t wire_length);
/// The family in whichever byte order makes it small. Precondition: four octets.
[[nodiscard]] std::uint32_t null_family(Bytes header);

/// RAW: no header at all, length 0; the first four bits are the IP version. Data: some other nibble.
[[nodiscard]] Hop step_raw(Bytes captured, std::uint32_t wire_length);

/// LINUX_SLL (16 octets) and LINUX_SLL2 (20): the header of captures on all of Linux's interfaces at once.
[[nodiscard]] Hop step_sll(Bytes captured, std::uint32_t wire_length);
[[nodiscard]] Hop step_sll2(Bytes captured, std::uint32_t wire_length);

/// Cisco HDLC, RFC 1547 section 4.3.1: address, control, EtherType.
[[nodiscard]] Hop step_chdlc(Bytes captured, std::uint32_t wire_length);

/// PPP: RFC 1661 section 2, in HDLC-like framing RFC 1662 section 3.1. Address and control (ff 03) may be
/// missing, and the protocol may be one octet (RFC 1661 sections 6.5, 6.6). An address of 0x0f or 0x8f is
/// Cisco HDLC's: then there is no PPP header, length 0.
struct PppHeader {
    bool address_control = false;  ///< ff 03 is there
    bool compressed = false;       ///< the protocol is one octet
    std::uint16_t protocol = 0;
    std::size_t length = 2;  ///< octets: 1 to 4
};
[[nodiscard]] PppHeader read_ppp(Bytes bytes);
[[nodiscard]] Hop step_ppp(Bytes captured, std::uint32_t wire_length);

/// PPPoE, RFC 2516 section 4: code 0 is a session and carries PPP, others are discovery and consist of tags.
[[nodiscard]] Hop step_pppoe(Bytes captured, std::uint32_t wire_length);
inline constexpr std::size_t kPppoeLength = 6;  ///< octets, without tags

/// Frame relay: a Q.922 address of 2 to 4 octets, then either RFC 2427's control, NLPID and SNAP, or, as
/// Cisco does it, an EtherType.
struct FrameRelayHeader {
    std::size_t address_length = 0;     ///< octets until the extension bit ends it; 5: it does not
    std::uint32_t dlci = 0;             ///< Data Link Connection Identifier, 10, 16 or 23 bits
    std::optional<std::uint16_t> type;  ///< the EtherType of Cisco's form; the others are RFC 2427's
    std::optional<std::uint8_t> nlpid;  ///< Network Layer Protocol ID
    bool padded = false;                ///< a zero octet before the NLPID, RFC 2427 section 3
    std::optional<std::uint32_t> oui;   ///< SNAP: organization code
    std::uint16_t pid = 0;              ///< SNAP: protocol identifier
    std::size_t length = 0;             ///< octets
};
[[nodiscard]] FrameRelayHeader read_frame_relay(Bytes bytes);
[[nodiscard]] Hop step_fr(Bytes captured, std::uint32_t wire_length);

/// NFLOG: a family, then items of type and length in the byte order of the host that captured; item 9 is the
/// packet.
[[nodiscard]] Hop step_nflog(Bytes captured, std::uint32_t wire_length);
struct NflogItem {
    std::uint16_t type = 0;    ///< NFULA_*
    std::uint16_t length = 0;  ///< octets, these four included
};
inline constexpr std::size_t kNflogLength = 4;     ///< octets before the first item
inline constexpr std::uint16_t kNflogPayload = 9;  ///< NFULA_PAYLOAD
/// The item at `at`, where four octets are: they tell what comes after it.
[[nodiscard]] NflogItem nflog_item(Bytes captured, std::size_t at);

}  // namespace glass::ip
