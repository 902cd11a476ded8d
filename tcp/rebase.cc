#include "tcp/rebase.h"

#include <algorithm>

#include "ip/elapsed.h"

namespace glass::tcp {

namespace {

void patch32(ip::Buffer& octets, std::size_t at, std::uint32_t value) {
    ip::Writer writer(octets);
    writer.patch16(at, static_cast<std::uint16_t>(value >> 16));
    writer.patch16(at + 2, static_cast<std::uint16_t>(value));
}

}  // namespace

void Rebase::recorded(const Segment& segment, ip::Time at) {
    if (segment.has(SYN)) recorded_iss_ = segment.seq;
    const auto times = find_option<Timestamps>(segment.options);
    if (times && (ticks_.empty() || is_older(ticks_.back().value, times->tsval)))
        ticks_.push_back({times->tsval, at});
}

void Rebase::live(const Segment& segment, ip::Time now) {
    const Seq end = segment.seq + segment.len();
    if (segment.has(SYN)) live_iss_ = segment.seq;
    if (segment.has(SYN) || (!segment.has(RST) && live_nxt_ < end)) live_nxt_ = end;
    const auto times = find_option<Timestamps>(segment.options);
    if (!times) return;
    if (!first_) first_ = Tick{times->tsval, now};
    if (!last_ || is_older(last_->value, times->tsval)) last_ = Tick{times->tsval, now};
}

bool Rebase::has_sent(const Segment& segment) const {
    if (!segment.has(ACK)) return true;
    return ready() && moved(segment.ack) <= live_nxt_;
}

void Rebase::move(Segment& segment, ip::Buffer& options) const {
    if (!ready()) return;
    if (segment.has(ACK)) segment.ack = moved(segment.ack);
    options.assign(segment.options.begin(), segment.options.end());
    OptionReader reader(segment.options);
    while (const auto option = reader.next()) move_option(*option, options);
    segment.options = options;
}

void Rebase::move_option(const Option& option, ip::Buffer& options) const {
    const std::size_t values = option.at + 2;  // after kind and length
    if (const auto* sack = option.as<Sack>()) {
        for (std::size_t i = 0; i < sack->count; ++i) {
            patch32(options, values + 8 * i, moved(sack->blocks[i].left).value());
            patch32(options, values + 8 * i + 4, moved(sack->blocks[i].right).value());
        }
    } else if (const auto* times = option.as<Timestamps>(); times && times->tsecr != 0) {
        patch32(options, values + 4, echo(times->tsecr));
    }
}

/// TSval of this stack counts milliseconds. Nothing is echoed that was not sent yet.
std::uint32_t Rebase::echo(std::uint32_t recorded) const {
    if (!first_ || ticks_.empty()) return recorded;
    const auto after = std::ranges::upper_bound(ticks_, recorded, is_older, &Tick::value);
    const Tick& sent = after == ticks_.begin() ? *after : *(after - 1);
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(ip::elapsed(first_->at, sent.at));
    const auto value =
        first_->value + static_cast<std::uint32_t>(std::max<std::int64_t>(milliseconds.count(), 0));
    return is_older(last_->value, value) ? last_->value : value;
}

}  // namespace glass::tcp
