// Rebase: recorded segments fit for a live peer: SEG.ACK, SACK blocks and TSecr (RFC 9293 section 3.4, RFC
// 2018 section 3, RFC 7323 section 3.2).
#include <doctest/doctest.h>
#include <random>

#include "tcp/rebase.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using tcp::ACK, tcp::FIN, tcp::RST, tcp::Seq, tcp::SYN;

constexpr std::uint32_t kRecordedIss = 0xffffff00, kLiveIss = 5000;  // one of them wraps
constexpr std::uint32_t kDistance = kLiveIss - kRecordedIss;

ip::Time at(ip::Duration since) {
    return ip::Time(since);
}

tcp::Segment segment(std::uint16_t flags, std::uint32_t seq, std::uint32_t ack, ip::Bytes text = {}) {
    tcp::Segment s;
    s.flags = flags;
    s.seq = Seq(seq);
    s.ack = Seq(ack);
    s.payload = text;
    return s;
}

/// A segment with its options, which it borrows.
struct WithOptions {
    WithOptions(tcp::Segment s, std::initializer_list<tcp::OptionValue> options) : it(s) {
        for (const tcp::OptionValue& option : options) REQUIRE(writer.add(option));
        it.options = writer.octets();
    }
    WithOptions(const WithOptions&) = delete;
    WithOptions& operator=(const WithOptions&) = delete;
    tcp::OptionWriter writer;
    tcp::Segment it;
};

void both_syns(tcp::Rebase& rebase) {
    rebase.recorded(segment(SYN | ACK, kRecordedIss, 77), at(0s));
    rebase.live(segment(SYN | ACK, kLiveIss, 77), at(0s));
}

TEST_CASE("rebase: SEG.ACK moves by the distance of the two ISNs, across the wrap; SEG.SEQ stays") {
    tcp::Rebase rebase;
    CHECK_FALSE(rebase.ready());
    rebase.recorded(segment(SYN, kRecordedIss, 0), at(0s));
    CHECK_FALSE(rebase.ready());
    ip::Buffer options;
    tcp::Segment early = segment(ACK, 1, 42);
    rebase.move(early, options);
    CHECK(early.ack == Seq(42));  // no live ISN: left alone
    rebase.live(segment(SYN, kLiveIss, 0), at(0s));
    REQUIRE(rebase.ready());

    for (const std::uint32_t offset : {0u, 1u, 0xffu, 0x100u, 0x101u, 0x7fffffffu}) {
        CAPTURE(offset);
        tcp::Segment s = segment(ACK, 1234, kRecordedIss + offset);
        rebase.move(s, options);
        CHECK(s.ack == Seq(kLiveIss + offset));
        CHECK(s.seq == Seq(1234));
    }
    tcp::Segment no_ack = segment(RST, 1234, 42);
    rebase.move(no_ack, options);
    CHECK(no_ack.ack == Seq(42));
}

TEST_CASE("rebase: what acknowledges nothing new to the live end can be played, the rest waits") {
    tcp::Rebase rebase;
    CHECK(rebase.has_sent(segment(SYN, 9, 0)));
    CHECK_FALSE(rebase.has_sent(segment(ACK, 9, kRecordedIss + 1)));  // to whom?
    both_syns(rebase);
    CHECK(rebase.has_sent(segment(ACK, 9, kRecordedIss + 1)));
    CHECK_FALSE(rebase.has_sent(segment(ACK, 9, kRecordedIss + 2)));
    const std::uint8_t text[100] = {};
    rebase.live(segment(ACK, kLiveIss + 1, 78, text), at(1s));
    CHECK(rebase.has_sent(segment(ACK, 9, kRecordedIss + 101)));
    CHECK_FALSE(rebase.has_sent(segment(ACK, 9, kRecordedIss + 102)));
    rebase.live(segment(ACK, kLiveIss + 1, 78, ip::Bytes(text).first(10)),
                at(2s));  // again: takes nothing back
    CHECK(rebase.has_sent(segment(ACK, 9, kRecordedIss + 101)));
    rebase.live(segment(RST, kLiveIss + 5000, 0), at(3s));  // a reset sends nothing
    CHECK_FALSE(rebase.has_sent(segment(ACK, 9, kRecordedIss + 102)));
    rebase.live(segment(ACK | FIN, kLiveIss + 101, 78), at(4s));
    CHECK(rebase.has_sent(segment(ACK, 9, kRecordedIss + 102)));
}

TEST_CASE("rebase: a live end that opens again starts again") {
    tcp::Rebase rebase;
    both_syns(rebase);
    const std::uint8_t text[1000] = {};
    rebase.live(segment(ACK, kLiveIss + 1, 0, text), at(1s));
    rebase.live(segment(SYN, kLiveIss - 9000, 0), at(2s));
    CHECK(rebase.has_sent(segment(ACK, 9, kRecordedIss + 1)));
    CHECK_FALSE(rebase.has_sent(segment(ACK, 9, kRecordedIss + 2)));
}

