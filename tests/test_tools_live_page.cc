// The live page as a handler: what it answers, and that its parts fit each other.
#include <algorithm>
#include <doctest/doctest.h>

#include "tests/live_world.h"
#include "tests/strict_text.h"
#include "tools/glossary.h"
#include "tools/live_answers.h"
#include "tools/live_assets.h"
#include "tools/live_page.h"

namespace {

using namespace glass;
using namespace glass::tools;
using namespace std::chrono_literals;
using test::LiveWorld;

struct Site {
    explicit Site(http::Handler* others = nullptr)
        : page(world.watch, {.session = 7,
                             .epoch = world.now,
                             .link = plain_link(),
                             .change_link = [this](const LinkPlan& plan, ip::Time) { changed = plan; },
                             .others = others}) {
        page.watch(world.server);
        client = world.connect();
        world.run_for(100ms);
        peer = world.client.find(client)->local();
    }

    http::Response ask(const std::string& method, const std::string& path, const std::string& query = {},
                       const std::string& content = {}, const std::vector<http::Field>& fields = {}) {
        http::Message message;
        message.head.method = method;
        message.head.fields = fields;
        const http::Request request{message, path, query, peer, world.now};
        auto sink = page.accept(request);
        REQUIRE(sink);
        if (!*sink) return page.handle(request);
        const ip::Bytes octets{reinterpret_cast<const std::uint8_t*>(content.data()), content.size()};
        if (auto early = (*sink)->write(octets)) return std::move(*early);
        return (*sink)->finish();
    }
    http::Response get(const std::string& path) { return ask("GET", path); }

    LiveWorld world{{.delay = 5ms}, false};
    LivePage page;
    std::optional<LinkPlan> changed;
    tcp::ConnectionId client;
    tcp::Endpoint peer;
};

std::string read_all(http::BodySource& source) {
    std::string out;
    std::array<std::uint8_t, 777> piece;
    while (const std::size_t n = source.read(piece))
        out.append(piece.begin(), piece.begin() + static_cast<long>(n));
    return out;
}

bool has(const http::Response& response, std::string_view part) {
    return response.content.find(part) != std::string::npos ||
           response.fields.find(part) != std::string::npos;
}

TEST_CASE("the page and its parts are answered with their types, and come from here alone") {
    Site site;
    for (const auto& [name, type] :
         std::initializer_list<std::pair<std::string, std::string>>{{"", "text/html"},
                                                                    {"live.css", "text/css"},
                                                                    {"live.js", "text/javascript"},
                                                                    {"d3.js", "text/javascript"}}) {
        const auto response = site.get("/live/" + name);
        CHECK(response.status == 200);
        CHECK(has(response, "Content-Type: " + type));
        CHECK(has(response, "Content-Security-Policy: default-src 'self'"));
        CHECK(response.content.size() > 1000);
    }
    CHECK(site.get("/live/nothing.js").status == 404);
    CHECK(site.get("/live").status == 307);
    CHECK(site.get("/").status == 307);
    CHECK(site.get("/other").status == 404);
    CHECK(tests::JsonCheck::is_valid(site.get("/live/facts").content));
}

TEST_CASE("all that the page loads is there, and D3 is whole") {
    const auto page = live_asset("");
    REQUIRE(page);
    std::size_t found = 0;
    for (const std::string_view before : {"src=\"", "href=\""})
        for (std::size_t at = page->content.find(before); at != page->content.npos;
             at = page->content.find(before, at + 1)) {
            const std::string_view rest = page->content.substr(at + before.size());
            const std::string_view name = rest.substr(0, rest.find('"'));
            if (name.find(':') != name.npos) continue;
            CHECK_MESSAGE(live_asset(name), name);
            ++found;
        }
    CHECK(found >= 8);
    const auto d3 = live_asset("d3.js");
    REQUIRE(d3);
    for (const std::string_view part :
         {"scaleLinear", "axisBottom", "curveStepAfter", "selectAll", "bisector"})
        CHECK_MESSAGE(d3->content.find(part) != d3->content.npos, part);
}

TEST_CASE("the page tells how much of what passes it draws") {
    const std::string_view page = live_asset("")->content;
    CHECK(page.find("at most " + std::to_string(LiveFeed::kMostRows) + " new segments in a batch") !=
          page.npos);
    CHECK(page.find(std::to_string(1s / LiveFeed::kTick) + " batches a second") != page.npos);
}

TEST_CASE(
    "every word that the page underlines is in the glossary, and every state has a place in the diagram") {
    for (const std::string_view name : {"", "plots.js", "states.js"}) {
        const std::string_view text = live_asset(name)->content;
        for (const std::string_view before : {"data-word=\"", "word: '"})
            for (std::size_t at = text.find(before); at != text.npos; at = text.find(before, at + 1)) {
                const std::string_view rest = text.substr(at + before.size());
                const std::string_view word = rest.substr(0, rest.find_first_of("\"'"));
                CHECK_MESSAGE(find_term(word), word);
            }
    }
    const std::string_view states = live_asset("states.js")->content;
    for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
        const std::string name(to_string(static_cast<tcp::State>(i)));
        CHECK_MESSAGE(states.find("'" + name + "': [") != states.npos, name);
        CHECK_MESSAGE(find_term(name), name);
    }
}

