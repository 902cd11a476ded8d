// Fuzzes decoding as a whole: one frame, or two one after the other, of any link type, through every view,
// and through what stats, check and cut make of packets.
//
// The first octet: link type (5 bits, index into kLinks); 0x20: more was sent than captured; 0x40: a first
// frame comes before, whose length the next two octets tell.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "tests/packet_rules.h"
#include "tools/anonymize.h"
#include "tools/check_facts.h"
#include "tools/decoder.h"
#include "tools/flow_shards.h"
#include "tools/tally.h"

namespace {

namespace ip = glass::ip;
namespace tools = glass::tools;

/// tests/fuzz/seeds has the same list.
constexpr std::uint32_t kLinks[] = {1,   0,   9,   50,  51,  101, 104, 105, 107,
                                    108, 113, 127, 192, 228, 229, 239, 276, 147};

void require(std::string_view broken) {
    if (broken.empty()) return;
    std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(broken.size()), broken.data());
    std::abort();
}

class Fuzzer {
public:
    explicit Fuzzer(std::uint8_t options)
        : link_(static_cast<ip::LinkType>(kLinks[(options & 0x1f) % std::size(kLinks)])),
          unseen_(options & 0x20 ? 1000 : 0) {}

    void take(ip::Bytes octets) {
        static glass::tests::EveryView views;
        ip::Frame frame;
        frame.number = ++number_;
        frame.length = static_cast<std::uint32_t>(octets.size()) + unseen_;
        frame.link = link_;
        frame.bytes = octets;
        const tools::Packet& packet = decoder_.decode(frame);
        require(glass::tests::broken_rule(packet));
        require(views.all(packet));
        tally_.add(packet);
        facts_.observe(packet, decoder_);
        anonymize(frame);
        if (!shards_.add(frame)) std::abort();
    }

    void finish() {
        facts_.finish(decoder_);
        if (!shards_.finish() || put_ != number_) std::abort();
        if (tally_.total().frames != number_ || facts_.frames() != number_) std::abort();
        (void)tally_.problems();
        (void)tally_.top_talkers(10);
    }

private:
    /// As many octets, and they can be decoded, too.
    void anonymize(const ip::Frame& frame) {
        static tools::Anonymizer anonymizer("key");
        const ip::Frame other = anonymizer.rewrite(frame);
        if (other.bytes.size() != frame.bytes.size()) std::abort();
        tools::Decoder decoder({});
        require(glass::tests::broken_rule(decoder.decode(other)));
    }

    ip::LinkType link_;
    std::uint32_t unseen_;
    std::uint64_t number_ = 0;
    std::uint64_t put_ = 0;
    tools::Decoder decoder_{{}};
    tools::Tally tally_{0};
    tools::CheckFacts facts_;
    tools::FlowShards shards_{3, [this](const ip::Frame&, std::uint32_t shard) {
                                  if (shard >= 3) std::abort();
                                  ++put_;
                                  return ip::Written{};
                              }};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    Fuzzer fuzzer(data[0]);
    ip::Bytes left(data + 1, size - 1);
    if (data[0] & 0x40 && left.size() >= 2) {
        const std::size_t length = ip::load16(left.data());
        left = left.subspan(2);
        fuzzer.take(ip::first(left, length));
        left = ip::after(left, length);
    }
    fuzzer.take(left);
    fuzzer.finish();
    return 0;
}
