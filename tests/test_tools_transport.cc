// Transports: the same streams over every one of them.
#include <doctest/doctest.h>

#include "ip/random.h"
#include "tests/stream_ends.h"
#include "tools/socket_transport.h"

using namespace glass;
using tests::StreamCollector;
using tests::StreamEnd;
using tests::turn_until;

namespace {

/// Kernel sockets on the loopback interface.
struct Sockets {
    explicit Sockets(bool v6 = false) : transport(loop) {
        const ip::Address loopback =
            v6 ? ip::Address(*ip::parse_ipv6_address("::1")) : ip::Address(ip::Ipv4Address{0x7f000001});
        const auto at = transport.listen({loopback, 0}, collector);
        REQUIRE_MESSAGE(at.has_value(), (at ? "" : at.error()));
        server = *at;
    }
    [[nodiscard]] std::unique_ptr<StreamEnd> connect() {
        auto stream = transport.connect(server);
        REQUIRE(stream.has_value());
        auto end = std::make_unique<StreamEnd>(std::move(*stream));
        const std::size_t before = collector.ends.size();
        REQUIRE(turn_until(loop, [&] { return end->status().open && collector.ends.size() > before; }));
        return end;
    }
    StreamEnd& accepted() { return *collector.ends.back(); }

    tools::LiveLoop loop;
    tools::SocketTransport transport;
    StreamCollector collector;
    tcp::Endpoint server;
};

std::string some_text(std::size_t size) {
    std::string text(size, '\0');
    std::uint64_t n = 1;
    for (char& c : text) c = static_cast<char>((n = n * 6364136223846793005u + 1442695040888963407u) >> 56);
    return text;
}

}  // namespace

TEST_CASE("sockets: octets go both ways, each direction is closed by itself") {
    for (const bool v6 : {false, true}) {
        CAPTURE(v6);
        Sockets net(v6);
        const auto client = net.connect();
        CHECK(client->stream->remote() == net.server);
        CHECK(net.accepted().stream->remote() == client->stream->local());
        CHECK(net.accepted().stream->local() == net.server);
        const std::string up = some_text(3'000'000), down = some_text(2'000'001);
        client->say(up);
        client->close();
        REQUIRE(turn_until(net.loop, [&] { return net.accepted().status().peer_finished; }));
        CHECK((net.accepted().got == up));
        CHECK(net.accepted().status().ending == tcp::Ending::none);
        net.accepted().say(down);
        net.accepted().close();
        REQUIRE(turn_until(net.loop, [&] { return client->status().peer_finished; }));
        CHECK((client->got == down));
        CHECK(client->status().ending == tcp::Ending::closed);
        CHECK(net.accepted().status().ending == tcp::Ending::closed);
        CHECK((client->seen & tcp::kFinished) != 0);
    }
}

TEST_CASE("sockets: a reader that waits stops the writer, and nothing is lost") {
    Sockets net;
    const auto client = net.connect();
    net.accepted().reads = false;
    const std::string text = some_text(20'000'000);
    client->say(text);
    net.loop.turn(net.loop.now() + std::chrono::milliseconds(20));
    CHECK(client->written < text.size());
    CHECK(net.accepted().got.empty());
    net.accepted().reads = true;
    net.accepted().run();
    REQUIRE(turn_until(net.loop, [&] { return net.accepted().got.size() == text.size(); }));
    CHECK((net.accepted().got == text));
}

TEST_CASE("sockets: an abort is seen as a reset, behind what came before") {
    Sockets net;
    const auto client = net.connect();
    net.accepted().reads = false;
    client->say("last words");
    client->stream->abort();
    CHECK(client->status().ending == tcp::Ending::aborted);
    REQUIRE(turn_until(net.loop, [&] { return net.accepted().status().ending != tcp::Ending::none; }));
    CHECK(net.accepted().status().ending == tcp::Ending::reset);
    CHECK((net.accepted().seen & tcp::kEnded) != 0);
    CHECK_FALSE(net.accepted().status().peer_finished);
}

TEST_CASE("sockets: nobody listens there, or somebody does already") {
    Sockets net;
    StreamCollector other;
    const auto again = net.transport.listen(net.server, other);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().find("is in use") != std::string::npos);
    const auto foreign = net.transport.listen({ip::Ipv4Address{0xc0000201}, 0}, other);
    REQUIRE_FALSE(foreign.has_value());
    CHECK(foreign.error().find("192.0.2.1:0 is no address of this machine") != std::string::npos);
    net.transport.stop_listening();
    auto stream = net.transport.connect(net.server);
    REQUIRE(stream.has_value());
    StreamEnd client(std::move(*stream));
    REQUIRE(turn_until(net.loop, [&] { return (client.seen & tcp::kEnded) != 0; }));
    CHECK(client.status().ending == tcp::Ending::refused);
    CHECK_FALSE(client.status().open);
    CHECK(tools::failure_text(client.status().ending, net.server).find("refused") != std::string::npos);
}

TEST_CASE("sockets: a stream that is destroyed in a turn in which others have something") {
    Sockets net;
    std::vector<std::unique_ptr<StreamEnd>> clients;
    for (int i = 0; i < 10; ++i) clients.push_back(net.connect());
    for (const auto& client : clients) client->say("x");
    net.collector.ends.resize(5);
    REQUIRE(turn_until(net.loop, [&] {
        return std::ranges::all_of(net.collector.ends, [](const auto& end) { return end->got == "x"; });
    }));
}
