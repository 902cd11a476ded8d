// Seq: arithmetic and order modulo 2^32, RFC 9293 section 3.4.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <type_traits>

#include "tcp/seq.h"

namespace {

using glass::tcp::distance;
using glass::tcp::in_window;
using glass::tcp::Seq;

// Wrong code must not compile: a Seq comes from an integer, and goes back to one, only where somebody says
// so.
static_assert(!std::is_convertible_v<std::uint32_t, Seq>);
static_assert(!std::is_convertible_v<Seq, std::uint32_t>);
static_assert(!std::is_convertible_v<Seq, bool>);
static_assert(std::is_trivially_copyable_v<Seq> && sizeof(Seq) == 4);
template <class A, class B>
concept Addable = requires(A a, B b) {
    a + b;
};
static_assert(!Addable<Seq, Seq>, "the sum of two sequence numbers means nothing");
static_assert(Seq(0xffffffff) + 1 == Seq(0), "constexpr, across the wrap");

TEST_CASE("comparisons take the shorter way round the circle, RFC 9293 section 3.4") {
    struct Row {
        const char* what;
        std::uint32_t a;
        std::uint32_t b;
        bool less;
        bool equal;
    };
    const Row rows[] = {
        {"neighbours", 1, 2, true, false},
        {"the same", 7, 7, false, true},
        {"the other way", 2, 1, false, false},
        {"across the wrap", 0xffffffff, 0, true, false},
        {"back across the wrap", 0, 0xffffffff, false, false},
        {"a window across the wrap", 0xffffff00, 0x000000ff, true, false},
        {"as far ahead as can be", 0, 0x7fffffff, true, false},
        {"one more is half the circle: neither comes first", 0, 0x80000000, false, false},
        {"half the circle from the other end", 0x80000000, 0, false, false},
        {"more than half: behind", 0, 0x80000001, false, false},
        {"unsigned larger, and yet earlier", 0xf0000000, 0x10000000, true, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const Seq a(row.a);
        const Seq b(row.b);
        CHECK((a < b) == row.less);
        CHECK((a == b) == row.equal);
        CHECK((a <= b) == (row.less || row.equal));
        CHECK((b > a) == row.less);
        CHECK((b >= a) == (row.less || row.equal));
        CHECK((a != b) == !row.equal);
    }
}

TEST_CASE("in_window is first =< seq < first + size") {
    struct Row {
        const char* what;
        std::uint32_t seq;
        std::uint32_t first;
        std::uint32_t size;
        bool in;
    };
    const Row rows[] = {
        {"the first", 100, 100, 10, true},
        {"the last", 109, 100, 10, true},
        {"one after the last", 110, 100, 10, false},
        {"one before the first", 99, 100, 10, false},
        {"an empty window", 100, 100, 0, false},
        {"across the wrap", 3, 0xfffffffe, 8, true},
        {"the end across the wrap", 6, 0xfffffffe, 8, false},
        {"before, at the wrap", 0xfffffffd, 0xfffffffe, 8, false},
        {"the largest scaled window, RFC 7323 section 2.2", 0x3fffffff, 0, 0x40000000, true},
        {"and its end", 0x40000000, 0, 0x40000000, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(in_window(Seq(row.seq), Seq(row.first), row.size) == row.in);
    }
}

TEST_CASE("differences: forward and unsigned, or the shorter way and signed") {
    CHECK(Seq(5) - Seq(3) == 2);
    CHECK(Seq(3) - Seq(5) == 0xfffffffe);
    CHECK(Seq(1) - Seq(0xffffffff) == 2);
    CHECK(distance(Seq(3), Seq(5)) == 2);
    CHECK(distance(Seq(5), Seq(3)) == -2);
    CHECK(distance(Seq(0xffffffff), Seq(1)) == 2);
    CHECK(distance(Seq(1), Seq(0xffffffff)) == -2);
    CHECK(distance(Seq(0), Seq(0x80000000)) == std::int32_t{-2147483647 - 1});
}

TEST_CASE("properties hold from any starting point") {
    CHECK(rc::check("what is added comes off again", [](std::uint32_t start, std::uint32_t n) {
        const Seq a(start);
        RC_ASSERT((a + n) - n == a);
        RC_ASSERT((a + n) - a == n);
        Seq b = a;
        b += n;
        b -= n;
        RC_ASSERT(b == a);
    }));
    CHECK(rc::check("order does not depend on where the circle is cut",
                    [](std::uint32_t start, std::uint32_t turn) {
                        const auto n = *rc::gen::inRange<std::uint32_t>(1, 0x80000000);
                        const Seq a(start);
                        RC_ASSERT(a < a + n);
                        RC_ASSERT(!(a + n < a));
                        RC_ASSERT((a + turn) < (a + turn + n));
                        RC_ASSERT(distance(a, a + n) == static_cast<std::int32_t>(n));
                    }));
    CHECK(rc::check("of two different numbers at most one comes first", [](std::uint32_t a, std::uint32_t b) {
        RC_PRE(a != b);
        RC_ASSERT(!(Seq(a) < Seq(b) && Seq(b) < Seq(a)));
        RC_ASSERT((Seq(a) < Seq(b) || Seq(b) < Seq(a)) == (a - b != 0x80000000));
    }));
    CHECK(rc::check("a window holds exactly its octets",
                    [](std::uint32_t first, std::uint32_t size, std::uint32_t n) {
                        RC_ASSERT(in_window(Seq(first) + n, Seq(first), size) == (n < size));
                    }));
}

}  // namespace
