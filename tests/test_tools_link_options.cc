// Link options: words of the command line, their values, and what is said about those that have none.
#include <doctest/doctest.h>
#include <ostream>
#include <rapidcheck.h>

#include "tools/link_options.h"

using namespace glass;
using namespace std::chrono_literals;

namespace {

template <class T>
struct Row {
    const char* word;
    T value;
};
struct Wrong {
    const char* word;
    const char* why;
};

template <class Parse, class T, std::size_t N>
void are(Parse parse, const Row<T> (&rows)[N]) {
    for (const Row<T>& row : rows) {
        CAPTURE(row.word);
        const auto value = parse(row.word);
        if (!value) CAPTURE(value.error());
        REQUIRE(value.has_value());
        CHECK((*value == row.value));
    }
}

template <class Parse>
void are_wrong(Parse parse, std::initializer_list<Wrong> rows) {
    for (const Wrong& row : rows) {
        CAPTURE(row.word);
        const auto value = parse(row.word);
        REQUIRE_FALSE(value.has_value());
        CHECK(value.error() == "'" + std::string(row.word) + "' " + row.why);
    }
}

/// The same probability, whatever the fraction.
struct Same {
    std::uint64_t part, whole;
    friend bool operator==(const ip::Ratio& a, const Same& b) { return a.part * b.whole == b.part * a.whole; }
};

constexpr const char* kTooExact = "is more exact than can be: use fewer digits";

}  // namespace

TEST_CASE("probabilities") {
    const Row<Same> rows[] = {{"0", {0, 1}},         {"0%", {0, 1}},
                              {"2%", {1, 50}},       {"0.5%", {1, 200}},
                              {"100%", {1, 1}},      {"1", {1, 1}},
                              {"0.02", {1, 50}},     {"1/50", {1, 50}},
                              {"3/7", {3, 7}},       {"0.0001%", {1, 1'000'000}},
                              {"1.0", {1, 1}},       {"0.00%", {0, 1}},
                              {"99.9%", {999, 1000}}};
    are(tools::parse_probability, rows);
    constexpr const char* kNot = "is not a probability: write 2%, 0.5%, 0.02 or 1/50";
    constexpr const char* kMore = "is more than a probability can be: the most is 100%";
    are_wrong(tools::parse_probability, {{"", kNot},
                                         {"%", kNot},
                                         {"-1%", kNot},
                                         {"2 %", kNot},
                                         {"two", kNot},
                                         {"2%%", kNot},
                                         {".5", kNot},
                                         {"5.", kNot},
                                         {"1/0", kNot},
                                         {"1/", kNot},
                                         {"1.5/2", kNot},
                                         {"1/2.5", kNot},
                                         {"1/2%", kNot},
                                         {"1e-3", kNot},
                                         {"0.5.5", kNot},
                                         {"nan", kNot},
                                         {"99999999999999999999", kNot},
                                         {"101%", kMore},
                                         {"2", kMore},
                                         {"3/2", kMore},
                                         {"0.000000001", kTooExact},
                                         {"1/100000001", kTooExact}});
}

TEST_CASE("durations") {
    const Row<ip::Duration> rows[] = {
        {"0", 0s},        {"0ms", 0s},      {"40ms", 40ms},       {"1s", 1s},       {"1.5s", 1500ms},
        {"250us", 250us}, {"250µs", 250us}, {"10ns", 10ns},       {"0.001ms", 1us}, {"2min", 2min},
        {"1h", 1h},       {"40MS", 40ms},   {"0.000000001s", 1ns}};
    are(tools::parse_duration, rows);
    constexpr const char* kNot = "is not a duration: write 40ms, 1.5s, 250us or 2min";
    are_wrong(tools::parse_duration, {{"", kNot},
                                      {"ms", kNot},
                                      {"-1ms", kNot},
                                      {"40 ms", kNot},
                                      {"40m", kNot},
                                      {"4x", kNot},
                                      {"1.s", kNot},
                                      {"40", "has no unit: write 40ms, 1.5s, 250us or 2min"},
                                      {"0.5ns", kTooExact},
                                      {"9999999999999s", "is too large"}});
}

