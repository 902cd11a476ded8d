// Lesson 10b: what RFC 6298 asks of a sender. What must come out is computed here in plain numbers of
// milliseconds; the last cases are two connections in virtual time, and a pipe that loses what it is told to
// lose.
#include "lessons/frame/check.h"

#include <cmath>
#include <set>

#include "lessons/frame/packets.h"
#include "lessons/frame/talk.h"
#include "tcp/connection.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using lesson::Check;
using lesson::show;

constexpr double kNothing = -1;
constexpr std::uint32_t kFull = 1460;  // octets in a full-sized segment

ip::Duration time_of(double ms) {
    return std::chrono::nanoseconds(std::llround(ms * 1e6));
}
double ms_of(ip::Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}
std::string text_of(double ms) {
    if (ms == kNothing) return "nothing";
    char text[40];
    std::snprintf(text, sizeof text, "%.3f ms", ms);
    return text;
}
/// Rounding is left to whoever writes it: what is as near as two microseconds is as expected.
std::string against(double expected, std::optional<ip::Duration> actual) {
    const double ms = actual ? ms_of(*actual) : kNothing;
    const bool near = actual && expected != kNothing && std::abs(ms - expected) <= 0.002;
    return text_of(near ? expected : ms);
}

// ---- sections 2 and 3: SRTT, RTTVAR, RTO ----
struct Estimate {
    bool known = false;
    double srtt = 0, rttvar = 0;

    void measured(double r) {
        rttvar = known ? 0.75 * rttvar + 0.25 * std::abs(srtt - r) : r / 2;
        srtt = known ? 0.875 * srtt + 0.125 * r : r;
        known = true;
    }
    double rto(double floor) const {
        return known ? std::max(floor, srtt + std::max(1.0, 4 * rttvar)) : kNothing;
    }
};

bool estimates(Check& check, const std::string& what, const std::vector<double>& measurements) {
    check.restart();
    check.step("a new RttEstimate");
    Estimate expected;
    tcp::RttEstimate mine;
    for (const double r : measurements) {
        expected.measured(r);
        mine.measured(time_of(r));
        check.step("measured(" + text_of(r) + ")");
        check.then("SRTT " + text_of(ms_of(mine.srtt())) + ", RTTVAR " + text_of(ms_of(mine.rttvar())));
        if (!check.equal_fields(
                what, {{"known()", "yes", show(mine.known())},
                       {"srtt()", text_of(expected.srtt), against(expected.srtt, mine.srtt())},
                       {"rttvar()", text_of(expected.rttvar), against(expected.rttvar, mine.rttvar())},
                       {"rto(0)", text_of(expected.rto(0)), against(expected.rto(0), mine.rto(0s))},
                       {"rto()", text_of(expected.rto(1000)), against(expected.rto(1000), mine.rto())}}))
            return false;
    }
    return true;
}

LESSON_CASE("SRTT and RTTVAR",
            "RFC 6298 sections 2.2 and 2.3: alpha is 1/8, beta 1/4, and RTTVAR comes first") {
    estimates(check, "the first measurement", {800});
    estimates(check, "the second, as long", {800, 800});
    estimates(check, "the second, longer", {800, 1600});
    estimates(check, "the second, shorter", {800, 100});
    estimates(check, "longer and shorter by turns", {200, 300, 200, 300, 100, 500, 100});
    estimates(check, "no time at all, as on a loopback", {0, 0});
}

