#include "tcp/receive_window.h"

namespace glass::tcp {

namespace {

constexpr std::uint32_t kLargestField = 0xffff;

/// min(Fr * RCV.BUFF, Eff.snd.MSS), with Fr = 1/2.
std::uint32_t worthwhile(const Tcb& tcb) {
    return std::max(1u, std::min(tcb.in.capacity() / 2, largest_segment(tcb) - 20));
}

}  // namespace

std::uint16_t offer_window(Tcb& tcb, bool is_syn) {
    const std::uint8_t shift = is_syn ? 0 : tcb.rcv.shift;  // RFC 7323 section 2.2: never scaled in a SYN
    const std::uint32_t unit = 1u << shift;
    const std::uint32_t room = tcb.in.room();
    std::uint32_t field = 0;
    if (room >= tcb.rcv.wnd && room - tcb.rcv.wnd >= worthwhile(tcb)) {
        field = room >> shift;
    } else {
        field = (tcb.rcv.wnd + unit - 1) >> shift;
        if (std::uint64_t{field} << shift >= std::uint64_t{room} + unit) field = tcb.rcv.wnd >> shift;
    }
    field = std::min(field, kLargestField);
    tcb.rcv.wnd = std::max(tcb.rcv.wnd, field << shift);
    return static_cast<std::uint16_t>(field);
}

bool window_update_due(const Tcb& tcb) {
    const std::uint32_t room = tcb.in.room();
    const std::uint32_t offered = tcb.rcv.wnd;
    // An ACK of what arrives brings the news as well: only a peer that may be waiting is told without one;
    // and at once where it cannot send a segment now.
    const std::uint32_t step = offered < worthwhile(tcb) ? worthwhile(tcb) : 2 * worthwhile(tcb);
    const std::uint32_t half = std::min(tcb.in.capacity(), kLargestField << tcb.rcv.shift) / 2;
    return offered < half && room > offered && room - offered >= std::min(half, step);
}

}  // namespace glass::tcp
