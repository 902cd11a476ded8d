// HttpService: an HTTP server's connections on streams of either kind: back-pressure, deadlines, turns and
// ends.
#include <doctest/doctest.h>
#include <malloc.h>

#include "http/handler.h"
#include "tests/stream_nets.h"
#include "tools/http_service.h"

using namespace glass;
using namespace glass::tests;
using namespace std::chrono_literals;

namespace {

/// Content that ends when it is told to.
struct Tap {
    std::string waiting;
    bool closed = false;
};
class TapSource final : public http::BodySource {
public:
    explicit TapSource(std::shared_ptr<Tap> tap) : tap_(std::move(tap)) {}
    std::size_t read(std::span<std::uint8_t> out) override {
        const std::size_t n = std::min(out.size(), tap_->waiting.size());
        std::copy_n(tap_->waiting.begin(), n, out.begin());
        tap_->waiting.erase(0, n);
        return n;
    }
    bool finished() const override { return tap_->closed && tap_->waiting.empty(); }

private:
    std::shared_ptr<Tap> tap_;
};

/// "/NAME" gives "you want NAME", "/large" a lot, "/tap" what comes out of the tap.
class Answers final : public http::Handler {
public:
    http::Response handle(const http::Request& request) override {
        http::Response response;
        if (request.path == "/large")
            response.content.assign(kLarge, 'x');
        else if (request.path == "/tap")
            response.source = std::make_unique<TapSource>(tap);
        else
            response.content = "you want " + std::string(request.path.substr(1));
        return response;
    }
    static constexpr std::size_t kLarge = 8'000'000;
    std::shared_ptr<Tap> tap = std::make_shared<Tap>();
};

template <class Net>
struct Site {
    explicit Site(http::ServerOptions options = {}) : server(answers, std::move(options)) {
        net.listen(service);
    }
    [[nodiscard]] bool turn_until(auto done) { return tests::turn_until(net.loop, done); }

