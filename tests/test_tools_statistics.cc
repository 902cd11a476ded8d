// Counting known frames without taking them apart comes to what the general way comes to: on captures/ again
// and again, on random changes of them, and on random conversations.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

#include "ip/ethernet.h"
#include "ip/ipv4.h"
#include "ip/udp.h"
#include "tcp/segment.h"
#include "tests/capture_bytes.h"
#include "tools/statistics.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;

std::string text_of(const tools::Count& count) {
    return std::to_string(count.frames) + '/' + std::to_string(count.bytes);
}

/// All that there is to know, a line each.
std::string everything(const tools::Statistics& statistics) {
    const tools::Tally& tally = statistics.tally();
    std::string out = text_of(tally.total()) + " captured " + std::to_string(tally.captured_bytes());
    const auto nanoseconds = [](ip::Time time) { return std::to_string(time.time_since_epoch().count()); };
    out += "\nfrom " + nanoseconds(tally.first_time()) + " to " + nanoseconds(tally.last_time());
    for (const auto& row : tally.protocols())
        out += "\n" + std::to_string(row.depth) + " " + std::string(ip::name(row.proto)) + " " +
               text_of(row.count);
    for (const auto& [address, talker] : tally.top_talkers(1000))
        out += "\n" + to_string(address) + " " + text_of(talker.sent) + " " + text_of(talker.received);
    out += "\nsizes";
    for (const std::uint64_t frames : tally.sizes()) out += " " + std::to_string(frames);
    for (const auto& problem : tally.problems())
        out +=
            "\n" + problem.what + " " + std::to_string(problem.frames) + " " + std::to_string(problem.first);
    for (const std::string& line : statistics.notes().lines()) out += "\n" + line;
    const tcp::FlowTable& flows = statistics.decoder().flows();
    return out + "\nconnections " + std::to_string(flows.count()) + " forgotten " +
           std::to_string(flows.forgotten());
}

/// The same frames, both ways.
class Both {
public:
    explicit Both(bool verify = true)
        : quick_(std::make_unique<tools::Statistics>(options(verify), 1)),
          general_(std::make_unique<tools::Statistics>(options(verify), 1, false)) {}

    void add(ip::Frame frame, bool wanted = true) {
        frame.number = ++frames_;
        quick_->add(frame, wanted);
        general_->add(frame, wanted);
    }
    void compare() {
        quick_->finish();
        general_->finish();
        CHECK(everything(*quick_) == everything(*general_));
    }

private:
    static tools::Decoder::Options options(bool verify) {
        tools::Decoder::Options options;
        options.verify_checksums = verify;
        return options;
    }

    std::unique_ptr<tools::Statistics> quick_, general_;
    std::uint64_t frames_ = 0;
};

struct Kept {
    ip::Frame frame;
    ip::Buffer octets;
};

std::vector<Kept> frames_of(const std::string& path) {
    std::vector<Kept> kept;
    auto reader = ip::CaptureReader::open(path);
    ip::Frame frame;
    while (reader && reader->next(frame)) kept.push_back({frame, {frame.bytes.begin(), frame.bytes.end()}});
    for (Kept& one : kept) {
        one.frame.bytes = one.octets;
        one.frame.comment = {};
    }
    return kept;
}

template <class F>
void for_each_capture(F f) {
    for (const auto& entry : std::filesystem::directory_iterator("captures")) {
        if (!entry.is_regular_file()) continue;
        const std::string path = entry.path().string();
        CAPTURE(path);
        if (std::vector<Kept> frames = frames_of(path); !frames.empty()) f(frames);
    }
}

TEST_CASE("every capture counts the same both ways, also when it is played again") {
    for_each_capture([](const std::vector<Kept>& frames) {
        for (const bool verify : {true, false}) {
            Both both(verify);
            for (const ip::Duration later : {0s, 1s, 9s, 11s, 3600s * 25}) {
                for (Kept one : frames) {
                    one.frame.time += later;
                    both.add(one.frame);
                }
            }
            both.compare();
        }
    });
}

