// Worlds: hosts, links and applications in virtual time: transfers over bad links, the same again from a
// seed.
#include <algorithm>
#include <doctest/doctest.h>

#include "tcp/applications.h"
#include "tcp/least_losses.h"
#include "tcp/world.h"
#include "tests/capture_bytes.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::test;
using namespace std::chrono_literals;

namespace {

/// Two hosts, a link, and one bulk transfer from the first to the second.
struct Transfer {
    Transfer(std::uint64_t seed, const ip::SimLinkOptions& link, std::uint64_t octets, Config config = {})
        : world(seed) {
        const HostNumber a = world.add_host(0x0a000001), b = world.add_host(0x0a000002);
        world.add_link(a, b, link);
        world.listen(b, {ip::Ipv4Address{0}, 80}, config,
                     [this, seed] { return std::make_unique<BulkReceiver>(seed, receiver); });
        world.connect(world.now(), a, {ip::Ipv4Address{0x0a000002}, 80}, config,
                      std::make_unique<BulkSender>(octets, seed, sender));
    }

    World world;
    SharedTally sender = std::make_shared<Tally>();
    SharedTally receiver = std::make_shared<Tally>();
};

}  // namespace

TEST_CASE("a bulk transfer arrives, and both ends close") {
    Transfer t(1, {.delay = 10ms, .rate = 100'000'000}, 1'000'000);
    CHECK(t.world.run_for(1h));
    CHECK(t.receiver->received == 1'000'000);
    CHECK(t.receiver->wrong == 0);
    CHECK(t.sender->ending == Ending::none);  // TIME-WAIT, or FIN-WAIT-2: the application has gone
    CHECK(t.sender->over);
    CHECK(t.receiver->over);
    CHECK(t.world.host(0).connections() == 0);
    CHECK(t.world.host(1).connections() == 0);
}

