#include "tools/link_options.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <span>

#include "tools/text_value.h"

namespace glass::tools {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
constexpr std::size_t kMostFraction = 9;  // digits after the point

/// A number as it was written: 1.5 is 15 / 10; and what follows it.
struct Number {
    std::uint64_t digits = 0;
    std::uint64_t scale = 1;
    std::string_view unit;
};

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

std::unexpected<std::string> wrong(std::string_view word, std::string_view why) {
    std::string text = "'";
    append_escaped(word.substr(0, 40), text);
    if (word.size() > 40) text += "…";
    return std::unexpected(fmt::format("{}' {}", text, why));
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Nothing where the word does not begin with a number, or with one that has too many digits.
std::optional<Number> read_number(std::string_view word) {
    Number number;
    std::size_t at = 0;
    std::size_t fraction = 0;
    bool point = false;
    for (; at < word.size() && (is_digit(word[at]) || (word[at] == '.' && !point)); ++at) {
        if (word[at] == '.') {
            point = true;
            continue;
        }
        if (number.digits > (std::numeric_limits<std::uint64_t>::max() - 9) / 10 ||
            (point && ++fraction > kMostFraction))
            return std::nullopt;
        number.digits = number.digits * 10 + static_cast<std::uint64_t>(word[at] - '0');
        if (point) number.scale *= 10;
    }
    // A digit on both sides of the point.
    if (at == 0 || !is_digit(word[0]) || !is_digit(word[at - 1])) return std::nullopt;
    number.unit = word.substr(at);
    return number;
}

/// The factor of a unit, in capital or small letters.
std::optional<std::uint64_t> factor_of(std::string_view unit, std::span<const Unit> units) {
    std::string small(unit);
    std::ranges::transform(small, small.begin(), lower);
    const auto found = std::ranges::find(units, small, &Unit::name);
    return found == units.end() ? std::nullopt : std::optional(found->factor);
}

/// k, M, G and T, of 1000 and (with an i) of 1024.
std::optional<std::uint64_t> power_of(std::string_view prefix) {
    constexpr Unit kPowers[] = {{"", 1},
                                {"k", 1'000},
                                {"m", 1'000'000},
                                {"g", 1'000'000'000},
                                {"t", 1'000'000'000'000},
                                {"ki", std::uint64_t{1} << 10},
                                {"mi", std::uint64_t{1} << 20},
                                {"gi", std::uint64_t{1} << 30},
                                {"ti", std::uint64_t{1} << 40}};
    return factor_of(prefix, kPowers);
}

/// The unit without the first of these endings that it has, longest first.
std::string_view without_ending(std::string_view unit, std::span<const std::string_view> endings) {
    for (const std::string_view ending : endings) {
        if (unit.size() < ending.size()) continue;
        const std::string_view end = unit.substr(unit.size() - ending.size());
        if (std::ranges::equal(end, ending, {}, lower)) return unit.substr(0, unit.size() - ending.size());
    }
    return unit;
}

/// The number times the factor: a whole one that is not too large.
OptionValue<std::uint64_t> whole(std::string_view word, const Number& number, std::uint64_t factor) {
    const Wide product = Wide{number.digits} * factor;
    if (product % number.scale != 0) return wrong(word, "is more exact than can be: use fewer digits");
    if (product / number.scale > kMost) return wrong(word, "is too large");
    return static_cast<std::uint64_t>(product / number.scale);
}

constexpr std::string_view kProbability = "is not a probability: write 2%, 0.5%, 0.02 or 1/50";
constexpr std::string_view kDuration = "is not a duration: write 40ms, 1.5s, 250us or 2min";
constexpr std::string_view kRate = "is not a rate: write 20mbit, 1gbit or 64kbit (per second)";
constexpr std::string_view kOctets = "is not a number of bytes: write 1500, 64kB or 10MB";
constexpr std::string_view kQueue = "is not a queue: write 50 (packets) or 250kB";
constexpr std::string_view kNumbers = "is not a list of packet numbers: write 3,7,10-12";

OptionValue<ip::Ratio> probability(std::string_view word, std::uint64_t part, std::uint64_t of) {
    if (part > of) return wrong(word, "is more than a probability can be: the most is 100%");
    if (of > 100'000'000) return wrong(word, "is more exact than can be: use fewer digits");
    return ip::Ratio{part, of};
}

/// "5", of a list of packet numbers.
std::optional<std::uint64_t> packet_number(std::string_view text) {
    const auto number = read_number(text);
    if (!number || !number->unit.empty() || number->scale != 1 || number->digits == 0) return std::nullopt;
    return number->digits;
}

}  // namespace

OptionValue<ip::Ratio> parse_probability(std::string_view word) {
    const auto number = read_number(word);
    if (!number) return wrong(word, kProbability);
    if (number->unit.empty()) return probability(word, number->digits, number->scale);
    if (number->unit == "%") return probability(word, number->digits, number->scale * 100);
    if (!number->unit.starts_with('/') || number->scale != 1) return wrong(word, kProbability);
    const auto of = packet_number(number->unit.substr(1));
    if (!of) return wrong(word, kProbability);
    return probability(word, number->digits, *of);
}

OptionValue<ip::Duration> parse_duration(std::string_view word) {
    constexpr Unit kUnits[] = {{"ns", 1},
                               {"us", 1'000},
                               {"µs", 1'000},
                               {"ms", 1'000'000},
                               {"s", 1'000'000'000},
                               {"min", 60'000'000'000},
                               {"h", 3'600'000'000'000}};
    const auto number = read_number(word);
    if (!number) return wrong(word, kDuration);
    if (number->unit.empty() && number->digits == 0) return ip::Duration::zero();
    if (number->unit.empty()) return wrong(word, "has no unit: write 40ms, 1.5s, 250us or 2min");
    const auto factor = factor_of(number->unit, kUnits);
    if (!factor) return wrong(word, kDuration);
    const auto nanoseconds = whole(word, *number, *factor);
    if (!nanoseconds) return std::unexpected(nanoseconds.error());
    return ip::Duration(static_cast<std::int64_t>(*nanoseconds));
}

OptionValue<std::uint64_t> parse_rate(std::string_view word) {
    // In tc's tongue "mbps" is bytes, for most others bits.
    constexpr std::string_view kAmbiguous[] = {"bps", "b/s"};
    constexpr std::string_view kEndings[] = {"bit/s", "bits", "bit"};
    const auto number = read_number(word);
    if (!number) return wrong(word, kRate);
    if (without_ending(number->unit, kAmbiguous) != number->unit)
        return wrong(word, "may mean bits or bytes: write 20mbit, 1gbit or 64kbit (per second)");
    const auto factor = power_of(without_ending(number->unit, kEndings));
    if (!factor) return wrong(word, kRate);
    return whole(word, *number, *factor);
}

OptionValue<std::uint64_t> parse_octets(std::string_view word) {
    constexpr std::string_view kEndings[] = {"bytes", "byte", "b"};
    const auto number = read_number(word);
    const auto factor = number ? power_of(without_ending(number->unit, kEndings)) : std::nullopt;
    return factor ? whole(word, *number, *factor) : wrong(word, kOctets);
}

OptionValue<QueueSize> parse_queue_size(std::string_view word) {
    constexpr std::string_view kPackets[] = {"packets", "packet", "p"};
    const auto number = read_number(word);
    if (!number) return wrong(word, kQueue);
    const bool in_packets = without_ending(number->unit, kPackets).empty();
    const auto size = in_packets ? whole(word, *number, 1) : parse_octets(word);
    if (!size) return in_packets ? std::unexpected(size.error()) : wrong(word, kQueue);
    if (*size == 0) return wrong(word, "is no queue at all: it holds at least one packet");
    return in_packets ? QueueSize{.packets = *size} : QueueSize{.octets = *size};
}

OptionValue<std::vector<std::uint64_t>> parse_packet_numbers(std::string_view word) {
    std::vector<std::uint64_t> numbers;
    for (std::string_view rest = word;;) {
        const std::string_view item = rest.substr(0, rest.find(','));
        const std::size_t dash = item.find('-');
        const auto first = packet_number(item.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : packet_number(item.substr(dash + 1));
        if (!first || !last || *last < *first) return wrong(word, kNumbers);
        if (*last - *first >= kMostPacketNumbers - numbers.size())
            return wrong(word, fmt::format("lists more than {} packets", kMostPacketNumbers));
        for (std::uint64_t n = *first; n <= *last; ++n) numbers.push_back(n);
        if (item.size() == rest.size()) break;
        rest.remove_prefix(item.size() + 1);
    }
    std::ranges::sort(numbers);
    numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
    return numbers;
}

}  // namespace glass::tools
