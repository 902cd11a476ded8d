// Offload: a host that leaves checksums and cutting to its device sends and understands the same as one that
// does not.
#include <doctest/doctest.h>

#include "ip/offload.h"
#include "ip/random.h"
#include "tests/host_script.h"

namespace glass::tcp {
namespace {

using namespace glass::tests;
using namespace std::chrono_literals;

const ip::Address kA6 = *ip::parse_address("fd07::1"), kB6 = *ip::parse_address("fd07::2");

/// PSH says where somebody stopped for a moment: only the last of a super-segment has it.
ip::Buffer without_push(ip::Bytes packet) {
    ip::Buffer out(packet.begin(), packet.end());
    const std::size_t tcp = packet[0] >> 4 == 4 ? 20 : 40;
    out[tcp + 13] &= static_cast<std::uint8_t>(~PSH);
    ip::store16(&out[tcp + 16], 0);  // whether it is right is the receiver's matter
    return out;
}

/// A sender, whose packets come as a wire has them, and a receiver.
struct Talk {
    Talk(bool v6, bool offloads, const Config& config)
        : a(at_address(v6 ? kA6 : kA), {1, 2}), b(at_address(v6 ? kB6 : kB), {3, 4}), offloads_(offloads) {
        const Endpoint server{v6 ? kB6 : kB, 80};
        const auto listener = *b.listen(server, 1, config);
        sender = *a.connect(server, config, now);
        for (int i = 0; i < 3; ++i) run([](std::size_t) { return false; });
        receiver = *b.accept(listener);
    }

    /// What both have to say; what is `lost` of the sender's packets does not arrive. Returns those.
    template <class Lost>
    std::vector<ip::Buffer> run(Lost lost) {
        std::vector<ip::Buffer> sent;
        ip::Buffer memory;
        while (const auto packet = a.poll(offloads_, memory, now)) {
            largest = std::max(largest, packet->octets.size() + packet->text.size());
            ip::WirePackets wire(*packet);
            while (const auto octets = wire.next()) {
                if (!lost(sent.size())) b.receive(*octets, now);
                sent.push_back(without_push(*octets));
            }
        }
        while (const auto packet = b.poll(now)) a.receive(*packet, now);
        return sent;
    }

