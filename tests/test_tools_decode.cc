// Decoding as a whole: every capture at hand through every view, and packets made of damaged ones.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/packet_rules.h"
#include "tools/decoder.h"

namespace {

using namespace glass;
using namespace glass::tests;
using tools::Decoder;
using tools::Packet;

/// Captures recorded for this project; their frames are what real programs sent.
std::vector<std::string> captures() {
    std::vector<std::string> found;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("captures", none)) {
        const std::string name = entry.path().filename().string();
        if (name.find(".pcap") != std::string::npos) found.push_back(entry.path().string());
    }
    std::ranges::sort(found);
    return found;
}

bool no_captures() {
    return captures().empty();
}

void for_each_frame(const std::string& path, const std::function<void(const ip::Frame&)>& take) {
    auto reader = ip::CaptureReader::open(path);
    REQUIRE_MESSAGE(reader, path << (reader ? "" : ": " + reader.error()));
    ip::Frame frame;
    while (reader->next(frame)) take(frame);
}

/// A frame with octets of its own.
struct Kept {
    ip::Frame frame;
    ip::Buffer octets;
};

Kept keep(const ip::Frame& frame) {
    Kept kept{frame, {frame.bytes.begin(), frame.bytes.end()}};
    kept.frame.comment = {};
    return kept;
}

/// "eth:ip:tcp", and what is not as usual about it.
std::string shape_of(const Packet& packet) {
    std::string shape;
    for (const tools::Layer& layer : packet.layers()) shape.append(ip::name(layer.proto)).append(":");
    if (!packet.reassembled.empty()) shape += "reassembled";
    if (packet.fault) shape += "faulty";
    return shape;
}

/// The first frame of every sequence of protocols in a file that no file before had.
std::vector<Kept> frames_of_new_shapes(const std::string& path, std::set<std::string>& shapes) {
    Decoder decoder({});
    std::vector<Kept> frames;
    for_each_frame(path, [&](const ip::Frame& frame) {
        if (shapes.insert(shape_of(decoder.decode(frame))).second) frames.push_back(keep(frame));
    });
    return frames;
}

/// Decodes octets that lie in memory of exactly their size, so that a sanitizer sees one read too many, and
/// shows what came of it: in JSON, every `kAllViews`-th or where that is wanted in all views.
class Trial {
public:
    std::string_view run(const Kept& like, ip::Bytes octets, std::uint32_t wire_length,
                         bool all_views = false) {
        const auto copy = std::make_unique_for_overwrite<std::uint8_t[]>(octets.size());
        std::ranges::copy(octets, copy.get());
        ip::Frame frame = like.frame;
        frame.bytes = {copy.get(), octets.size()};
        frame.length = wire_length;
        const Packet& packet = decoder_.decode(frame);
        if (const std::string_view rule = broken_rule(packet); !rule.empty()) return rule;
        return ++count_ % kAllViews == 0 || all_views ? views_.all(packet) : views_.json(packet);
    }
    std::uint64_t count() const { return count_; }
    void feed(const Kept& kept) {
        ip::Frame frame = kept.frame;
        frame.bytes = kept.octets;
        (void)decoder_.decode(frame);
    }

private:
    static constexpr std::uint64_t kAllViews = 16;
    Decoder decoder_{{}};
    EveryView views_;
    std::uint64_t count_ = 0;
};

/// Headers stand at the front; what comes after these many octets is payload nearly always. So far every
/// prefix is tried and every octet changed, and beyond it only prefixes of every kStride-th length.
constexpr std::size_t kFront = 192, kStride = 131;

/// Cut by a snap length (the octets were on the wire), and as a short frame.
std::string_view try_prefixes(Trial& trial, const Kept& kept) {
    const ip::Bytes whole = kept.octets;
    for (std::size_t n = 0; n < whole.size(); n += n < kFront ? 1 : kStride) {
        for (const bool cut : {true, false}) {
            const std::uint32_t wire = cut ? kept.frame.length : static_cast<std::uint32_t>(n);
            if (const std::string_view wrong = trial.run(kept, whole.first(n), wire, cut); !wrong.empty())
                return wrong;
        }
    }
    return {};
}

std::string_view try_changes(Trial& trial, const Kept& kept) {
    ip::Buffer octets = kept.octets;
    for (std::size_t i = 0; i < std::min(octets.size(), kFront); ++i) {
        const std::uint8_t was = octets[i];
        const int changes[] = {was ^ 0xff, 0x00, 0xff, was + 1};
        for (const int change : changes) {
            octets[i] = static_cast<std::uint8_t>(change);
            if (octets[i] == was) continue;
            if (const std::string_view wrong = trial.run(kept, octets, kept.frame.length); !wrong.empty())
                return wrong;
        }
        octets[i] = was;
    }
    return {};
}

