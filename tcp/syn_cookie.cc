#include "tcp/syn_cookie.h"

#include <algorithm>
#include <array>

#include "tcp/segment_options.h"

namespace glass::tcp {

namespace {

/// Sizes that networks have: the largest that is not above what the peer said. Less than the first is sent
/// nobody.
constexpr auto kSizes = std::to_array<std::uint16_t>({88, 536, 1220, 1360, 1400, 1440, 1460, 8940});
constexpr std::uint32_t kMacMask = 0xffffff;
constexpr std::uint32_t kPeriodMask = 0x1f;
constexpr std::uint32_t kNoScale = 0xf;
constexpr std::uint32_t kSackBit = 0x10;
constexpr std::uint32_t kEcnBit = 0x20;
constexpr std::uint32_t kFactBits = 0x3f;

std::uint64_t period_of(ip::Time now) {
    return static_cast<std::uint64_t>(now.time_since_epoch() / SynCookies::kPeriod);
}

std::uint32_t index_for(const FourTuple& tuple, const Segment& syn) {
    const auto option = find_option<MaximumSegmentSize>(syn.options);
    const std::uint16_t otherwise = tuple.local.address.is_v4() ? 536 : 1220;  // MUST-15
    const std::uint16_t mss = option ? option->octets : otherwise;
    const auto above = std::ranges::upper_bound(kSizes, mss);
    return above == kSizes.begin() ? 0 : static_cast<std::uint32_t>(above - kSizes.begin() - 1);
}

std::uint32_t mask_for(const FourTuple& tuple, const ip::SipKey& key) {
    return static_cast<std::uint32_t>(hash(tuple, key));
}

}  // namespace

std::uint32_t SynCookies::mac(const FourTuple& tuple, Seq irs, std::uint64_t period,
                              std::uint32_t mss_index) const {
    const std::array<std::uint64_t, 3> words{hash(tuple, key_), period,
                                             std::uint64_t{irs.value()} << 32 | mss_index};
    return static_cast<std::uint32_t>(ip::siphash(key_, words)) & kMacMask;
}

Seq SynCookies::iss_for(const FourTuple& tuple, const Segment& syn, ip::Time now) const {
    const std::uint64_t period = period_of(now);
    const std::uint32_t index = index_for(tuple, syn);
    const std::uint32_t value = static_cast<std::uint32_t>(period & kPeriodMask) << 27 | index << 24 |
                                mac(tuple, syn.seq, period, index);
    return Seq(value + mask_for(tuple, key_));
}

std::uint32_t SynCookies::timestamp_for(const Segment& syn, std::uint32_t tsval) {
    const SegmentOptions options = read_segment_options(syn.options);
    std::uint32_t facts =
        options.window_scale ? std::min(options.window_scale->shift, WindowScale::kMax) : kNoScale;
    if (options.sack_permitted) facts |= kSackBit;
    if (syn.has(ECE | CWR)) facts |= kEcnBit;
    const std::uint32_t marked = (tsval & ~kFactBits) | facts;
    return is_older(tsval, marked) ? marked - (kFactBits + 1) : marked;  // it must not go back later
}

std::optional<CookieFacts> SynCookies::check(const FourTuple& tuple, const Segment& ack, ip::Time now) const {
    const std::uint32_t value = (ack.ack - 1).value() - mask_for(tuple, key_);
    const std::uint32_t index = value >> 24 & 7;
    const std::uint64_t current = period_of(now);
    const std::uint64_t age = (current - (value >> 27)) & kPeriodMask;
    if (age > 1 || (value & kMacMask) != mac(tuple, ack.seq - 1, current - age, index)) return std::nullopt;
    CookieFacts facts;
    facts.mss = kSizes[index];
    const auto timestamps = find_option<Timestamps>(ack.options);
    if (!timestamps) return facts;
    facts.timestamps = true;
    facts.sack = timestamps->tsecr & kSackBit;
    facts.ecn = timestamps->tsecr & kEcnBit;
    const std::uint32_t scale = timestamps->tsecr & kNoScale;
    if (scale != kNoScale) facts.window_scale = static_cast<std::uint8_t>(scale);
    return facts;
}

}  // namespace glass::tcp
