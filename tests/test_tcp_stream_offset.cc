// Sequence numbers as 64-bit stream offsets: RFC 9293 section 3.4.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tcp/stream_offset.h"

namespace {

using glass::ip::Buffer;
using glass::tcp::place_octets;
using glass::tcp::Seq;
using glass::tcp::stream_offset;

constexpr std::uint64_t kTurn = std::uint64_t{1} << 32;  // once around the circle

TEST_CASE("a sequence number is the octet nearest to the one expected next") {
    struct Row {
        const char* what;
        std::uint32_t seq;
        std::uint32_t first;
        std::uint64_t next;
        std::int64_t offset;
    };
    const Row rows[] = {
        {"the first octet", 1001, 1001, 0, 0},
        {"the tenth", 1010, 1001, 0, 9},
        {"the expected one", 1101, 1001, 100, 100},
        {"a retransmission", 1001, 1001, 100, 0},
        {"the SYN again: one before the first octet", 1000, 1001, 100, -1},
        {"the numbers wrap, the offsets do not", 4, 0xfffffffe, 6, 6},
        {"before the wrap, expected after it", 0xffffffff, 0xfffffffe, 6, 1},
        {"after the wrap, expected before it", 2, 0xfffffffe, 1, 4},
        {"once around: 4 GiB are out", 1001, 1001, kTurn, static_cast<std::int64_t>(kTurn)},
        {"a retransmission from the turn before", 1000, 1001, kTurn, static_cast<std::int64_t>(kTurn) - 1},
        {"a thousand turns", 1002, 1001, 1000 * kTurn, static_cast<std::int64_t>(1000 * kTurn) + 1},
        {"as far ahead as can be", 0x7fffffff, 0, 0, 0x7fffffff},
        {"half the circle is behind", 0x80000000, 0, 0, -0x80000000LL},
        {"more than half is behind", 0x80000001, 0, 0, -0x7fffffffLL},
        {"as far ahead as can be, in a later turn", 0x7fffffff + 5u, 0, kTurn + 5,
         static_cast<std::int64_t>(kTurn) + 5 + 0x7fffffff},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(stream_offset(Seq(row.seq), Seq(row.first), row.next) == row.offset);
    }
}

TEST_CASE("octets before the first are left out: keep-alives, and a SYN's number") {
    struct Row {
        const char* what;
        std::uint32_t seq;
        std::uint64_t next;
        std::uint64_t offset;
        Buffer left;
    };
    const Buffer text{'a', 'b', 'c'};
    const Row rows[] = {
        {"none lies before", 1001, 0, 0, {'a', 'b', 'c'}},
        {"further on", 1005, 0, 4, {'a', 'b', 'c'}},
        {"one lies before", 1000, 7, 0, {'b', 'c'}},
        {"all but one", 999, 0, 0, {'c'}},
        {"all", 998, 0, 0, {}},
        {"far more than all", 1001 - 0x70000000u, 0, 0, {}},
        {"half the circle before", 1001 + 0x80000000u, 0, 0, {}},
        {"none, in the second turn", 1000, kTurn, kTurn - 1, {'a', 'b', 'c'}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto placed = place_octets(Seq(row.seq), text, Seq(1001), row.next);
        CHECK(placed.offset == row.offset);
        CHECK(Buffer(placed.octets.begin(), placed.octets.end()) == row.left);
    }
    CHECK(place_octets(Seq(998), {}, Seq(1001), 0).octets.empty());
}

TEST_CASE("any offset within half the circle of the expected one comes back from its number") {
    CHECK(rc::check([](std::uint32_t isn) {
        const auto next = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 62);
        const auto away = *rc::gen::inRange<std::int64_t>(-0x80000000LL, 0x80000000LL);
        const std::int64_t offset = static_cast<std::int64_t>(next) + away;
        const Seq first = Seq(isn) + 1;
        RC_ASSERT(stream_offset(first + static_cast<std::uint32_t>(offset), first, next) == offset);
    }));
}

}  // namespace
