// Reassembler: order, holes, the end; RFC 9293 sections 3.4 and 3.10.7.4. Overlaps: test_tcp_overlap.cc.
#include <algorithm>
#include <doctest/doctest.h>
#include <random>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "tests/reassembly_model.h"

namespace {

using namespace glass;
using tcp::Reassembler;
using tests::StreamLog;
using Stretch = tests::StreamEvents::Stretch;

ip::Bytes bytes(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A reassembler fed with text; frames count from 1.
struct Stream {
    explicit Stream(tcp::ReassemblyBudget* budget = nullptr)
        : reassembler(tcp::OverlapPolicy::first, budget) {}

    void insert(std::uint64_t offset, const std::string& text) {
        reassembler.insert(offset, bytes(text), ++frame, log);
    }
    std::vector<tcp::StreamRange> blocks(std::size_t most = 4) const {
        std::vector<tcp::StreamRange> out(most);
        out.resize(reassembler.blocks(out));
        return out;
    }

    Reassembler reassembler;
    StreamLog log;
    std::uint64_t frame = 0;
};

constexpr std::uint64_t kNoFin = ~std::uint64_t{0};

TEST_CASE("segments come out in order, each octet once") {
    struct Step {
        std::uint64_t offset;
        std::string text;
        std::string out;  ///< all that is out after it
        std::uint64_t fin = kNoFin;
    };
    struct Row {
        const char* what;
        std::vector<Step> steps;
        bool ends = false;
        std::uint64_t beyond_end = 0;
    };
    const Row rows[] = {
        {"in order", {{0, "ab", "ab"}, {2, "cd", "abcd"}}},
        {"swapped", {{2, "cd", ""}, {0, "ab", "abcd"}}},
        {"reversed", {{4, "ef", ""}, {2, "cd", ""}, {0, "ab", "abcdef"}}},
        {"two holes", {{0, "a", "a"}, {4, "e", "a"}, {2, "c", "a"}, {1, "b", "abc"}, {3, "d", "abcde"}}},
        {"a duplicate", {{0, "ab", "ab"}, {0, "ab", "ab"}, {2, "c", "abc"}}},
        {"a duplicate of what is held", {{2, "cd", ""}, {2, "cd", ""}, {0, "ab", "abcd"}}},
        {"a retransmission with more", {{0, "ab", "ab"}, {0, "abcd", "abcd"}}},
        {"a retransmission in other pieces", {{0, "abcd", "abcd"}, {1, "bc", "abcd"}, {3, "def", "abcdef"}}},
        {"one that fills a hole and reaches over what is held",
         {{4, "ef", ""}, {1, "b", ""}, {0, "abcdefg", "abcdefg"}}},
        {"one that fills a hole in part", {{4, "ef", ""}, {0, "abc", "abc"}, {2, "cd", "abcdef"}}},
        {"no octets", {{0, "", ""}, {5, "", ""}, {0, "a", "a"}, {0, "", "a"}}},
        {"FIN with the last octets", {{0, "ab", "ab"}, {2, "c", "abc", 3}}, true},
        {"FIN of an empty stream", {{0, "", "", 0}}, true},
        {"FIN before data that belongs before it", {{0, "a", "a"}, {2, "c", "a", 3}, {1, "b", "abc"}}, true},
        {"FIN alone, all data later", {{0, "", "", 3}, {1, "bc", ""}, {0, "a", "abc"}}, true},
        {"FIN again", {{0, "ab", "ab", 2}, {0, "ab", "ab", 2}}, true},
        {"another FIN: the first counts", {{0, "a", "a", 3}, {1, "bc", "abc", 2}, {0, "", "abc", 9}}, true},
        {"FIN before what is out: not believed", {{0, "abc", "abc", 1}, {3, "d", "abcd"}}, false},
        {"data beyond the FIN", {{0, "ab", "ab", 2}, {2, "XY", "ab"}, {9, "Z", "ab"}}, true, 3},
        {"data across the FIN", {{2, "c", "", 3}, {0, "abcXY", "abc"}}, true, 2},
        {"held data beyond the FIN",
         {{2, "cXY", ""}, {7, "Z", ""}, {0, "", "", 3}, {0, "ab", "abc"}},
         true,
         3},
        {"held data from the FIN on", {{2, "XY", ""}, {0, "", "", 2}, {0, "ab", "ab"}}, true, 2},
        {"held data that is all beyond the FIN", {{2, "XY", ""}, {0, "", "", 1}, {0, "a", "a"}}, true, 2},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Stream s;
        for (const Step& step : row.steps) {
            s.insert(step.offset, step.text);
            if (step.fin != kNoFin) s.reassembler.finish_at(step.fin, s.log);
            CHECK(s.log.events.octets() == step.out);
            CHECK(s.reassembler.next() == step.out.size());
        }
        CHECK(s.log.in_order);
        CHECK(s.reassembler.ended() == row.ends);
        CHECK(s.log.events.ends.size() == (row.ends ? 1 : 0));
        CHECK(s.reassembler.beyond_end() == row.beyond_end);
        CHECK(s.reassembler.buffered() == 0);
        CHECK(s.reassembler.memory() == 0);
        CHECK_FALSE(s.reassembler.has_hole());
    }
}

TEST_CASE("octets in order are the caller's own, whatever is held") {
    Stream s;
    const std::string text = "abcdefgh";
    s.insert(0, text);
    CHECK(s.log.last_data == bytes(text).data());
    s.insert(16, "q");  // a hole in between
    s.insert(8, text);
    CHECK(s.log.events.octets() == "abcdefghabcdefghq");
    s.insert(20, "uv");
    s.insert(17, text);  // overlaps what is held: the rest still is not copied
    CHECK(s.log.last_data == bytes(text).data() + 5);
    CHECK(s.log.events.octets() == "abcdefghabcdefghqabcuvfgh");
}

TEST_CASE("finish_at tells whether it believes the FIN") {
    Stream s;
    s.insert(0, "abc");
    CHECK_FALSE(s.reassembler.finish_at(2, s.log));
    CHECK_FALSE(s.reassembler.end().has_value());
    CHECK(s.reassembler.finish_at(5, s.log));
    CHECK(s.reassembler.end() == 5);
    CHECK(s.reassembler.has_hole());
    CHECK(s.reassembler.finish_at(5, s.log));
    CHECK_FALSE(s.reassembler.finish_at(6, s.log));
    CHECK_FALSE(s.reassembler.finish_at(3, s.log));
    s.insert(3, "de");
    CHECK(s.log.events.ends == std::vector<std::uint64_t>{5});
}

TEST_CASE("holes that are given up are gaps, and nothing is lost around them") {
    Stream s;
    s.insert(0, "ab");
    s.reassembler.give_up_hole(s.log);  // there is none
    CHECK(s.log.events.stretches.size() == 1);
    s.insert(4, "ef");
    s.insert(9, "j");
    s.reassembler.give_up_hole(s.log);
    CHECK(s.reassembler.next() == 6);
    s.insert(2, "cd");  // too late: it is a gap already
    s.reassembler.give_up_before(8, s.log);
    CHECK(s.reassembler.next() == 8);
    s.insert(8, "i");
    s.reassembler.give_up_before(12, s.log);  // acknowledged, never seen
    CHECK(s.reassembler.finish_at(20, s.log));
    s.insert(15, "p");
    s.reassembler.flush(s.log);
    const std::vector<Stretch> want = {
        {.offset = 0, .length = 2, .octets = "ab", .frame = 1},
        {.gap = true, .offset = 2, .length = 2},
        {.offset = 4, .length = 2, .octets = "ef", .frame = 2},
        {.gap = true, .offset = 6, .length = 2},
        {.offset = 8, .length = 1, .octets = "i", .frame = 5},
        {.offset = 9, .length = 1, .octets = "j", .frame = 3},
        {.gap = true, .offset = 10, .length = 5},
        {.offset = 15, .length = 1, .octets = "p", .frame = 6},
        {.gap = true, .offset = 16, .length = 4},
    };
    CHECK(s.log.events.stretches == want);
    CHECK(s.log.in_order);
    CHECK(s.log.events.ends == std::vector<std::uint64_t>{20});
    s.reassembler.give_up_before(30, s.log);
    s.reassembler.flush(s.log);
    CHECK(s.log.events.stretches == want);
    CHECK(s.log.events.ends.size() == 1);
}

TEST_CASE("far places: beyond 4 GiB, jumps of almost half the circle, the last offset of all") {
    Stream s;
    std::uint64_t at = 0;
    for (int turn = 0; turn < 4; ++turn) {  // across 2^32 and more
        at += 0x7ffffff0;
        s.insert(at, "far");
        s.reassembler.give_up_hole(s.log);
        CHECK(s.reassembler.next() == at + 3);
        s.insert(at, "far");
        at += 3;
    }
    CHECK(at > std::uint64_t{1} << 32);
    CHECK(s.log.events.octets() == "farfarfarfar");

    const std::uint64_t last = ~std::uint64_t{0};
    s.insert(last - 2, "xyz");  // the last one would lie at 2^64 - 1
    s.insert(last - 1, "yzzz");
    s.insert(last, "z");
    CHECK(s.reassembler.beyond_end() == 1 + 3 + 1);
    CHECK(s.blocks() == std::vector<tcp::StreamRange>{{last - 2, last}});
    s.reassembler.flush(s.log);
    CHECK_FALSE(s.reassembler.finish_at(last, s.log));
    CHECK(s.log.events.ends.empty());  // the offsets end, the stream did not
    s.insert(last - 2, "again");
    s.insert(0, "again");
    CHECK(s.log.events.octets() == "farfarfarfarxy");
    CHECK(s.log.in_order);
}

TEST_CASE("blocks as the SACK option wants them: the newest octets first, RFC 2018 section 4") {
    Stream s;
    CHECK(s.blocks().empty());
    s.insert(10, "ab");
    s.insert(20, "cd");
    s.insert(30, "ef");
    using Blocks = std::vector<tcp::StreamRange>;
    CHECK(s.blocks() == Blocks{{30, 32}, {20, 22}, {10, 12}});
    s.insert(12, "gh");  // a block that grows is the newest
    CHECK(s.blocks() == Blocks{{10, 14}, {30, 32}, {20, 22}});
    s.insert(30, "e");  // so is one that got a duplicate
    CHECK(s.blocks() == Blocks{{30, 32}, {10, 14}, {20, 22}});
    for (int i = 0; i < 6; ++i) s.insert(20, "c");  // and it takes one place in memory only
    CHECK(s.blocks() == Blocks{{20, 22}, {30, 32}, {10, 14}});
    s.insert(14, "ijklmn");  // two blocks become one
    CHECK(s.blocks() == Blocks{{10, 22}, {30, 32}});
    CHECK(s.blocks(1) == Blocks{{10, 22}});
    for (std::uint64_t at = 40; at < 100; at += 10) s.insert(at, "x");
    CHECK(s.blocks(3) == Blocks{{90, 91}, {80, 81}, {70, 71}});
    CHECK(s.blocks(20) ==
          Blocks{{90, 91}, {80, 81}, {70, 71}, {60, 61}, {10, 22}, {30, 32}, {40, 41}, {50, 51}});
    s.insert(0, "0123456789");  // what is out is no block any more
    CHECK(s.blocks(2) == Blocks{{90, 91}, {80, 81}});
    CHECK(s.blocks(20).size() == 7);
    CHECK(s.reassembler.finish_at(90, s.log));  // nor is what lies beyond the end
    CHECK(s.blocks(2) == Blocks{{80, 81}, {70, 71}});
    CHECK(s.blocks(20).size() == 6);
    s.reassembler.flush(s.log);
    CHECK(s.blocks().empty());
}

TEST_CASE("room is made by forgetting what lies furthest on, and nothing before the place that matters") {
    Stream s;
    for (std::uint64_t offset = 1; offset < 200; offset += 2) s.insert(offset, "x");
    const std::size_t before = s.reassembler.memory();
    REQUIRE(s.reassembler.make_room(before, 0));
    CHECK(s.reassembler.memory() == before);
    REQUIRE(s.reassembler.make_room(before / 2, 50));
    CHECK(s.reassembler.memory() <= before / 2);
    CHECK(s.reassembler.memory() > before / 3);
    CHECK_FALSE(s.reassembler.make_room(0, 50));
    CHECK(s.blocks(1).front().start < 50);
    s.insert(0, std::string(200, 'y'));
    CHECK(s.reassembler.next() == 200);
    s.insert(300, "z");
    CHECK(s.reassembler.make_room(0, 250));
    CHECK_FALSE(s.reassembler.has_hole());
}

TEST_CASE("a reassembler may be moved while it holds octets") {
    Stream s;
    s.insert(2, "cd");
    std::vector<Reassembler> moved;
    moved.push_back(std::move(s.reassembler));
    for (int i = 0; i < 20; ++i) moved.emplace_back();
    moved[0].insert(0, bytes("ab"), 9, s.log);
    CHECK(s.log.events.octets() == "abcd");
    moved[0] = Reassembler();
    CHECK(moved[0].next() == 0);
}

TEST_CASE("any order, repetition and cut of a stream gives the same octets") {
    CHECK(rc::check([](const std::string& stream) {
        std::vector<std::pair<std::size_t, std::size_t>> cuts;
        for (std::size_t at = 0; at < stream.size();) {  // all of it ...
            const auto length = *rc::gen::inRange<std::size_t>(1, 9);
            cuts.emplace_back(at, length);
            at += length;
        }
        const auto more = *rc::gen::inRange<int>(0, 20);
        for (int i = 0; i < more && !stream.empty(); ++i)  // ... and some parts again
            cuts.emplace_back(*rc::gen::inRange<std::size_t>(0, stream.size()),
                              *rc::gen::inRange<std::size_t>(0, 40));
        auto order = cuts;
        std::shuffle(order.begin(), order.end(), std::mt19937(*rc::gen::arbitrary<std::uint32_t>()));
        const auto policy = *rc::gen::element(tcp::OverlapPolicy::first, tcp::OverlapPolicy::last,
                                              tcp::OverlapPolicy::bsd, tcp::OverlapPolicy::linux);
        const auto fin_after = *rc::gen::inRange<std::size_t>(0, order.size() + 1);

        Reassembler reassembler(policy);
        StreamLog log;
        for (std::size_t i = 0; i <= order.size(); ++i) {
            if (i == fin_after) RC_ASSERT(reassembler.finish_at(stream.size(), log));
            if (i == order.size()) break;
            reassembler.insert(order[i].first, bytes(stream.substr(order[i].first, order[i].second)), i, log);
        }
        RC_ASSERT(log.events.octets() == stream);
        RC_ASSERT(log.events.conflicts.empty());
        RC_ASSERT(log.in_order && reassembler.ended() && reassembler.memory() == 0);
    }));
}

}  // namespace
