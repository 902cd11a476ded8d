// What hosts are made of: deadlines in order, connections by endpoints, listeners by port, the pump.
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "tcp/pump.h"
#include "tests/host_script.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::tests;
using namespace std::chrono_literals;

TEST_CASE("deadlines come in order, whatever is set, moved and removed") {
    CHECK(rc::check([](const std::vector<std::tuple<std::uint8_t, std::uint8_t, std::uint16_t>>& steps) {
        TimerQueue queue;
        std::map<std::uint32_t, ip::Time> model;
        for (const auto& [what, item, at] : steps) {
            if (what % 16 == 15) queue.trim();
            if (what % 4 == 0) {
                queue.remove(item);
                model.erase(item);
            } else if (what % 4 == 1) {
                const ip::Time now{ip::Duration(at)};
                const auto due = queue.take_due(now);
                bool any = false;
                for (const auto& [i, t] : model) any |= t <= now;
                RC_ASSERT(due.has_value() == any);
                if (due) {
                    for (const auto& [i, t] : model) RC_ASSERT(model.at(*due) <= t);
                    model.erase(*due);
                }
            } else {
                queue.set(item, ip::Time(ip::Duration(at)));
                model[item] = ip::Time(ip::Duration(at));
            }
            std::optional<ip::Time> first;
            for (const auto& [i, t] : model) first = std::min(first.value_or(t), t);
            RC_ASSERT(queue.first() == first);
            RC_ASSERT(queue.size() == model.size());
        }
    }));
}

TEST_CASE("connections are found by their endpoints while others come and go") {
    CHECK(rc::check([](const std::vector<std::pair<bool, std::uint8_t>>& steps) {
        ConnectionTable table(200, {1, 2});
        std::map<std::uint16_t, ConnectionId> model;
        std::vector<ConnectionId> gone;
        const auto tuple = [](std::uint16_t port) { return FourTuple{kServer, {kA, port}}; };
        for (const auto& [add, port] : steps) {
            if (port % 16 == 0) table.trim();
            if (add && !model.contains(port)) {
                auto connection =
                    std::make_unique<Connection>(Config{}, ip::SipKey{}, kServer, Endpoint{kA, port});
                model[port] = table.id(table.add(std::move(connection), Slot::Kind::open));
            } else if (!add && model.contains(port)) {
                const ConnectionId id = model[port];
                table.erase(id.index);
                model.erase(port);
                gone.push_back(id);
            }
            for (const ConnectionId id : gone) RC_ASSERT(!table.is_there(id));
            for (std::uint16_t p = 0; p < 256; ++p) {
                const auto found = table.find(tuple(p));
                RC_ASSERT(found.has_value() == model.contains(p));
                if (found) RC_ASSERT(table.id(*found) == model[p]);
            }
            RC_ASSERT(table.size() == model.size());
        }
    }));
}

TEST_CASE("the table is as small as before when a crowd has gone, and handles stay good") {
    ConnectionTable table(1000, {1, 2});
    const auto connection = [](std::uint16_t port) {
        return std::make_unique<Connection>(Config{}, ip::SipKey{}, kServer, Endpoint{kA, port});
    };
    const ConnectionId first = table.id(table.add(connection(1), Slot::Kind::open));
    std::vector<ConnectionId> crowd;
    for (std::uint16_t port = 2; port <= 600; ++port)
        crowd.push_back(table.id(table.add(connection(port), Slot::Kind::open)));
    CHECK(table.slots() == 600);
    for (const ConnectionId id : crowd) table.erase(id.index);
    table.trim();
    CHECK(table.slots() == 1);
    CHECK(table.find(first) != nullptr);
    CHECK(table.find({kServer, {kA, 1}}) == first.index);
    const ConnectionId late = table.id(table.add(connection(2), Slot::Kind::open));
    CHECK(late.index == crowd.front().index);
    CHECK(table.find(crowd.front()) == nullptr);
    CHECK(table.find(late) != nullptr);
}

