// Link options: the words of a command line that say how a link is ("2%", "40ms", "20mbit", "64kB").
//
// Every function takes the whole word and gives its value, or one line that says what is wrong with the word
// and how to write it. No signs, no exponents. Fractions ("0.5%", "1.5s") are exact, or an error.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "ip/random.h"
#include "ip/time.h"

namespace glass::tools {

template <class T>
using OptionValue = std::expected<T, std::string>;

/// A probability: "2%", "0.5%", "0.02", "1/50", "0", "100%". From 0 to 1, up to six digits after the point.
[[nodiscard]] OptionValue<ip::Ratio> parse_probability(std::string_view word);

/// "40ms", "1.5s", "250us" (or µs), "10ns", "2min", "0". A number without a unit is an error, but for 0.
[[nodiscard]] OptionValue<ip::Duration> parse_duration(std::string_view word);

/// Bits per second: "20mbit", "1gbit", "64k", "2.5Mbit/s", "9600"; k, m and g are powers of 1000, ki, mi and
/// gi of 1024. Never bytes per second.
[[nodiscard]] OptionValue<std::uint64_t> parse_rate(std::string_view word);

/// Octets: "10MB", "64k", "64KiB", "1500". The same powers.
[[nodiscard]] OptionValue<std::uint64_t> parse_octets(std::string_view word);

/// A queue: in packets where it is a bare number ("50", "50p", "50packets"), in octets with a unit ("250kB",
/// "64k", "1500B"). One of the two is above 0.
struct QueueSize {
    std::uint64_t packets = 0;
    std::uint64_t octets = 0;
    bool operator==(const QueueSize&) const = default;
};
[[nodiscard]] OptionValue<QueueSize> parse_queue_size(std::string_view word);

/// Packet numbers from 1 on: "3,7,10-12". Sorted, each once; no more than kMostPacketNumbers.
inline constexpr std::size_t kMostPacketNumbers = 1'000'000;
[[nodiscard]] OptionValue<std::vector<std::uint64_t>> parse_packet_numbers(std::string_view word);

}  // namespace glass::tools
