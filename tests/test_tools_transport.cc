// Transports: the same streams over every one of them.
#include <doctest/doctest.h>

#include "tests/stream_nets.h"

using namespace glass;
using namespace glass::tests;

namespace {

std::string some_text(std::size_t size) {
    std::string text(size, '\0');
    std::uint64_t n = 1;
    for (char& c : text) c = static_cast<char>((n = n * 6364136223846793005u + 1442695040888963407u) >> 56);
    return text;
}

}  // namespace

TEST_CASE_TEMPLATE("streams: octets go both ways, each direction is closed by itself", Net, Sockets, Stacks) {
    for (const bool v6 : {false, true}) {
        CAPTURE(v6);
        Net net(v6);
        const auto client = connect(net);
        StreamEnd& server = accepted(net);
        CHECK(client->stream->remote() == net.server);
        CHECK(server.stream->remote() == client->stream->local());
        CHECK(server.stream->local() == net.server);
        const std::string up = some_text(3'000'000), down = some_text(2'000'001);
        client->say(up);
        client->close();
        REQUIRE(turn_until(net.loop, [&] { return server.status().peer_finished; }));
        CHECK((server.got == up));
        CHECK(server.status().ending == tcp::Ending::none);
        server.say(down);
        server.close();
        REQUIRE(turn_until(net.loop, [&] { return client->status().peer_finished; }));
        CHECK((client->got == down));
        CHECK((client->seen & tcp::kFinished) != 0);
        REQUIRE(turn_until(net.loop, [&] { return server.status().ending != tcp::Ending::none; }));
        CHECK(client->status().ending == tcp::Ending::closed);
        CHECK(server.status().ending == tcp::Ending::closed);
    }
}

TEST_CASE_TEMPLATE("streams: a reader that waits stops the writer, and nothing is lost", Net, Sockets,
                   Stacks) {
    Net net;
    const auto client = connect(net);
    StreamEnd& server = accepted(net);
    server.reads = false;
    const std::string text = some_text(20'000'000);
    client->say(text);
    const ip::Time until = net.loop.now() + std::chrono::milliseconds(20);
    turn_until(net.loop, [&] { return net.loop.now() >= until; });
    CHECK(client->written < text.size());
    CHECK(server.got.empty());
    server.reads = true;
    server.run();
    REQUIRE(turn_until(net.loop, [&] { return server.got.size() == text.size(); }));
    CHECK((server.got == text));
}

TEST_CASE_TEMPLATE("streams: an abort is seen as a reset", Net, Sockets, Stacks) {
    Net net;
    const auto client = connect(net);
    StreamEnd& server = accepted(net);
    server.reads = false;
    client->say("last words");
    client->stream->abort();
    CHECK(client->status().ending == tcp::Ending::aborted);
    REQUIRE(turn_until(net.loop, [&] { return server.status().ending != tcp::Ending::none; }));
    CHECK(server.status().ending == tcp::Ending::reset);
    CHECK((server.seen & tcp::kEnded) != 0);
    CHECK_FALSE(server.status().peer_finished);
}

TEST_CASE_TEMPLATE("streams: nobody listens there, or somebody does already", Net, Sockets, Stacks) {
    Net net;
    StreamCollector other;
    const auto again = net.transport.listen(net.server, other);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().find("is in use") != std::string::npos);
    const auto foreign = net.transport.listen({ip::Ipv4Address{0xc0000201}, 8080}, other);
    REQUIRE_FALSE(foreign.has_value());
    CHECK(foreign.error().find("192.0.2.1:8080 is n") != std::string::npos);
    net.transport.stop_listening();
    auto stream = net.client_transport.connect(net.server);
    REQUIRE(stream.has_value());
    StreamEnd client(std::move(*stream));
    REQUIRE(turn_until(net.loop, [&] { return (client.seen & tcp::kEnded) != 0; }));
    CHECK(client.status().ending == tcp::Ending::refused);
    CHECK_FALSE(client.status().open);
    CHECK(tools::failure_text(client.status().ending, net.server).find("refused") != std::string::npos);
}

TEST_CASE_TEMPLATE("streams: one that is destroyed in a turn in which others have something", Net, Sockets,
                   Stacks) {
    Net net;
    std::vector<std::unique_ptr<StreamEnd>> clients;
    for (int i = 0; i < 10; ++i) clients.push_back(connect(net));
    for (const auto& client : clients) client->say("x");
    net.collector.ends.resize(5);
    REQUIRE(turn_until(net.loop, [&] {
        return std::ranges::all_of(net.collector.ends, [](const auto& end) { return end->got == "x"; });
    }));
}

TEST_CASE("streams: what was written to one that is gone still arrives, and is waited for") {
    Stacks net;
    auto client = connect(net);
    const std::string text = some_text(100'000);
    client->say(text);
    client.reset();
    CHECK(net.client_transport.lingering() == 1);
    REQUIRE(turn_until(net.loop, [&] { return accepted(net).status().peer_finished; }));
    CHECK((accepted(net).got == text));
    accepted(net).close();
    REQUIRE(turn_until(net.loop, [&] { return net.client_transport.lingering() == 0; }));
    CHECK(net.client_host.time_waits() == 1);
}
