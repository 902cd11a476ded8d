// Fragments: RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722, RFC 6946, RFC 1858.
#include <algorithm>
#include <doctest/doctest.h>
#include <optional>
#include <rapidcheck.h>
#include <string>

#include "ip/fragments.h"

using namespace glass::ip;
using namespace std::chrono_literals;
using Status = FragmentOutcome::Status;

namespace {

const Address kV4a = parse_address("10.0.0.1").value();
const Address kV4b = parse_address("10.0.0.2").value();
const Address kV6a = parse_address("2001:db8::1").value();
const Address kV6b = parse_address("2001:db8::2").value();

Time at(Duration since) {
    return Time(since);
}

Fragment piece(bool v6, std::uint32_t offset, Bytes payload, bool more, std::uint32_t id = 1) {
    return {.src = v6 ? kV6a : kV4a,
            .dst = v6 ? kV6b : kV4b,
            .identification = id,
            .protocol = 17,
            .offset = offset,
            .more_fragments = more,
            .length = static_cast<std::uint32_t>(payload.size()),
            .payload = payload};
}

/// The result of adding fragments one after the other, as the story of a test.
struct Row {
    const char* name;
    struct Piece {
        std::uint32_t offset;
        std::string text;
        bool more;
        FragmentDrop why = FragmentDrop::none;
    };
    std::vector<Piece> pieces;
    std::optional<std::string> whole;  ///< after the last one; none: it is not complete
};

const FragmentLimits kHost;
const FragmentLimits kCaptures = {.overlap_v4 = OverlapPolicy::first_wins,
                                  .overlap_v6 = OverlapPolicy::first_wins};

void run(const Row& row, bool v6, const FragmentLimits& limits) {
    CAPTURE(row.name);
    CAPTURE(v6);
    FragmentReassembler reassembler(limits);
    FragmentOutcome outcome;
    std::string whole;
    std::uint64_t frame = 0;
    for (const Row::Piece& p : row.pieces) {
        CAPTURE(frame);
        const Buffer octets(p.text.begin(), p.text.end());
        outcome = reassembler.add(piece(v6, p.offset, octets, p.more), at(0s), ++frame);
        CHECK(outcome.why == p.why);
        CHECK((outcome.status == Status::dropped) == (p.why != FragmentDrop::none));
        whole.assign(outcome.payload.begin(), outcome.payload.end());
    }
    CHECK((outcome.status == Status::complete) == row.whole.has_value());
    CHECK(whole == row.whole.value_or(""));
}

}  // namespace

TEST_CASE("fragments in any order, for both versions and both policies") {
    const Row rows[] = {
        {"in order", {{0, "AAAAAAAA", true}, {8, "BBB", false}}, "AAAAAAAABBB"},
        {"last first", {{8, "BBB", false}, {0, "AAAAAAAA", true}}, "AAAAAAAABBB"},
        {"middle last",
         {{0, "AAAAAAAA", true}, {16, "C", false}, {8, "BBBBBBBB", true}},
         "AAAAAAAABBBBBBBBC"},
        {"a gap", {{0, "AAAAAAAA", true}, {16, "C", false}}, {}},
        {"no end", {{0, "AAAAAAAA", true}, {8, "BBBBBBBB", true}}, {}},
        {"no start", {{8, "BBBBBBBB", true}, {16, "C", false}}, {}},
        {"the same again, left out alone",
         {{0, "AAAAAAAA", true}, {0, "AAAAAAAA", true, FragmentDrop::duplicate}, {8, "B", false}},
         "AAAAAAAAB"},
        {"no octets, left out alone",
         {{0, "AAAAAAAA", true}, {8, "", true, FragmentDrop::empty}, {8, "B", false}},
         "AAAAAAAAB"},
        {"not a multiple of 8, left out alone",
         {{0, "AAAA", true, FragmentDrop::not_multiple_of_8}, {8, "B", false}, {0, "AAAAAAAA", true}},
         "AAAAAAAAB"},
    };
    for (const Row& row : rows)
        for (const bool v6 : {false, true})
            for (const auto& limits : {kHost, kCaptures}) run(row, v6, limits);
}

