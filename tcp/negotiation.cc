#include "tcp/negotiation.h"

namespace glass::tcp {

namespace {

/// RFC 7323 section 2.3: the least shift with which 16 bits describe the buffer.
std::uint8_t shift_for(std::uint32_t capacity) {
    std::uint8_t shift = 0;
    while (shift < WindowScale::kMax && capacity >> shift > 0xffff) ++shift;
    return shift;
}

/// MUST-15.
std::uint16_t default_mss(const Tcb& tcb) {
    constexpr std::uint16_t kIpv4 = 536;
    constexpr std::uint16_t kIpv6 = 1220;
    return tcb.local.address.is_v4() ? kIpv4 : kIpv6;
}

/// In seconds as far as 15 bits go, else in minutes.
UserTimeout user_timeout(ip::Duration r2) {
    constexpr std::int64_t kMost = 0x7fff;
    const std::int64_t seconds = std::max<std::int64_t>(1, r2 / std::chrono::seconds(1));
    if (seconds <= kMost) return {.minutes = false, .value = static_cast<std::uint16_t>(seconds)};
    return {.minutes = true, .value = static_cast<std::uint16_t>(std::min(kMost, seconds / 60))};
}

ip::Bytes written(Tcb& tcb, const OptionWriter& writer) {
    const ip::Bytes octets = ip::first(writer.octets(), tcb.options.size());
    std::ranges::copy(octets, tcb.options.begin());
    return {tcb.options.data(), octets.size()};
}

/// What one of the two SYNs does not say is not in use, RFC 7323 section 2.2; whatever the other one says, be
/// it still to come.
ip::Bytes no_options(Tcb& tcb) {
    Config& config = tcb.config.own();
    config.sack = config.timestamps = config.window_scale = false;
    tcb.agreed.sack = tcb.agreed.timestamps = tcb.agreed.window_scale = false;
    tcb.snd.shift = tcb.rcv.shift = 0;
    return {};
}

Seq seq_at(const Tcb& tcb, std::uint64_t offset) {
    return tcb.rcv.irs + 1 + static_cast<std::uint32_t>(offset);
}

/// RFC 2883 section 4: a duplicate first; then RFC 2018 section 4: the newest first. A block that reaches the
/// FIN takes it in.
Sack sack_blocks(const Tcb& tcb, std::size_t most) {
    Sack sack;
    if (tcb.acks.duplicate_block) sack.blocks[sack.count++] = *tcb.acks.duplicate_block;
    std::array<StreamRange, Sack::kMaxBlocks> held;
    const std::size_t n = tcb.in.blocks(held);
    for (std::size_t i = 0; i < n && sack.count < most; ++i) {
        const std::uint64_t end = held[i].end + (tcb.in.ends_at(held[i].end) ? 1 : 0);
        sack.blocks[sack.count++] = {.left = seq_at(tcb, held[i].start), .right = seq_at(tcb, end)};
    }
    return sack;
}

}  // namespace

void accept_syn(Tcb& tcb, const Segment& syn, const SegmentOptions& options, ip::Time now) {
    tcb.rcv.irs = syn.seq;
    tcb.rcv.nxt = syn.seq + 1;
    tcb.acks.last_sent = tcb.rcv.nxt;
    settle_ecn(tcb, syn);
    const Config& config = *tcb.config;
    tcb.agreed.peer_mss = options.mss ? options.mss->octets : default_mss(tcb);
    tcb.agreed.sack = config.sack && options.sack_permitted;
    tcb.agreed.timestamps = config.timestamps && options.timestamps;
    tcb.agreed.window_scale = config.window_scale && options.window_scale;
    if (options.user_timeout) take_user_timeout(tcb, *options.user_timeout);
    if (tcb.agreed.window_scale) {
        tcb.snd.shift = std::min(options.window_scale->shift, WindowScale::kMax);
        tcb.rcv.shift = shift_for(config.receive_capacity);
    }
    if (tcb.agreed.timestamps) {
        tcb.clock.recent = options.timestamps->tsval;
        tcb.clock.recent_at = now;
    }
}

void take_user_timeout(Tcb& tcb, const UserTimeout& option) {
    constexpr ip::Duration kLowest = std::chrono::seconds(100);  // L_LIMIT, as R2's own
    constexpr ip::Duration kHighest = std::chrono::hours(1);     // U_LIMIT
    if (!tcb.config->user_timeout_option || option.value == 0) return;
    const ip::Duration remote = option.minutes ? ip::Duration(std::chrono::minutes(option.value))
                                               : std::chrono::seconds(option.value);
    tcb.config.own().r2 = std::min(kHighest, std::max({tcb.config->r2, remote, kLowest}));
}

ip::Bytes syn_options(Tcb& tcb, ip::Time now) {
    const bool answers = tcb.state == State::syn_received;
    OptionWriter writer;
    bool fits = writer.add(MaximumSegmentSize{
        .octets = static_cast<std::uint16_t>(largest_segment(tcb) - Segment::kFixedLength)});  // MUST-67
    if (answers ? tcb.agreed.sack : tcb.config->sack) fits &= writer.add(SackPermitted{});
    if (answers ? tcb.agreed.timestamps : tcb.config->timestamps)
        fits &= writer.add(Timestamps{.tsval = timestamp(tcb, now), .tsecr = answers ? tcb.clock.recent : 0});
    if (answers ? tcb.agreed.window_scale : tcb.config->window_scale) {
        fits &= writer.add(NoOperation{});
        fits &= writer.add(WindowScale{.shift = shift_for(tcb.config->receive_capacity)});
    }
    if (tcb.config->user_timeout_option) fits &= writer.add(user_timeout(tcb.config->r2));
    return fits ? written(tcb, writer) : no_options(tcb);
}

ip::Bytes segment_options(Tcb& tcb, std::size_t room, ip::Time now, bool& complete) {
    complete = true;
    std::uint8_t* at = tcb.options.data();
    const auto put32 = [&at](std::uint32_t v) {
        ip::store32(at, v);
        at += 4;
    };
    const std::size_t size = tcb.agreed.timestamps ? kTimestampOctets : 0;
    if (size > 0) write_timestamps(at, {.tsval = timestamp(tcb, now), .tsecr = tcb.clock.recent});
    at += size;
    const bool has_blocks = tcb.agreed.sack && (tcb.in.has_hole() || tcb.acks.duplicate_block);
    if (!has_blocks) return {tcb.options.data(), size};
    const std::size_t left = std::min(room, Segment::kMaxOptions) - std::min(room, size);
    const std::size_t most = left < 4 ? 0 : std::min((left - 4) / 8, Sack::kMaxBlocks);
    complete = most > 0;
    const Sack sack = most > 0 ? sack_blocks(tcb, most) : Sack{};
    if (sack.count > 0) {
        put32(0x01010500u | (2u + 8u * sack.count));  // NOP, NOP, kind 5, length
        for (std::size_t i = 0; i < sack.count; ++i) {
            put32(sack.blocks[i].left.value());
            put32(sack.blocks[i].right.value());
        }
    }
    return {tcb.options.data(), static_cast<std::size_t>(at - tcb.options.data())};
}

}  // namespace glass::tcp
