// The snoop file format of Solaris, RFC 1761.
#include "ip/snoop_format.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

namespace glass::ip {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic = {'s', 'n', 'o', 'o', 'p', 0, 0, 0};
constexpr std::size_t kFileHeader = 16;
constexpr std::size_t kRecordHeader = 24;

/// RFC 1761's datalink types that a LINKTYPE_ value exists for.
std::optional<LinkType> link_of(std::uint32_t datalink) {
    switch (datalink) {
        case 0: return LinkType::ethernet;  // IEEE 802.3
        case 2: return LinkType{6};         // IEEE 802.5 token ring
        case 4: return LinkType::ethernet;
        case 8: return LinkType{10};  // FDDI
        default: return std::nullopt;
    }
}

}  // namespace

bool SnoopFormat::recognises(Bytes start) {
    return start.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), start.begin());
}

std::expected<SnoopFormat, std::string> SnoopFormat::open(InputBuffer& in) {
    const Bytes header = in.peek_up_to(kFileHeader);
    if (header.size() < kFileHeader) {
        return std::unexpected(
            fmt::format("ends inside the snoop file header, after {} bytes", header.size()));
    }
    const std::uint32_t version = load32(&header[8]);
    const std::uint32_t datalink = load32(&header[12]);
    if (version != 2)
        return std::unexpected(fmt::format("not readable: says it is snoop version {}", version));
    SnoopFormat format;
    const auto link = link_of(datalink);
    if (!link)
        return std::unexpected(fmt::format("not readable: snoop datalink type {} is not known", datalink));
    format.link_ = *link;
    in.take(kFileHeader);
    return format;
}

bool SnoopFormat::next(InputBuffer& in, Frame& frame) {
    const auto fail = [&](std::string what) {
        damage_ = Damage{in.offset(), std::move(what)};
        return false;
    };
    const std::uint8_t* p = in.peek(kRecordHeader);
    if (!p && in.available() == 0) return false;
    if (!p) return fail(fmt::format("file ends inside a record header, after {} bytes", in.available()));
    const std::uint32_t included = load32(p + 4);
    const std::uint32_t record = load32(p + 8);
    if (record > kMaxRecord) return fail(fmt::format("record claims {} bytes", record));
    if (record < kRecordHeader || record - kRecordHeader < included) {
        return fail(fmt::format("record of {} bytes claims to include {}", record, included));
    }
    p = in.peek(record);
    if (!p)
        return fail(fmt::format("file ends inside a record, after {} of {} bytes", in.available(), record));

    const std::int64_t seconds = load32(p + 16);
    const std::int64_t microseconds = load32(p + 20);
    frame = {.time = Time(Duration(seconds * 1'000'000'000 + microseconds * 1000)),
             .length = load32(p),
             .link = link_,
             .bytes = Bytes(p + kRecordHeader, included),
             .comment = {},
             .file_offset = in.offset()};
    in.take(record);
    return true;
}

}  // namespace glass::ip