TEST_CASE("words are explained, for people and for the page") {
    Site site;
    const auto page = site.get("/live/explain/cwnd");
    CHECK(page.status == 200);
    CHECK(has(page, "text/html"));
    CHECK(has(page, "RFC 5681"));
    const auto json = site.ask("GET", "/live/explain/cwnd", {}, {}, {{"Accept", "application/json"}});
    CHECK(tests::JsonCheck::is_valid(json.content));
    CHECK(has(json, "\"word\":\"cwnd\""));
    const auto unknown = site.get("/live/explain/<b>cwmd");
    CHECK(unknown.status == 404);
    CHECK_FALSE(has(unknown, "<b>"));
    CHECK(has(site.get("/live/explain/cwmd"), "did you mean cwnd?"));
}

TEST_CASE("the link changes by the words that are said, and by no others") {
    Site site;
    const auto response = site.ask("PUT", "/live/link", {}, "loss 2% rtt 40ms");
    CHECK(response.status == 200);
    CHECK(response.content == R"({"loss":0.02,"rtt":40000,"rate":0,"queue":"50 packets"})");
    REQUIRE(site.changed);
    CHECK(site.changed->data.loss.chance == ip::Ratio{2, 100});
    CHECK(site.changed->acks.delay == 20ms);
    CHECK(site.ask("PUT", "/live/link", {}, "rate 1mbit").content ==
          R"({"loss":0.02,"rtt":40000,"rate":1000000,"queue":"50 packets"})");
    CHECK(site.changed->data.rate == 1'000'000);
    site.changed.reset();
    const std::string endless(600, 'x');
    for (const std::string& bad :
         std::initializer_list<std::string>{"loss 200%", "loss", "speed 3", "rate 10", endless}) {
        CAPTURE(bad);
        const auto refused = site.ask("PUT", "/live/link", {}, bad);
        CHECK(refused.status >= 400);
        CHECK(std::ranges::count(refused.content, '\n') == 1);
    }
    CHECK_FALSE(site.changed);
    CHECK(site.get("/live/link").content ==
          R"({"loss":0.02,"rtt":40000,"rate":1000000,"queue":"50 packets"})");
}

