#include "tools/recorded_talk.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/ip_layer.h"
#include "tools/stream_choice.h"

namespace glass::tools {
namespace {

class Collector {
public:
    explicit Collector(RecordedTalk& talk) : talk_(talk) {}

    void take(const Packet& packet, const Layer& tcp) {
        const std::size_t length = std::max<std::size_t>(tcp.wire_length, tcp.bytes.size());
        octets_ += length;
        if (too_large()) return;
        RecordedSegment segment;
        segment.octets.assign(tcp.bytes.begin(), tcp.bytes.end());
        segment.octets.resize(length);
        talk_.filled += length - tcp.bytes.size();
        if (const Layer* ip = ip_around(packet, tcp)) segment.ecn = ip::ecn_of(ip->bytes);
        segment.damaged = tcp.checksum == ChecksumStatus::bad;
        talk_.segments.push_back(std::move(segment));
    }

    bool too_large() const { return octets_ > RecordedTalk::kMostOctets; }

private:
    RecordedTalk& talk_;
    std::size_t octets_ = 0;
};

/// A side all of whose checksums are wrong leaves them to its network card.
void forgive_offload(RecordedTalk& talk) {
    for (const unsigned side : {0u, 1u}) {
        const auto each = [&](auto judge) {
            for (std::size_t i = 0; i < talk.segments.size(); ++i)
                if (talk.trace.segments[i].side == side) judge(talk.segments[i]);
        };
        bool all = true;
        each([&](const RecordedSegment& s) { all = all && s.damaged; });
        if (all) each([](RecordedSegment& s) { s.damaged = false; });
    }
}

}  // namespace

std::expected<RecordedTalk, int> load_talk(const CaptureOptions& options, const std::string& number) {
    RecordedTalk talk;
    Collector collector(talk);
    auto loaded = choose_stream(options, number,
                                [&](const Packet& packet, const Layer& tcp) { collector.take(packet, tcp); });
    if (!loaded) return std::unexpected(loaded.error());
    if (collector.too_large() || loaded->trace.left_out > 0) {
        complain(fmt::format("{}: connection {} is too large to be replayed: at most {} MiB and {} segments",
                             options.file, number, RecordedTalk::kMostOctets >> 20,
                             StreamTrace::kMaxSegments));
        return std::unexpected(kCannotRead);
    }
    talk.status = loaded->status;
    talk.trace = std::move(loaded->trace);
    forgive_offload(talk);
    return talk;
}

}  // namespace glass::tools
