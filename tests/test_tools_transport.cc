// Transports: the same streams over every one of them.
#include <deque>
#include <doctest/doctest.h>

#include "tests/stream_ends.h"
#include "tools/secrets.h"
#include "tools/socket_transport.h"
#include "tools/stack_transport.h"

using namespace glass;
using tests::StreamCollector;
using tests::StreamEnd;
using tests::turn_until;

namespace {

/// Kernel sockets on the loopback interface.
struct Sockets {
    explicit Sockets(bool v6 = false) {
        const ip::Address loopback =
            v6 ? ip::Address(*ip::parse_ipv6_address("::1")) : ip::Address(ip::Ipv4Address{0x7f000001});
        const auto at = transport.listen({loopback, 0}, collector);
        REQUIRE_MESSAGE(at.has_value(), (at ? "" : at.error()));
        server = *at;
    }
    tools::LiveLoop loop;
    tools::SocketTransport transport{loop};
    tools::SocketTransport& client_transport = transport;
    StreamCollector collector;
    tcp::Endpoint server;
};

/// One end of a cable without length.
class CableEnd final : public ip::Device {
public:
    void plug_into(CableEnd& other) { other_ = &other; }

    [[nodiscard]] std::uint32_t mtu() const override { return 1500; }
    std::size_t send(std::span<const ip::DevicePacket> packets, ip::Time) override {
        for (const ip::DevicePacket& packet : packets)
            other_->waiting_.emplace_back(packet.octets.begin(), packet.octets.end());
        return packets.size();
    }
    std::size_t receive(std::span<ip::DevicePacket> out, ip::Time) override {
        received_.clear();
        while (received_.size() < out.size() && !waiting_.empty()) {
            received_.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
        for (std::size_t i = 0; i < received_.size(); ++i) out[i] = {.octets = received_[i]};
        return received_.size();
    }
    [[nodiscard]] std::optional<ip::Time> deadline() const override {
        return waiting_.empty() ? std::nullopt : std::optional(ip::Time{});
    }

private:
    CableEnd* other_ = nullptr;
    std::deque<ip::Buffer> waiting_;
    std::vector<ip::Buffer> received_;
};

/// Two of our own stacks, and a cable between.
struct Stacks {
    explicit Stacks(bool v6 = false) {
        cable[0].plug_into(cable[1]);
        cable[1].plug_into(cable[0]);
        server = {v6 ? addresses(2)[1].address : addresses(2)[0].address, 80};
        const auto at = transport.listen(server, collector);
        REQUIRE(at.has_value());
    }
    static std::vector<tcp::LocalAddress> addresses(std::uint8_t last) {
        ip::Ipv6Address v6{{0xfd, 0x07}};
        v6.octets[15] = last;
        return {{ip::Ipv4Address{0x0a070000u + last}, 24}, {v6, 64}};
    }

    tools::LiveLoop loop;
    CableEnd cable[2];
    tcp::Host server_host{{.addresses = addresses(2)}, tools::random_key()};
    tcp::Host client_host{{.addresses = addresses(1)}, tools::random_key()};
    tools::StackTransport transport{loop, cable[0], -1, server_host, {}};
    tools::StackTransport client_transport{loop, cable[1], -1, client_host, {}};
    StreamCollector collector;
    tcp::Endpoint server;
};

std::string some_text(std::size_t size) {
    std::string text(size, '\0');
    std::uint64_t n = 1;
    for (char& c : text) c = static_cast<char>((n = n * 6364136223846793005u + 1442695040888963407u) >> 56);
    return text;
}

template <class Net>
std::unique_ptr<StreamEnd> connect(Net& net) {
    auto stream = net.client_transport.connect(net.server);
    REQUIRE(stream.has_value());
    auto end = std::make_unique<StreamEnd>(std::move(*stream));
    const std::size_t before = net.collector.ends.size();
    REQUIRE(turn_until(net.loop, [&] { return end->status().open && net.collector.ends.size() > before; }));
    return end;
}

template <class Net>
StreamEnd& accepted(Net& net) {
    return *net.collector.ends.back();
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
