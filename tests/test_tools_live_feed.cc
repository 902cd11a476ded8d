// The live feed: when events are sent, how many, and in which format.
#include <algorithm>
#include <doctest/doctest.h>

#include "tests/live_world.h"
#include "tests/strict_text.h"
#include "tools/live_feed.h"

namespace {

using namespace glass;
using namespace glass::tools;
using namespace std::chrono_literals;
using test::LiveWorld;

/// An open connection, and the feed of a page that it carries.
struct Page {
    explicit Page(LiveWorld& w, const std::string& last_id = {}) : world(w), client(w.connect()) {
        world.run_for(200ms);
        server = world.accept();
        REQUIRE(server);
        remote = world.client.find(client)->local();
        feed.emplace(
            world.watch,
            LiveFeed::Setup{
                .number = 1, .peer = remote, .session = 0xabc, .epoch = ip::Time(1h), .last_id = last_id});
        hello = feed->take(world.now);
    }
    /// What is told by then, if the feed is asked every 10 ms.
    std::vector<std::string> listen(ip::Duration time, bool carried = false) {
        std::vector<std::string> out;
        for (const ip::Time end = world.now + time; world.now < end;) {
            world.run_for(10ms, [this] { read(); });
            std::string events = feed->take(world.now);
            if (events.empty()) continue;
            if (carried) (void)world.server.send(server, bytes(events));
            out.push_back(std::move(events));
        }
        return out;
    }
    void read() {
        std::array<std::uint8_t, 65536> scratch;
        while (world.client.read(client, scratch).value_or(0) > 0) {
        }
    }
    static ip::Bytes bytes(const std::string& text) {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }
    void send(std::size_t count) {
        const std::vector<std::uint8_t> data(count, 'x');
        (void)world.server.send(server, data);
    }

    LiveWorld& world;
    tcp::ConnectionId client, server;
    tcp::Endpoint remote;
    std::optional<LiveFeed> feed;
    std::string hello;
};

/// The value of a field of one event's lines.
std::string field(const std::string& event, std::string_view name) {
    const std::size_t at = event.find(std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const std::size_t from = at + name.size() + 2;
    return event.substr(from, event.find('\n', from) - from);
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
}

TEST_CASE("a feed begins with who it is for, and its events are an event stream's") {
    LiveWorld world({.delay = 5ms});
    Page page(world);
    CHECK(page.hello.starts_with("retry: 1000\n\nevent: hello\ndata: {\"feed\":1,\"peer\":\"10.7.0.1:"));
    CHECK(page.hello.ends_with("\"session\":\"abc\",\"resumed\":false}\n\n"));
    const auto events = page.listen(50ms);
    REQUIRE(events.size() == 1);
    CHECK(events[0].starts_with("id: abc-"));
    CHECK(events[0].ends_with("}\n\n"));
    CHECK(count(events[0], "\n") == 3);
    CHECK(tests::JsonCheck::is_valid(field(events[0], "data")));
    CHECK(count(events[0], "\"n\":") >= 3);  // the handshake that carries it
}

TEST_CASE("batches come ten times a second at most, and then hold no more rows than can be drawn") {
    LiveWorld world({.delay = 5ms});
    Page page(world);
    (void)page.listen(1s);
    std::size_t batches = 0;
    ip::Time last{};
    for (int i = 0; i < 200; ++i) {
        page.send(60'000);
        for (const std::string& events : page.listen(10ms)) {
            ++batches;
            CHECK(world.now - last >= LiveFeed::kTick);
            last = world.now;
            const auto rows = field(events, "data");
            CHECK(count(rows, "\"l\":") <= LiveFeed::kMostRows * 3 + 1);
            CHECK(events.size() < 20'000);
        }
    }
    CHECK(batches > 15);
    CHECK(batches <= 20);
}

TEST_CASE("a page whose own events are all that happens is told once a second") {
    LiveWorld world({.delay = 5ms});
    Page page(world);
    world.watch.track_of(page.remote)->set_events();
    (void)page.listen(3s, true);
    const auto events = page.listen(10s, true);
    CHECK(events.size() >= 9);
    CHECK(events.size() <= 11);
}

TEST_CASE("silence is broken by a comment, so that both ends know of each other") {
    LiveWorld world({.delay = 5ms});
    Page page(world);
    (void)page.listen(1s);
    const auto events = page.listen(35s);
    CHECK(events == std::vector<std::string>(3, ":\n\n"));
}

TEST_CASE("events wait where older ones are still on their way") {
    LiveWorld world({.delay = 5ms});
    Page page(world);
    (void)page.listen(1s);
    page.feed->set_waiting(LiveFeed::kMostWaiting + 1);
    page.send(1000);
    CHECK(page.listen(1s).empty());
    page.feed->set_waiting(0);
    const auto events = page.listen(200ms);
    REQUIRE_FALSE(events.empty());
    CHECK(events[0].find("\"held\":0,") == std::string::npos);
}

TEST_CASE("a page that comes back gets what it has not seen, and all of it after a new start") {
    LiveWorld world({.delay = 5ms});
    Page page(world);
    const auto first = page.listen(100ms);
    REQUIRE_FALSE(first.empty());
    const std::string id = field(first.back(), "id");
    page.send(1000);
    const auto second = page.listen(300ms);
    REQUIRE_FALSE(second.empty());
    CHECK(count(second[0], "\"SYN") == 0);

    LiveFeed back(world.watch,
                  {.number = 2, .peer = page.remote, .session = 0xabc, .epoch = {}, .last_id = id});
    CHECK(back.take(world.now).find("\"resumed\":true") != std::string::npos);
    CHECK(back.take(world.now).find("1000 B") != std::string::npos);

    for (const std::string other : {"abd-5", "abc-", "abc-99999999999999999999", "nonsense", "abc-5x"}) {
        CAPTURE(other);
        LiveFeed anew(world.watch,
                      {.number = 3, .peer = page.remote, .session = 0xabc, .epoch = {}, .last_id = other});
        CHECK(anew.take(world.now).find("\"resumed\":false") != std::string::npos);
        CHECK(anew.take(world.now).find("SYN") != std::string::npos);
    }
}

TEST_CASE("a page shows its own connection, what usually is shown, or what was chosen") {
    LiveWorld world({.delay = 5ms});
    Page page(world);
    const std::uint64_t own = world.watch.track_of(page.remote)->number();
    const auto other_client = world.connect();
    world.run_for(100ms);
    const auto other = world.watch.track_of(world.client.find(other_client)->local())->number();
    const auto follows = [&](std::uint64_t track) {
        const auto events = page.listen(200ms);
        return !events.empty() &&
               events.back().find("\"follow\":" + std::to_string(track) + ",") != std::string::npos;
    };
    CHECK(follows(own));
    page.feed->set_usual(other);
    CHECK(follows(other));
    page.feed->follow(own);
    CHECK(follows(own));
    page.feed->follow(0);
    CHECK(follows(other));
    page.feed->follow(12345);  // none: as usual
    page.feed->set_link("{\"loss\":0}");
    CHECK(follows(other));
}

TEST_CASE("the link is told when it changes, and connections that are gone are") {
    LiveWorld world({.delay = 5ms});
    Page page(world);
    page.feed->set_link("{\"loss\":0.5}");
    const auto events = page.listen(300ms);
    REQUIRE_FALSE(events.empty());
    CHECK(events[0].find("\"link\":{\"loss\":0.5}") != std::string::npos);
    for (std::size_t i = 1; i < events.size(); ++i) CHECK(events[i].find("\"link\"") == std::string::npos);
}

}  // namespace