LESSON_CASE("the RTO that follows", "RFC 6298 sections 2.3 and 2.4: SRTT + max(G, 4*RTTVAR), G being 1 ms") {
    check.step("a new RttEstimate");
    check.equal("before any measurement", "nothing", against(kNothing, tcp::RttEstimate().rto()));
    estimates(check, "RTTVAR vanishes, and G is left", std::vector<double>(60, 20.0));
    estimates(check, "RTTVAR vanishes, above the floor", std::vector<double>(60, 3000.0));
    check.restart();
    tcp::RttEstimate mine;
    check.step("a new RttEstimate, measured(50.000 ms)");
    mine.measured(50ms);
    for (const double floor : {0.0, 149.0, 150.0, 151.0, 200.0, 5000.0}) {
        check.step("rto(" + text_of(floor) + ")");
        const double expected = std::max(floor, 150.0);
        check.equal("a floor of " + text_of(floor), text_of(expected),
                    against(expected, mine.rto(time_of(floor))));
    }
}

LESSON_CASE("any measurements", "RFC 6298 section 2.3") {
    for (int run = 0; run < 300 && !check.failed(); ++run) {
        std::vector<double> measurements(check.random().between(1, 20));
        for (double& r : measurements) r = static_cast<double>(check.random().below(2'000'000)) / 1000;
        check.smallest(measurements, [](const std::vector<double>& some, Check& to) {
            estimates(to, "random measurements", some);
        });
    }
}

// ---- sections 2.1, 2.4, 2.5 and rules 5.5, 5.7: the back-off and its limits ----
struct Limits {
    double initial = 1000, floor = 1000, ceiling = 60000;
};
constexpr double kExpires = -2, kSynWasLost = -3;  // else it is a measurement

/// What is done to it, one after the other; rto() is compared after each.
void backs_off(Check& check, const std::string& what, const std::vector<double>& happens,
               Limits limits = {}) {
    check.restart();
    tcp::RetransmissionTimeout mine({.initial = time_of(limits.initial),
                                     .floor = time_of(limits.floor),
                                     .ceiling = time_of(limits.ceiling)});
    check.step("a new RetransmissionTimeout: initial " + text_of(limits.initial) + ", floor " +
               text_of(limits.floor) + ", ceiling " + text_of(limits.ceiling));
    Estimate estimate;
    double rto = limits.initial;
    for (const double one : happens) {
        if (one == kExpires) {
            rto = std::min(limits.ceiling, 2 * rto);
            mine.back_off();
        } else if (one == kSynWasLost) {
            if (!estimate.known) rto = std::max(3000.0, limits.initial);
            mine.after_lost_syn();
        } else {
            estimate.measured(one);
            rto = std::min(limits.ceiling, estimate.rto(limits.floor));
            mine.measured(time_of(one));
        }
        check.step(one == kExpires      ? "back_off()"
                   : one == kSynWasLost ? "after_lost_syn()"
                                        : "measured(" + text_of(one) + ")");
        check.then("rto() " + text_of(ms_of(mine.rto())));
        if (!check.equal(what, text_of(rto), against(rto, mine.rto()))) return;
    }
}

LESSON_CASE("the back-off", "RFC 6298 rule 5.5 and section 2.5: twice as long each time, up to a ceiling") {
    backs_off(check, "twice as long", {kExpires, kExpires, kExpires});
    backs_off(check, "from what was measured", {1000, kExpires, kExpires});
    backs_off(check, "up to the ceiling, and it stays there", std::vector<double>(100, kExpires));
    backs_off(check, "a ceiling of 5 s", std::vector<double>(5, kExpires), {.ceiling = 5000});
    backs_off(check, "a measurement ends it", {200, kExpires, kExpires, 200, kExpires});
    backs_off(check, "a first measurement ends it", {kExpires, kExpires, 100});
}

LESSON_CASE("the limits",
            "RFC 6298 sections 2.1, 2.4 and 2.5: one second at first and at least, sixty at most") {
    backs_off(check, "a short path: the floor", {20, 20});
    backs_off(check, "a floor of 200 ms", {20, 30, 100, kExpires}, {.floor = 200});
    backs_off(check, "no floor", {20, 20, 20}, {.floor = 0});
    backs_off(check, "a path so long that the ceiling counts", {40000, 40000, kExpires});
}