TEST_CASE("an address's own listener comes before the one for all addresses") {
    ListenerTable table;
    const auto any = table.add({.local = {ip::Ipv4Address{0}, 80}, .config = {}});
    const auto one = table.add({.local = kServer, .config = {}});
    REQUIRE(any.has_value());
    REQUIRE(one.has_value());
    CHECK(!table.add({.local = kServer, .config = {}}).has_value());
    CHECK(table.find(kServer) == one);
    CHECK(table.find({kA, 80}) == any);
    CHECK(!table.find({kA, 81}).has_value());
    CHECK(!table.find({ip::Ipv6Address{}, 80}).has_value());
    table.erase(*one);
    CHECK(table.find(kServer) == any);
    CHECK(table.find(*one) == nullptr);
    const auto again = table.add({.local = kServer, .config = {}});
    CHECK(again->index == one->index);
    CHECK(again != one);
}

TEST_CASE("a path's MTU is forgotten in time, and when others take its place") {
    PathMtuCache cache(2, 7);
    cache.note(kA, 1300, kNow);
    CHECK(cache.find(kA, kNow + 10min) == 1300);
    CHECK(cache.find(kA, kNow + 10min + 1ns) == 0);
    cache.note(kB, 1200, kNow);
    cache.note(kC, 1100, kNow);
    CHECK(cache.find(kA, kNow) == 0);
    CHECK(cache.find(kC, kNow) == 1100);
    CHECK(cache.size() == 2);
}

TEST_CASE("who stops listening aborts what was not accepted, and nothing else") {
    HostPair pair;
    const auto listener = pair.b.listen(kServer, 10, {});
    const auto first = *pair.a.connect(kServer, {}, pair.now),
               second = *pair.a.connect(kServer, {}, pair.now);
    pair.run();
    const auto accepted = *pair.b.accept(*listener);
    pair.b.stop_listening(*listener);
    pair.run();
    CHECK(pair.b.status(accepted)->state == State::established);
    CHECK(pair.a.status(first)->state == State::established);
    CHECK(pair.a.status(second)->ending == Ending::reset);
    CHECK(pair.b.connections() == 1);
    CHECK(!pair.b.accept(*listener).has_value());
    const auto third = *pair.a.connect(kServer, {}, pair.now);
    pair.run();
    CHECK(pair.a.status(third)->ending == Ending::refused);
}

TEST_CASE("a stale handle finds nothing, and harms nobody") {
    HostPair pair;
    const auto listener = pair.b.listen(kServer, 10, {});
    const auto id = *pair.a.connect(kServer, {}, pair.now);
    pair.run();
    (void)pair.a.abort(id);
    pair.a.release(id);
    pair.run();
    const auto other = *pair.a.connect(kServer, {}, pair.now);
    CHECK(other.index == id.index);
    std::uint8_t room[10];
    CHECK(pair.a.send(id, octets("x")).error() == CallError::does_not_exist);
    CHECK(pair.a.read(id, room).error() == CallError::does_not_exist);
    CHECK(pair.a.close(id).error() == CallError::does_not_exist);
    CHECK(!pair.a.status(id).has_value());
    pair.a.release(id);
    pair.run();
    CHECK(pair.a.status(other)->state == State::established);
    CHECK(!pair.a.holds({}));
    (void)listener;
}

TEST_CASE("events tell once what happened, and of listeners that there is something to accept") {
    HostPair pair;
    const auto listener = *pair.b.listen(kServer, 10, {});
    const auto client = *pair.a.connect(kServer, {}, pair.now);
    pair.run();
    auto event = pair.a.next_event();
    REQUIRE(event.has_value());
    CHECK(event->connection == client);
    CHECK((event->events & kOpened) != 0);
    CHECK(!pair.a.next_event().has_value());
    event = pair.b.next_event();
    REQUIRE(event.has_value());
    CHECK(event->listener == listener);
    CHECK(!pair.b.next_event().has_value());
    (void)pair.a.send(client, octets("hello"));
    pair.run();
    const auto server = *pair.b.accept(listener);  // what happened before is told now
    event = pair.b.next_event();
    REQUIRE(event.has_value());
    CHECK(event->connection == server);
    CHECK((event->events & (kOpened | kReadable)) == (kOpened | kReadable));
}