TEST_CASE("rebase: SACK blocks move, however many; other options stay as they were") {
    tcp::Rebase rebase;
    both_syns(rebase);
    for (std::uint8_t count = 1; count <= tcp::Sack::kMaxBlocks; ++count) {
        tcp::Sack sack{.count = count, .blocks = {}};
        for (std::uint32_t i = 0; i < count; ++i)
            sack.blocks[i] = {Seq(kRecordedIss + 200 * i), Seq(kRecordedIss + 200 * i + 100)};
        WithOptions ack(segment(ACK, 9, kRecordedIss + 1), {tcp::NoOperation{}, tcp::NoOperation{}, sack});
        const ip::Buffer before(ack.it.options.begin(), ack.it.options.end());
        ip::Buffer options;
        rebase.move(ack.it, options);
        REQUIRE(ack.it.options.data() == options.data());
        CHECK(options.size() == before.size());
        const auto moved = tcp::find_option<tcp::Sack>(ack.it.options);
        REQUIRE(moved);
        CHECK(moved->count == count);
        for (std::uint32_t i = 0; i < count; ++i) {
            CHECK(moved->blocks[i].left == sack.blocks[i].left + kDistance);
            CHECK(moved->blocks[i].right == sack.blocks[i].right + kDistance);
        }
    }
    WithOptions syn(segment(SYN, 9, 0), {tcp::MaximumSegmentSize{1460}, tcp::SackPermitted{},
                                         tcp::Timestamps{7, 0}, tcp::WindowScale{7}});
    const ip::Buffer before(syn.it.options.begin(), syn.it.options.end());
    ip::Buffer options;
    rebase.move(syn.it, options);
    CHECK(options == before);
}

TEST_CASE("rebase: TSecr becomes what the live end said when the recorded one said that") {
    tcp::Rebase rebase;
    const auto says = [](std::uint32_t tsval) { return tcp::Timestamps{tsval, 1}; };
    const auto recorded = [&](std::uint16_t flags, std::uint32_t tsval, ip::Duration when) {
        rebase.recorded(WithOptions(segment(flags, kRecordedIss, 0), {says(tsval)}).it, at(when));
    };
    const auto live = [&](std::uint16_t flags, std::uint32_t tsval, ip::Duration when) {
        rebase.live(WithOptions(segment(flags, kLiveIss, 0), {says(tsval)}).it, at(when));
    };
    recorded(SYN | ACK, 0xfffffff0, 10s);  // wraps soon
    recorded(ACK, 0xfffffff0, 11s);        // the first time counts
    recorded(ACK, 5, 12s);
    recorded(ACK, 30, 15s);
    live(SYN | ACK, 900'000, 10s);
    live(ACK, 904'000, 14s);

    const auto echoed = [&](std::uint32_t tsecr) {
        WithOptions s(segment(ACK, 9, kRecordedIss + 1), {tcp::Timestamps{123, tsecr}});
        ip::Buffer options;
        rebase.move(s.it, options);
        const auto moved = tcp::find_option<tcp::Timestamps>(s.it.options);
        REQUIRE(moved);
        CHECK(moved->tsval == 123);
        return moved->tsecr;
    };
    CHECK(echoed(0) == 0);  // says that there is nothing to echo
    CHECK(echoed(0xfffffff0) == 900'000);
    CHECK(echoed(0xfffffff8) == 900'000);  // between two: the older
    CHECK(echoed(5) == 902'000);
    CHECK(echoed(30) == 904'000);          // would be 905'000, which the live end has not said yet
    CHECK(echoed(0xffffff00) == 900'000);  // older than all
}

TEST_CASE("rebase: times at the ends of what there is, and options of any octets, do no harm") {
    tcp::Rebase rebase;
    WithOptions early(segment(SYN, kRecordedIss, 0), {tcp::Timestamps{1, 0}});
    rebase.recorded(early.it, ip::Time::max());
    WithOptions late(segment(SYN, kLiveIss, 0), {tcp::Timestamps{1000, 0}});
    rebase.live(late.it, ip::Time::min());
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; ++round) {
        ip::Buffer octets(4 * (random() % 11));
        for (std::uint8_t& octet : octets)
            octet = static_cast<std::uint8_t>(random() % 4 ? random() % 12 : random());
        tcp::Segment s = segment(static_cast<std::uint16_t>(random() % 64), random(), random());
        s.options = octets;
        ip::Buffer options;
        rebase.move(s, options);
        CHECK(s.options.size() == octets.size());
        rebase.recorded(s, ip::Time::min());
    }
}

}  // namespace