TEST_CASE("rates, in bits per second") {
    const Row<std::uint64_t> rows[] = {{"20mbit", 20'000'000},
                                       {"1gbit", 1'000'000'000},
                                       {"64k", 64'000},
                                       {"64kbit", 64'000},
                                       {"64Kibit", 65'536},
                                       {"2.5Mbit/s", 2'500'000},
                                       {"9600", 9600},
                                       {"9600bit", 9600},
                                       {"1T", 1'000'000'000'000},
                                       {"0", 0},
                                       {"100Mbits", 100'000'000}};
    are(tools::parse_rate, rows);
    constexpr const char* kNot = "is not a rate: write 20mbit, 1gbit or 64kbit (per second)";
    constexpr const char* kWhich = "may mean bits or bytes: write 20mbit, 1gbit or 64kbit (per second)";
    are_wrong(tools::parse_rate, {{"", kNot},
                                  {"fast", kNot},
                                  {"20 mbit", kNot},
                                  {"20MB", kNot},
                                  {"20xbit", kNot},
                                  {"-5k", kNot},
                                  {"20mbps", kWhich},
                                  {"20MB/s", kWhich},
                                  {"0.0015k", kTooExact},
                                  {"9999999999t", "is too large"}});
}

TEST_CASE("octets, and queues in packets or octets") {
    const Row<std::uint64_t> octets[] = {
        {"10MB", 10'000'000}, {"64k", 64'000},     {"64KiB", 65'536},
        {"1500", 1500},       {"1500B", 1500},     {"1.5kB", 1500},
        {"1byte", 1},         {"2Gi", 2147483648}, {"4000000000000000000", 4'000'000'000'000'000'000}};
    are(tools::parse_octets, octets);
    constexpr const char* kNot = "is not a number of bytes: write 1500, 64kB or 10MB";
    are_wrong(tools::parse_octets, {{"", kNot},
                                    {"10Mbit", kNot},
                                    {"B", kNot},
                                    {"ten", kNot},
                                    {"1.0005kB", kTooExact},
                                    {"5000000000000000000", "is too large"},
                                    {"9999999999999999999", "is too large"},
                                    {"99999999999999999999", kNot}});

    const Row<tools::QueueSize> queues[] = {{"50", {.packets = 50}},        {"50p", {.packets = 50}},
                                            {"1packet", {.packets = 1}},    {"50packets", {.packets = 50}},
                                            {"250kB", {.octets = 250'000}}, {"64k", {.octets = 64'000}},
                                            {"1500B", {.octets = 1500}},    {"1.5KiB", {.octets = 1536}}};
    are(tools::parse_queue_size, queues);
    constexpr const char* kNoQueue = "is not a queue: write 50 (packets) or 250kB";
    constexpr const char* kEmpty = "is no queue at all: it holds at least one packet";
    are_wrong(tools::parse_queue_size, {{"", kNoQueue},
                                        {"many", kNoQueue},
                                        {"5mbit", kNoQueue},
                                        {"0", kEmpty},
                                        {"0kB", kEmpty},
                                        {"1.5", kTooExact}});
}

TEST_CASE("lists of packet numbers") {
    using Numbers = std::vector<std::uint64_t>;
    const Row<Numbers> rows[] = {
        {"3", {3}}, {"3,7,10-12", {3, 7, 10, 11, 12}}, {"5-5", {5}}, {"9,1-3,2", {1, 2, 3, 9}}};
    are(tools::parse_packet_numbers, rows);
    CHECK(tools::parse_packet_numbers("1-1000000")->size() == 1'000'000);
    constexpr const char* kNot = "is not a list of packet numbers: write 3,7,10-12";
    constexpr const char* kMany = "lists more than 1000000 packets";
    are_wrong(tools::parse_packet_numbers, {{"", kNot},
                                            {"0", kNot},
                                            {"1,", kNot},
                                            {",1", kNot},
                                            {"1,,2", kNot},
                                            {"5-3", kNot},
                                            {"1-", kNot},
                                            {"-1", kNot},
                                            {"1-2-3", kNot},
                                            {"x", kNot},
                                            {"1.5", kNot},
                                            {"1 2", kNot},
                                            {"1-1000001", kMany},
                                            {"1-1000000,1", kMany},
                                            {"1-4000000000000000000", kMany}});
}

TEST_CASE("a strange word is quoted safely and briefly") {
    CHECK(tools::parse_rate("\x1b[31m").error().starts_with("'\\x1b[31m' is not"));
    CHECK(tools::parse_rate(std::string(100'000, '9')).error().size() < 150);
}

TEST_CASE("any word gives a value or one line") {
    CHECK(rc::check("words", [] {
        const std::string word = *rc::gen::container<std::string>(
            rc::gen::weightedOneOf<char>({{8, rc::gen::element<char>('0', '1', '5', '9', '.', '%', '/', '-',
                                                                     ',', 'k', 'm', 'i', 'b', 's', 'B')},
                                          {1, rc::gen::arbitrary<char>()}}));
        const auto fine = [](const auto& value) {
            RC_ASSERT((value || (!value.error().empty() && value.error().find('\n') == std::string::npos)));
        };
        const auto ratio = tools::parse_probability(word);
        fine(ratio);
        RC_ASSERT(
            (!ratio || (ratio->whole > 0 && ratio->part <= ratio->whole && ratio->whole <= 0xffffffff)));
        fine(tools::parse_duration(word));
        fine(tools::parse_rate(word));
        fine(tools::parse_octets(word));
        fine(tools::parse_queue_size(word));
        fine(tools::parse_packet_numbers(word));
    }));
}