TEST_CASE("RFC 5722: IPv6 drops a datagram with any overlap, and what is still to come of it") {
    const auto overlap = FragmentDrop::overlap, before = FragmentDrop::dropped_before;
    const Row rows[] = {
        {"the same octets, shifted",
         {{0, "AAAAAAAAAAAAAAAA", true}, {8, "AAAAAAAAB", false, overlap}, {0, "AAAAAAAA", true, before}},
         {}},
        {"teardrop", {{0, "AAAAAAAAAAAAAAAAAAAAAAAA", true}, {8, "BBBB", false, overlap}}, {}},
        {"first fragment again, shorter",
         {{0, "AAAAAAAAAAAAAAAA", true}, {0, "AAAAAAAA", true, overlap}},
         {}},
        {"first fragment again, other octets", {{0, "AAAAAAAA", true}, {0, "BBBBBBBB", true, overlap}}, {}},
        {"over two others",
         {{0, "AAAAAAAA", true}, {16, "CCCCCCCC", true}, {0, "AAAAAAAABBBBBBBBCCCCCCCC", true, overlap}},
         {}},
    };
    for (const Row& row : rows) run(row, true, kHost);
}

TEST_CASE("IPv4 drops a datagram whose overlaps differ; RFC 791 lets equal ones be") {
    const auto overlap = FragmentDrop::overlap, before = FragmentDrop::dropped_before;
    const Row rows[] = {
        {"equal", {{0, "AAAAAAAABBBBBBBB", true}, {8, "BBBBBBBBC", false}}, "AAAAAAAABBBBBBBBC"},
        {"equal, and fills two gaps",
         {{8, "BBBBBBBB", true}, {24, "D", false}, {0, "AAAAAAAABBBBBBBBCCCCCCCC", true}},
         "AAAAAAAABBBBBBBBCCCCCCCCD"},
        {"equal, and the last: it tells the end",
         {{0, "AAAAAAAABBBBBBBB", true}, {16, "CCCCCCCC", true}, {16, "CCCCCCCC", false}},
         "AAAAAAAABBBBBBBBCCCCCCCC"},
        {"equal, nothing new",
         {{0, "AAAAAAAABBBBBBBB", true}, {8, "BBBBBBBB", true, FragmentDrop::duplicate}, {16, "C", false}},
         "AAAAAAAABBBBBBBBC"},
        {"one octet differs",
         {{0, "AAAAAAAABBBBBBBB", true}, {8, "BBBBBBBxC", false, overlap}, {16, "C", false, before}},
         {}},
        {"teardrop", {{0, "AAAAAAAAAAAAAAAAAAAAAAAA", true}, {8, "BBBB", false, overlap}}, {}},
        {"RFC 1858: the header written over",
         {{0, "port 80 ", true}, {0, "port 22 ", true, overlap}, {8, "x", false, before}},
         {}},
    };
    for (const Row& row : rows) run(row, false, kHost);
}

TEST_CASE("first_wins: what came first stays, the rest fills gaps") {
    const Row rows[] = {
        {"later start", {{0, "AAAAAAAAAAAAAAAA", true}, {8, "BBBBBBBBC", false}}, "AAAAAAAAAAAAAAAAC"},
        {"later one is around",
         {{8, "BBBBBBBB", true}, {24, "D", false}, {0, "AAAAAAAAAAAAAAAAAAAAAAAA", true}},
         "AAAAAAAABBBBBBBBAAAAAAAAD"},
        {"data beyond the end is cut", {{0, "AAAAAAAAAAAAAAAA", true}, {8, "BB", false}}, "AAAAAAAAAA"},
        {"the first end stays",
         {{8, "BB", false}, {8, "BBBBCCCC", false, FragmentDrop::duplicate}, {0, "AAAAAAAA", true}},
         "AAAAAAAABB"},
    };
    for (const Row& row : rows)
        for (const bool v6 : {false, true}) run(row, v6, kCaptures);
}

TEST_CASE("fragments that disagree on the end") {
    const auto bad_end = FragmentDrop::bad_end;
    const Row rows[] = {
        {"data beyond the end", {{8, "BB", false}, {16, "CCCCCCCC", true, bad_end}}, {}},
        {"end before data", {{16, "CCCCCCCC", true}, {8, "BB", false, bad_end}}, {}},
        {"two ends", {{16, "CC", false}, {24, "DD", false, bad_end}}, {}},
    };
    for (const Row& row : rows)
        for (const bool v6 : {false, true}) run(row, v6, kHost);
}