    Net net;
    Answers answers;
    http::Server server;
    tools::HttpService service{net.loop, server};
};

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
bool has(const StreamEnd& end, std::string_view text) {
    return end.got.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE_TEMPLATE("requests in a row are answered in order, and the end is answered with the end", Net,
                   Sockets, Stacks) {
    Site<Net> site;
    const auto client = connect_to_server(site.net);
    client->say(get("/one") + get("/two") + get("/three"));
    REQUIRE(site.turn_until([&] { return has(*client, "you want three"); }));
    CHECK(client->got.find("you want one") < client->got.find("you want two"));
    CHECK(client->got.find("you want two") < client->got.find("you want three"));
    CHECK(site.service.connections() == 1);
    CHECK(site.service.accepted_so_far() == 1);
    client->close();
    REQUIRE(site.turn_until([&] { return client->status().peer_finished; }));
    REQUIRE(site.turn_until([&] { return site.service.connections() == 0; }));
}

TEST_CASE_TEMPLATE("who does not read stops nobody but itself", Net, Sockets, Stacks) {
    Site<Net> site;
    const auto slow = connect_to_server(site.net), other = connect_to_server(site.net);
    slow->reads = false;
    slow->say(get("/large"));
    other->say(get("/small"));
    REQUIRE(site.turn_until([&] { return has(*other, "you want small"); }));
    slow->reads = true;
    slow->run();
    REQUIRE(site.turn_until([&] { return slow->got.size() > Answers::kLarge; }));
    CHECK(slow->got.ends_with("xxx"));
}

TEST_CASE("a crowd leaves no memory in use behind") {
    Site<Sockets> site;
    const auto crowd = [&](int size) {
        std::vector<std::unique_ptr<StreamEnd>> clients;
        for (int i = 0; i < size; ++i) clients.push_back(connect_to_server(site.net));
        for (const auto& client : clients) client->say(get("/tap"));
        for (const auto& client : clients) REQUIRE(site.turn_until([&] { return has(*client, "\r\n\r\n"); }));
        CHECK(site.service.connections() == static_cast<std::size_t>(size));
        for (const auto& client : clients) client->stream->abort();
        REQUIRE(site.turn_until([&] { return site.service.connections() == 0; }));
        clients.clear();
        const auto memory = mallinfo2();
        return memory.uordblks + memory.hblkhd;
    };
    const std::size_t before = crowd(1);
    CHECK(crowd(300) <= before + 32'768);  // in use; of sanitizers' memory nothing is known, it is 0
}

TEST_CASE_TEMPLATE("who goes away in the middle is forgotten", Net, Sockets, Stacks) {
    Site<Net> site;
    const auto client = connect_to_server(site.net);
    client->reads = false;
    client->say(get("/large"));
    REQUIRE(site.turn_until([&] { return site.service.connections() == 1 && client->written > 0; }));
    client->stream->abort();
    REQUIRE(site.turn_until([&] { return site.service.connections() == 0; }));
}

TEST_CASE_TEMPLATE("a connection without a request, or with half of one, is closed in time", Net, Sockets,
                   Stacks) {
    http::ServerOptions options;
    options.head_time = options.idle_time = options.drain_time = 20ms;
    Site<Net> site(options);
    const auto idle = connect_to_server(site.net), half = connect_to_server(site.net);
    half->say("GET / HT");
    REQUIRE(site.turn_until([&] { return idle->status().peer_finished && half->status().peer_finished; }));
    CHECK(idle->got.empty());
    CHECK(half->got.starts_with("HTTP/1.1 408 "));
    REQUIRE(site.turn_until([&] { return site.service.connections() == 0; }));
}

TEST_CASE_TEMPLATE("a source that had nothing is asked again when it is stirred", Net, Sockets, Stacks) {
    Site<Net> site;
    const auto client = connect_to_server(site.net);
    client->say(get("/tap"));
    REQUIRE(site.turn_until([&] { return has(*client, "\r\n\r\n"); }));
    for (const char* drop : {"first", "second"}) {
        site.answers.tap->waiting = drop;
        site.service.stir();
        REQUIRE(site.turn_until([&] { return has(*client, drop); }));
    }
    site.answers.tap->closed = true;
    site.service.stir();
    REQUIRE(site.turn_until([&] { return has(*client, "\r\n0\r\n\r\n"); }));
}

TEST_CASE_TEMPLATE("the server ends: answers under way are completed, idle connections are closed", Net,
                   Sockets, Stacks) {
    Site<Net> site;
    const auto idle = connect_to_server(site.net), busy = connect_to_server(site.net);
    idle->say(get("/one"));
    REQUIRE(site.turn_until([&] { return has(*idle, "you want one"); }));
    busy->reads = false;
    busy->say(get("/large"));
    REQUIRE(site.turn_until([&] { return busy->written == busy->to_write.size(); }));
    for (int i = 0; i < 20; ++i) site.net.loop.turn(site.net.loop.now() + 1ms);
    site.net.transport.stop_listening();
    site.service.close(site.net.loop.now());
    REQUIRE(site.turn_until([&] { return idle->status().peer_finished; }));
    idle->close();
    busy->reads = true;
    busy->run();
    REQUIRE(site.turn_until([&] { return busy->status().peer_finished; }));
    CHECK(busy->got.ends_with("xxx"));
    busy->close();
    REQUIRE(site.turn_until([&] { return site.service.connections() == 0; }));
    REQUIRE(site.turn_until([&] { return site.net.transport.lingering() == 0; }));
}

TEST_CASE_TEMPLATE("many at the same time, each with its answer", Net, Sockets, Stacks) {
    Site<Net> site;
    std::vector<std::unique_ptr<StreamEnd>> clients;
    for (int i = 0; i < 300; ++i) clients.push_back(connect_to_server(site.net));
    for (std::size_t i = 0; i < clients.size(); ++i) clients[i]->say(get("/" + std::to_string(i)));
    REQUIRE(site.turn_until([&] {
        for (std::size_t i = 0; i < clients.size(); ++i)
            if (!clients[i]->got.ends_with("you want " + std::to_string(i))) return false;
        return true;
    }));
    CHECK(site.service.connections() == 300);
}
