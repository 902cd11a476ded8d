#include "ip/offload.h"

#include <algorithm>

#include "ip/datagram.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {
namespace {

// Of the TCP header.
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kSequenceAt = 4;
constexpr std::size_t kOffsetAt = 12;
constexpr std::size_t kFlagsAt = 13;
constexpr std::size_t kChecksumAt = 16;
constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kPush = 0x08;
constexpr std::uint8_t kCwr = 0x80;

bool is_v4(Bytes packet) {
    return packet[0] >> 4 == 4;
}

/// Without IPv6's extension headers.
std::size_t ip_header_length(Bytes packet) {
    return is_v4(packet) ? (packet[0] & 0xf) * std::size_t{4} : Ipv6Header::kLength;
}

std::size_t tcp_header_length(Bytes segment) {
    return segment[kOffsetAt] >> 4 << 2;
}

/// The field has the sum of the pseudo-header: it counts as part of the data. Zero would mean that there is
/// no checksum, to UDP (RFC 768); to others it is the same number.
void complete_checksum(std::span<std::uint8_t> transport, std::size_t field_at) {
    const std::uint16_t sum = checksum(transport);
    store16(&transport[field_at], sum == 0 ? std::uint16_t{0xffff} : sum);
}

/// Whether what the header says of the checksum lies in the packet.
bool is_possible(const VirtioNetHeader& header, Bytes packet) {
    return std::size_t{header.checksum_start} + header.checksum_offset + 2 <= packet.size();
}

/// Of a packet with this header as its first octets, and so many octets in all; the identification `further`
/// on.
void set_ip_length(std::span<std::uint8_t> packet, std::uint16_t further) {
    constexpr std::uint16_t kDontFragment = 0x4000;
    const auto size = static_cast<std::uint16_t>(packet.size());
    if (!is_v4(packet)) return store16(&packet[4], static_cast<std::uint16_t>(size - Ipv6Header::kLength));
    store16(&packet[2], size);
    const std::uint16_t identification = load16(&packet[4]);
    const bool unused = identification == 0 && (load16(&packet[6]) & kDontFragment) != 0;
    if (!unused) store16(&packet[4], static_cast<std::uint16_t>(identification + further));
    store16(&packet[10], 0);
    store16(&packet[10], checksum(packet.first(ip_header_length(packet))));
}

void set_tcp_checksum(std::span<std::uint8_t> packet, std::size_t transport_at) {
    const std::span<std::uint8_t> segment = packet.subspan(transport_at);
    const auto length = static_cast<std::uint32_t>(segment.size());
    ChecksumSum sum;
    if (is_v4(packet)) {
        sum = pseudo_header(Ipv4Address{load32(&packet[12])}, Ipv4Address{load32(&packet[16])},
                            protocol_number::tcp, length);
    } else {
        sum.add(
            packet.subspan(8, 32));  // both addresses; a routing header that changes the last is not for TSO
        sum.add32(length);
        sum.add16(protocol_number::tcp);
    }
    store16(&segment[kChecksumAt], 0);
    sum.add(segment);
    store16(&segment[kChecksumAt], sum.checksum());
}

}  // namespace

VirtioNetHeader VirtioNetHeader::read(Bytes octets) {
    VirtioNetHeader out{.flags = octets[0], .type = octets[1]};
    const auto field = [&octets](std::uint16_t& value, std::size_t at) {
        std::memcpy(&value, &octets[at], sizeof value);
    };
    field(out.header_length, 2);
    field(out.segment_size, 4);
    field(out.checksum_start, 6);
    field(out.checksum_offset, 8);
    return out;
}

void VirtioNetHeader::write(std::uint8_t* out) const {
    out[0] = flags;
    out[1] = type;
    std::memcpy(out + 2, &header_length, 2);
    std::memcpy(out + 4, &segment_size, 2);
    std::memcpy(out + 6, &checksum_start, 2);
    std::memcpy(out + 8, &checksum_offset, 2);
}