LESSON_CASE("a SYN was lost", "RFC 6298 rule 5.7: then the RTO is three seconds when data begins to flow") {
    backs_off(check, "once", {kExpires, kSynWasLost});
    backs_off(check, "thrice: three seconds, too", {kExpires, kExpires, kExpires, kSynWasLost});
    backs_off(check, "and what follows is backed off from there", {kExpires, kSynWasLost, kExpires});
    backs_off(check, "a longer initial RTO stays", {kExpires, kSynWasLost}, {.initial = 5000});
    backs_off(check, "what was measured counts for more", {kExpires, 100, kSynWasLost});
}

// ---- section 3: what is measured, and how often ----
constexpr ip::Time kNow{1h};
const tcp::Endpoint kClient{ip::Address(ip::Ipv4Address{0x0a000001}), lesson::kClientPort};
const tcp::Endpoint kServer{ip::Address(ip::Ipv4Address{0x0a000002}), lesson::kServerPort};

tcp::Tcb some_tcb() {
    tcp::Tcb tcb(tcp::Config{}, ip::SipKey{1, 2}, kClient, kServer);
    tcb.agreed.timestamps = true;
    return tcb;
}

/// TSval now: as it happens to be, and so that the 300 ms before now are all that it has counted since zero.
constexpr std::uint32_t kClocks[] = {3'600'000, 300};

/// How long ago, in milliseconds: the newest that was sent once, the newest that was sent again, the echo.
struct Delivered {
    double once, again, echo;
};

bool measures(Check& check, const std::string& what, const Delivered& ago, double expected,
              std::uint32_t clock) {
    check.restart();
    tcp::Tcb tcb = some_tcb();
    tcb.clock.offset = clock - tcp::timestamp(tcb, kNow) + tcb.clock.offset;
    tcp::AckReport report{.now = kNow + 400us};
    std::string story = "an ACK delivers";
    if (ago.once != kNothing) {
        report.delivery.sampled = report.now - time_of(ago.once);
        story += " a segment sent once, " + text_of(ago.once) + " ago;";
    }
    if (ago.again != kNothing) {
        report.delivery.resampled = report.now - time_of(ago.again);
        story += " one sent twice, the last time " + text_of(ago.again) + " ago;";
    }
    if (ago.once == kNothing && ago.again == kNothing) story += " nothing;";
    if (ago.echo != kNothing) {
        report.echoed = tcp::timestamp(tcb, kNow) - static_cast<std::uint32_t>(std::llround(ago.echo));
        story += " it echoes a timestamp of " + text_of(ago.echo) + " ago: " + show(*report.echoed) +
                 " where TSval is " + show(clock) + " now";
    } else {
        story += " no timestamps";
    }
    check.step(story);
    check.step("round_trip()");
    return check.equal(what, text_of(expected), against(expected, tcp::round_trip(tcb, report)));
}
void measures(Check& check, const std::string& what, const Delivered& ago, double expected) {
    for (const std::uint32_t clock : kClocks)
        if (!measures(check, what, ago, expected, clock)) return;
}

LESSON_CASE("Karn's algorithm",
            "RFC 6298 section 3: no measurement from what was sent twice; RFC 7323 section 4") {
    measures(check, "sent once", {100.4, kNothing, kNothing}, 100.4);
    measures(check, "sent once: the clock is better than an echo", {100.4, kNothing, 100}, 100.4);
    measures(check, "nothing new", {kNothing, kNothing, kNothing}, kNothing);
    measures(check, "nothing new, with an echo", {kNothing, kNothing, 100}, kNothing);
    measures(check, "sent twice: which copy is it?", {kNothing, 300.4, kNothing}, kNothing);
    measures(check, "one sent once and one sent twice", {100.4, 300.4, kNothing}, kNothing);
    measures(check, "sent twice, the echo of the last copy", {kNothing, 300.4, 300}, 300);
    measures(check, "both, and an echo", {400.4, 300.4, 250}, 250);
    measures(check, "both, and the echo of a copy before the last", {1300.4, 300.4, 1300}, kNothing);
    measures(check, "both, and the echo of the last copy, which went out first", {100.4, 300.4, 300}, 300);
    measures(check, "the echo of the first copy, whose ACK was lost", {kNothing, 300.4, 1300}, kNothing);
    measures(check, "an echo older by G", {kNothing, 300, 301}, 301);
    measures(check, "an echo older by more than G", {kNothing, 300, 302}, kNothing);
    measures(check, "an echo of the future", {kNothing, 300, -5}, kNothing);
}

