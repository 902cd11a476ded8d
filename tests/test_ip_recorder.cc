// Recorder: the traffic of a simulated link as other programs read it, with every packet's fate.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>

#include "ip/capture_writer.h"
#include "ip/recorder.h"
#include "tests/capture_bytes.h"
#include "tests/sim_checks.h"

using namespace glass;
using namespace glass::test;
using Way = ip::Recorder::Way;
using Vantage = ip::Recorder::Vantage;

namespace {

ip::CaptureWriter writer(const std::string& path) {
    auto created = ip::CaptureWriter::create(path, {.format = ip::CaptureWriter::Format::pcapng});
    REQUIRE_MESSAGE(created.has_value(), created.error());
    return std::move(*created);
}

ip::Buffer numbered(std::uint8_t n) {
    ip::Buffer packet = ipv4_packet(21, 2);
    packet.back() = n;
    return packet;
}

/// Six packets to B, one each ms, of which the link drops the second, and one to A.
void run(const std::string& path, Vantage vantage) {
    ip::Recorder recorder(writer(path), vantage);
    const ip::SimLinkOptions rough{.delay = 2500us,
                                   .loss = {.numbers = {2}},
                                   .duplicate = {.numbers = {3}},
                                   .duplicate_delay = 100us,
                                   .reorder = {.numbers = {4}},
                                   .reorder_delay = 2ms,
                                   .corrupt = {.numbers = {5}}};
    ip::SimLinkPair pair(rough, {.delay = 2500us}, 1, &recorder.watch(Way::to_b), &recorder.watch(Way::to_a));
    for (int i = 0; i < 6; ++i) {
        drain(pair.to_b, at(i * 1ms));
        drain(pair.to_a, at(i * 1ms));
        if (i == 1) recorder.note(Way::to_b, "state ESTABLISHED");
        pair.to_b.send(numbered(static_cast<std::uint8_t>(i + 1)), at(i * 1ms));
        if (i == 1) pair.to_a.send(numbered(101), at(i * 1ms));
    }
    drain(pair.to_b);
    drain(pair.to_a);
    REQUIRE(recorder.close());
}

std::vector<std::string> comments(const Reading& reading) {
    std::vector<std::string> out;
    for (const Seen& s : reading.frames) out.push_back(s.comment);
    return out;
}

bool has_tshark() {
    return std::system("command -v tshark >/dev/null 2>&1") == 0;  // NOLINT(cert-env33-c): a fixed command
}

std::string output_of(const std::string& command) {
    std::string out;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 4096> buffer;
    while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), n);
    CHECK(pclose(pipe) == 0);
    return out;
}

}  // namespace

TEST_CASE("from A: what A sends, with its fate, and what arrives at A") {
    const TemporaryFile file("x.pcapng");
    run(file.path(), Vantage::a);
    const Reading reading = read_all(ip::CaptureReader::open(file.path()));
    REQUIRE(reading.frames.size() == 7);
    CHECK(comments(reading) == std::vector<std::string>{"", "state ESTABLISHED; dropped: on the list",
                                                        "duplicated", "held back: others may overtake it", "",
                                                        "corrupted", ""});
    const std::int64_t ms = 1'000'000;
    const std::int64_t times[] = {0, 1 * ms, 2 * ms, 3 * ms, 3 * ms + ms / 2, 4 * ms, 5 * ms};
    for (std::size_t i = 0; i < 7; ++i) {
        CHECK(reading.frames[i].nanoseconds == times[i]);
        CHECK(reading.frames[i].link == static_cast<std::uint32_t>(ip::LinkType::raw));
        CHECK(reading.frames[i].length == 21);
        CHECK(reading.frames[i].interface == 0);
    }
    CHECK(static_cast<std::uint8_t>(reading.frames[4].bytes.back()) == 101);
    CHECK(static_cast<std::uint8_t>(reading.frames[5].bytes.back()) == 5);  // as A sent it, not as it arrived
}

TEST_CASE("from B: what arrives at B, in its order, and what B sends") {
    const TemporaryFile file("x.pcapng");
    run(file.path(), Vantage::b);
    const Reading reading = read_all(ip::CaptureReader::open(file.path()));
    CHECK(comments(reading) == std::vector<std::string>{"", "", "duplicated", "duplicate made by the link",
                                                        "corrupted", "held back: others may overtake it",
                                                        ""});
    CHECK(static_cast<std::uint8_t>(reading.frames.at(0).bytes.back()) == 101);
    CHECK(static_cast<std::uint8_t>(reading.frames.at(1).bytes.back()) == 1);
    CHECK(static_cast<std::uint8_t>(reading.frames.at(6).bytes.back()) == 6);
}