TEST_CASE("so do captures with random octets changed, frames left out, cut and not wanted") {
    std::mt19937 random(1);
    const auto below = [&](std::size_t n) { return random() % n; };
    for_each_capture([&](const std::vector<Kept>& frames) {
        Both both;
        for (int i = 0; i < 3000; ++i) {
            Kept one = frames[below(frames.size())];
            if (below(4) == 0 && !one.octets.empty())
                one.octets[below(std::min<std::size_t>(one.octets.size(), 60))] ^=
                    static_cast<std::uint8_t>(1U << below(8));
            one.frame.bytes = one.octets;
            if (below(20) == 0) one.frame.bytes = ip::first(one.octets, below(80));
            if (below(20) == 0) one.frame.length += 10;
            if (below(20) == 0) one.frame.time += std::chrono::seconds(below(100));
            both.add(one.frame, below(10) != 0);
        }
        both.compare();
    });
}

/// A frame of a conversation between few hosts, now and then an odd one.
class Conversations {
public:
    /// Silences of a day only between few ends: of many, it is not certain which are forgotten first.
    Conversations(unsigned seed, bool few) : random_(seed), few_(few) {}

    ip::Frame next() {
        octets_.clear();
        const std::uint32_t sender = few_ ? below(2) : below(3);
        const ip::Ipv4Address src{0x0a000000U + sender}, dst{0x0a000000U + (few_ ? 1 - sender : below(3))};
        ip::Buffer upper, text(below(3) == 0 ? 0 : below(90));
        const bool udp = below(3) == 0;
        const auto port = [&] {
            return static_cast<std::uint16_t>(below(30) == 0 ? 53 : 1000 + below(few_ ? 1 : 3));
        };
        if (udp)
            ip::UdpHeader{.src_port = port(), .dst_port = port(), .payload = text}.serialize(upper, src, dst);
        else
            tcp::Segment{.src_port = port(), .dst_port = port(), .flags = flags(), .payload = text}.serialize(
                upper, src, dst);
        if (udp && below(4) == 0) upper[6] = upper[7] = 0;
        if (below(50) == 0) upper.back() ^= 1;
        const ip::MacAddress mac{{2}};
        ip::EthernetHeader{.dst = mac, .src = mac, .type = 0x800}.serialize(octets_);
        ip::Ipv4Header{.more_fragments = below(100) == 0,
                       .protocol = static_cast<std::uint8_t>(udp ? 17 : 6),
                       .src = src,
                       .dst = dst,
                       .payload = upper}
            .serialize(octets_);
        if (below(100) == 0) octets_[24] ^= 1;
        octets_.resize(octets_.size() + (below(5) == 0 ? below(10) : 0));
        now_ += few_ && below(300) == 0 ? 25h
                : below(100) == 0       ? 11s
                                        : std::chrono::nanoseconds(below(1'000'000'000));
        if (below(50) == 0) now_ -= 1s;
        return {.time = now_,
                .length = static_cast<std::uint32_t>(octets_.size()),
                .bytes = octets_,
                .comment = {}};
    }

private:
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_()) % n; }
    std::uint16_t flags() {
        static constexpr std::uint16_t kOdd[] = {
            tcp::SYN, tcp::SYN | tcp::ACK, tcp::FIN | tcp::ACK, tcp::RST, tcp::RST | tcp::ACK, 0, tcp::FIN};
        return below(8) == 0 ? kOdd[below(std::size(kOdd))] : static_cast<std::uint16_t>(tcp::ACK);
    }

    std::mt19937 random_;
    bool few_;
    ip::Buffer octets_;
    ip::Time now_{};
};

TEST_CASE("so do random conversations, with ports used again, damage, and long silences") {
    for (unsigned seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        Conversations conversations(seed, seed % 2 == 0);
        Both both(seed % 5 != 0);
        for (int i = 0; i < 1500; ++i) both.add(conversations.next(), i % 7 != 0);
        both.compare();
    }
}

TEST_CASE("known frames are counted without the decoder") {
    Conversations conversations(1, true);
    ip::Frame frame;
    tools::Tally tally(1);
    tools::Decoder decoder({});
    tools::QuickTally quick(tally, true);
    int taken = 0;
    for (int i = 0; i < 2000; ++i) {
        frame = conversations.next();
        const bool quickly = quick.take(frame, true);
        taken += quickly;
        if (!quickly) quick.learn(decoder.decode(frame), decoder);
    }
    CHECK(taken > 300);
    quick.finish();
    CHECK(tally.total().frames == static_cast<std::uint64_t>(taken));
}

}  // namespace
