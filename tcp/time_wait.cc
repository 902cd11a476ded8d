#include "tcp/time_wait.h"

#include <algorithm>

namespace glass::tcp {

bool may_replace(const Segment& segment, Seq rcv_nxt, std::optional<std::uint32_t> ts_recent) {
    if (!segment.has(SYN) || segment.flags & (ACK | RST | FIN)) return false;
    const auto timestamps = find_option<Timestamps>(segment.options);
    if (timestamps && ts_recent && timestamps->tsval != *ts_recent)
        return is_older(*ts_recent, timestamps->tsval);
    return segment.seq > rcv_nxt;
}

TimeWait::TimeWait(const Connection& connection)
    : local_(connection.local()),
      remote_(connection.remote()),
      snd_nxt_(connection.tcb().snd.nxt),
      rcv_nxt_(connection.tcb().rcv.nxt),
      ts_recent_(connection.tcb().clock.recent),
      ts_offset_(connection.tcb().clock.offset),
      window_(static_cast<std::uint16_t>(
          std::min(0xffffu, connection.tcb().rcv.wnd >> connection.tcb().rcv.shift))),
      timestamps_(connection.tcb().agreed.timestamps),
      linger_(2 * connection.tcb().config->msl),
      until_(connection.deadline().value_or(ip::Time::min())),
      challenges_(connection.tcb().challenges) {}

std::optional<Segment> TimeWait::receive(const Segment& segment, ip::Time now) {
    if (segment.has(RST)) return std::nullopt;  // RFC 1337
    // Without a timestamp it is taken as it is, as before TIME-WAIT: see tcp/segment_arrives.cc.
    const auto timestamps = find_option<Timestamps>(segment.options);
    const bool old = timestamps_ && timestamps && is_older(timestamps->tsval, ts_recent_);
    if (segment.len() == 0) {
        if (segment.seq == rcv_nxt_ && !old) return std::nullopt;
        return challenges_.allows(now) ? std::optional(acknowledgment(now)) : std::nullopt;
    }
    if (segment.has(SYN)) return challenges_.allows(now) ? std::optional(acknowledgment(now)) : std::nullopt;
    // The peer's FIN again: it has not got our last ACK.
    if (segment.has(FIN) && !old && segment.seq + segment.len() == rcv_nxt_) until_ = now + linger_;
    return acknowledgment(now);
}

bool TimeWait::may_be_replaced_by(const Segment& segment) const {
    return may_replace(segment, rcv_nxt_, timestamps_ ? std::optional(ts_recent_) : std::nullopt);
}

Segment TimeWait::acknowledgment(ip::Time now) {
    Segment ack{.src_port = local_.port,
                .dst_port = remote_.port,
                .seq = snd_nxt_,
                .ack = rcv_nxt_,
                .flags = ACK,
                .window = window_};
    if (!timestamps_) return ack;
    const auto ticks = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    write_timestamps(options_.data(),
                     {.tsval = ts_offset_ + static_cast<std::uint32_t>(ticks), .tsecr = ts_recent_});
    ack.options = options_;
    return ack;
}

}  // namespace glass::tcp
