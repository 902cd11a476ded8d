// Octets on their way: who carried which first, against a map of single octets; and the bounds.
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "tcp/outstanding.h"

namespace {

using namespace glass;
using tcp::FrameRef;
using tcp::Outstanding;
using tcp::Seq;

FrameRef frame(std::uint64_t number) {
    return {number, ip::Time(ip::Duration(number))};
}

TEST_CASE("octets are known by the frame that carried them first, whatever the order") {
    CHECK(rc::check([](std::uint32_t isn, const std::vector<std::array<std::uint8_t, 3>>& segments) {
        Outstanding outstanding;
        std::map<std::uint32_t, std::uint64_t> model;  // offset to frame
        outstanding.add(Seq(isn), Seq(isn), frame(0));
        outstanding.acknowledge(Seq(isn));
        std::uint64_t number = 0;
        std::uint32_t una = 0;
        for (const auto& [at, length, ack] : segments) {
            const std::uint32_t begin = std::max<std::uint32_t>(at, una), end = begin + length % 32;
            std::uint32_t again = 0;
            ++number;
            for (std::uint32_t o = begin; o < end; ++o) again += !model.try_emplace(o, number).second;
            RC_ASSERT(outstanding.add(Seq(isn + begin), Seq(isn + end), frame(number)) == again);
            if (ack % 4 == 0 && !model.empty()) {
                una = std::max(una, std::min<std::uint32_t>(ack / 4, model.rbegin()->first + 1));
                outstanding.acknowledge(Seq(isn + una));
            }
            for (std::uint32_t o = una; o < 300; ++o) {
                const auto known = model.find(o);
                const std::uint64_t want = known == model.end() ? 0 : known->second;
                RC_ASSERT(outstanding.carrier(Seq(isn + o)).number == want);
            }
        }
    }));
}

TEST_CASE("an acknowledgment gives the newest segment that it covers, in part or whole, once") {
    Outstanding o;
    o.add(Seq(100), Seq(200), frame(1));
    o.add(Seq(200), Seq(300), frame(2));
    o.add(Seq(300), Seq(400), frame(3));
    CHECK(o.first() == Seq(100));
    CHECK(o.acknowledge(Seq(200)).newest == frame(1));
    CHECK_FALSE(o.acknowledge(Seq(200)).newest);
    CHECK_FALSE(o.acknowledge(Seq(150)).newest);
    CHECK(o.acknowledge(Seq(350)).newest == frame(3));
    CHECK(o.first() == Seq(350));
    CHECK_FALSE(o.empty());
    CHECK(o.acknowledge(Seq(400)).newest == frame(3));
    CHECK(o.empty());
}

TEST_CASE("nothing is measured with what was sent before a repetition (Karn's algorithm)") {
    Outstanding o;
    o.add(Seq(0), Seq(10), frame(1));
    o.add(Seq(10), Seq(20), frame(2));
    CHECK(o.add(Seq(0), Seq(10), frame(3)) == 10);
    o.add(Seq(20), Seq(30), frame(4));
    CHECK_FALSE(o.acknowledge(Seq(20)).timed);
    CHECK(o.acknowledge(Seq(30)).timed);
}

TEST_CASE("an acknowledgment of what was never seen measures nothing, and does not stop the next") {
    Outstanding o;
    o.add(Seq(0), Seq(10), frame(1));
    CHECK_FALSE(o.acknowledge(Seq(1'000'000)).timed);
    CHECK(o.empty());
    o.add(Seq(10), Seq(20), frame(2));
    CHECK(o.acknowledge(Seq(20)).timed);
}

TEST_CASE("no more segments are remembered than stated") {
    for (const bool answered : {false, true}) {
        CAPTURE(answered);
        const std::size_t limit = answered ? Outstanding::kMaxSegments : Outstanding::kMaxUnanswered;
        Outstanding o;
        if (answered) o.add(Seq(0), Seq(1), frame(1)), o.acknowledge(Seq(1));
        const std::uint32_t count = 30'000;
        for (std::uint32_t i = 1; i <= count; ++i) o.add(Seq(i), Seq(i + 1), frame(i));
        const auto oldest = static_cast<std::uint32_t>(count - limit + 1);
        CHECK(o.carrier(Seq(oldest)).number == oldest);
        CHECK_FALSE(o.carrier(Seq(oldest - 1)));
        CHECK(o.carrier(Seq(count)).number == count);
    }
}

TEST_CASE("the last acknowledged segments are still known") {
    Outstanding o;
    for (std::uint32_t i = 0; i < 100; ++i) o.add(Seq(i * 10), Seq(i * 10 + 10), frame(i + 1));
    o.acknowledge(Seq(1000));
    CHECK(o.carrier(Seq(960)).number == 97);
    CHECK_FALSE(o.carrier(Seq(950)));
}

}  // namespace
