// Options: each kind by its RFC, hostile lengths, and writing what reads back.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "tcp/options.h"

namespace {

using namespace glass::tcp;
namespace ip = glass::ip;

std::vector<Option> read_all(ip::Bytes octets) {
    std::vector<Option> options;
    OptionReader reader(octets);
    while (const auto option = reader.next()) options.push_back(*option);
    return options;
}

TEST_CASE("each kind is read as its RFC has it, and written the same") {
    static const ip::Buffer kData = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    struct Row {
        const char* what;
        ip::Buffer octets;
        OptionValue value;
        const char* name;
    };
    const Row rows[] = {
        {"RFC 9293 3.1 NOP", {1}, NoOperation{}, "nop"},
        {"RFC 9293 3.7.1", {2, 4, 0x05, 0xb4}, MaximumSegmentSize{1460}, "mss"},
        {"RFC 7323 2.2", {3, 3, 7}, WindowScale{7}, "wscale"},
        {"RFC 7323 2.3: above 14 is read as it stands", {3, 3, 255}, WindowScale{255}, "wscale"},
        {"RFC 2018 2", {4, 2}, SackPermitted{}, "sack_permitted"},
        {"RFC 2018 3, one block", {5, 10, 0, 0, 0, 1, 0, 0, 0, 9}, Sack{1, {{{Seq(1), Seq(9)}}}}, "sack"},
        {"RFC 2018 3, two blocks, one across the wrap",
         {5, 18, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 3, 0, 0, 1, 0, 0, 0, 2, 0},
         Sack{2, {{{Seq(0xffffffff), Seq(3)}, {Seq(0x100), Seq(0x200)}}}},
         "sack"},
        {"RFC 7323 3.2", {8, 10, 0, 0, 0, 5, 0x80, 0, 0, 6}, Timestamps{5, 0x80000006}, "timestamps"},
        {"RFC 2385",
         {19, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
         Md5Signature{kData},
         "md5"},
        {"RFC 5482 3, seconds", {28, 4, 0x00, 0x5a}, UserTimeout{false, 90}, "user_timeout"},
        {"RFC 5482 3, minutes", {28, 4, 0x80, 0x05}, UserTimeout{true, 5}, "user_timeout"},
        {"RFC 5925 2.2", {29, 8, 61, 84, 1, 2, 3, 4}, Authentication{61, 84, ip::first(kData, 4)}, "ao"},
        {"RFC 8684 3.1, MP_CAPABLE", {30, 4, 0x01, 0x02}, Multipath{0, ip::first(kData, 2)}, "mptcp"},
        {"RFC 7413 4.1.1, a request", {34, 2}, FastOpen{false, {}}, "fast_open"},
        {"RFC 7413 4.1.1, the shortest cookie",
         {34, 6, 1, 2, 3, 4},
         FastOpen{false, ip::first(kData, 4)},
         "fast_open"},
        {"RFC 7413 4.1.1, the longest cookie",
         {34, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
         FastOpen{false, kData},
         "fast_open"},
        {"fast open as an experiment, a request", {254, 4, 0xf9, 0x89}, FastOpen{true, {}}, "experiment"},
        {"fast open as an experiment, a cookie",
         {254, 8, 0xf9, 0x89, 1, 2, 3, 4},
         FastOpen{true, ip::first(kData, 4)},
         "experiment"},
        {"RFC 6994 3, 253",
         {253, 6, 0xf9, 0x89, 1, 2},
         Experiment{OptionKind::experiment_1, 0xf989, ip::first(kData, 2)},
         "experiment"},
        {"RFC 6994 3, 254",
         {254, 4, 0xe2, 0xd4},
         Experiment{OptionKind::experiment_2, 0xe2d4, {}},
         "experiment"},
        {"MUST-6: unknown, with a length", {99, 4, 1, 2}, UnknownOption{99, ip::first(kData, 2)}, "unknown"},
        {"MUST-6: unknown, without data", {255, 2}, UnknownOption{255, {}}, "unknown"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto options = read_all(row.octets);
        REQUIRE(options.size() == 1);
        CHECK(options[0].kind == row.octets[0]);
        CHECK(options[0].at == 0);
        CHECK(options[0].length == row.octets.size());
        CHECK((options[0].value == row.value));
        CHECK(option_name(options[0].kind) == row.name);
        OptionWriter writer;
        REQUIRE(writer.add(row.value));
        CHECK(std::ranges::equal(ip::first(writer.octets(), row.octets.size()), row.octets));
        CHECK(writer.octets().size() == (row.octets.size() + 3) / 4 * 4);
    }
}

TEST_CASE("a wrong length for its kind is malformed, and the list goes on, MUST-7") {
    struct Row {
        const char* what;
        ip::Buffer octets;
    };
    const Row rows[] = {
        {"MSS of 3", {2, 3, 5}},
        {"MSS of 5", {2, 5, 5, 0xb4, 0}},
        {"MSS of 2", {2, 2}},
        {"window scale of 2", {3, 2}},
        {"window scale of 4", {3, 4, 7, 7}},
        {"SACK permitted of 3", {4, 3, 0}},
        {"SACK without blocks", {5, 2}},
        {"SACK of half a block", {5, 6, 0, 0, 0, 1}},
        {"SACK of a block and an octet", {5, 11, 0, 0, 0, 1, 0, 0, 0, 2, 0}},
        {"timestamps of 9", {8, 9, 0, 0, 0, 1, 0, 0, 0}},
        {"timestamps of 2", {8, 2}},
        {"MD5 of 17", {19, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
        {"user timeout of 3", {28, 3, 1}},
        {"AO of 3", {29, 3, 1}},
        {"MPTCP of 2", {30, 2}},
        {"a cookie of 3 octets", {34, 5, 1, 2, 3}},
        {"a cookie of 2 octets", {34, 4, 1, 2}},
        {"a cookie of an odd length", {34, 7, 1, 2, 3, 4, 5}},
        {"a cookie of 18 octets", {34, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}},
        {"an experimental cookie of 3 octets", {254, 7, 0xf9, 0x89, 1, 2, 3}},
        {"an experiment without its identifier", {254, 3, 0xf9}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        ip::Buffer octets = row.octets;
        octets.insert(octets.end(), {3, 3, 9});
        const auto options = read_all(octets);
        REQUIRE(options.size() == 2);
        const auto* malformed = options[0].as<MalformedOption>();
        REQUIRE(malformed);
        CHECK(malformed->kind == row.octets[0]);
        CHECK(std::ranges::equal(malformed->data, ip::after(row.octets, 1)));
        CHECK(options[0].length == row.octets.size());
        CHECK((options[1].value == OptionValue(WindowScale{9})));
        CHECK(options[1].at == row.octets.size());
        OptionWriter writer;
        CHECK_FALSE(writer.add(*malformed));
    }
}

TEST_CASE("a length that cannot be ends the list, MUST-7") {
    struct Row {
        const char* what;
        ip::Buffer octets;
    };
    const Row rows[] = {
        {"length 0", {2, 0, 5, 0xb4}},
        {"length 1", {2, 1, 5, 0xb4}},
        {"length 0 of an unknown kind", {77, 0, 1, 1}},
        {"past the end by one", {8, 10, 0, 0, 0, 1, 0, 0, 0}},
        {"past the end by far", {99, 255, 0}},
        {"no room for a length", {3}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        ip::Buffer octets = {1, 1};
        octets.insert(octets.end(), row.octets.begin(), row.octets.end());
        const auto options = read_all(octets);
        REQUIRE(options.size() == 3);
        CHECK(options[2].as<MalformedOption>());
        CHECK(options[2].at == 2);
        CHECK(options[2].length == row.octets.size());
    }
}

TEST_CASE("an end of list ends it; the rest is padding, RFC 9293 section 3.2") {
    const ip::Buffer octets = {3, 3, 7, 0, 2, 4, 5, 0xb4};
    OptionReader reader(octets);
    CHECK(reader.padding().empty());
    CHECK(reader.next()->as<WindowScale>());
    CHECK(reader.next()->as<EndOfList>());
    CHECK_FALSE(reader.next());
    CHECK_FALSE(reader.next());
    CHECK(std::ranges::equal(reader.padding(), ip::Buffer{2, 4, 5, 0xb4}));
}

TEST_CASE("find_option, at any alignment, MUST-64") {
    const ip::Buffer octets = {1, 3, 3, 7, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 3, 3, 9};
    CHECK(find_option<WindowScale>(octets)->shift == 7);
    CHECK(find_option<Timestamps>(octets) == Timestamps{1, 2});
    CHECK_FALSE(find_option<MaximumSegmentSize>(octets));
    CHECK_FALSE(find_option<WindowScale>({}));
}

TEST_CASE("never more than forty octets") {
    const ip::Buffer many(1000, 1);
    CHECK(read_all(many).size() == 40);
    OptionWriter writer;
    for (int i = 0; i < 3; ++i) REQUIRE(writer.add(Timestamps{1, 2}));
    CHECK_FALSE(writer.add(Sack{4, {}}));
    CHECK_FALSE(writer.add(UnknownOption{99, ip::first(many, 9)}));
    CHECK(writer.octets().size() == 32);
    CHECK(writer.add(UnknownOption{99, ip::first(many, 8)}));
    CHECK(writer.octets().size() == 40);
    CHECK_FALSE(writer.add(NoOperation{}));
    CHECK(read_all(writer.octets()).size() == 4);
}

TEST_CASE("what would read back as something else is refused") {
    const ip::Buffer octets(64);
    const OptionValue values[] = {
        Sack{0, {}},
        Sack{5, {}},
        UserTimeout{false, 0x8000},
        Md5Signature{ip::first(octets, 15)},
        FastOpen{false, ip::first(octets, 3)},
        FastOpen{true, ip::first(octets, 18)},
        Multipath{1, ip::first(octets, 1)},
        Multipath{0, {}},
        UnknownOption{2, ip::first(octets, 2)},
        UnknownOption{0, {}},
        UnknownOption{99, octets},
        Experiment{OptionKind::experiment_2, FastOpen::kExId, {}},
        Experiment{OptionKind::timestamps, 1, {}},
    };
    for (std::size_t i = 0; i < std::size(values); ++i) {
        CAPTURE(i);
        OptionWriter writer;
        CHECK_FALSE(writer.add(values[i]));
        CHECK(writer.octets().empty());
    }
}

TEST_CASE("a SYN's usual options fit in twenty octets") {
    OptionWriter writer;
    CHECK(writer.add(MaximumSegmentSize{1460}));
    CHECK(writer.add(SackPermitted{}));
    CHECK(writer.add(Timestamps{0xb1c2d3, 0}));
    CHECK(writer.add(NoOperation{}));
    CHECK(writer.add(WindowScale{7}));
    CHECK(std::ranges::equal(writer.octets(), ip::Buffer{2,    4,    0x05, 0xb4, 4, 2, 8, 10, 0, 0xb1,
                                                         0xc2, 0xd3, 0,    0,    0, 0, 1, 3,  3, 7}));
}

TEST_CASE("RFC 7323 5.2: timestamps are ordered as sequence numbers are") {
    CHECK(is_older(1, 2));
    CHECK_FALSE(is_older(2, 2));
    CHECK_FALSE(is_older(2, 1));
    CHECK(is_older(0xffffffff, 0));
    CHECK(is_older(0xfffffff0, 0x7fffffef));
    CHECK_FALSE(is_older(0, 0x80000000));
    CHECK_FALSE(is_older(0x80000000, 0));
    CHECK(rc::check(
        "as Seq", [](std::uint32_t a, std::uint32_t b) { RC_ASSERT(is_older(a, b) == (Seq(a) < Seq(b))); }));
}

TEST_CASE("properties of any octets") {
    CHECK(rc::check("options follow each other without a gap, and end", [] {
        // Small numbers are likely kinds and lengths.
        const auto octet =
            rc::gen::oneOf(rc::gen::inRange<std::uint8_t>(0, 12), rc::gen::arbitrary<std::uint8_t>());
        const auto octets = *rc::gen::container<ip::Buffer>(octet);
        std::size_t at = 0;
        OptionReader reader(octets);
        while (const auto option = reader.next()) {
            RC_ASSERT(option->at == at);
            RC_ASSERT(option->length > 0);
            RC_ASSERT(option->kind == octets[at]);
            at += option->length;
        }
        RC_ASSERT(at + reader.padding().size() == std::min<std::size_t>(octets.size(), 40));
    }));
    CHECK(rc::check("what reads well-formed is written the same", [] {
        const auto octet =
            rc::gen::oneOf(rc::gen::inRange<std::uint8_t>(0, 12), rc::gen::arbitrary<std::uint8_t>());
        const auto octets = *rc::gen::container<ip::Buffer>(octet);
        OptionReader reader(octets);
        while (const auto option = reader.next()) {
            if (option->as<MalformedOption>()) continue;
            OptionWriter writer;
            RC_ASSERT(writer.add(option->value));
            RC_ASSERT(std::ranges::equal(ip::first(writer.octets(), option->length),
                                         ip::first(ip::after(octets, option->at), option->length)));
        }
    }));
    CHECK(rc::check("every option of any length from 0 to 40", [](std::uint8_t kind) {
        const auto length = *rc::gen::inRange<std::uint8_t>(0, 41);
        ip::Buffer octets(40, 0xee);
        octets[0] = kind;
        octets[1] = length;
        const auto option = OptionReader(octets).next();
        RC_ASSERT(option.has_value());
        if (kind > 1) RC_ASSERT(option->length == (length < 2 ? 40 : length));
    }));
}

}  // namespace
