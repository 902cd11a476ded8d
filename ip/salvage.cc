// Salvage: where records of a damaged pcap file, and blocks of a damaged pcapng file, begin again.
#include "ip/salvage.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "ip/pcap_format.h"
#include "ip/pcapng_format.h"

namespace glass::ip {
namespace {

using std::chrono::hours;

/// A capture may last for long, but its clock is not set back by much.
constexpr Duration kBefore = hours(24);
constexpr Duration kAfter = hours(24 * 365 * 10);

/// Records in a row that must look right. All of them are within reach.
constexpr int kChain = 3;
static_assert(kChain * (kCommonSnapshot + 24) <= kSalvageReach);

bool is_near(Time time, std::optional<Time> near) {
    return !near || (time >= *near - kBefore && time <= *near + kAfter);
}

/// The types of draft-ietf-opsawg-pcapng section 11.1 that programs write.
constexpr std::array<std::uint32_t, 11> kBlockTypes = {
    0x00000001,  // interface description
    0x00000002,  // packet, obsolete
    0x00000003,  // simple packet
    0x00000004,  // name resolution
    0x00000005,  // interface statistics
    0x00000006,  // enhanced packet
    0x00000009,  // systemd journal export
    0x0000000a,  // decryption secrets
    0x00000bad,  // custom, may be copied
    0x40000bad,  // custom, not to be copied
    0x0a0d0d0a,  // section header
};

}  // namespace

// ---- pcap ----

bool PcapFormat::resume(InputBuffer& in, std::optional<Time> near) {
    damage_.reset();
    return search(in, [&](Bytes rest, bool whole) { return starts_here(rest, whole, near); });
}

/// A record, and after it others, or the file's end.
bool PcapFormat::starts_here(Bytes rest, bool whole, std::optional<Time> near) const {
    for (int records = 0; records < kChain; ++records) {
        const bool ended = whole && records > 0;
        if (rest.size() < record_header_) return ended;
        const auto [captured, original] = lengths_of(rest.data());
        if (captured == 0 || captured > std::min(limit_, kCommonSnapshot)) return false;
        if (original < captured || original > kMaxRecord) return false;
        const std::int64_t fraction = order_.u32(&rest[4]);
        const Time time(Duration(order_.u32(&rest[0]) * std::int64_t{1'000'000'000} + fraction * unit_));
        if (fraction * unit_ >= 1'000'000'000 || !is_near(time, near)) return false;
        if (rest.size() < record_header_ + captured) return ended;
        rest = rest.subspan(record_header_ + captured);
        near = time;
    }
    return true;
}

// ---- pcapng ----

bool PcapngFormat::resume(InputBuffer& in) {
    damage_.reset();
    return search(in, [&](Bytes rest, bool) { return starts_here(rest); });
}

/// A block of a kind that is known, in the byte order of its section, with packets of known interfaces only.
bool PcapngFormat::starts_here(Bytes rest) const {
    constexpr std::uint32_t kFrame = 12;  // type, and length at both ends
    constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
    if (rest.size() < kFrame) return false;
    FileOrder order = order_;
    if (load32(rest.data()) == kBlockTypes.back()) order.big_endian = load32(&rest[8]) == kByteOrderMagic;
    const std::uint32_t type = order.u32(&rest[0]);
    const std::uint32_t length = order.u32(&rest[4]);
    if (length <= kFrame || length % 4 != 0 || length > std::min(rest.size(), kSalvageReach)) return false;
    if (order.u32(&rest[length - 4]) != length) return false;
    if (std::ranges::find(kBlockTypes, type) == kBlockTypes.end()) return false;
    const Bytes body = rest.subspan(8, length - kFrame);
    switch (type) {
        case 0x0a0d0d0a: return body.size() >= 16 && order.u32(body.data()) == kByteOrderMagic;
        case 1: return body.size() >= 8;
        case 3: return body.size() >= 4 && !interfaces_.empty();
        case 2:
        case 6: {
            if (body.size() < 20) return false;
            const std::uint32_t interface = type == 2 ? order.u16(body.data()) : order.u32(body.data());
            return interface < interfaces_.size() && order.u32(&body[12]) <= body.size() - 20;
        }
        default: return true;
    }
}

}  // namespace glass::ip
