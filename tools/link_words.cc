#include "tools/link_words.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "tools/nearest.h"

namespace glass::tools {
namespace {

using Way = ip::SimLinkOptions;
using Applied = OptionValue<void>;

/// The value, once parsed, goes to the ways that `set` sets.
template <class T, class Set>
Applied put(OptionValue<T> value, std::initializer_list<Way*> ways, Set set) {
    if (!value) return std::unexpected(value.error());
    for (Way* way : ways) set(*way, *value);
    return {};
}

template <class T, class Set>
Applied both(OptionValue<T> value, LinkPlan& plan, Set set) {
    return put(std::move(value), {&plan.data, &plan.acks}, set);
}

Applied set_rtt(const std::string& value, LinkPlan& plan) {
    return both(parse_duration(value), plan, [](Way& way, ip::Duration d) { way.delay = d / 2; });
}
Applied set_rate(const std::string& value, LinkPlan& plan) {
    return both(parse_rate(value), plan, [](Way& way, std::uint64_t rate) { way.rate = rate; });
}
Applied set_queue(const std::string& value, LinkPlan& plan) {
    return both(parse_queue_size(value), plan, [](Way& way, QueueSize size) {
        way.queue.packets = size.packets;
        way.queue.octets = size.octets;
    });
}
Applied set_loss(const std::string& value, LinkPlan& plan) {
    return both(parse_probability(value), plan, [](Way& way, ip::Ratio r) { way.loss.chance = r; });
}
Applied set_ack_loss(const std::string& value, LinkPlan& plan) {
    return put(parse_probability(value), {&plan.acks}, [](Way& way, ip::Ratio r) { way.loss.chance = r; });
}
Applied set_drop(const std::string& value, LinkPlan& plan) {
    return put(parse_packet_numbers(value), {&plan.data},
               [](Way& way, const std::vector<std::uint64_t>& list) { way.loss.numbers = list; });
}
Applied set_burst(const std::string& value, LinkPlan& plan) {
    return both(parse_probability(value), plan, [](Way& way, ip::Ratio r) {
        way.burst_loss = {.to_bad = r, .to_good = {1, 5}};
    });
}
Applied set_reorder(const std::string& value, LinkPlan& plan) {
    return both(parse_probability(value), plan, [](Way& way, ip::Ratio r) { way.reorder.chance = r; });
}
Applied set_reorder_by(const std::string& value, LinkPlan& plan) {
    return both(parse_duration(value), plan, [](Way& way, ip::Duration d) { way.reorder_delay = d; });
}
Applied set_duplicate(const std::string& value, LinkPlan& plan) {
    return both(parse_probability(value), plan, [](Way& way, ip::Ratio r) { way.duplicate.chance = r; });
}
Applied set_corrupt(const std::string& value, LinkPlan& plan) {
    return both(parse_probability(value), plan, [](Way& way, ip::Ratio r) { way.corrupt.chance = r; });
}
Applied set_jitter(const std::string& value, LinkPlan& plan) {
    return both(parse_duration(value), plan, [](Way& way, ip::Duration d) { way.jitter = d; });
}
Applied set_mtu(const std::string& value, LinkPlan& plan) {
    return both(parse_octets(value), plan, [](Way& way, std::uint64_t n) {
        way.mtu = static_cast<std::uint32_t>(std::min<std::uint64_t>(n, UINT32_MAX));
    });
}
Applied set_black_hole(const std::string&, LinkPlan& plan) {
    plan.data.silent_mtu = plan.acks.silent_mtu = true;
    return {};
}
Applied set_aqm(const std::string& value, LinkPlan& plan) {
    using Discipline = ip::SimQueueOptions::Discipline;
    auto& discipline = plan.data.queue.discipline;
    if (value == "drop-tail")
        discipline = Discipline::drop_tail;
    else if (value == "red")
        discipline = Discipline::red;
    else if (value == "codel")
        discipline = Discipline::codel;
    else
        return std::unexpected("takes one of drop-tail, red, codel, not '" + value + "'");
    return {};
}

constexpr LinkWord kWords[] = {
    {"rtt", "TIME", "round trip of the empty link (40ms)", set_rtt},
    {"rate", "RATE", "bits a second (20mbit)", set_rate},
    {"queue", "SIZE", "what waits at most: packets (50), or bytes (64kB)", set_queue},
    {"loss", "SHARE", "packets lost, both ways: 2%", set_loss},
    {"ack-loss", "SHARE", "the same on the ACKs' way, where it differs", set_ack_loss},
    {"drop", "LIST", "these packets of the data's way: 3,7,10-12", set_drop},
    {"burst", "SHARE", "how often a burst of losses begins, of 5 packets on average", set_burst},
    {"reorder", "SHARE", "packets that others overtake", set_reorder},
    {"reorder-by", "TIME", "how late those are (5ms)", set_reorder_by},
    {"duplicate", "SHARE", "packets that arrive twice", set_duplicate},
    {"corrupt", "SHARE", "packets in which a bit is flipped", set_corrupt},
    {"jitter", "TIME", "at most so much more delay", set_jitter},
    {"mtu", "BYTES", "largest packet of the link; the hosts' is 1500", set_mtu},
    {"black-hole", "", "too large packets vanish without an ICMP message", set_black_hole},
    {"aqm", "WORD", "queue of the data's way: drop-tail, red or codel", set_aqm},
};

std::vector<std::string> words_of(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\n";
    std::vector<std::string> words;
    for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
        words.emplace_back(text.substr(at, end - at));
        at = text.find_first_not_of(kBlanks, end);
    }
    return words;
}

std::string no_such_word(const std::string& word) {
    std::vector<std::string> known;
    std::string all;
    for (const LinkWord& one : kWords) {
        known.emplace_back(one.word);
        all += (all.empty() ? "" : ", ") + known.back();
    }
    const auto near = nearest(word, known, 1);
    if (!near.empty()) return fmt::format("there is no word '{}'; did you mean {}?", word, near[0]);
    return fmt::format("there is no word '{}': {}", word, all);
}

/// A queue that holds no packet lets none through.
std::string why_no_queue(const Way& way) {
    constexpr std::uint64_t kSmallest = 68;  // what any link carries, RFC 791
    const std::uint64_t octets = way.queue.octets;
    if (way.rate == 0 || octets == 0 || octets >= kSmallest) return {};
    return fmt::format("a queue of {} octets holds no packet", octets);
}

}  // namespace