/// An ACK, and whether what it measured must be taken.
struct Ack {
    std::uint32_t una, nxt;
    double rtt;
    bool taken;
    unsigned retransmissions = 0;
};

void takes(Check& check, const std::string& what, const std::vector<Ack>& acks) {
    check.restart();
    tcp::Tcb tcb = some_tcb();
    Estimate expected;
    for (const Ack& ack : acks) {
        tcp::AckReport report{.now = kNow, .una = tcp::Seq(ack.una), .nxt = tcp::Seq(ack.nxt)};
        if (ack.rtt != kNothing) report.rtt = time_of(ack.rtt);
        tcb.snd.nxt = tcp::Seq(ack.nxt);
        tcb.retransmissions = ack.retransmissions;
        check.step("SEG.ACK " + show(ack.una) + ", SND.NXT " + show(ack.nxt) + ", " +
                   show(ack.retransmissions) + " retransmissions in a row; it measures " + text_of(ack.rtt));
        tcp::take_measurement(tcb, report);
        check.then("SRTT " + text_of(ms_of(tcb.rto.estimate().srtt())));
        if (ack.taken) expected.measured(ack.rtt);
        if (!check.equal(what, text_of(expected.srtt), against(expected.srtt, tcb.rto.estimate().srtt())))
            return;
    }
}

LESSON_CASE("one measurement a round trip",
            "RFC 6298 section 3: at least one; with more RTTVAR forgets too soon") {
    takes(check, "the first", {{1000, 3000, 100, true}});
    takes(check, "one that measures nothing", {{1000, 3000, kNothing, false}, {1500, 3000, 100, true}});
    takes(check, "nothing to measure begins no round trip",
          {{1000, 3000, 100, true}, {3500, 9000, kNothing, false}, {4000, 9000, 200, true}});
    takes(check, "more within the same round trip",
          {{1000, 3000, 100, true}, {1500, 4000, 200, false}, {2000, 5000, 300, false}});
    takes(check, "its last ACK", {{1000, 3000, 100, true}, {3000, 5000, 200, false}});
    takes(check, "the next round trip, and the one after it",
          {{1000, 3000, 100, true},
           {3001, 5000, 200, true},
           {4000, 6000, 300, false},
           {5001, 7000, 400, true}});
    takes(check, "after a back-off, at once", {{1000, 3000, 100, true}, {1500, 3000, 900, true, 1}});
    takes(check, "across the wrap",
          {{0xfffff000, 0x00001000, 100, true},
           {0xfffff800, 0x1800, 150, false},
           {0x00000800, 0x2000, 200, false},
           {0x00001001, 0x3000, 300, true}});
}

// ---- rules 5.1 to 5.3: when the timer runs ----
struct Clockwork {
    Check& check;
    tcp::Tcb tcb = some_tcb();

