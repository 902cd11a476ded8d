// Link words: the text of --link, and what is said of one that is wrong; addresses and endpoints of the live
// commands.
#include <doctest/doctest.h>
#include <tuple>

#include "tools/link_words.h"
#include "tools/live_addresses.h"
#include "tools/live_options.h"

using namespace glass;
using namespace std::chrono_literals;
using tools::parse_link;

TEST_CASE("words of a link: both ways, unless a later word says otherwise") {
    const auto plan = parse_link("loss 2%  rtt 40ms rate 20mbit\tack-loss 0 queue 64kB drop 3,7");
    REQUIRE_MESSAGE(plan.has_value(), (plan ? "" : plan.error()));
    for (const ip::SimLinkOptions* way : {&plan->data, &plan->acks}) {
        CHECK(way->delay == 20ms);
        CHECK(way->rate == 20'000'000);
        CHECK(way->queue.octets == 64'000);
        CHECK(way->queue.packets == 0);
    }
    CHECK(plan->data.loss.chance.part == 2);
    CHECK(plan->acks.loss.chance.never());
    CHECK(plan->data.loss.numbers == std::vector<std::uint64_t>{3, 7});
    CHECK(plan->acks.loss.numbers.empty());
}

TEST_CASE("the rest of the words") {
    const auto plan = parse_link(
        "burst 1% reorder 2% reorder-by 7ms duplicate 3% corrupt 4% jitter 5ms mtu 1400 black-hole aqm "
        "codel");
    REQUIRE_MESSAGE(plan.has_value(), (plan ? "" : plan.error()));
    const ip::SimLinkOptions& way = plan->acks;
    CHECK(way.burst_loss.to_bad.part == 1);
    CHECK(way.reorder.chance.part == 2);
    CHECK(way.reorder_delay == 7ms);
    CHECK(way.duplicate.chance.part == 3);
    CHECK(way.corrupt.chance.part == 4);
    CHECK(way.jitter == 5ms);
    CHECK(way.mtu == 1400);
    CHECK(way.silent_mtu);
    CHECK(way.queue.discipline == ip::SimQueueOptions::Discipline::drop_tail);
    CHECK(plan->data.queue.discipline == ip::SimQueueOptions::Discipline::codel);
}

TEST_CASE("no words: a link that does nothing, whose queue is short") {
    const auto plan = parse_link(" ");
    REQUIRE(plan.has_value());
    CHECK(plan->data.delay == 0ms);
    CHECK(plan->data.rate == 0);
    CHECK(plan->data.queue.packets == 50);
}

TEST_CASE("what is no link says why") {
    const std::pair<const char*, const char*> rows[] = {
        {"los 2%", "there is no word 'los'; did you mean loss?"},
        {"elephant", "there is no word 'elephant': rtt, rate, queue"},
        {"loss", "loss lacks its value: loss SHARE"},
        {"loss 200%", "loss: '200%' is more than a probability can be"},
        {"rtt 40", "rtt: '40' has no unit"},
        {"aqm fast", "aqm: takes one of drop-tail, red, codel, not 'fast'"},
        {"rate 1", "impossible link: a rate below 1 kbit/s"},
        {"rate 1mbit queue 10B", "impossible link: a queue of 10 octets holds no packet"},
    };
    for (const auto& [text, why] : rows) {
        CAPTURE(text);
        const auto plan = parse_link(text);
        REQUIRE_FALSE(plan.has_value());
        CHECK_MESSAGE(plan.error().starts_with(why), plan.error());
    }
}

TEST_CASE("addresses with their networks, and the kernel's in them") {
    const std::tuple<const char*, const char*, const char*> rows[] = {
        {"10.7.0.2/24", "10.7.0.2/24", "10.7.0.1/24"},     {"10.7.0.1", "10.7.0.1/24", "10.7.0.2/24"},
        {"10.9.8.7/16", "10.9.8.7/16", "10.9.0.1/16"},     {"192.0.2.6/30", "192.0.2.6/30", "192.0.2.5/30"},
        {"fd07::2", "fd07::2/64", "fd07::1/64"},           {"fd07::1/64", "fd07::1/64", "fd07::2/64"},
        {"10.7.0.255/16", "10.7.0.255/16", "10.7.0.1/16"},
    };
    for (const auto& [text, ours, kernels] : rows) {
        CAPTURE(text);
        const auto prefix = tools::parse_prefix(text);
        REQUIRE(prefix.has_value());
        CHECK(ip::to_string(*prefix) == ours);
        CHECK(ip::to_string(tools::other_end(*prefix)) == kernels);
    }
    for (const char* text : {"",
                             "10.7.0",
                             "10.7.0.2/",
                             "10.7.0.2/31",
                             "10.7.0.2/7",
                             "10.7.0.2/x",
                             "fd07::2/127",
                             "host",
                             "10.7.0.2/24/24",
                             "0.0.0.0/8",
                             "0.1.2.3",
                             "127.0.0.1/8",
                             "224.0.0.1/24",
                             "255.255.255.255/24",
                             "10.7.0.0/24",
                             "10.7.0.255/24",
                             "10.255.255.255/8",
                             "192.0.2.7/30",
                             "::/64",
                             "::1/64",
                             "ff02::1/64",
                             "fd07::/64"}) {
        CAPTURE(text);
        CHECK_FALSE(tools::parse_prefix(text).has_value());
    }
}

TEST_CASE("addresses with ports") {
    const std::tuple<const char*, const char*, std::uint16_t> rows[] = {{"127.0.0.1:8000", "127.0.0.1", 8000},
                                                                        {"[::1]:80", "::1", 80},
                                                                        {"8000", "0.0.0.0", 8000},
                                                                        {"[::]:0", "::", 0}};
    for (const auto& [text, address, port] : rows) {
        CAPTURE(text);
        const auto endpoint = tools::parse_endpoint(text);
        REQUIRE(endpoint.has_value());
        CHECK(ip::to_string(endpoint->address) == address);
        CHECK(endpoint->port == port);
    }
    for (const char* text :
         {"", ":80", "::1:80", "127.0.0.1:", "127.0.0.1:65536", "localhost:80", "[::1]80"}) {
        CAPTURE(text);
        CHECK_FALSE(tools::parse_endpoint(text).has_value());
    }
}