TEST_CASE("transfers arrive over links that lose, reorder, duplicate and corrupt") {
    const ip::SimLinkOptions bad{.delay = 20ms,
                                 .jitter = 2ms,
                                 .rate = 20'000'000,
                                 .queue = {.packets = 50},
                                 .loss = {.chance = {5, 100}},
                                 .duplicate = {.chance = {1, 100}},
                                 .duplicate_delay = 1ms,
                                 .reorder = {.chance = {1, 100}},
                                 .reorder_delay = 5ms,
                                 .corrupt = {.chance = {1, 100}}};
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        CAPTURE(seed);
        Transfer t(seed, bad, 300'000);
        CHECK(t.world.run_for(2h));
        CHECK(t.receiver->received == 300'000);
        CHECK(t.receiver->wrong == 0);
        CHECK(t.world.host(0).connections() == 0);
        CHECK(t.world.host(1).connections() == 0);
        CHECK(t.world.host(1).counters().dropped_in_all() > 0);
    }
}

namespace {

/// Everything that goes in or out, in a few words.
std::string story_of(std::uint64_t seed) {
    Transfer t(seed, {.delay = 5ms, .rate = 10'000'000, .loss = {.chance = {5, 100}}}, 200'000);
    std::string story;
    t.world.trace([&](const TracePoint& point, const Connection&) {
        story += std::to_string(point.at.time_since_epoch().count()) + " " + std::to_string(point.host) +
                 (point.sent ? ">" : "<") + std::to_string(point.status.cwnd) +
                 std::string(to_string(point.status.state)) + "\n";
    });
    CHECK(t.world.run_for(1h));
    return story;
}

}  // namespace

TEST_CASE("the same seed gives the same world, another one another") {
    const std::string once = story_of(7);
    CHECK(once.size() > 10'000);
    CHECK(once == story_of(7));
    CHECK(once != story_of(8));
}

TEST_CASE("a trace shows the window open, fall with a loss, and the states go by") {
    Transfer t(1, {.delay = 10ms, .rate = 50'000'000, .queue = {.packets = 1000}, .loss = {.numbers = {100}}},
               1'000'000);
    std::uint32_t largest = 0, after_loss = 0xffffffff, retransmitted = 0;
    std::uint64_t queued = 0;
    std::string states;
    State last = State::closed;
    t.world.trace([&](const TracePoint& point, const Connection&) {
        if (point.host != 0) return;
        if (point.retransmitted == 0) largest = std::max(largest, point.status.cwnd);
        if (point.retransmitted > 0) after_loss = std::min(after_loss, point.status.cwnd);
        retransmitted = std::max(retransmitted, point.retransmitted);
        queued = std::max(queued, point.queued_octets);
        CHECK(point.flight <= point.status.unacknowledged + 1);
        if (point.status.state != last) states += std::string(to_string(last = point.status.state)) + " ";
    });
    CHECK(t.world.run_for(1h));
    CHECK(largest > 20 * 1448);
    CHECK(after_loss < largest);
    CHECK(retransmitted >= 1);
    CHECK(retransmitted < 5);
    CHECK(queued > 10'000);
    CHECK(states == "SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT ");
}

TEST_CASE("requests are answered, with pauses between them, and an echo comes back") {
    World world(3);
    const HostNumber a = world.add_host(0x0a000001), b = world.add_host(0x0a000002);
    world.add_link(a, b, {.delay = 10ms});
    const Requester::Plan plan{.request = 300, .response = 20'000, .rounds = 5, .pause = 1s};
    const auto asks = std::make_shared<Tally>(), answers = std::make_shared<Tally>();
    const auto echo = std::make_shared<Tally>(), calls = std::make_shared<Tally>();
    world.listen(b, {ip::Ipv4Address{0}, 80}, {}, [&] { return std::make_unique<Responder>(plan, answers); });
    world.listen(b, {ip::Ipv4Address{0}, 7}, {}, [&] { return std::make_unique<Echo>(echo); });
    const ip::Time begin = world.now();
    world.connect(begin, a, {ip::Ipv4Address{0x0a000002}, 80}, {}, std::make_unique<Requester>(plan, asks));
    world.connect(begin, a, {ip::Ipv4Address{0x0a000002}, 7}, {},
                  std::make_unique<BulkSender>(100'000, 5, calls));
    CHECK(world.run_for(1h));
    CHECK(asks->rounds == 5);
    CHECK(answers->rounds == 5);
    CHECK(asks->received == 100'000);
    CHECK(asks->ended - begin > 4s);
    CHECK(asks->ended - begin < 6s);
    CHECK(calls->received == 100'000);
    CHECK(echo->sent == 100'000);
    CHECK(!world.stuck());
}

TEST_CASE("a reader that is slow closes the window, and everything arrives all the same") {
    World world(3);
    const HostNumber a = world.add_host(0x0a000001), b = world.add_host(0x0a000002);
    world.add_link(a, b, {.delay = 1ms});
    const auto sends = std::make_shared<Tally>(), reads = std::make_shared<Tally>();
    world.listen(b, {ip::Ipv4Address{0}, 80}, {.receive_capacity = 8000},
                 [&] { return std::make_unique<BulkReceiver>(9, reads, 50'000); });
    const ip::Time begin = world.now();
    world.connect(begin, a, {ip::Ipv4Address{0x0a000002}, 80}, {},
                  std::make_unique<BulkSender>(500'000, 9, sends));
    std::uint32_t smallest = 0xffffffff;
    world.trace([&](const TracePoint& point, const Connection& connection) {
        if (point.host == a && is_synchronized(connection.state()))
            smallest = std::min(smallest, point.status.snd_wnd);
    });
    CHECK(world.run_for(1h));
    CHECK(reads->received == 500'000);
    CHECK(reads->wrong == 0);
    CHECK(reads->last_octet - begin > 9s);
    CHECK(reads->last_octet - begin < 12s);
    CHECK(smallest < 1000);
}

TEST_CASE("a link with a smaller MTU is found out: by what it says, and where it says nothing") {
    for (const bool silent : {false, true}) {
        for (const bool v6 : {false, true}) {
            CAPTURE(silent);
            CAPTURE(v6);
            const ip::Address from = v6 ? ip::Address(ip::parse_ipv6_address("2001:db8::1").value())
                                        : ip::Address(ip::Ipv4Address{0x0a000001});
            const ip::Address to = v6 ? ip::Address(ip::parse_ipv6_address("2001:db8::2").value())
                                      : ip::Address(ip::Ipv4Address{0x0a000002});
            World world(1);
            const HostNumber a = world.add_host({.addresses = {{.address = from}}});
            const HostNumber b = world.add_host({.addresses = {{.address = to}}});
            world.add_link({a}, {b}, {.delay = 5ms, .mtu = 1300, .silent_mtu = silent}, {.delay = 5ms});
            const auto sends = std::make_shared<Tally>(), reads = std::make_shared<Tally>();
            world.listen(b, {to, 80}, {}, [&] { return std::make_unique<BulkReceiver>(2, reads); });
            world.connect(world.now(), a, {to, 80}, {}, std::make_unique<BulkSender>(200'000, 2, sends));
            CHECK(world.run_for(1h));
            CHECK(reads->received == 200'000);
            CHECK(reads->wrong == 0);
            if (!silent) CHECK(sends->ended - sends->opened < 1s);
        }
    }
}

TEST_CASE("a record holds every packet, with the state and the reason, and what became of it") {
    const TemporaryFile file("world.pcapng");
    {
        Transfer t(1, {.delay = 10ms, .loss = {.numbers = {9}}}, 60'000);
        auto writer = ip::CaptureWriter::create(file.path());
        REQUIRE(writer.has_value());
        t.world.record(0, std::move(*writer), ip::Recorder::Vantage::a);
        CHECK(t.world.run_for(1h));
        CHECK(t.world.close_records() == "");
    }
    const Reading reading = read_all(ip::CaptureReader::open(file.path()));
    REQUIRE(reading.error == "");
    const auto has = [&](const std::string& text) {
        return std::ranges::any_of(reading.frames,
                                   [&](const Seen& s) { return s.comment.find(text) != std::string::npos; });
    };
    CHECK(reading.frames.size() > 45);
    CHECK(reading.frames[0].comment.starts_with("SYN-SENT: opens"));
    CHECK(has("ESTABLISHED: data; cwnd "));
    CHECK(has("dropped: "));
    CHECK(has("fast retransmission"));
    CHECK(has("FIN-WAIT-1: "));
}

TEST_CASE("of many losses the few are found that make a run fail") {
    const ip::SimLinkOptions bad{.delay = 10ms, .loss = {.chance = {1, 2}}};
    const auto opens_late = [](const LossyLink& link) {
        World world(5);
        const HostNumber a = world.add_host(0x0a000001), b = world.add_host(0x0a000002);
        world.add_link({a}, {b}, link.to_b, link.to_a, link.watches_to_b, link.watches_to_a);
        const auto sends = std::make_shared<Tally>(), reads = std::make_shared<Tally>();
        world.listen(b, {ip::Ipv4Address{0}, 80}, {},
                     [&] { return std::make_unique<BulkReceiver>(1, reads); });
        world.connect(world.now(), a, {ip::Ipv4Address{0x0a000002}, 80}, {},
                      std::make_unique<BulkSender>(20'000, 1, sends));
        const ip::Time begin = world.now();
        world.run_for(60s);
        return !sends->open || sends->opened - begin > 2s;
    };
    const LeastLosses least = least_losses({.to_b = bad, .to_a = bad}, opens_late);
    CHECK(least.fails);
    CHECK(least.minimal);
    CHECK_MESSAGE(least.lost.size() == 2, least.text());  // the SYN and the SYN again, or their answers
    CHECK(least.text().find("SYN") != std::string::npos);
    CHECK(!least_losses({.to_b = {.delay = 1ms}, .to_a = {.delay = 1ms}}, opens_late).fails);
}
