// A time of exactly 0 is a time; only a pcapng simple packet has none (draft-ietf-opsawg-pcapng section 4.4).
#include <doctest/doctest.h>
#include <string>

#include "tools/check_facts.h"
#include "tools/protocols.h"
#include "tools/statistics.h"
#include "tools/view_json.h"
#include "tools/view_line.h"
#include "tools/view_tree.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;

constexpr std::uint8_t kOctets[60] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5};

ip::Frame frame(ip::Duration time, bool has_time = true) {
    return {.number = 1,
            .time = ip::Time(time),
            .has_time = has_time,
            .length = 60,
            .bytes = kOctets,
            .comment = {}};
}

std::string lines(std::initializer_list<ip::Frame> frames) {
    tools::Style style;
    tools::LineView view({}, style);
    tools::Decoder decoder({});
    tools::TextBuffer out;
    for (const ip::Frame& one : frames) view.write(decoder.decode(one), out);
    return std::string(out.view());
}

TEST_CASE("line view: seconds count from a frame at 0, and a frame without a time counts for nothing") {
    const std::string from_zero = lines({frame(0s), frame(1500ms)});
    CHECK(from_zero.find(" 0.000000 ") != std::string::npos);
    CHECK(from_zero.find(" 1.500000 ") != std::string::npos);
    CHECK(from_zero.find(" - ") == std::string::npos);
    const std::string timeless = lines({frame(0s, false), frame(1000s), frame(1001s)});
    CHECK(timeless.find("         -  ") != std::string::npos);
    CHECK(timeless.find(" 1.000000 ") != std::string::npos);
}

TEST_CASE("statistics: 0 is a first time, and earlier than 1") {
    const auto statistics = std::make_unique<tools::Statistics>(tools::Decoder::Options{}, 1);
    for (const ip::Frame& one : {frame(5s, false), frame(0s), frame(1s), frame(0s)})
        statistics->add(one, true);
    statistics->finish();
    CHECK(statistics->tally().first_time() == ip::Time(0s));
    CHECK(statistics->tally().last_time() == ip::Time(1s));
    REQUIRE(statistics->tally().problems().size() == 1);
    CHECK(statistics->tally().problems()[0].frames == 1);
}

TEST_CASE("check: the same") {
    const auto decoder = std::make_unique<tools::Decoder>(tools::Decoder::Options{});
    tools::CheckFacts facts;
    for (const ip::Frame& one : {frame(5s, false), frame(0s), frame(1s), frame(0s)})
        facts.observe(decoder->decode(one), *decoder);
    CHECK(facts.times().first == ip::Time(0s));
    CHECK(facts.times().last == ip::Time(1s));
    CHECK(facts.times().backwards.count == 1);
}

TEST_CASE("trees say that there is no time, JSON says 0") {
    tools::Style style;
    tools::Decoder decoder({});
    std::string tree;
    print_tree(decoder.decode(frame(0s, false)), style, tree, tools::protocol);
    CHECK(tree.find("no time") != std::string::npos);
    tree.clear();
    print_tree(decoder.decode(frame(0s)), style, tree, tools::protocol);
    CHECK(tree.find("1970-01-01 00:00:00") != std::string::npos);
    tools::TextBuffer out;
    tools::JsonWriter json(out);
    tools::FieldList fields(tools::FieldList::For::json);
    write_json_line(decoder.decode(frame(0s, false)), fields, json, false);
    CHECK(out.view().find(R"("time":"0.000000000")") != std::string_view::npos);
}

}  // namespace