    Host a, b;
    ConnectionId sender{}, receiver{};
    ip::Time now{kNow};
    std::size_t largest = 0;  ///< octets of a packet

private:
    bool offloads_;
};

/// The same is done to both until all is there; every packet must be the same.
void compare(std::uint64_t seed, const Config& config, ip::Ratio loss) {
    CAPTURE(seed);
    ip::Random random(seed);
    const bool v6 = random.below(2) == 1;
    Talk plain(v6, false, config), offloading(v6, true, config);
    ip::Buffer text(random.between(1, 600'000)), into(text.size());
    for (std::uint8_t& octet : text) octet = static_cast<std::uint8_t>(random.next());
    std::size_t given = 0, read = 0;
    bool closed = false;
    for (int turn = 0; turn < 20'000 && read < text.size(); ++turn) {
        const std::size_t n = random.below(2) == 1 ? random.below(70'000) : random.below(100);
        const ip::Bytes piece = ip::first(ip::after(text, given), n);
        const auto one = plain.a.send(plain.sender, piece),
                   other = offloading.a.send(offloading.sender, piece);
        CHECK(one.value_or(0) == other.value_or(0));
        given += one.value_or(0);
        if (given == text.size() && !closed) {
            closed = true;
            (void)plain.a.close(plain.sender);
            (void)offloading.a.close(offloading.sender);
        }
        const std::uint64_t fate = random.next();
        const auto lost = [&](std::size_t i) { return ip::Random(fate, i).chance(loss); };
        REQUIRE(plain.run(lost) == offloading.run(lost));
        const auto out = std::span(into).subspan(read);
        const std::size_t come = plain.b.read(plain.receiver, out).value_or(0);
        CHECK(offloading.b.read(offloading.receiver, out).value_or(0) == come);
        read += come;
        plain.now = offloading.now += ip::Duration(random.below(30'000'000));
    }
    CHECK(read == text.size());
    CHECK(into == text);
    for (Talk* const talk : {&plain, &offloading}) CHECK(talk->b.counters().dropped_in_all() == 0);
    CHECK(plain.largest <= 1500);
    CHECK((offloading.largest > 1500) ==
          (offloading.a.counters().packets_out < plain.a.counters().packets_out));
}

}  // namespace

TEST_CASE("cut, super-segments are the segments that a host sends without offload") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        compare(seed, {}, {0, 1});
        compare(seed, {}, {1, 50});
        compare(seed, {.nagle = false, .timestamps = false}, {1, 200});
        compare(seed, {.mtu = 576, .sack = false}, {1, 200});
    }
}

TEST_CASE("paced, a super-segment is no longer than a millisecond of segments") {
    Talk talk(false, true, {.congestion = CongestionAlgorithm::bbr});
    const ip::Buffer text(200'000, 'x');
    ip::Buffer into(text.size());
    std::size_t read = 0;
    while (read < 5'000'000) {
        (void)talk.a.send(talk.sender, text);
        const auto rate = talk.a.find(talk.sender)->tcb().congestion->pacing_rate();
        talk.largest = 0;
        (void)talk.run([](std::size_t) { return false; });
        CHECK(talk.largest <= std::max<std::uint64_t>(1500, octets_in(rate, Pacer::kTogether) + 100));
        read += talk.b.read(talk.receiver, into).value_or(0);
        talk.now += 1ms;
    }
}

TEST_CASE("a super-segment is taken whole, and acknowledged at once") {
    HostPair pair;
    const auto listener = *pair.b.listen(kServer, 1, {});
    const auto client = *pair.a.connect(kServer, {}, pair.now);
    pair.run();
    const auto server = *pair.b.accept(listener);
    const ip::Buffer text(10'000, 't');
    (void)pair.a.send(client, text);
    ip::Buffer memory;
    const auto packet = pair.a.poll(true, memory, pair.now);
    REQUIRE(packet.has_value());
    CHECK(packet->octets.size() == 20 + 20 + 12);
    CHECK(packet->text.size() == 6 * 1448);
    CHECK(packet->segment_size == 1448);
    ip::Buffer octets(packet->octets.begin(), packet->octets.end());
    octets.insert(octets.end(), packet->text.begin(), packet->text.end());
    const ip::DevicePacket come{.octets = octets, .checksum = packet->checksum, .segment_size = 1448};

    SUBCASE("what a wire carries of it is the same, wherever its text is") {
        ip::WirePackets one(*packet), other(come);
        for (auto a = one.next(), b = other.next(); a || b; a = one.next(), b = other.next()) {
            REQUIRE(a.has_value());
            REQUIRE(b.has_value());
            CHECK(ip::Buffer(a->begin(), a->end()) == ip::Buffer(b->begin(), b->end()));
        }
    }
    SUBCASE("a partial checksum needs no verification") {
        pair.b.receive(come, pair.now);
        CHECK(pair.b.status(server)->unread == 6 * 1448);
        const auto ack = next(pair.b, pair.now);
        REQUIRE(ack.has_value());
        CHECK(ack->segment.ack == pair.b.find(server)->tcb().rcv.nxt);
    }
    SUBCASE("the largest segment is still what was announced") {
        pair.b.receive(come, pair.now);
        CHECK(pair.b.find(server)->tcb().acks.largest == 1460);
    }
    SUBCASE("complete it would be wrong") {
        pair.b.receive(octets, pair.now);
        CHECK(pair.b.status(server)->unread == 0);
        CHECK(pair.b.counters().dropped_for(HostDrop::bad_tcp_checksum) == 1);
    }
    SUBCASE("two that are cut out of it wait for nothing either") {
        ip::WirePackets wire(come);
        pair.b.receive(*wire.next(), pair.now);
        CHECK_FALSE(next(pair.b, pair.now).has_value());
        pair.b.receive(*wire.next(), pair.now);
        CHECK(next(pair.b, pair.now).has_value());
    }
}

}  // namespace glass::tcp