/// The frames of the first datagram in a file that is put together from fragments, the last to arrive at the
/// end.
std::vector<Kept> first_fragments(const std::string& path) {
    Decoder decoder({});
    std::map<std::uint64_t, Kept> frames;
    std::vector<Kept> fragments;
    for_each_frame(path, [&](const ip::Frame& frame) {
        if (!fragments.empty()) return;
        frames.emplace(frame.number, keep(frame));
        const Packet& packet = decoder.decode(frame);
        if (packet.reassembled.empty()) return;
        std::vector<std::uint64_t> numbers = packet.reassembled[0].frames;
        std::ranges::sort(numbers);
        for (const std::uint64_t number : numbers) fragments.push_back(frames.at(number));
    });
    return fragments;
}

/// Changes the fragments that came before, one octet at a time, and completes the datagram each time.
std::string_view try_datagrams(Trial& trial, const std::vector<Kept>& fragments) {
    for (std::size_t f = 0; f + 1 < fragments.size() && f < 2; ++f) {
        for (std::size_t i = 0; i < std::min(fragments[f].octets.size(), kFront); ++i) {
            std::vector<Kept> changed = fragments;
            changed[f].octets[i] ^= 0xff;
            for (std::size_t n = 0; n + 1 < changed.size(); ++n) trial.feed(changed[n]);
            const Kept& last = changed.back();
            if (const std::string_view wrong = trial.run(last, last.octets, last.frame.length);
                !wrong.empty())
                return wrong;
        }
    }
    return {};
}

}  // namespace

TEST_CASE("the judge of JSON: RFC 8259") {
    for (const char* good :
         {"{}", "[]", " [1 , 2]\n", R"({"a":{"b":[0,-1.5e+3,true,null]},"b":"\u00e9\n\""})", "\"\xc3\xa9\"",
          R"([{"a":1},{"a":2}])"}) {
        CAPTURE(std::string(good));
        CHECK(JsonCheck::is_valid(good));
    }
    for (const char* bad : {"", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{a:1}", "[01]", "[1.]",
                            "[+1]", "[NaN]", "\"\t\"", "\"\\x41\"", "\"\\u12g4\"", "\"\xe9\"", "\"\xc0\xaf\"",
                            "\"\xed\xa0\x80\"", "\"", "[1] [2]", "tru"}) {
        CAPTURE(std::string(bad));
        CHECK(!JsonCheck::is_valid(bad));
    }
    CHECK(is_clean_text("a\xc2\xb5\n", "\n"));
    CHECK(!is_clean_text("a\x1b[0m", "\n"));
    CHECK(!is_clean_text("a\xc2\x85", "\n"));  // NEL, one of the C1 controls
    CHECK(!is_clean_text("a\xff", "\n"));
}

TEST_CASE("every frame of every capture, in every view" * doctest::skip(no_captures())) {
    EveryView views;
    for (const std::string& path : captures()) {
        CAPTURE(path);
        Decoder decoder({});
        std::string wrong;
        for_each_frame(path, [&](const ip::Frame& frame) {
            if (!wrong.empty()) return;
            const Packet& packet = decoder.decode(frame);
            std::string_view rule = broken_rule(packet);
            if (rule.empty()) rule = views.all(packet);
            if (!rule.empty()) wrong = std::string(rule) + ", frame " + std::to_string(frame.number);
        });
        CHECK(wrong == "");
    }
}

TEST_CASE("every prefix and every changed octet of one frame of each sequence of protocols" *
          doctest::skip(no_captures())) {
    std::uint64_t tried = 0;
    std::set<std::string> shapes;
    for (const std::string& path : captures()) {
        for (const Kept& kept : frames_of_new_shapes(path, shapes)) {
            CAPTURE(path);
            CAPTURE(kept.frame.number);
            Trial trial;
            CHECK(std::string(try_prefixes(trial, kept)) == "");
            CHECK(std::string(try_changes(trial, kept)) == "");
            tried += trial.count();
        }
    }
    CHECK(tried > 1000);
    MESSAGE(tried << " packets tried");
}

TEST_CASE("datagrams put together from damaged fragments" * doctest::skip(no_captures())) {
    std::uint64_t tried = 0;
    for (const std::string& path : captures()) {
        const std::vector<Kept> fragments = first_fragments(path);
        if (fragments.empty()) continue;
        CAPTURE(path);
        Trial trial;
        CHECK(std::string(try_datagrams(trial, fragments)) == "");
        tried += trial.count();
    }
    CHECK(tried > 100);
}