TEST_CASE("files have the size that is asked for, and a pattern that can be checked") {
    Site site;
    const auto file = site.get("/live/file/100kB");
    CHECK(file.status == 200);
    CHECK(file.length == 100'000);
    REQUIRE(file.source);
    const std::string octets = read_all(*file.source);
    CHECK(octets.size() == 100'000);
    CHECK(file.source->finished());
    CHECK(tcp::matches_pattern(1, 0, {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()}));
    CHECK(read_all(*site.get("/live/file/0").source).empty());
    CHECK(site.get("/live/file/20GB").status == 404);
    CHECK(site.get("/live/file/much").status == 404);
}

TEST_CASE("an event stream is fed in the loop's turns, and ends when the server does") {
    Site site;
    CHECK_FALSE(site.page.deadline());
    CHECK_FALSE(site.page.update(site.world.now));
    CHECK_FALSE(site.world.watch.watched());
    auto response = site.get("/live/events");
    CHECK(has(response, "Content-Type: text/event-stream"));
    CHECK_FALSE(response.length);
    REQUIRE(response.source);
    CHECK(read_all(*response.source).starts_with("retry: "));
    CHECK(site.world.watch.watched());
    REQUIRE(site.page.deadline());
    CHECK(site.page.update(site.world.now));
    const std::string events = read_all(*response.source);
    CHECK(events.find("\"link\":{\"loss\":0") != std::string::npos);
    CHECK(events.find("SYN") != std::string::npos);
    CHECK_FALSE(site.page.update(site.world.now));
    CHECK(*site.page.deadline() > site.world.now);
    CHECK_FALSE(response.source->finished());
    site.page.close();
    CHECK(response.source->finished());
    response.source.reset();
    CHECK_FALSE(site.page.deadline());
    (void)site.page.update(site.world.now);
    CHECK_FALSE(site.world.watch.watched());
}

TEST_CASE("a page chooses what it follows, and gets a segment's bytes") {
    Site site;
    auto response = site.get("/live/events");
    (void)site.page.update(site.world.now);
    const auto* track = site.world.watch.track_of(site.peer);
    REQUIRE(track);
    const std::string c = std::to_string(track->number());
    CHECK(site.ask("PUT", "/live/follow", "feed=1&connection=" + c).status == 204);
    CHECK(site.ask("PUT", "/live/follow", "feed=9&connection=" + c).status == 404);
    CHECK(site.ask("PUT", "/live/follow", "feed=1").status == 400);
    CHECK(site.ask("PUT", "/live/follow", "feed=x&connection=1").status == 400);
    const auto packet = site.get("/live/packet/" + c + "/1");
    CHECK(packet.status == 200);
    CHECK(tests::JsonCheck::is_valid(packet.content));
    for (const std::string bad : {"", "1", "/", "1/0", "1/99", "9/1", "a/b", "1/1/1"}) {
        CAPTURE(bad);
        CHECK(site.get("/live/packet/" + bad).status == 404);
    }
}

TEST_CASE("what is not the page's is for others to answer") {
    struct Others final : http::Handler {
        std::string_view methods(const http::Request&) override { return "GET, TRACE"; }
        http::Response handle(const http::Request& request) override {
            return answer(200, "text/plain", "others: " + std::string(request.path));
        }
    } others;
    Site site(&others);
    CHECK(site.get("/").content == "others: /");
    CHECK(site.get("/live.txt").content == "others: /live.txt");
    CHECK(has(site.get("/live/"), "<!doctype html>"));
    http::Message message;
    CHECK(site.page.methods({message, "/x", "", site.peer, site.world.now}) == "GET, TRACE");
    CHECK(site.page.methods({message, "/live/link", "", site.peer, site.world.now}).find("PUT") !=
          std::string_view::npos);
}

TEST_CASE("programs are named as people know them") {
    CHECK(agent_name("curl/7.88.1") == "curl/7.88.1");
    CHECK(agent_name("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0") == "Firefox");
    CHECK(agent_name("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                     "Chrome/130.0.0.0 Safari/537.36") == "Chrome");
    CHECK(agent_name("") == "");
    CHECK(agent_name("a\x1b[31mb\"<c") == "a\\x1b[31mb\"<c");
    CHECK(agent_name(std::string(500, 'x')).size() == 30);
    CHECK(query_value("a=1&bc=2&c=3", "c") == "3");
    CHECK(query_value("a=1&bc=2", "b") == "");
    CHECK(query_value("", "a") == "");
    CHECK(query_value("a", "a") == "");
}

}  // namespace