    void sends() {
        const tcp::Seq start = tcb.snd.nxt;
        tcb.snd.nxt = start + kFull;
        tcb.sent.sent(start, tcb.snd.nxt, kNow);
    }
    void acknowledges_all() {
        tcp::Delivery delivery;
        tcb.snd.una = tcb.snd.nxt;
        tcb.sent.acknowledged(tcb.snd.una, delivery, tcb.recovery);
    }
    void start(double ms) {
        check.step("at " + text_of(ms) + ": start_retransmission_timer()");
        tcp::start_retransmission_timer(tcb, kNow + time_of(ms));
        told();
    }
    void restart(double ms) {
        check.step("at " + text_of(ms) + ": restart_retransmission_timer()");
        tcp::restart_retransmission_timer(tcb, kNow + time_of(ms));
        told();
    }
    void expires(const std::string& what, double ms) { check.equal(what, text_of(ms), against(ms, when())); }

private:
    std::optional<ip::Duration> when() const {
        const auto next = tcb.timers.next();
        return next ? std::optional(*next - kNow) : std::nullopt;
    }
    void told() {
        check.then("it expires at " + (when() ? text_of(ms_of(*when())) : "no time: it is stopped"));
    }
};

LESSON_CASE("when the timer runs", "RFC 6298 rules 5.1, 5.2 and 5.3") {
    const auto anew = [&](const char* story) {
        check.restart();
        check.step(story);
        return Clockwork{check};
    };
    Clockwork one = anew("a segment goes out, and no timer runs; the RTO is 1000.000 ms");
    one.sends();
    one.start(10);
    one.expires("5.1: it starts with the first segment", 1010);
    one.start(500);
    one.expires("5.1: it runs, and the next segment leaves it alone", 1010);
    one.restart(600);
    one.expires("5.3: an ACK of new data starts it anew", 1600);
    one.acknowledges_all();
    one.restart(700);
    one.expires("5.2: all is acknowledged: it stops", kNothing);
    one.sends();
    one.start(800);
    one.expires("5.1: and starts with what is sent next", 1800);

    Clockwork other = anew("a segment is outstanding, and no timer runs; the RTO is 1000.000 ms");
    other.sends();
    other.restart(10);
    other.expires("5.3: an ACK starts it though it was not running", 1010);

    Clockwork long_one = anew("a segment goes out; the RTO was backed off to 4000.000 ms");
    long_one.tcb.rto.back_off();
    long_one.tcb.rto.back_off();
    long_one.sends();
    long_one.start(0);
    long_one.expires("it runs for as long as the RTO says", 4000);
    long_one.tcb.rto.measured(100ms);
    long_one.start(50);
    long_one.expires("5.1: though the RTO is shorter by now", 4000);
    long_one.tcb.rto.back_off();
    long_one.tcb.rto.back_off();
    long_one.restart(100);
    long_one.expires("also when it is started anew", 4100);
}

// ---- a conversation in virtual time ----
tcp::Config with_timestamps() {
    tcp::Config config = lesson::plain_config();
    config.timestamps = true;
    return config;
}

std::string text_of(const std::vector<double>& times) {
    std::string text;
    for (const double ms : times) text += (text.empty() ? "" : ", ") + show(std::llround(ms));
    return text + " ms";
}

/// The application writes full segments at these moments; the client's SYNs and data must go out at those.
void goes_out(Check& check, const std::string& what, const std::vector<double>& writes,
              const std::set<std::size_t>& lost, const std::vector<double>& expected,
              tcp::Config config = lesson::plain_config()) {
    check.restart();
    lesson::Talk talk(check, config, [&](bool from_client, std::size_t number) {
        return from_client && lost.contains(number);
    });
    for (const double at : writes) talk.writes(at, std::string(kFull - (config.timestamps ? 12 : 0), 'x'));
    talk.run(expected.back() + 500);
    check.equal(what, text_of(expected), text_of(talk.times));
}

std::set<std::size_t> all_from(std::size_t first) {
    std::set<std::size_t> numbers;
    for (std::size_t i = 0; i < 100; ++i) numbers.insert(first + i);
    return numbers;
}