std::span<const LinkWord> link_words() {
    return kWords;
}

LinkPlan plain_link() {
    LinkPlan plan;
    for (Way* way : {&plan.data, &plan.acks}) {
        way->queue.packets = 50;
        way->reorder_delay = std::chrono::milliseconds(5);
    }
    return plan;
}

OptionValue<LinkPlan> parse_link(std::string_view text) {
    LinkPlan plan = plain_link();
    const auto words = words_of(text);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto known = std::ranges::find(kWords, words[i], &LinkWord::word);
        if (known == std::end(kWords)) return std::unexpected(no_such_word(words[i]));
        std::string value;
        if (!known->type.empty()) {
            if (++i == words.size())
                return std::unexpected(
                    fmt::format("{} lacks its value: {} {}", known->word, known->word, known->type));
            value = words[i];
        }
        if (const auto applied = known->apply(value, plan); !applied)
            return std::unexpected(fmt::format("{}: {}", known->word, applied.error()));
    }
    if (const auto why = why_impossible(plan); !why.empty())
        return std::unexpected("impossible link: " + why);
    return plan;
}

std::string why_impossible(const LinkPlan& plan) {
    for (const Way* way : {&plan.data, &plan.acks}) {
        if (auto why = ip::why_impossible(*way); !why.empty()) return why;
        if (auto why = why_no_queue(*way); !why.empty()) return why;
    }
    return {};
}

}  // namespace glass::tools