TEST_CASE("ping of death: nothing may end beyond 65535 octets") {
    for (const bool v6 : {false, true}) {
        FragmentReassembler reassembler;
        const Buffer octets(16, 1);
        CHECK(reassembler.add(piece(v6, 65528, octets, false), at(0s), 1).why == FragmentDrop::too_long);
        CHECK(reassembler.add(piece(v6, 0, octets, true), at(0s), 2).why == FragmentDrop::dropped_before);
    }
    FragmentReassembler reassembler;
    CHECK(reassembler.add(piece(true, 65528, Buffer(7, 1), false), at(0s), 1).status == Status::waiting);
    // RFC 791: the total length counts the header, too.
    CHECK(reassembler.add(piece(false, 65512, Buffer(3, 1), false), at(0s), 2).status == Status::waiting);
    CHECK(reassembler.add(piece(false, 65512, Buffer(4, 1), false, 2), at(0s), 3).why ==
          FragmentDrop::too_long);
}

TEST_CASE("RFC 6946: an atomic fragment is alone, whatever is under way with its identification") {
    FragmentReassembler reassembler;
    CHECK(reassembler.add(piece(true, 0, Buffer(8, 1), true), at(0s), 1).status == Status::waiting);
    const Buffer octets = {1, 2, 3};
    const FragmentOutcome alone = reassembler.add(piece(true, 0, octets, false), at(0s), 2);
    CHECK(alone.status == Status::complete);
    CHECK(std::ranges::equal(alone.payload, octets));
    CHECK(reassembler.pending() == 1);
}

TEST_CASE("a fragment that was not captured whole is left out") {
    FragmentReassembler reassembler;
    const Buffer octets(8, 1);
    Fragment cut = piece(false, 0, octets, true);
    cut.length = 1480;
    CHECK(reassembler.add(cut, at(0s), 1).why == FragmentDrop::cut_short);
    CHECK(reassembler.pending() == 0);
}

TEST_CASE("frames are told in the order of their offsets, the protocol is that of the first fragment") {
    FragmentReassembler reassembler;
    const Buffer ones(8, 1), threes(3, 3);
    Fragment last = piece(true, 16, threes, false);
    last.protocol = 99;  // RFC 8200 4.5: only the first fragment's next header counts
    reassembler.add(last, at(0s), 7);
    Fragment head = piece(true, 0, ones, true);
    const Buffer header = {0x60, 1, 2};
    head.header = header;
    reassembler.add(head, at(1s), 8);
    const FragmentOutcome done = reassembler.add(piece(true, 8, Buffer(8, 2), true), at(2s), 9);
    REQUIRE(done.status == Status::complete);
    CHECK(std::ranges::equal(done.frames, std::vector<std::uint64_t>{8, 9, 7}));
    CHECK(done.protocol == 17);
    CHECK(std::ranges::equal(done.header, header));
    CHECK(reassembler.pending() == 0);
    CHECK(reassembler.memory() == 0);
    CHECK(reassembler.counts().complete == 1);
}

TEST_CASE("datagrams are told apart: RFC 791 by four things, RFC 8200 by three") {
    FragmentReassembler reassembler;
    const Buffer a(8, 1), b(1, 2);
    Fragment end = piece(false, 8, b, false);
    reassembler.add(piece(false, 0, a, true), at(0s), 1);
    end.protocol = 6;
    CHECK(reassembler.add(end, at(0s), 2).status == Status::waiting);
    end.protocol = 17;
    end.identification = 2;
    CHECK(reassembler.add(end, at(0s), 3).status == Status::waiting);
    end.identification = 1;
    end.src = parse_address("10.0.0.9").value();
    CHECK(reassembler.add(end, at(0s), 4).status == Status::waiting);
    CHECK(reassembler.pending() == 4);
}

TEST_CASE("timeouts, in the time that is handed in") {
    FragmentReassembler reassembler;
    CHECK_FALSE(reassembler.deadline());
    const Buffer octets(8, 5);
    const Buffer header(20, 0x45);
    Fragment first = piece(false, 0, octets, true);
    first.header = header;
    reassembler.add(first, at(1s), 1);
    reassembler.add(piece(true, 8, octets, true), at(2s), 2);
    CHECK(reassembler.deadline() == at(31s));
    CHECK(reassembler.expire(at(31s - 1ns)).empty());

    const auto v4 = reassembler.expire(at(31s));
    REQUIRE(v4.size() == 1);
    CHECK(v4[0].key.src == kV4a);
    CHECK(v4[0].first_packet.size() == 28);  // what Time Exceeded, code 1, quotes
    CHECK(v4[0].frames == std::vector<std::uint64_t>{1});
    const auto v6 = reassembler.expire(at(62s));
    REQUIRE(v6.size() == 1);
    CHECK(v6[0].first_packet.empty());  // fragment 0 did not come: no message (RFC 8200 4.5)
    CHECK(reassembler.counts().timed_out == 2);
    CHECK(reassembler.memory() == 0);

    reassembler.add(piece(false, 0, octets, true), at(100s), 3);
    CHECK(reassembler.add(piece(false, 8, octets, false), at(130s), 4).status ==
          Status::waiting);  // too late
    CHECK(reassembler.counts().timed_out == 3);
}