LESSON_CASE("nobody answers",
            "RFC 6298 rules 5.4 to 5.6: each time twice as long, up to 60 s; the round trip is 100 ms") {
    goes_out(check, "the SYN", {}, all_from(1), {0, 1000, 3000, 7000, 15000, 31000, 63000, 123000});
    goes_out(check, "data", {1000}, all_from(2),
             {0, 1000, 2000, 4000, 8000, 16000, 32000, 64000, 124000, 184000});
    tcp::Config quick = lesson::plain_config();
    quick.rto.floor = 200ms;
    goes_out(check, "data, with a floor of 200 ms", {1000}, all_from(2),
             {0, 1000, 1300, 1900, 3100, 5500, 10300}, quick);
}

LESSON_CASE("one segment is lost",
            "RFC 6298 sections 3 and 5; the round trip is 100 ms, the RTO never below 1 s") {
    goes_out(check, "the timer counts from the ACK before it", {1000, 1050}, {3}, {0, 1000, 1050, 2100});
    goes_out(check, "what is sent later does not put it off", {1000, 1500, 1900}, {2},
             {0, 1000, 1500, 1900, 2000});
    goes_out(check, "the back-off stays until something is measured", {1000, 3000, 6000, 7000}, {2, 4, 7},
             {0, 1000, 2000, 3000, 5000, 6000, 7000, 8000});
    goes_out(check, "timestamps measure the copy", {1000, 3000}, {2, 4}, {0, 1000, 2000, 3000, 4000},
             with_timestamps());
    goes_out(check, "after a lost SYN three seconds", {2000}, {1, 3}, {0, 1000, 2000, 5000});
}

/// Numbers of packets, counted from 1.
struct Lost {
    std::set<std::size_t> client{}, server{};
};

/// All octets arrive, and no more is sent than the losses ask for.
void transfers(Check& check, const std::string& what, std::size_t octets, const Lost& lost,
               std::size_t most) {
    check.restart();
    lesson::Talk talk(check, lesson::plain_config(), [&](bool from_client, std::size_t number) {
        return (from_client ? lost.client : lost.server).contains(number);
    });
    std::string text;
    for (std::size_t i = 0; i < octets; ++i) text += static_cast<char>('a' + i % 26);
    talk.writes(0, text);
    talk.run(7'000'000);
    if (!check.equal(what + ": it comes to an end", "yes",
                     talk.endless ? "it goes on and on without end" : "yes"))
        return;
    if (!check.equal(what + ": octets that arrived", octets, talk.arrived.size())) return;
    if (!check.that(what + ": the octets", talk.arrived == text, "others than were sent")) return;
    check.that(what + ": segments", talk.times.size() <= most,
               show(talk.times.size()) + ", where " + show(most) + " are more than enough");
}

LESSON_CASE("each packet is lost once",
            "RFC 9293 section 3.8: whatever is lost arrives in the end, and nothing is sent over and over") {
    constexpr std::size_t kSegments = 20;
    for (std::size_t n = 1; n <= kSegments + 1; ++n)
        transfers(check, "a packet of the client", kSegments * kFull, {.client = {n}}, kSegments + 1 + 12);
    for (std::size_t n = 1; n <= kSegments + 1; ++n)
        transfers(check, "a packet of the server", kSegments * kFull, {.server = {n}}, kSegments + 1 + 12);
}

LESSON_CASE("one packet in five is lost", "RFC 6298 section 5; shrunk to the fewest losses that still fail") {
    for (int run = 0; run < 20 && !check.failed(); ++run) {
        std::vector<std::size_t> lost;  // odd: of the client, even: of the server
        for (std::size_t i = 2; i < 400; ++i)
            if (check.random().chance({1, 5})) lost.push_back(i);
        check.smallest(lost, [](const std::vector<std::size_t>& some, Check& to) {
            Lost numbers;
            for (const std::size_t i : some) (i % 2 == 1 ? numbers.client : numbers.server).insert(i / 2);
            transfers(to, "a fifth is lost", 20 * kFull, numbers, 150);
        });
    }
}

}  // namespace
