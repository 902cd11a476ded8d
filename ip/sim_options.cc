#include "ip/sim_options.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace glass::ip {
namespace {

constexpr Duration kLongest = std::chrono::hours(1);
constexpr std::uint64_t kLeastRate = 1000;
constexpr std::uint64_t kHighestRate = 10'000'000'000'000;
constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 30;

std::string wrong_durations(const SimLinkOptions& o) {
    const std::initializer_list<std::pair<const char*, Duration>> durations = {
        {"delay", o.delay},
        {"jitter", o.jitter},
        {"delay of duplicates", o.duplicate_delay},
        {"delay of reordered packets", o.reorder_delay},
        {"target of CoDel", o.queue.codel.target},
        {"interval of CoDel", o.queue.codel.interval}};
    for (const auto& [name, duration] : durations) {
        if (duration < Duration::zero()) return std::string("the ") + name + " is negative";
        if (duration > kLongest) return std::string("the ") + name + " is more than an hour";
    }
    return {};
}

std::string wrong_ratios(const SimLinkOptions& o) {
    const BurstLoss& burst = o.burst_loss;
    const std::initializer_list<std::pair<const char*, Ratio>> ratios = {
        {"loss", o.loss.chance},
        {"duplicates", o.duplicate.chance},
        {"reordering", o.reorder.chance},
        {"corruption", o.corrupt.chance},
        {"turning bad", burst.to_bad},
        {"turning good", burst.to_good},
        {"loss while good", burst.loss_when_good},
        {"loss while bad", burst.loss_when_bad},
        {"RED's marks", o.queue.red.highest_chance}};
    for (const auto& [name, ratio] : ratios) {
        if (ratio.whole == 0 || ratio.part > ratio.whole)
            return std::string("the probability of ") + name + " is not between 0 and 1";
        if (ratio.whole > 0xffffffff) return std::string("the probability of ") + name + " is too exact";
    }
    return {};
}

std::string wrong_numbers(const SimLinkOptions& o) {
    for (const Chosen* chosen : {&o.loss, &o.duplicate, &o.reorder, &o.corrupt}) {
        if (!std::ranges::is_sorted(chosen->numbers)) return "packet numbers must ascend";
        if (!chosen->numbers.empty() && chosen->numbers.front() == 0) return "packets are numbered from 1 on";
    }
    return {};
}

std::string wrong_queue(const SimQueueOptions& q) {
    using Discipline = SimQueueOptions::Discipline;
    if (q.packets == 0 && q.octets == 0) return "the queue has no limit";
    if (q.discipline == Discipline::red) {
        if (q.red.lower >= q.red.upper) return "RED's lower threshold is not below its upper one";
        if (q.red.upper > kMostMemory) return "RED's upper threshold is more than 1 GiB";
        if (q.red.weight_shift > 16) return "RED's average is too slow";
        if (q.red.typical_packet == 0) return "RED's typical packet is empty";
    }
    if (q.discipline == Discipline::codel && q.codel.interval <= q.codel.target)
        return "the interval of CoDel is not above its target";
    return {};
}

std::string wrong_sizes(const SimLinkOptions& o) {
    if (o.rate != 0 && o.rate < kLeastRate) return "a rate below 1 kbit/s";
    if (o.rate > kHighestRate) return "a rate above 10 Tbit/s";
    if (o.overhead > 65535) return "an overhead above 65535 octets";
    if (o.mtu != 0 && o.mtu < 68) return "an MTU below 68 octets, the least that IP allows (RFC 791)";
    if (o.memory == 0 || o.memory > kMostMemory) return "the memory of a link is from 1 octet to 1 GiB";
    if (!o.reorder.none() && o.reorder_delay == Duration::zero())
        return "reordered packets need a delay, or the longest they wait to be overtaken";
    if (o.corrupt_bits == 0 || o.corrupt_bits > 64) return "the bits flipped in a packet are from 1 to 64";
    return {};
}

}  // namespace

std::string why_impossible(const SimLinkOptions& options) {
    for (std::string why : {wrong_durations(options), wrong_ratios(options), wrong_numbers(options),
                            wrong_queue(options.queue), wrong_sizes(options)}) {
        if (!why.empty()) return why;
    }
    return {};
}

}  // namespace glass::ip
