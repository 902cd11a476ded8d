// Replay: recorded packets come at their times, in their order, and wait for answers only so long.
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "ip/replay.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;

ip::Time at(ip::Duration since) {
    return ip::Time(since);
}

/// Packets named in `waiting` are not ready. Writes down what it is asked and told.
struct Director final : ip::ReplayDirector {
    std::vector<std::string> log;
    std::vector<std::size_t> waiting;

    bool prepare(std::size_t number, ip::Buffer& packet, ip::Time) override {
        for (const std::size_t w : waiting)
            if (w == number) return false;
        log.push_back("play " + std::to_string(number));
        packet.push_back('!');
        return true;
    }
    void hurry(std::size_t number, ip::Buffer& packet, ip::Time) override {
        log.push_back("hurry " + std::to_string(number));
        packet.push_back('?');
    }
    void answered(ip::Bytes packet, ip::Time) override {
        log.push_back("answer of " + std::to_string(packet.size()));
    }
};

std::vector<ip::Replay::Packet> three_packets() {
    return {{at(10ms), {'a'}}, {at(20ms), {'b'}}, {at(20ms), {'c'}}};
}

/// What the device gives now; empty: nothing.
std::string taken(ip::Replay& device, ip::Time now) {
    ip::DevicePacket packet;
    if (device.receive({&packet, 1}, now) == 0) return {};
    return {packet.octets.begin(), packet.octets.end()};
}

TEST_CASE("replay: packets come at their times, one at a time, as the director made them") {
    Director director;
    ip::Replay device(three_packets(), 1500, 1s, director);
    CHECK(device.mtu() == 1500);
    CHECK(device.deadline() == at(10ms));
    CHECK(taken(device, at(9999us)).empty());
    CHECK(taken(device, at(10ms)) == "a!");
    CHECK(device.deadline() == at(20ms));
    CHECK(taken(device, at(10ms)).empty());
    std::vector<ip::DevicePacket> room(5);
    CHECK(device.receive(room, at(25ms)) == 1);  // there is more, but the answer comes first
    CHECK_FALSE(device.finished());
    CHECK(taken(device, at(25ms)) == "c!");
    CHECK(device.finished());
    CHECK_FALSE(device.deadline());
    CHECK(taken(device, at(1h)).empty());
    CHECK(director.log == std::vector<std::string>{"play 0", "play 1", "play 2"});
}

TEST_CASE("replay: without room nothing is taken, and nothing is lost") {
    Director director;
    ip::Replay device(three_packets(), 1500, 1s, director);
    CHECK(device.receive({}, at(1s)) == 0);
    CHECK(director.log.empty());
    CHECK(taken(device, at(1s)) == "a!");
}

TEST_CASE("replay: a packet that makes no sense yet waits, and so do those behind it") {
    Director director;
    director.waiting = {1};
    ip::Replay device(three_packets(), 1500, 1s, director);
    CHECK(taken(device, at(10ms)) == "a!");
    CHECK(taken(device, at(20ms)).empty());
    CHECK(device.deadline() == at(1020ms));  // its patience
    const std::uint8_t answer[7] = {};
    const ip::DevicePacket packet{.octets = answer};
    CHECK(device.send({&packet, 1}, at(30ms)) == 1);
    director.waiting.clear();
    CHECK(taken(device, at(30ms)) == "b!");
    CHECK(taken(device, at(30ms)) == "c!");
    CHECK(director.log == std::vector<std::string>{"play 0", "answer of 7", "play 1", "play 2"});
}

TEST_CASE("replay: patience ends, and begins anew with the next packet") {
    Director director;
    director.waiting = {1, 2};
    ip::Replay device(three_packets(), 1500, 1s, director);
    CHECK(taken(device, at(10ms)) == "a!");
    CHECK(taken(device, at(20ms)).empty());
    CHECK(taken(device, at(1019999us)).empty());
    CHECK(taken(device, at(1020ms)) == "b?");
    CHECK(taken(device, at(1020ms)).empty());
    CHECK(device.deadline() == at(2020ms));
    CHECK(taken(device, at(2020ms)) == "c?");
    CHECK(device.finished());
}

}  // namespace
