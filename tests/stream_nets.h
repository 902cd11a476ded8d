// Stream nets: two ends in one loop, for tests of what runs over streams: over the kernel's sockets, and over
// our own stacks with a cable between.
#pragma once

#include <deque>
#include <doctest/doctest.h>

#include "tests/stream_ends.h"
#include "tools/secrets.h"
#include "tools/socket_transport.h"
#include "tools/stack_transport.h"

namespace glass::tests {

/// Kernel sockets on the loopback interface.
struct Sockets {
    explicit Sockets(bool v6 = false) {
        server.address =
            v6 ? ip::Address(*ip::parse_ipv6_address("::1")) : ip::Address(ip::Ipv4Address{0x7f000001});
        listen(collector);
    }
    /// In place of whoever listened before.
    void listen(tools::Acceptor& acceptor) {
        transport.stop_listening();
        const auto at = transport.listen(server, acceptor);
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
        listen(collector);
    }
    void listen(tools::Acceptor& acceptor) {
        transport.stop_listening();
        REQUIRE(transport.listen(server, acceptor).has_value());
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

/// A client, open.
template <class Net>
std::unique_ptr<StreamEnd> connect_to_server(Net& net) {
    auto stream = net.client_transport.connect(net.server);
    REQUIRE(stream.has_value());
    auto end = std::make_unique<StreamEnd>(std::move(*stream));
    REQUIRE(turn_until(net.loop, [&] { return end->status().open; }));
    return end;
}
/// The same, and its other end was accepted.
template <class Net>
std::unique_ptr<StreamEnd> connect(Net& net) {
    const std::size_t before = net.collector.ends.size();
    auto end = connect_to_server(net);
    REQUIRE(turn_until(net.loop, [&] { return net.collector.ends.size() > before; }));
    return end;
}

template <class Net>
StreamEnd& accepted(Net& net) {
    return *net.collector.ends.back();
}

}  // namespace glass::tests