TEST_CASE("memory stays below its limits, and the oldest goes first") {
    FragmentLimits limits;
    limits.memory = 100'000;
    limits.memory_per_source = 40'000;
    FragmentReassembler reassembler(limits);
    const Buffer octets(1024, 1);
    std::uint64_t frame = 0;
    for (std::uint32_t source = 0; source < 20; ++source) {
        for (std::uint32_t id = 0; id < 100; ++id) {
            Fragment f = piece(false, 0, octets, true, id);
            f.src = Ipv4Address{0x0a000000 + source};
            CHECK(reassembler.add(f, at(0s), ++frame).status == Status::waiting);
            CHECK(reassembler.memory() <= limits.memory);
        }
    }
    CHECK(reassembler.counts().evicted == 2000 - reassembler.pending());
    Fragment newest = piece(false, 1024, octets, false, 99);
    newest.src = Ipv4Address{0x0a000000 + 19};
    CHECK(reassembler.add(newest, at(0s), ++frame).status == Status::complete);
    Fragment oldest = piece(false, 1024, octets, false, 0);
    oldest.src = Ipv4Address{0x0a000000 + 19};
    CHECK(reassembler.add(oldest, at(0s), ++frame).status == Status::waiting);
}

TEST_CASE("what is remembered of dropped datagrams counts as well") {
    FragmentLimits limits;
    limits.memory = limits.memory_per_source = 50'000;
    FragmentReassembler reassembler(limits);
    const Buffer octets(16, 1);
    for (std::uint32_t id = 0; id < 10'000; ++id) {
        reassembler.add(piece(false, 65528, octets, false, id), at(0s), id);
        REQUIRE(reassembler.memory() <= limits.memory);
    }
    CHECK(reassembler.pending() <= 100);
}

TEST_CASE("CVE-2018-5391: many tiny fragments of one datagram") {
    FragmentReassembler reassembler;
    const Buffer octets(8, 1);
    FragmentDrop why = FragmentDrop::none;
    std::uint32_t n = 0;
    for (; n < 4000 && why == FragmentDrop::none; ++n)
        why = reassembler.add(piece(false, n * 16, octets, true), at(0s), n).why;
    CHECK(why == FragmentDrop::too_many);
    CHECK(n == FragmentLimits{}.fragments + 1);
    CHECK(reassembler.memory() < 1000);
}

TEST_CASE("overlapping fragments, against an array that takes the first octet for each place") {
    CHECK(rc::check([] {
        constexpr std::size_t kEights = 12;
        FragmentReassembler reassembler(kCaptures);
        std::vector<int> oracle(kEights * 8, -1);
        const std::size_t end = kEights * 8;
        for (int step = 0; step < 60; ++step) {
            const auto from = *rc::gen::inRange<std::size_t>(0, kEights);
            const auto to = *rc::gen::inRange<std::size_t>(from + 1, kEights + 1);
            Buffer octets((to - from) * 8);
            for (auto& o : octets) o = static_cast<std::uint8_t>(step);
            const bool last = to == kEights;
            if (last && from == 0) continue;  // atomic
            for (std::size_t i = from * 8; i < to * 8; ++i)
                if (oracle[i] < 0) oracle[i] = step;
            const auto outcome =
                reassembler.add(piece(false, static_cast<std::uint32_t>(from * 8), octets, !last), at(0s), 1);
            const bool full = std::ranges::find(oracle, -1) == oracle.end();
            RC_ASSERT((outcome.status == Status::complete) == full);
            if (!full) continue;
            RC_ASSERT(outcome.payload.size() == end);
            for (std::size_t i = 0; i < end; ++i) RC_ASSERT(outcome.payload[i] == oracle[i]);
            return;
        }
    }));
}
