#include "tcp/path_mtu.h"

#include <algorithm>
#include <array>

#include "tcp/tcb.h"

namespace glass::tcp {

namespace {

/// IP and TCP headers without options.
std::uint32_t headers(const Tcb& tcb) {
    return (tcb.local.address.is_v4() ? 20u : 40u) + Segment::kFixedLength;
}

/// RFC 8201 section 4 for IPv6. For IPv4 what every host takes in a datagram, nearly: less is a mistake or an
/// attack (CVE-2004-1060).
std::uint32_t floor_of(const Tcb& tcb) {
    constexpr std::uint32_t kIpv4 = 552;
    constexpr std::uint32_t kIpv6 = 1280;
    return std::min<std::uint32_t>(tcb.local.address.is_v4() ? kIpv4 : kIpv6, tcb.config->mtu);
}

/// What both ends would take, were it not for the path.
std::uint32_t most(const Tcb& tcb) {
    return std::min<std::uint32_t>(tcb.config->mtu, tcb.agreed.peer_mss + headers(tcb));
}

/// Octets of a full-sized packet now.
std::uint32_t packet_size(const Tcb& tcb) {
    return send_mss(tcb) + headers(tcb);
}

/// RFC 1191 section 7.1: sizes that networks have, for routers that do not tell theirs.
std::uint32_t plateau_below(std::uint32_t mtu) {
    constexpr auto kPlateaus =
        std::to_array<std::uint32_t>({32000, 17914, 9000, 8166, 4352, 2002, 1492, 1280, 1006, 552});
    const auto found = std::ranges::find_if(kPlateaus, [mtu](std::uint32_t p) { return p < mtu; });
    return found == kPlateaus.end() ? kPlateaus.back() : *found;
}

void set_mtu(Tcb& tcb, std::uint32_t mtu) {
    tcb.path.mtu = static_cast<std::uint16_t>(mtu);
    if (tcb.congestion) tcb.congestion->set_mss(effective_mss(tcb));
}

/// Segments become smaller, and those that were not go out again. After a while more is tried.
void reduce(Tcb& tcb, std::uint32_t mtu, SendReason why, ip::Time now) {
    set_mtu(tcb, mtu);
    tcb.path.search_high = static_cast<std::uint16_t>(most(tcb));
    tcb.path.largest_acked = 0;
    tcb.path.probe_at = now + tcb.config->mtu_probe_interval;
    tcb.path.doubted.reset();
    tcb.path.probe.reset();
    tcb.sent.mark_larger_lost(effective_mss(tcb), why);
}

}  // namespace

void take_too_big(Tcb& tcb, std::uint32_t mtu, Seq seq, ip::Time now) {
    if (!tcb.config->path_mtu_discovery || !is_synchronized(tcb.state)) return;
    const std::uint32_t size = packet_size(tcb);
    const std::uint32_t largest = tcb.path.probe ? tcb.path.probe->mtu : size;
    mtu = std::max(mtu == 0 ? plateau_below(largest) : mtu, floor_of(tcb));
    if (mtu >= largest) return;
    if (mtu >= size) {  // only the probe was too big, and somebody says how much is not
        tcb.path.search_high = static_cast<std::uint16_t>(mtu);
        tcb.path.probe.reset();
        tcb.sent.mark_larger_lost(effective_mss(tcb), SendReason::too_big);
    } else if (mtu - headers(tcb) < tcb.path.largest_acked && tcb.retransmissions == 0) {
        tcb.path.doubted = PathMtu::Report{.mtu = mtu, .seq = seq};
    } else {
        reduce(tcb, mtu, SendReason::too_big, now);
    }
}

void note_size_acknowledged(Tcb& tcb, Seq una, ip::Time now) {
    if (!tcb.sent.empty() && tcb.sent.first().end <= una)
        tcb.path.largest_acked = std::max(tcb.path.largest_acked, tcb.sent.first().size());
    if (tcb.path.doubted && tcb.path.doubted->seq < una) tcb.path.doubted.reset();
    if (!tcb.path.probe || una < tcb.path.probe->end) return;
    set_mtu(tcb, tcb.path.probe->mtu);
    tcb.path.probe.reset();
    tcb.path.probe_at = now;
}

void suspect_black_hole(Tcb& tcb, ip::Time now) {
    constexpr unsigned kTimeouts = 2;
    constexpr std::uint32_t kBase = 1280;  // what IPv6 promises, and most of the Internet keeps
    if (!tcb.config->path_mtu_discovery || tcb.sent.empty() || !is_synchronized(tcb.state)) return;
    if (tcb.path.doubted) return reduce(tcb, tcb.path.doubted->mtu, SendReason::too_big, now);
    if (tcb.retransmissions % kTimeouts != 0) return;
    // It need not be full-sized: the path may be far narrower than a full-sized segment.
    const std::uint32_t options = send_mss(tcb) - effective_mss(tcb);
    const std::uint32_t size = tcb.sent.first().size() + options + headers(tcb);
    const std::uint32_t smaller = size > kBase ? kBase : floor_of(tcb);
    if (size > smaller && packet_size(tcb) > smaller) reduce(tcb, smaller, SendReason::black_hole, now);
}

std::optional<std::uint32_t> probe_text(Tcb& tcb, ip::Time now) {
    PathMtu& path = tcb.path;
    const std::uint32_t limit = most(tcb);
    if (path.mtu >= limit || path.probe || now < path.probe_at || !tcb.config->path_mtu_discovery ||
        tcb.recovery.phase() != LossRecovery::Phase::open)
        return std::nullopt;
    constexpr std::uint32_t kCloseEnough = 16;
    std::uint32_t mtu = std::min<std::uint32_t>(path.search_high, limit);
    if (mtu < limit) {  // all was too much: half of the rest
        if (mtu < path.mtu + kCloseEnough) {
            path.search_high = static_cast<std::uint16_t>(limit);
            path.probe_at = now + tcb.config->mtu_probe_interval;
            return std::nullopt;
        }
        mtu = (path.mtu + mtu + 1) / 2;
    }
    return mtu - headers(tcb) - (send_mss(tcb) - effective_mss(tcb));
}

void note_probe(Tcb& tcb, Seq start, std::uint32_t text) {
    const std::uint32_t mtu = text + headers(tcb) + (send_mss(tcb) - effective_mss(tcb));
    tcb.path.probe =
        PathMtu::Probe{.start = start, .end = start + text, .mtu = static_cast<std::uint16_t>(mtu)};
}

void note_probe_lost(Tcb& tcb, Seq start, ip::Time now) {
    if (!tcb.path.probe || tcb.path.probe->start != start) return;
    tcb.path.search_high = static_cast<std::uint16_t>(tcb.path.probe->mtu - 1);
    tcb.path.probe_at = now + tcb.rto.rto();
    tcb.path.probe.reset();
}

}  // namespace glass::tcp
