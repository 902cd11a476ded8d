// The short cut for plain frames finds what the general walk finds: on every frame of captures/, and on every
// single-octet change of some.
#include <doctest/doctest.h>
#include <filesystem>
#include <memory>

#include "ip/capture_file.h"
#include "tools/dissect.h"

namespace {

using namespace glass;

/// Of layers: everything but the padding of an IP datagram is in there.
bool same(const tools::Packet& a, const tools::Packet& b) {
    if (a.layer_count != b.layer_count || a.fault.has_value() != b.fault.has_value()) return false;
    for (std::size_t i = 0; i < a.layer_count; ++i) {
        const tools::Layer &x = a.layers()[i], &y = b.layers()[i];
        if (x.proto != y.proto || x.quoted != y.quoted || x.checksum != y.checksum ||
            x.header_length != y.header_length || x.wire_length != y.wire_length ||
            x.bytes.data() != y.bytes.data() || x.bytes.size() != y.bytes.size())
            return false;
    }
    return true;
}

/// Whether the short cut took the frame.
bool check_frame(const ip::Frame& frame, tools::Packet& quick, tools::Packet& general) {
    for (const bool verify : {true, false}) {
        quick.frame = general.frame = frame;
        quick.fault.reset();
        general.fault.reset();
        if (!tools::dissect_plain(quick, verify)) return false;
        tools::dissect(general, verify);
        if (!same(quick, general)) FAIL_CHECK("frame " << frame.number << " differs");
    }
    return true;
}

TEST_CASE("plain frames are taken apart like all others") {
    auto quick = std::make_unique<tools::Packet>(), general = std::make_unique<tools::Packet>();
    std::size_t taken = 0, changed = 0;
    for (const auto& entry : std::filesystem::directory_iterator("captures")) {
        auto reader = ip::CaptureReader::open(entry.path().string());
        if (!entry.is_regular_file() || !reader) continue;
        CAPTURE(entry.path().string());
        ip::Frame frame;
        while (reader->next(frame)) {
            if (!check_frame(frame, *quick, *general)) continue;
            ++taken;
            if (frame.number > 4) continue;
            ip::Buffer octets(frame.bytes.begin(), frame.bytes.end());
            frame.bytes = octets;
            for (std::uint8_t& octet : octets) {
                const std::uint8_t before = octet;
                for (const int change : {0x01, 0x10, 0x80, 0xff}) {
                    octet = static_cast<std::uint8_t>(before ^ change);
                    changed += check_frame(frame, *quick, *general);
                }
                octet = before;
            }
        }
    }
    MESSAGE(taken, " frames were plain, and ", changed, " changed ones");
    CHECK(taken > 100);
    CHECK(changed > 10'000);
}

}  // namespace
