#include "ip/red.h"

#include <algorithm>

#include "ip/elapsed.h"

namespace glass::ip {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr unsigned kSlope = 20;  // binary digits of the way between two thresholds

}  // namespace

Red::Verdict Red::judge(std::uint64_t queued, Time now, Random& random) {
    average_in(queued, now);
    const std::uint64_t octets = average();
    if (octets < options_.lower) {
        passed_ = 0;
        return Verdict::pass;
    }
    if (octets >= 2 * options_.upper || spread_out(base_chance(), random)) {
        passed_ = 0;
        return octets < options_.upper ? Verdict::congested : Verdict::drop;
    }
    ++passed_;
    return Verdict::pass;
}

void Red::emptied(Time now) {
    empty_ = true;
    empty_since_ = now;
}

void Red::average_in(std::uint64_t queued, Time now) {
    if (empty_ && rate_ > 0) {
        const auto idle =
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, elapsed(empty_since_, now).count()));
        decay(static_cast<std::uint64_t>(Wide{idle} * rate_ /
                                         (Wide{options_.typical_packet} * 8 * 1'000'000'000)));
    }
    empty_ = false;
    const std::uint64_t sample = queued << kFraction;
    if (sample >= average_)
        average_ += (sample - average_) >> options_.weight_shift;
    else
        average_ -= (average_ - sample) >> options_.weight_shift;
}

/// As if so many packets had found the queue empty: the average times (1 - weight) ^ samples.
void Red::decay(std::uint64_t samples) {
    constexpr unsigned kOne = 32;
    Wide factor = Wide{1} << kOne;
    for (Wide power = factor - (factor >> options_.weight_shift); samples != 0; samples >>= 1) {
        if (samples & 1) factor = factor * power >> kOne;
        power = power * power >> kOne;
    }
    average_ = static_cast<std::uint64_t>(average_ * factor >> kOne);
}

Ratio Red::base_chance() const {
    const auto way = [&](std::uint64_t from, std::uint64_t to) {
        return ((average_ - (from << kFraction)) << (kSlope - kFraction)) / (to - from);
    };
    const Ratio top = options_.highest_chance;
    const std::uint64_t whole = top.whole << kSlope;
    if (average() < options_.upper) return {top.part * way(options_.lower, options_.upper), whole};
    // From the highest chance at the upper threshold to certainty at twice that.
    const std::uint64_t rest = (top.whole - top.part) * way(options_.upper, 2 * options_.upper);
    return {(top.part << kSlope) + rest, whole};
}

/// Evens out the gaps between marks: the chance grows with the packets that passed since the last one.
bool Red::spread_out(Ratio base, Random& random) {
    const Wide counted = Wide{passed_} * base.part;
    if (counted >= base.whole) return true;
    return random.chance({base.part, base.whole - static_cast<std::uint64_t>(counted)});
}

}  // namespace glass::ip
