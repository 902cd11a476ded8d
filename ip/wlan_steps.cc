// 802.11, radiotap and PPI: one hop over each.
#include "ip/wlan_steps.h"

#include "ip/link_type.h"

namespace glass::ip {
namespace {

constexpr std::uint32_t kFcsLength = 4;

/// Subtypes of data frames: one bit each.
constexpr std::uint8_t kNullData = 4;
constexpr std::uint8_t kQos = 8;

/// Two addresses: a control frame that somebody is meant to answer, or that ends a period.
constexpr bool has_transmitter(std::uint8_t control_subtype) {
    switch (control_subtype) {
        case 8:   // BlockAckReq
        case 9:   // BlockAck
        case 10:  // PS-Poll
        case 11:  // RTS
        case 14:  // CF-End
        case 15: return true;
        default: return false;
    }
}

bool begins_with_snap(Bytes bytes) {
    return bytes.size() >= 3 && bytes[0] == 0xaa && bytes[1] == 0xaa && bytes[2] == 0x03;
}

/// The hop over a pseudo-header: without the frame check sequence, where it says that there is one.
Hop over_pseudo_header(std::uint32_t length, Proto next, bool fcs, std::uint32_t wire_length) {
    Hop hop{.header_length = length, .next = next};
    const std::uint32_t follow = wire_length - length;
    if (fcs && follow >= kFcsLength) hop.payload_length = follow - kFcsLength;
    return hop;
}

}  // namespace

WlanHeader read_wlan(Bytes frame) {
    WlanHeader h;
    if (frame.size() < 2) return h;
    h.type = static_cast<WlanHeader::Type>(frame[0] >> 2 & 3);
    h.subtype = frame[0] >> 4;
    h.flags = frame[1];
    const bool data = h.type == WlanHeader::Type::data;
    const bool control = h.type == WlanHeader::Type::control;
    if (h.type == WlanHeader::Type::extension) {
        h.addresses = 0;  // a subtype at a time
    } else if (control) {
        h.addresses = has_transmitter(h.subtype) ? 2 : 1;
    } else {
        h.addresses = data && h.to_ds() && h.from_ds() ? 4 : 3;
        h.has_sequence = true;
        h.has_qos = data && h.subtype & kQos;
        h.has_ht_control = (h.has_qos || !data) && h.flags & 0x80;  // the bit is called +HTC/Order
    }
    h.length =
        4 + 6u * h.addresses + (h.has_sequence ? 2 : 0) + (h.has_qos ? 2 : 0) + (h.has_ht_control ? 4 : 0);
    if (data && h.length % 4 != 0 && !begins_with_snap(after(frame, h.length)) &&
        begins_with_snap(after(frame, h.length + 2))) {
        h.padding = 2;
        h.length += 2;
    }
    return h;
}

Hop step_wlan(Bytes captured, std::uint32_t) {
    const WlanHeader h = read_wlan(captured);
    if (captured.size() < h.length) return cut_short(h.length, captured.size());
    Hop hop{.header_length = static_cast<std::uint32_t>(h.length)};
    if (h.type != WlanHeader::Type::data || h.subtype & kNullData || h.is_protected()) return hop;
    const std::size_t sequence_at = 22;
    const bool fragment = h.more_fragments() || (captured[sequence_at] & 0x0f) != 0;
    const bool aggregate = h.has_qos && captured[h.addresses == 4 ? 30 : 24] & 0x80;  // A-MSDU Present
    if (!fragment && !aggregate) hop.next = Proto::llc;
    return hop;
}

bool radiotap_has_fcs(Bytes header) {
    // Words of the bitmap of fields follow each other as long as bit 31 is set.
    std::size_t at = 4;
    std::uint32_t word = 0;
    do {
        if (header.size() < at + 4) return false;
        word = load32_little(&header[at]);
        at += 4;
    } while (word >> 31 != 0);
    const std::uint32_t present = load32_little(&header[4]);
    const bool tsft = present & 1, flags = present & 2;
    if (tsft) at = (at + 7) / 8 * 8 + 8;  // eight octets, aligned to eight
    return flags && at < header.size() && header[at] & 0x10;
}

Hop step_radiotap(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < kRadiotapLength) return cut_short(kRadiotapLength, captured.size());
    const std::uint32_t length = load16_little(&captured[2]);
    if (length < kRadiotapLength)
        return {.fault = {"radiotap length {} is below {}", length, kRadiotapLength}};
    if (captured.size() < length) return cut_short(length, captured.size());
    return over_pseudo_header(length, Proto::wlan, radiotap_has_fcs(captured.first(length)), wire_length);
}

bool ppi_has_fcs(Bytes header) {
    constexpr std::uint16_t kCommon = 2;  // 802.11-Common: TSF timer (8 octets), flags (2), ...
    const bool aligned = header.size() > 1 && header[1] & 1;
    for (std::size_t at = kPpiLength; at + 4 <= header.size();) {
        const std::uint16_t type = load16_little(&header[at]);
        const std::size_t length = load16_little(&header[at + 2]);
        if (type == kCommon) return length >= 10 && at + 14 <= header.size() && header[at + 12] & 1;
        at += 4 + (aligned ? (length + 3) / 4 * 4 : length);
    }
    return false;
}

Hop step_ppi(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < kPpiLength) return cut_short(kPpiLength, captured.size());
    const std::uint32_t length = load16_little(&captured[2]);
    if (length < kPpiLength) return {.fault = {"PPI length {} is below {}", length, kPpiLength}};
    if (captured.size() < length) return cut_short(length, captured.size());
    const Proto next = first_header(static_cast<LinkType>(load32_little(&captured[4])));
    return over_pseudo_header(length, next, ppi_has_fcs(captured.first(length)), wire_length);
}

}  // namespace glass::ip
