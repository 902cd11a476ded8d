#include "tools/replay_script.h"

#include <algorithm>

namespace glass::tools {
namespace {

/// The script's times do not go back, whatever the capture's do.
class Writer {
public:
    explicit Writer(ReplayScript& script) : script_(script) {}

    void take(const TraceSegment& segment, const RecordedSegment& recorded) {
        if (segment.frame.time > now_) acked_ = sent_ = false;
        now_ = std::max(now_, segment.frame.time);
        if (segment.length > 0 && segment.relative_seq > 0) take_text(segment, recorded);
        // A FIN on its own was not there yet when the segment before it went out.
        acked_ |= sent_ && segment.length == 0;
        if (segment.has(tcp::FIN)) once(ReplayStep::Kind::close, closed_);
        if (segment.has(tcp::RST)) once(ReplayStep::Kind::abort, aborted_);
        acked_ |= segment.sequence_length() == 0 && segment.has(tcp::ACK);
        sent_ = true;
    }

private:
    /// Sequence number 1 is the first octet's: the SYN has 0.
    void take_text(const TraceSegment& segment, const RecordedSegment& recorded) {
        const std::uint64_t from = segment.relative_seq - 1;
        const std::uint64_t end = from + segment.length;
        // A probe or keep-alive of an octet that nobody sent, and numbers out of all bounds, are not text.
        const bool possible = from <= script_.octets.size() + kFurthestHole;
        if (!possible || end <= script_.octets.size()) return;
        const ip::Bytes text = tcp::read_segment(recorded.octets).payload;
        script_.octets.resize(end);
        std::ranges::copy(ip::first(text, segment.length),
                          script_.octets.begin() + static_cast<std::ptrdiff_t>(from));
        script_.steps.push_back({ReplayStep::Kind::send, now_, end, acked_});
    }

    void once(ReplayStep::Kind kind, bool& done) {
        if (!done) script_.steps.push_back({kind, now_, 0, acked_});
        done = true;
    }

    static constexpr std::uint64_t kFurthestHole = 16u << 20;

    ReplayScript& script_;
    ip::Time now_ = ip::Time::min();
    bool sent_ = false;   ///< something went out at now_
    bool acked_ = false;  ///< an ACK alone did
    bool closed_ = false;
    bool aborted_ = false;
};

const TraceSegment* syn_of(const RecordedTalk& talk, unsigned side) {
    for (const TraceSegment& segment : talk.trace.segments)
        if (segment.side == side && segment.has(tcp::SYN)) return &segment;
    return nullptr;
}

}  // namespace

ReplayScript replay_script(const RecordedTalk& talk, unsigned side) {
    ReplayScript script;
    Writer writer(script);
    for (std::size_t i = 0; i < talk.segments.size(); ++i)
        if (talk.trace.segments[i].side == side && !talk.segments[i].damaged)
            writer.take(talk.trace.segments[i], talk.segments[i]);
    script.answers = syn_of(talk, side) != nullptr;
    return script;
}

tcp::Config replay_config(const RecordedTalk& talk, unsigned side) {
    constexpr std::uint32_t kSmallest = 64 * 1024, kLargest = 64 * 1024 * 1024;
    tcp::Config config;
    const bool v4 = talk.trace.client.address.is_v4();
    const std::uint16_t headers = v4 ? 40 : 60;
    if (const TraceSegment* syn = syn_of(talk, side)) {
        const std::uint16_t mss = std::min<std::uint16_t>(syn->mss.value_or(v4 ? 536 : 1220), 65535 - 60);
        config.mtu = static_cast<std::uint16_t>(std::max<unsigned>(mss + headers, v4 ? 68 : 1280));
        config.sack = syn->sack_permitted;
        config.timestamps = syn->timestamps.has_value();
        config.window_scale = syn->shift.has_value();
        config.ecn = syn->flags & tcp::ECE;
    }
    std::uint32_t window = kSmallest;
    for (const TraceSegment& segment : talk.trace.segments)
        if (segment.side == side) window = std::max(window, segment.window.value_or(0));
    config.receive_capacity = std::min(window, kLargest);
    config.send_capacity = kLargest;
    return config;
}

}  // namespace glass::tools