TEST_CASE("from both: each end is an interface") {
    const TemporaryFile file("x.pcapng");
    run(file.path(), Vantage::both);
    const Reading reading = read_all(ip::CaptureReader::open(file.path()));
    CHECK(reading.frames.size() == 14);
    CHECK(std::ranges::count(reading.frames, 0u, &Seen::interface) == 7);
    CHECK(std::ranges::is_sorted(reading.frames, {}, &Seen::nanoseconds));
}

TEST_CASE("tshark reads packets and comments") {
    if (!has_tshark()) {
        MESSAGE("tshark is not installed: not compared");
        return;
    }
    const TemporaryFile file("x.pcapng");
    run(file.path(), Vantage::a);
    const std::string out = output_of("tshark -r '" + file.path() +
                                      "' -T fields -e frame.number -e frame.time_relative -e ip.len "
                                      "-e frame.comment 2>/dev/null");
    CAPTURE(out);
    CHECK(out.find("1\t0.000000000\t21\t\n") == 0);
    CHECK(out.find("2\t0.001000000\t21\tstate ESTABLISHED; dropped: on the list\n") != std::string::npos);
    CHECK(out.find("6\t0.004000000\t21\tcorrupted\n") != std::string::npos);
    CHECK(std::ranges::count(out, '\n') == 7);
}

TEST_CASE("a packet waits for its fate, but the file does not wait for ever") {
    const TemporaryFile file("x.pcapng");
    {
        ip::Recorder recorder(writer(file.path()), Vantage::a);
        ip::SimLink link({.rate = 1000, .memory = 64 << 20, .queue = {.packets = 100'000}}, 1,
                         &recorder.watch(Way::to_b));
        // 40 MB, far more than Recorder::kMostPending, while the link transmits a few packets.
        for (int i = 0; i < 40'000; ++i) CHECK_FALSE(link.send(ipv4_packet(1000, 0), at(i * 1ms)));
        CHECK(std::filesystem::file_size(file.path()) > 20'000'000);
        REQUIRE(recorder.close());
    }
    const Reading reading = read_all(ip::CaptureReader::open(file.path()));
    CHECK(reading.frames.size() == 40'000);
    CHECK_FALSE(reading.damage);
}

TEST_CASE("a full queue, CoDel's drops and marks are there to read") {
    const TemporaryFile file("x.pcapng");
    ip::Recorder recorder(writer(file.path()), Vantage::both);
    ip::SimLink link(
        {.rate = 8'000'000,
         .queue = {.discipline = ip::SimQueueOptions::Discipline::codel, .packets = 400, .ecn = true}},
        1, &recorder.watch(Way::to_b));
    for (int i = 0; i < 3000; ++i) {
        drain(link, at(i * 500us));
        link.send(ipv4_packet(1000, i % 2 == 0 ? 2 : 0), at(i * 500us));
    }
    drain(link);
    REQUIRE(recorder.close());
    const Reading reading = read_all(ip::CaptureReader::open(file.path()));
    const auto count = [&](std::string_view comment) {
        return static_cast<std::uint64_t>(std::ranges::count(reading.frames, comment, &Seen::comment));
    };
    const ip::SimCounters& c = link.counters();
    CHECK(c.dropped_for(ip::Drop::queue_full) > 0);
    CHECK(c.dropped_for(ip::Drop::codel) > 0);
    CHECK(c.marked > 0);
    CHECK(count("dropped: queue full") == c.dropped_for(ip::Drop::queue_full));
    CHECK(count("dropped: CoDel") == c.dropped_for(ip::Drop::codel));
    CHECK(count("marked: congestion experienced") == 2 * c.marked);  // at either end
    CHECK(reading.frames.size() == c.sent + c.delivered);
}

TEST_CASE("what cannot be written is said at the end") {
    ip::Recorder recorder(writer("/dev/full"), Vantage::a);
    ip::SimLink link({}, 1, &recorder.watch(Way::to_b));
    for (int i = 0; i < 2000; ++i) link.send(ipv4_packet(1000, 0), at(i * 1ms));
    const ip::Written closed = recorder.close();
    REQUIRE_FALSE(closed);
    CHECK(closed.error() == "/dev/full: No space left on device");
}
