#include "tcp/segment.h"

#include <array>
#include <cassert>
#include <cstring>
#include <string_view>

#include "ip/checksum.h"
#include "ip/protocol_numbers.h"

namespace glass::tcp {
namespace {

/// Sets the fixed header. Written-out loads, not ip::Reader: this runs for every segment, and costs half of
/// it.
void read_fixed(Segment& segment, const std::uint8_t* p) {
    segment.src_port = ip::load16(p);
    segment.dst_port = ip::load16(p + 2);
    segment.seq = Seq(ip::load32(p + 4));
    segment.ack = Seq(ip::load32(p + 8));
    segment.data_offset = static_cast<std::uint8_t>(p[12] >> 4 << 2);
    segment.flags = ip::load16(p + 12) & kFlagBits;
    segment.window = ip::load16(p + 14);
    segment.checksum = ip::load16(p + 16);
    segment.urgent_pointer = ip::load16(p + 18);
}

ip::ChecksumSum pseudo_header(const ip::Address& src, const ip::Address& dst, std::size_t length) {
    assert(src.version == dst.version);
    const auto octets = static_cast<std::uint32_t>(length);
    return src.is_v4() ? ip::pseudo_header(src.v4(), dst.v4(), ip::protocol_number::tcp, octets)
                       : ip::pseudo_header(src.v6, dst.v6, ip::protocol_number::tcp, octets);
}

}  // namespace

Segment read_segment(ip::Bytes octets) {
    Segment segment;
    if (octets.size() < Segment::kFixedLength) {
        std::array<std::uint8_t, Segment::kFixedLength> padded{};
        if (!octets.empty()) std::memcpy(padded.data(), octets.data(), octets.size());
        read_fixed(segment, padded.data());
        return segment;
    }
    read_fixed(segment, octets.data());
    ip::Bytes rest = octets.subspan(Segment::kFixedLength);
    if (segment.data_offset > Segment::kFixedLength) {
        segment.options = ip::first(rest, segment.data_offset - Segment::kFixedLength);
        rest = rest.subspan(segment.options.size());
    }
    segment.payload = rest;
    return segment;
}

ip::Result<Segment> parse_segment(ip::Bytes octets) {
    if (octets.size() < Segment::kFixedLength) return std::unexpected(ip::Error::truncated);
    const Segment segment = read_segment(octets);
    if (segment.data_offset < Segment::kFixedLength || segment.data_offset > octets.size())
        return std::unexpected(ip::Error::bad_header_length);
    return segment;
}

namespace {

std::uint32_t halves_added(std::uint32_t word) {
    return (word >> 16) + (word & 0xffff);
}

/// Without the checksum: returns where that goes.
std::uint8_t* append_header(const Segment& segment, ip::Buffer& out) {
    assert(segment.options.size() <= Segment::kMaxOptions);
    std::uint8_t* const at = ip::extend(out, segment.header_length());
    ip::store16(at, segment.src_port);
    ip::store16(at + 2, segment.dst_port);
    ip::store32(at + 4, segment.seq.value());
    ip::store32(at + 8, segment.ack.value());
    ip::store16(at + 12, segment.offset_and_flags());
    ip::store16(at + 14, segment.window);
    ip::store16(at + 18, segment.urgent_pointer);
    const ip::Bytes options = segment.options;
    if (!options.empty()) std::memcpy(at + Segment::kFixedLength, options.data(), options.size());
    return at + 16;
}

}  // namespace

/// The header's part of the checksum is added up from the fields: reading back what was just written in
/// smaller pieces is slow. The text's is taken where it is copied from.
void Segment::serialize(ip::Buffer& out, const ip::Address& src, const ip::Address& dst) const {
    std::uint8_t* const checksum_at = append_header(*this, out);
    ip::ChecksumSum sum = pseudo_header(src, dst, header_length() + payload.size());
    sum.add32(std::uint32_t{src_port} + dst_port + halves_added(seq.value()) + halves_added(ack.value()) +
              offset_and_flags() + window + urgent_pointer);
    sum.add(options);
    sum.add(payload);
    ip::store16(checksum_at, sum.checksum());
    out.insert(out.end(), payload.begin(), payload.end());
}

void Segment::serialize_header(ip::Buffer& out, const ip::Address& src, const ip::Address& dst) const {
    std::uint8_t* const checksum_at = append_header(*this, out);
    ip::store16(checksum_at, pseudo_header(src, dst, header_length() + payload.size()).folded());
}

bool segment_checksum_ok(ip::Bytes segment, const ip::Address& src, const ip::Address& dst) {
    ip::ChecksumSum sum = pseudo_header(src, dst, segment.size());
    sum.add(segment);
    return sum.folded() == 0xffff;
}

char* write_flags(char* out, std::uint16_t flags) {
    static constexpr std::string_view kNames[] = {"FIN", "SYN", "RST", "PSH", "ACK",
                                                  "URG", "ECE", "CWR", "AE"};
    static constexpr std::uint16_t kReserved = 0xe00;
    const char* const begin = out;
    const auto add = [&](std::string_view name) {
        if (out != begin) *out++ = ',';
        out += name.copy(out, name.size());
    };
    for (unsigned bit = 0; bit < std::size(kNames); ++bit)
        if (flags >> bit & 1) add(kNames[bit]);
    if (flags & kReserved) add("Reserved");
    return out;
}

std::string flags_text(std::uint16_t flags) {
    std::array<char, kMaxFlagsText> text;
    return {text.data(), write_flags(text.data(), flags)};
}

ip::Hop step_tcp(ip::Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < Segment::kFixedLength) return ip::cut_short(Segment::kFixedLength, captured.size());
    const std::uint32_t header = captured[12] >> 4 << 2;
    if (header < Segment::kFixedLength) return {.fault = {"header length {} is less than 20", header}};
    if (header > wire_length)
        return {.fault =
                    ip::missing("header length {} exceeds the {} bytes of the segment", header, wire_length)};
    ip::Hop hop{.header_length =
                    header};  // also where the snap length cut the options: the text's length is known
    if (header > captured.size())
        hop.fault = ip::missing("header length {} exceeds the {} bytes captured", header,
                                static_cast<std::uint32_t>(captured.size()));
    return hop;
}

}  // namespace glass::tcp
