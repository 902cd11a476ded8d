// Why segments go out: every reason that tcp/output.cc gives, in the words of tcp/send_reason.h.
#include <doctest/doctest.h>
#include <set>

#include "tests/script.h"
#include "tests/tcp_pair.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Fate;
using tests::Script;
using tests::TcpPair;

constexpr std::uint32_t kSegment = 536;

SendReason reason(const Script& script) {
    return script.connection.last_reason();
}

/// The next segment goes out, and why.
SendReason sent(Script& script) {
    REQUIRE(script.connection.poll(script.now).has_value());
    return reason(script);
}

/// Reasons for segments that side 0 sent again, in order, where the pipe drops these; data begins with
/// number 0.
std::vector<SendReason> reasons(const Config& config, const std::set<std::uint64_t>& lost,
                                std::size_t octets) {
    TcpPair pair(config, [lost, data = std::uint64_t{0}](std::uint64_t number, unsigned side) mutable {
        const bool is_lost = side == 0 && number >= 2 && lost.contains(data++);
        return is_lost ? Fate{} : Fate{20ms};
    });
    std::vector<SendReason> all;
    pair.watch = [&](unsigned side, const Segment&, ip::Time) {
        const SendReason why = pair.end(side).last_reason();
        if (side == 0 && why >= SendReason::handshake) all.push_back(why);
    };
    pair.app(0).out = tests::some_octets(octets, 1);
    pair.open();
    CHECK(pair.run(10min));
    CHECK(pair.app(1).in == pair.app(0).out);
    return all;
}

using Reasons = std::vector<SendReason>;

}  // namespace

TEST_CASE("reasons: opening, also without an answer; text, its acknowledgment, and what comes too early") {
    Script script;
    script.opens();
    CHECK(sent(script) == SendReason::syn);
    script.passes(1s);
    CHECK(sent(script) == SendReason::handshake);
    script.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1});
    CHECK(sent(script) == SendReason::acknowledgment);
    script.writes("x");
    CHECK(sent(script) == SendReason::data);
    script.arrives({.flags = ACK, .seq = 2, .ack = 2, .text = "b"});
    CHECK(sent(script) == SendReason::duplicate_ack);
    script.arrives({.flags = ACK, .seq = 1, .ack = 2, .text = "a"});
    CHECK(sent(script) == SendReason::acknowledgment);
    CHECK(script.connection.abort().has_value());
    CHECK(sent(script) == SendReason::reset);

    Script passive;
    passive.listens().arrives({.flags = SYN, .seq = 0});
    CHECK(sent(passive) == SendReason::syn_ack);
}

TEST_CASE("reasons: a timeout is the first segment's; the others follow") {
    Script script;
    script.established().writes(std::string(3 * kSegment, 'x')).sends_sizes();
    script.passes(1s);
    CHECK(sent(script) == SendReason::timeout);
    script.sends_nothing();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1 + kSegment});
    CHECK(sent(script) == SendReason::after_timeout);
    CHECK(sent(script) == SendReason::after_timeout);
    script.passes(2s);
    CHECK(sent(script) == SendReason::timeout);
}

TEST_CASE("reasons: what was lost before the timeout, and has not gone out since, goes out for it") {
    Script script(Config{.timestamps = false, .window_scale = false, .ecn = false});
    const auto sack_permitted = std::to_array<std::uint8_t>({4, 2, 1, 1});
    script.established(65535, sack_permitted).writes(std::string(10 * kSegment, 'x')).sends_sizes();
    const Seq first = script.connection.tcb().snd.una;
    OptionWriter sack;
    REQUIRE(sack.add(
        Sack{.count = 1, .blocks = {{{.left = first + 9 * kSegment, .right = first + 10 * kSegment}}}}));
    script.passes(100ms);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .options = sack.octets()});
    script.now += 100ms;
    CHECK(sent(script) == SendReason::rack);
    script.sends_nothing();  // recovery lets the other eight out one by one
    script.now = *script.connection.deadline();
    CHECK(sent(script) == SendReason::timeout);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1 + kSegment, .options = sack.octets()});
    CHECK(sent(script) == SendReason::after_timeout);
    CHECK(sent(script) == SendReason::after_timeout);
}

TEST_CASE("reasons: duplicate ACKs, and a partial one") {
    Script script;
    script.established().writes(std::string(10 * kSegment, 'x')).sends_sizes();
    for (int i = 0; i < 3; ++i) script.arrives({.flags = ACK, .seq = 1, .ack = 1});
    CHECK(sent(script) == SendReason::duplicate_acks);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1 + 4 * kSegment});
    CHECK(sent(script) == SendReason::partial_ack);
}

TEST_CASE("reasons: a closed window is probed; when it opens what may have found no room follows") {
    Script script;
    script.established(2 * kSegment).writes(std::string(3 * kSegment, 'x')).sends_sizes();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1 + kSegment, .window = 0});
    script.sends_nothing().passes(*script.connection.deadline() - script.now);
    CHECK(sent(script) == SendReason::window_probe);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1 + kSegment, .window = 0});
    script.sends_nothing().passes(*script.connection.deadline() - script.now);
    CHECK(sent(script) == SendReason::window_probe);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1 + kSegment, .window = 3 * kSegment});
    CHECK(sent(script) == SendReason::window_opened);
}

TEST_CASE("reasons: the peer is asked whether it is still there") {
    Config config = Script::plain();
    config.keep_alive = true;
    Script script(config);
    script.established();
    script.passes(config.keep_alive_idle);
    CHECK(sent(script) == SendReason::keep_alive);
}

TEST_CASE("reasons: what SACK tells, by time and by counting, and the probe of a tail") {
    Config config;
    CHECK(reasons(config, {3}, 20'000) == Reasons{SendReason::rack});
    CHECK(reasons(config, {5}, 8'000) == Reasons{SendReason::tail_loss_probe});
    config.time_based_loss = false;
    CHECK(reasons(config, {3}, 20'000) == Reasons{SendReason::sack});
}

TEST_CASE("reasons: too big, because somebody says so, or nobody") {
    Script told;
    const auto mss = std::to_array<std::uint8_t>({2, 4, 1460 >> 8, 1460 & 255});
    told.established(65535, mss).writes(std::string(1460, 'x')).sends_sizes();
    told.is_told(IcmpReport::Kind::too_big, 1, 1040);
    CHECK(sent(told) == SendReason::too_big);

    Script hole;
    hole.established(65535, mss).writes(std::string(1460, 'x')).sends_sizes();
    hole.passes(1s);
    CHECK(sent(hole) == SendReason::timeout);
    hole.passes(2s);
    CHECK(sent(hole) == SendReason::black_hole);
}

TEST_CASE("every reason has words") {
    for (int i = 1; i <= static_cast<int>(SendReason::window_opened); ++i)
        CHECK_FALSE(to_string(static_cast<SendReason>(i)).empty());
}
