#include "tools/stream_summary.h"

#include <algorithm>

#include "tools/sha256.h"

namespace glass::tools {
namespace {

struct Collected : tcp::Attachment {
    struct Side {
        std::uint64_t octets = 0, missing = 0, more_gaps = 0, conflicts = 0;
        std::vector<StreamGap> gaps;
        std::unique_ptr<Sha256> hash;  ///< null until asked for
    };
    std::array<Side, 2> sides;
    bool chosen = false;
};

Collected& collected(tcp::Conversation& c) {
    if (!c.attachment) c.attachment = std::make_unique<Collected>();
    return static_cast<Collected&>(*c.attachment);
}

StreamDirection direction(tcp::Conversation& c, unsigned side, bool hash) {
    const tcp::ConversationSide& from = c.sides[side];
    Collected::Side& with = collected(c).sides[side];
    StreamDirection d;
    d.sender = from.endpoint;
    d.segments = from.segments;
    d.segments_with_payload = from.segments_with_payload;
    d.octets = with.octets;
    d.missing = with.missing;
    d.gaps = std::move(with.gaps);
    d.more_gaps = with.more_gaps;
    d.conflicts = with.conflicts;
    if (hash) d.sha256 = with.hash ? with.hash->finish() : Sha256().finish();
    if (c.analysis) d.totals = c.analysis->totals(side);
    d.mss = from.mss;
    d.shift = from.shift;
    d.sack_permitted = from.sack_permitted;
    d.cut = from.cut;
    d.syn = from.syn || from.syn_ack;
    d.rst = from.rst;
    return d;
}

/// The capture was made somewhere on the way: of the two legs the longer one is the better estimate of the
/// whole.
void note_rtt(const tcp::Conversation& c, StreamSummary& s) {
    if (!c.analysis) return;
    const tcp::RttTotals& a = c.analysis->rtt(0);
    const tcp::RttTotals& b = c.analysis->rtt(1);
    const tcp::RttTotals& rtt = b.samples > 0 && (a.samples == 0 || b.min > a.min) ? b : a;
    s.handshake_rtt = a.handshake ? a.handshake : b.handshake;
    s.rtt_samples = rtt.samples;
    if (rtt.samples == 0) return;
    s.rtt_min = rtt.min;
    s.rtt_max = rtt.max;
    s.rtt_mean = rtt.sum / static_cast<std::int64_t>(rtt.samples);
}

StreamVerdict verdict(const StreamSummary& s) {
    const bool no_data = s.c2s.octets + s.s2c.octets + s.c2s.missing + s.s2c.missing == 0;
    if (s.c2s.syn && no_data && s.s2c.rst && !s.s2c.syn) return StreamVerdict::refused;
    if (s.handshake == tcp::Handshake::partial && no_data && (s.s2c.segments == 0 || !s.s2c.rst))
        return StreamVerdict::half_open;
    if (s.c2s.segments == 0 || s.s2c.segments == 0) return StreamVerdict::one_sided;
    const auto lost = [](const StreamDirection& d) {
        return d.missing > 0 || d.cut ||
               d.totals.marks[static_cast<std::size_t>(tcp::Mark::ack_lost_segment)] > 0;
    };
    if (lost(s.c2s) || lost(s.s2c)) return StreamVerdict::cut_short;
    return s.loss() > 0 ? StreamVerdict::lossy : StreamVerdict::clean;
}

}  // namespace

std::string_view to_string(StreamVerdict verdict) {
    switch (verdict) {
        case StreamVerdict::clean: return "clean";
        case StreamVerdict::lossy: return "lossy";
        case StreamVerdict::refused: return "refused";
        case StreamVerdict::half_open: return "half-open";
        case StreamVerdict::one_sided: return "one-sided";
        case StreamVerdict::cut_short: return "cut short";
    }
    return "";
}

double StreamSummary::loss() const {
    const auto share = [](std::uint64_t part, std::uint64_t all) {
        return all == 0 ? 0.0 : std::min(1.0, static_cast<double>(part) / static_cast<double>(all));
    };
    // Near the sender what is sent again has been seen before; near the receiver it fills a hole, and only
    // its label tells.
    const auto labelled = [](const StreamDirection& d) {
        const auto count = [&](tcp::Mark mark) { return d.totals.marks[static_cast<std::size_t>(mark)]; };
        return count(tcp::Mark::retransmission) + count(tcp::Mark::fast_retransmission) +
               count(tcp::Mark::spurious_retransmission);
    };
    const std::uint64_t again = c2s.totals.retransmitted_octets + s2c.totals.retransmitted_octets;
    const std::uint64_t octets = c2s.octets + s2c.octets + again;
    return std::max(share(again, octets), share(labelled(c2s) + labelled(s2c), c2s.segments + s2c.segments));
}

void StreamCollector::choose(tcp::Conversation& c) {
    collected(c).chosen = true;
}

void StreamCollector::on_data(tcp::Conversation& c, unsigned side, std::uint64_t, ip::Bytes octets,
                              std::uint64_t) {
    Collected::Side& s = collected(c).sides[side];
    s.octets += octets.size();
    if (!options_.hash) return;
    if (!s.hash) s.hash = std::make_unique<Sha256>();
    s.hash->update(octets);
}

void StreamCollector::on_gap(tcp::Conversation& c, unsigned side, std::uint64_t offset,
                             std::uint64_t length) {
    Collected::Side& s = collected(c).sides[side];
    s.missing += length;
    if (!s.gaps.empty() && s.gaps.back().offset + s.gaps.back().length == offset)
        s.gaps.back().length += length;
    else if (s.gaps.size() < StreamDirection::kMaxGaps)
        s.gaps.push_back({offset, length});
    else
        ++s.more_gaps;
}

void StreamCollector::on_conflict(tcp::Conversation& c, unsigned side, std::uint64_t, std::uint64_t length,
                                  std::uint64_t, std::uint64_t) {
    collected(c).sides[side].conflicts += length;
}

void StreamCollector::on_over(tcp::Conversation& c) {
    StreamSummary s;
    s.stream = c.stream;
    s.first = c.first;
    s.last = c.last;
    s.handshake = c.handshake();
    s.ending = c.ending();
    const unsigned client = c.client();
    s.c2s = direction(c, client, options_.hash);
    s.s2c = direction(c, 1 - client, options_.hash);
    note_rtt(c, s);
    s.history = c.history.text();
    s.verdict = verdict(s);
    s.chosen = !options_.choose || collected(c).chosen;
    take_(std::move(s));
}

}  // namespace glass::tools
