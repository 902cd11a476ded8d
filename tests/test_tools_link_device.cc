// LinkDevice: a device behind a simulated link, in virtual time.
#include <deque>
#include <doctest/doctest.h>

#include "ip/capture_file.h"
#include "tests/capture_bytes.h"
#include "tools/link_device.h"

using namespace glass;
using namespace std::chrono_literals;
using tools::LinkDevice;

namespace {

constexpr ip::Time kStart{1'000'000s};

ip::Buffer packet(std::size_t octets) {
    ip::Buffer out;
    ip::Ipv4Header{.dont_fragment = true, .protocol = 17, .src = {0x0a070001}, .dst = {0x0a070002}}
        .serialize_header(out, octets - ip::Ipv4Header::kMinLength);
    out.resize(octets);
    return out;
}

/// What is behind the link.
class Inner final : public ip::Device {
public:
    [[nodiscard]] std::uint32_t mtu() const override { return 1500; }
    std::size_t send(std::span<const ip::DevicePacket> packets, ip::Time now) override {
        for (const ip::DevicePacket& one : packets)
            sent.push_back({now, {one.octets.begin(), one.octets.end()}});
        return packets.size();
    }
    std::size_t receive(std::span<ip::DevicePacket> out, ip::Time) override {
        if (waiting.empty()) return 0;
        given = std::move(waiting.front());
        waiting.pop_front();
        out[0] = {.octets = given};
        return 1;
    }
    std::vector<std::pair<ip::Time, ip::Buffer>> sent;
    std::deque<ip::Buffer> waiting;
    ip::Buffer given;
};

tools::LinkPlan plan(const char* text) {
    const auto parsed = tools::parse_link(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

std::size_t receive(LinkDevice& device, ip::Time now) {
    ip::DevicePacket out[8];
    return device.receive(out, now);
}

void send(LinkDevice& device, const ip::Buffer& octets, ip::Time now) {
    const ip::DevicePacket one{.octets = octets};
    CHECK(device.send({&one, 1}, now) == 1);
}

}  // namespace

TEST_CASE("packets take half the round trip each way") {
    Inner inner;
    LinkDevice device(inner, plan("rtt 40ms"), 1);
    CHECK_FALSE(device.deadline().has_value());
    send(device, packet(100), kStart);
    inner.waiting.push_back(packet(200));
    CHECK(receive(device, kStart) == 0);
    CHECK(inner.sent.empty());
    CHECK(device.deadline() == kStart + 20ms);
    CHECK(receive(device, kStart + 20ms) == 1);
    REQUIRE(inner.sent.size() == 1);
    CHECK(inner.sent[0].second == packet(100));
    CHECK_FALSE(device.deadline().has_value());
}

TEST_CASE("a link that does nothing passes packets on at once") {
    Inner inner;
    LinkDevice device(inner, {}, 1);
    send(device, packet(100), kStart);
    CHECK(inner.sent.size() == 1);
    inner.waiting.push_back(packet(200));
    CHECK(receive(device, kStart) == 1);
}

TEST_CASE("what is too large for the link is answered, to whoever sent it") {
    Inner inner;
    LinkDevice device(inner, plan("mtu 600"), 1);
    send(device, packet(1000), kStart);
    CHECK(inner.sent.empty());
    REQUIRE(device.deadline().has_value());
    ip::DevicePacket out[8];
    REQUIRE(device.receive(out, kStart) == 1);
    const ip::IcmpHeader told = ip::read_icmp(ip::after(out[0].octets, 20));
    CHECK(told.type == ip::icmp_type::destination_unreachable);
    CHECK(told.code == ip::unreachable_code::fragmentation_needed);
    CHECK(told.next_hop_mtu() == 600);
    inner.waiting.push_back(packet(1000));
    CHECK(receive(device, kStart) == 0);
    REQUIRE(inner.sent.size() == 1);
    CHECK(ip::read_icmp(ip::after(inner.sent[0].second, 20)).next_hop_mtu() == 600);
}

TEST_CASE("a link may change while packets are on it") {
    Inner inner;
    LinkDevice device(inner, plan("rtt 40ms"), 1);
    send(device, packet(100), kStart);
    device.change(plan("loss 100%"), kStart + 1ms);
    send(device, packet(200), kStart + 1ms);
    CHECK(receive(device, kStart + 20ms) == 0);
    REQUIRE(inner.sent.size() == 1);
    CHECK(inner.sent[0].second.size() == 100);
    device.change({}, kStart + 21ms);
    send(device, packet(300), kStart + 21ms);
    REQUIRE(inner.sent.size() == 2);
    CHECK(inner.sent[1].second.size() == 300);
}

TEST_CASE("a queue that waits for the transmitter goes on at the new rate") {
    Inner inner;
    LinkDevice device(inner, plan("rate 8kbit"), 1);  // an octet takes a millisecond
    for (int i = 0; i < 3; ++i) send(device, packet(1000), kStart);
    CHECK(receive(device, kStart + 1s) == 0);
    CHECK(inner.sent.size() == 1);
    device.change({}, kStart + 1s);
    CHECK(receive(device, kStart + 2s) == 0);
    CHECK(inner.sent.size() == 3);
}

TEST_CASE("a record: what the host sent with its reason and fate, and what came") {
    Inner inner;
    const glass::test::TemporaryFile file("link_device.pcapng");
    auto writer = ip::CaptureWriter::create(file.path());
    REQUIRE(writer.has_value());
    ip::Recorder recorder(std::move(*writer), ip::Recorder::Vantage::a);
    LinkDevice device(inner, plan("drop 1"), 1);
    device.record(recorder, [](ip::Bytes octets) { return "of " + std::to_string(octets.size()); });
    send(device, packet(100), kStart);
    send(device, packet(200), kStart + 1ms);
    inner.waiting.push_back(packet(300));
    CHECK(receive(device, kStart + 2ms) == 1);
    REQUIRE(recorder.close().has_value());
    auto reader = ip::CaptureReader::open(file.path());
    REQUIRE(reader.has_value());
    std::vector<std::pair<std::size_t, std::string>> seen;
    for (ip::Frame frame; reader->next(frame);) seen.emplace_back(frame.bytes.size(), frame.comment);
    REQUIRE(seen.size() == 3);
    CHECK(seen[0] == std::pair<std::size_t, std::string>(100, "of 100; dropped: on the list"));
    CHECK(seen[1] == std::pair<std::size_t, std::string>(200, "of 200"));
    CHECK(seen[2] == std::pair<std::size_t, std::string>(300, ""));
}
