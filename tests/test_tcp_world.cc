// Worlds: hosts, links and applications in virtual time: transfers over bad links, the same again from a
// seed.
#include <doctest/doctest.h>

#include "tcp/applications.h"
#include "tcp/world.h"

using namespace glass;
using namespace glass::tcp;
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
