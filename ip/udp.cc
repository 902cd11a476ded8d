#include "ip/udp.h"

#include "ip/checksum.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

namespace {

constexpr std::size_t kMaxLength = 0xffff;

ChecksumSum pseudo_header_of(const Address& src, const Address& dst, std::size_t length) {
    const auto l = static_cast<std::uint32_t>(length);
    return src.is_v4() ? pseudo_header(src.v4(), dst.v4(), protocol_number::udp, l)
                       : pseudo_header(src.v6, dst.v6, protocol_number::udp, l);
}

/// What the length field says, or what a jumbogram must mean by zero.
std::size_t stated_length(Bytes datagram) {
    const std::size_t length = load16(&datagram[4]);
    return length == 0 && datagram.size() > kMaxLength ? datagram.size() : length;
}

}  // namespace

void UdpHeader::serialize(Buffer& out, const Address& src, const Address& dst) const {
    const std::size_t start = out.size();
    const std::size_t total = kLength + payload.size();
    Writer w(out);
    w.u16(src_port);
    w.u16(dst_port);
    w.u16(total > kMaxLength ? std::uint16_t{0} : static_cast<std::uint16_t>(total));
    w.u16(0);
    w.bytes(payload);
    ChecksumSum sum = pseudo_header_of(src, dst, total);
    sum.add(Bytes(out).subspan(start));
    const std::uint16_t computed = sum.checksum();
    w.patch16(start + 6, computed == 0 ? std::uint16_t{0xffff} : computed);  // zero would mean: none
}

UdpHeader read_udp(Bytes datagram) {
    Reader in(datagram);
    UdpHeader h;
    h.src_port = in.u16();
    h.dst_port = in.u16();
    h.length = in.u16();
    h.checksum = in.u16();
    h.payload = after(datagram, UdpHeader::kLength);
    if (h.length >= UdpHeader::kLength) h.payload = first(h.payload, h.length - UdpHeader::kLength);
    return h;
}

Result<UdpHeader> parse_udp(Bytes datagram) {
    if (datagram.size() < UdpHeader::kLength) return std::unexpected(Error::truncated);
    const std::size_t length = stated_length(datagram);
    if (length < UdpHeader::kLength || length > datagram.size()) return std::unexpected(Error::bad_length);
    return read_udp(datagram);
}

bool udp_checksum_ok(Bytes datagram, const Address& src, const Address& dst) {
    if (datagram.size() < UdpHeader::kLength) return false;
    const std::size_t length = stated_length(datagram);
    if (length < UdpHeader::kLength || length > datagram.size()) return false;
    if (load16(&datagram[6]) == 0) return src.is_v4();
    ChecksumSum sum = pseudo_header_of(src, dst, length);
    sum.add(datagram.first(length));
    return sum.folded() == 0xffff;
}

Hop step_udp(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < UdpHeader::kLength) return cut_short(UdpHeader::kLength, captured.size());
    const std::uint32_t length = load16(&captured[4]);
    Hop hop{.header_length = UdpHeader::kLength,
            .next = proto_of_udp_ports(load16(&captured[0]), load16(&captured[2]))};
    if (length == 0) {
        if (wire_length <= kMaxLength) hop.fault = {"length 0 in a datagram of {} bytes", wire_length};
    } else if (length < UdpHeader::kLength) {
        hop.payload_length = 0;
        hop.fault = {"length {} is below the 8 of the header", length};
    } else {
        hop.payload_length = length - static_cast<std::uint32_t>(UdpHeader::kLength);
        if (length > wire_length)
            hop.fault = missing("length {} exceeds the {} bytes there are", length, wire_length);
    }
    return hop;
}

}  // namespace glass::ip