namespace {

/// One end of a wire that takes so many packets at a time; or of one that carries super-segments.
class WireEnd final : public ip::Device {
public:
    explicit WireEnd(std::size_t room, bool offloads = false) : room_(room), offloads_(offloads) {}
    WireEnd* other = nullptr;
    std::size_t largest = 0;  ///< octets of a packet that was sent

    [[nodiscard]] std::uint32_t mtu() const override { return 1500; }
    [[nodiscard]] bool offloads() const override { return offloads_; }
    std::size_t send(std::span<const ip::DevicePacket> packets, ip::Time) override {
        std::size_t n = 0;
        for (; n < packets.size() && other->come_.size() < room_; ++n) {
            const ip::DevicePacket& packet = packets[n];
            Kept kept{{packet.octets.begin(), packet.octets.end()}, packet};
            kept.octets.insert(kept.octets.end(), packet.text.begin(), packet.text.end());
            kept.packet.text = {};
            largest = std::max(largest, kept.octets.size());
            other->come_.push_back(std::move(kept));
        }
        return n;
    }
    std::size_t receive(std::span<ip::DevicePacket> out, ip::Time) override {
        borrowed_.clear();
        std::swap(borrowed_, come_);
        const std::size_t n = std::min(out.size(), borrowed_.size());
        for (std::size_t i = 0; i < n; ++i) {
            out[i] = borrowed_[i].packet;
            out[i].octets = borrowed_[i].octets;
        }
        come_.assign(borrowed_.begin() + static_cast<std::ptrdiff_t>(n), borrowed_.end());
        return n;
    }

private:
    struct Kept {
        ip::Buffer octets;
        ip::DevicePacket packet;  ///< but for the octets
    };

    std::size_t room_;
    bool offloads_;
    std::vector<Kept> come_, borrowed_;
};

/// Whether all that passes is as a wire has it.
class WireWatch final : public PacketObserver {
public:
    void on_packet(bool, ip::Bytes packet, const Host&, ip::Time) override {
        ++packets;
        CHECK(packet.size() <= 1500);
        const auto datagram = ip::parse_datagram(packet);
        REQUIRE(datagram.has_value());
        CHECK(segment_checksum_ok(datagram->payload, datagram->src, datagram->dst));
    }
    std::size_t packets = 0;
};

}  // namespace

TEST_CASE("pumps carry a transfer over devices, also where these have little room") {
    for (const auto& [room, offloads] : {std::pair{1000u, false}, {5u, false}, {1000u, true}}) {
        CAPTURE(room);
        CAPTURE(offloads);
        Host a(at_address(kA), {1, 2}), b(at_address(kB), {3, 4});
        WireEnd at_a(room, offloads), at_b(room, offloads);
        at_a.other = &at_b;
        at_b.other = &at_a;
        WireWatch watch;
        Pump of_a(at_a, a, &watch), of_b(at_b, b, &watch);
        const auto listener = *b.listen(kServer, 1, {});
        ip::Time now = kNow;
        const auto client = *a.connect(kServer, {}, now);
        const ip::Buffer text(200'000, 'p');
        ip::Buffer into(text.size());
        std::size_t sent = 0, read = 0;
        std::optional<ConnectionId> server;
        for (int i = 0; i < 100'000 && read < text.size(); ++i) {
            sent += a.send(client, ip::Bytes(text).subspan(sent)).value_or(0);
            of_a.run(now);
            of_b.run(now);
            if (!server) server = b.accept(listener);
            if (server) read += b.read(*server, std::span(into).subspan(read)).value_or(0);
            const auto next = ip::earlier(of_a.deadline(), of_b.deadline());
            now = std::max(now + 1us, std::min(next.value_or(now), now + 1ms));
        }
        CHECK(read == text.size());
        CHECK((of_a.lost() > 0) == (room == 5));
        CHECK((at_a.largest > 1500) == offloads);
        CHECK(watch.packets > 2 * text.size() / 1500);
    }
}