VirtioNetHeader virtio_header(const DevicePacket& packet) {
    VirtioNetHeader header;
    if (packet.checksum == ChecksumState::verified) header.flags = VirtioNetHeader::kDataValid;
    if (packet.checksum != ChecksumState::partial) return header;
    const std::size_t start = ip_header_length(packet.octets);
    header.flags = VirtioNetHeader::kNeedsChecksum;
    header.checksum_start = static_cast<std::uint16_t>(start);
    header.checksum_offset = kChecksumAt;
    if (packet.segment_size == 0) return header;
    const Bytes segment = packet.octets.subspan(start);
    header.type = is_v4(packet.octets) ? VirtioNetHeader::kTcpV4 : VirtioNetHeader::kTcpV6;
    if (segment[kFlagsAt] & kCwr) header.type |= VirtioNetHeader::kEcn;
    header.header_length = static_cast<std::uint16_t>(start + tcp_header_length(segment));
    header.segment_size = packet.segment_size;
    return header;
}

DevicePacket received_packet(const VirtioNetHeader& header, std::span<std::uint8_t> octets) {
    DevicePacket out{.octets = octets};
    if (header.flags & VirtioNetHeader::kDataValid) out.checksum = ChecksumState::verified;
    if (!(header.flags & VirtioNetHeader::kNeedsChecksum) || !is_possible(header, octets)) return out;
    if (header.checksum_offset != kChecksumAt) {
        complete_checksum(octets.subspan(header.checksum_start), header.checksum_offset);
        return out;
    }
    out.checksum = ChecksumState::partial;
    if (header.type != VirtioNetHeader::kNone) out.segment_size = header.segment_size;
    return out;
}

WirePackets::WirePackets(const DevicePacket& packet) : packet_(packet) {
    if (packet.checksum != ChecksumState::partial) return;
    if (!packet.text.empty()) {
        joined_.assign(packet.octets.begin(), packet.octets.end());
        joined_.insert(joined_.end(), packet.text.begin(), packet.text.end());
        packet_.octets = joined_;
    }
    const auto datagram = parse_datagram(packet_.octets);
    if (!datagram || datagram->protocol != protocol_number::tcp || datagram->payload.size() < kTcpHeader) {
        packet_.checksum = ChecksumState::complete;  // as complete as it will be
        return;
    }
    transport_at_ = datagram->payload_at;
    packet_.octets = datagram->packet;
    text_at_ = std::min(transport_at_ + tcp_header_length(datagram->payload), packet_.octets.size());
    done_ = text_at_;
}

std::optional<Bytes> WirePackets::next() {
    if (count_ > 0 && done_ >= packet_.octets.size()) return std::nullopt;
    if (packet_.checksum != ChecksumState::partial) {
        done_ = packet_.octets.size();
        ++count_;
        return packet_.octets;
    }
    const std::size_t left = packet_.octets.size() - done_;
    const std::size_t size =
        packet_.segment_size == 0 ? left : std::min<std::size_t>(left, packet_.segment_size);
    make_segment(done_, size);
    done_ += size;
    ++count_;
    return segment_;
}

void WirePackets::make_segment(std::size_t at, std::size_t size) {
    const Bytes headers = packet_.octets.first(text_at_), text = packet_.octets.subspan(at, size);
    segment_.assign(headers.begin(), headers.end());
    segment_.insert(segment_.end(), text.begin(), text.end());
    std::uint8_t* const tcp = &segment_[transport_at_];
    store32(tcp + kSequenceAt, load32(tcp + kSequenceAt) + static_cast<std::uint32_t>(at - text_at_));
    const bool is_last = at + size == packet_.octets.size();
    if (count_ > 0) tcp[kFlagsAt] &= static_cast<std::uint8_t>(~kCwr);
    if (!is_last) tcp[kFlagsAt] &= static_cast<std::uint8_t>(~(kFin | kPush));
    set_ip_length(segment_, count_);
    set_tcp_checksum(segment_, transport_at_);
}

}  // namespace glass::ip
