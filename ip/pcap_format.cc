// The pcap file format, draft-ietf-opsawg-pcap sections 4 and 5.
#include "ip/pcap_format.h"

#include <algorithm>
#include <fmt/format.h>

namespace glass::ip {
namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kModified = 0xa1b2cd34;  // a patched libpcap of 1999, microseconds

bool is_magic(std::uint32_t magic) {
    return magic == kMicroseconds || magic == kNanoseconds || magic == kModified;
}

}  // namespace

bool PcapFormat::recognises(Bytes start) {
    return start.size() >= 4 && (is_magic(load32(start.data())) || is_magic(FileOrder{}.u32(start.data())));
}

bool PcapFormat::read_magic(const std::uint8_t* p) {
    order_.big_endian = is_magic(load32(p));
    const std::uint32_t magic = order_.u32(p);
    if (magic == kNanoseconds) unit_ = 1;
    if (magic == kModified) {
        layout_ = Layout::modified;
        record_header_ = 24;
    }
    return is_magic(magic);
}

bool PcapFormat::read_version(std::uint16_t major, std::uint16_t minor) {
    if (minor < 3) lengths_ = Lengths::original_first;
    if (minor == 3) lengths_ = Lengths::captured_is_less;
    return major == 2 && minor <= 4;
}

std::expected<PcapFormat, std::string> PcapFormat::open(InputBuffer& in) {
    PcapFormat format;
    const Bytes header = in.peek_up_to(kFileHeader);
    if (header.size() < kFileHeader || !format.read_magic(header.data())) {
        return std::unexpected(
            fmt::format("ends inside the pcap file header, after {} bytes", header.size()));
    }
    const auto u16 = [&](std::size_t at) { return format.order_.u16(&header[at]); };
    const auto u32 = [&](std::size_t at) { return format.order_.u32(&header[at]); };
    if (!format.read_version(u16(4), u16(6))) {
        return std::unexpected(fmt::format("not readable: says it is pcap version {}.{}", u16(4), u16(6)));
    }
    format.limit_ = std::clamp(u32(16), kCommonSnapshot, kMaxRecord);
    // The upper half says whether frames end in an FCS; reserved bits of it are to be ignored.
    format.link_ = static_cast<LinkType>(u32(20) & 0xffff);
    in.take(kFileHeader);
    return format;
}

PcapFormat::RecordLengths PcapFormat::reordered(RecordLengths lengths) const {
    const bool swapped = lengths_ == Lengths::original_first || lengths.captured > lengths.original;
    return swapped ? RecordLengths{lengths.original, lengths.captured} : lengths;
}

bool PcapFormat::cut_off(const InputBuffer& in) {
    if (in.available() == 0) return false;
    const std::size_t there = in.available();
    const std::string what =
        there < record_header_
            ? fmt::format("file ends inside a record header, after {} of {} bytes", there, record_header_)
            : fmt::format("file ends inside a record, {} bytes after its header", there - record_header_);
    damage_ = Damage{in.offset(), what};
    return false;
}

bool PcapFormat::too_long(const InputBuffer& in, std::uint32_t captured) {
    damage_ = Damage{in.offset(),
                     fmt::format("record claims {} bytes, more than the {} that fit here", captured, limit_)};
    return false;
}

std::string_view PcapFormat::name() const {
    if (layout_ == Layout::modified) return "pcap (modified)";
    return unit_ == 1 ? "pcap (nanoseconds)" : "pcap";
}

}  // namespace glass::ip
