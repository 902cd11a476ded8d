// Overlapping segments with different contents: the pattern and the results of Novak and Sturges,
// "Target-Based TCP Stream Reassembly" (2007), and any segments beside a model with one entry an octet.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "tests/reassembly_model.h"

namespace {

using namespace glass;
using tcp::OverlapPolicy;
using tcp::Reassembler;
using tests::StreamLog;
using Conflict = tests::StreamEvents::Conflict;

constexpr OverlapPolicy kPolicies[] = {OverlapPolicy::first, OverlapPolicy::last, OverlapPolicy::bsd,
                                       OverlapPolicy::linux};

ip::Bytes bytes(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct Part {
    std::uint64_t offset;
    std::string text;
};

/// Offset 0 comes last, so that all the others meet while they are held; offsets nobody sent are dots.
std::string reassemble(OverlapPolicy policy, const std::vector<Part>& parts) {
    Reassembler reassembler(policy);
    StreamLog log;
    std::uint64_t frame = 0;
    for (const Part& part : parts) reassembler.insert(part.offset, bytes(part.text), ++frame, log);
    reassembler.insert(0, bytes("0"), ++frame, log);
    reassembler.flush(log);
    CHECK(log.in_order);
    std::string out;
    for (const auto& s : log.events.stretches) out += s.gap ? std::string(s.length, '.') : s.octets;
    return out;
}

TEST_CASE("which octets win, for each policy") {
    struct Row {
        const char* what;
        std::vector<Part> parts;
        std::string first, last, bsd, linux;
    };
    const Row rows[] = {
        {"the pattern of Novak and Sturges",
         {{1, "111"},
          {5, "22"},
          {7, "333"},
          {11, "4"},
          {14, "55"},
          {16, "666"},
          {19, "77"},
          {21, "88"},
          {23, "9"},
          {2, "aaaa"},
          {7, "bbb"},
          {10, "ccc"},
          {13, "ddd"},
          {17, "e"},
          {20, "f"},
          {21, "g"},
          {23, "hh"}},
         "0111a22333c4cd5566677889h",
         "01aaaa2bbbcccddd6e67fg8hh",
         "0111aa2333cccddd66677889h",
         "0111aa2333cccddd6667788hh"},
        {"the newer starts before and ends within",
         {{3, "ooo"}, {2, "nn"}},
         "0.nooo",
         "0.nnoo",
         "0.nnoo",
         "0.nnoo"},
        {"the newer starts before and ends with the older",
         {{3, "oo"}, {2, "nnn"}},
         "0.noo",
         "0.nnn",
         "0.nnn",
         "0.nnn"},
        {"the newer covers the older", {{3, "o"}, {2, "nnn"}}, "0.non", "0.nnn", "0.nnn", "0.nnn"},
        {"the same range", {{2, "oo"}, {2, "nn"}}, "0.oo", "0.nn", "0.oo", "0.oo"},
        {"together, the newer ends earlier", {{2, "oo"}, {2, "n"}}, "0.oo", "0.no", "0.oo", "0.oo"},
        {"together, the newer ends later", {{2, "oo"}, {2, "nnn"}}, "0.oon", "0.nnn", "0.oon", "0.nnn"},
        {"the newer lies within", {{2, "ooo"}, {3, "n"}}, "0.ooo", "0.ono", "0.ooo", "0.ooo"},
        {"the newer starts within, ends with the older",
         {{2, "oo"}, {3, "n"}},
         "0.oo",
         "0.on",
         "0.oo",
         "0.oo"},
        {"the newer starts within and ends later",
         {{2, "oo"}, {3, "nn"}},
         "0.oon",
         "0.onn",
         "0.oon",
         "0.oon"},
        {"starts count as they came, not what is left of the older",
         {{3, "oooo"}, {2, "mmm"}, {4, "nnn"}},
         "0.moooo",
         "0.mmnnn",
         "0.mmmoo",
         "0.mmmoo"},
        {"and so do ends: the older once ended later",
         {{3, "oooo"}, {3, "mmmmm"}, {3, "nnnn"}},
         "0..oooom",
         "0..nnnnm",
         "0..oooom",
         "0..mmmmm"},
        {"split twice", {{2, "oooooo"}, {4, "m"}, {6, "n"}}, "0.oooooo", "0.oomono", "0.oooooo", "0.oooooo"},
        {"in order, over what is held", {{3, "o"}, {0, "nnnnnn"}}, "nnnonn", "nnnnnn", "nnnnnn", "nnnnnn"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(reassemble(OverlapPolicy::first, row.parts) == row.first);
        CHECK(reassemble(OverlapPolicy::last, row.parts) == row.last);
        CHECK(reassemble(OverlapPolicy::bsd, row.parts) == row.bsd);
        CHECK(reassemble(OverlapPolicy::linux, row.parts) == row.linux);
    }
}

TEST_CASE("what is out never changes, whatever the policy") {
    for (const OverlapPolicy policy : kPolicies) {
        Reassembler reassembler(policy);
        StreamLog log;
        reassembler.insert(0, bytes("abc"), 1, log);
        reassembler.insert(0, bytes("XYZd"), 2, log);
        CHECK(log.events.octets() == "abcd");
        CHECK(log.events.conflicts.empty());  // nothing left to compare with
    }
}

TEST_CASE("conflicts name the octets and the frames") {
    struct Row {
        OverlapPolicy policy;
        std::vector<Conflict> conflicts;
    };
    const Row rows[] = {
        {OverlapPolicy::first, {{5, 3, 1, 3}, {12, 1, 2, 3}}},
        {OverlapPolicy::last, {{5, 3, 3, 1}, {12, 1, 3, 2}}},
        {OverlapPolicy::bsd, {{5, 3, 1, 3}, {12, 1, 3, 2}}},
        {OverlapPolicy::linux, {{5, 3, 1, 3}, {12, 1, 3, 2}}},
    };
    for (const Row& row : rows) {
        CAPTURE(static_cast<int>(row.policy));
        Reassembler reassembler(row.policy);
        StreamLog log;
        reassembler.insert(2, bytes("cdefgh"), 1, log);
        reassembler.insert(10, bytes("klmno"), 2, log);
        reassembler.insert(4, bytes("eXgXijklXn"), 3, log);
        CHECK(log.events.conflicts == row.conflicts);
        reassembler.insert(4, bytes("e"), 4, log);  // agrees
        CHECK(log.events.conflicts == row.conflicts);
    }
}

TEST_CASE("the octets' frames are those of the segments that won") {
    Reassembler reassembler(OverlapPolicy::last);
    StreamLog log;
    reassembler.insert(1, bytes("bbbb"), 1, log);
    reassembler.insert(2, bytes("cc"), 2, log);
    reassembler.insert(0, bytes("a"), 3, log);
    using Stretch = tests::StreamEvents::Stretch;
    CHECK(log.events.stretches == std::vector<Stretch>{
                                      {.offset = 0, .length = 1, .octets = "a", .frame = 3},
                                      {.offset = 1, .length = 1, .octets = "b", .frame = 1},
                                      {.offset = 2, .length = 2, .octets = "cc", .frame = 2},
                                      {.offset = 4, .length = 1, .octets = "b", .frame = 1},
                                  });
}

TEST_CASE("octets, frames and conflicts are those of a model with one entry an octet") {
    CHECK(rc::check([](std::uint8_t seed) {
        const auto policy =
            *rc::gen::elementOf(std::vector<OverlapPolicy>(std::begin(kPolicies), std::end(kPolicies)));
        Reassembler reassembler(policy);
        tests::ReassemblyModel model(policy);
        StreamLog log;
        const auto steps = *rc::gen::inRange<std::uint64_t>(0, 60);
        for (std::uint64_t frame = 1; frame <= steps; ++frame) {
            const auto offset = *rc::gen::inRange<std::uint64_t>(0, 100);
            const auto length = *rc::gen::inRange<std::size_t>(0, 30);
            std::vector<std::uint8_t> octets;
            for (std::size_t i = 0; i < length; ++i)  // some octets agree, some do not
                octets.push_back(static_cast<std::uint8_t>((offset + i) % 3 ? seed : frame));
            const auto what = *rc::gen::inRange<int>(0, 40);
            if (what == 0) {
                RC_ASSERT(reassembler.finish_at(offset, log) == model.finish_at(offset));
            } else if (what == 1) {
                reassembler.give_up_hole(log);
                model.give_up_hole();
            } else {
                reassembler.insert(offset, octets, frame, log);
                model.insert(offset, octets, frame);
            }
            RC_ASSERT(log.in_order);
            RC_ASSERT(log.events == model.events);
            RC_ASSERT(reassembler.buffered() == model.buffered());
            RC_ASSERT(reassembler.beyond_end() == model.beyond_end);
        }
    }));
}

}  // namespace
