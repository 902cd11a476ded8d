#include "tools/live_track.h"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>

#include "http/recognize.h"
#include "tools/sim_story_text.h"

namespace glass::tools {
namespace {

using Phase = tcp::LossRecovery::Phase;

/// Further duplicate ACKs tell nothing new: RFC 5681 section 3.2 waits for three.
constexpr std::uint32_t kTellingDuplicates = 3;

template <class T>
void push(std::deque<T>& ring, T value, std::size_t most) {
    if (ring.size() == most) ring.pop_front();
    ring.push_back(std::move(value));
}

/// The first line of the text, where a request or response begins with it.
std::string start_line(ip::Bytes text, http::Kind kind) {
    if (text.empty() || http::recognize(kind, text) == http::Recognition::no) return {};
    const std::string_view all(reinterpret_cast<const char*>(text.data()), text.size());
    const std::size_t end = all.find_first_of("\r\n");
    if (end == std::string_view::npos) return std::string(all) + "…";
    return std::string(all.substr(0, end));
}

/// The states passed on the shortest legal way, the last one included; that alone where there is none.
std::vector<tcp::State> way(tcp::State from, tcp::State to) {
    std::vector<std::vector<tcp::State>> ways{{from}};
    unsigned seen = 1u << static_cast<unsigned>(from);
    for (std::size_t i = 0; i < ways.size(); ++i) {
        for (const tcp::Move& move : tcp::legal_moves()) {
            const unsigned bit = 1u << static_cast<unsigned>(move.to);
            if (move.from != ways[i].back() || (seen & bit)) continue;
            seen |= bit;
            std::vector<tcp::State> longer = ways[i];
            longer.push_back(move.to);
            if (move.to == to) return {longer.begin() + 1, longer.end()};
            ways.push_back(std::move(longer));
        }
    }
    return {to};
}

std::string repetition_text(const LiveRow* before) {
    if (before == nullptr) return "sent again";
    const std::string which = fmt::format("repeats {}, which ", before->number);
    switch (before->fate) {
        case LiveRow::Fate::lost: return which + "was lost";
        case LiveRow::Fate::damaged: return which + "came damaged";
        case LiveRow::Fate::arrived: return which + "had arrived";
        case LiveRow::Fate::under_way: return which + "is under way";
    }
    return which;
}

}  // namespace

const LiveRow* LiveTrack::row(std::uint64_t number) const {
    if (rows_.empty() || number < rows_.front().number || number > rows_.back().number) return nullptr;
    return &rows_[number - rows_.front().number];
}

LiveRow* LiveTrack::find(std::uint64_t number) {
    return const_cast<LiveRow*>(row(number));
}

/// Who opened it: without a SYN nobody can tell, and our host mostly serves.
void LiveTrack::start(const LiveSegment& segment, bool ours) {
    if (!segment.segment.has(tcp::SYN)) return;
    we_opened_ = ours != segment.segment.has(tcp::ACK);
    state_ = we_opened_ ? tcp::State::closed : tcp::State::listen;
}

std::uint64_t LiveTrack::left(const TapNote& note, const LiveSegment& live) {
    const bool ours = !note.to_host;
    if (last_row_ == 0) start(live, ours);
    LiveRow row;
    row.number = ++last_row_;
    row.ours = ours;
    row.sent = last_at_ = note.at;
    row.packet_length = note.length;
    row.octets.assign(note.bytes().begin(), note.bytes().end());
    for (const bool end : {false, true}) row.before[end] = {counts_[end].segments, counts_[end].octets};
    const tcp::Segment& segment = live.segment;
    row.segment.frame = {row.number, note.at};
    row.segment.side = side(ours);
    row.segment.flags = segment.flags;
    row.segment.seq = segment.seq;
    row.segment.ack = segment.ack;
    row.segment.length = live.length;
    row.segment.window_on_wire = segment.window;
    take_options(segment, row.segment);
    row.segment.http =
        start_line(segment.payload, side(ours) == 0 ? http::Kind::request : http::Kind::response);
    place(row.segment, ours);
    find_repetition(row);
    row.label = labels_.label(row.segment);
    append_contents(row.segment, row.remarks);
    ++counts_[ours].segments;
    counts_[ours].octets += live.length;
    row.change = touch();
    push(rows_, std::move(row), kMostRows);
    return last_row_;
}

/// Relative numbers, and the window in octets.
void LiveTrack::place(TraceSegment& segment, bool ours) {
    if (segment.has(tcp::SYN)) {
        origin_[ours] = segment.seq;
        shift_[ours] = segment.shift;
    }
    if (!origin_[ours]) origin_[ours] = segment.seq - 1;
    if (!origin_[!ours] && segment.has(tcp::ACK)) origin_[!ours] = segment.ack - 1;
    segment.relative_seq = segment.seq - *origin_[ours];
    if (segment.has(tcp::ACK)) segment.relative_ack = segment.ack - *origin_[!ours];
    if (segment.has(tcp::SYN))
        segment.window = segment.window_on_wire;
    else if (shift_[0] && shift_[1])
        segment.window = std::uint32_t{segment.window_on_wire} << std::min<unsigned>(*shift_[ours], 14);
}

void LiveTrack::find_repetition(LiveRow& row) {
    const std::uint32_t length = row.segment.sequence_length();
    if (length == 0) return;
    auto& nxt = nxt_[row.ours];
    const tcp::Seq end = row.segment.seq + length;
    row.repeats = nxt && row.segment.seq < *nxt;
    if (!nxt || *nxt < end) nxt = end;
    if (!row.repeats) return;
    ++counts_[row.ours].repeated;
    const LiveRow* before = nullptr;
    for (const LiveRow& earlier : std::views::reverse(rows_)) {
        if (earlier.ours != row.ours) continue;
        if (row.segment.seq - earlier.segment.seq >= earlier.segment.sequence_length()) continue;
        before = &earlier;
        row.again = earlier.number;
        break;
    }
    row.remarks.emplace_back(Tone::trouble, repetition_text(before));
}

bool LiveTrack::is(std::uint64_t number, const LiveSegment& live) const {
    const LiveRow* r = row(number);
    return r && r->segment.seq == live.segment.seq && r->segment.ack == live.segment.ack &&
           r->segment.flags == live.segment.flags && r->segment.length == live.length;
}

void LiveTrack::settled(std::uint64_t number, const TapNote& note) {
    LiveRow* row = find(number);
    const bool lost = note.kind == TapNote::Kind::dropped;
    if (lost) ++counts_[!note.to_host].lost;
    if (!row) return;
    row->change = touch();
    if (!note.to_host) queued_ = note.queued;
    if (!lost && ++row->arrivals > 1) {
        row->remarks.emplace_back(Tone::trouble, "the link doubled it: it arrives again");
        return;
    }
    row->settled = note.at;
    row->fate = lost ? LiveRow::Fate::lost : note.damaged ? LiveRow::Fate::damaged : LiveRow::Fate::arrived;
    row->why = note.why;
    if (lost)
        row->remarks.insert(row->remarks.begin(),
                            {Tone::trouble, fmt::format("lost: {}", to_string(note.why))});
    if (row->fate == LiveRow::Fate::damaged)
        row->remarks.emplace_back(Tone::trouble, "bits were flipped on the way");
    if (row->fate == LiveRow::Fate::arrived) take_arrival(*row);
}

/// What the other end does is seen in what arrives.
void LiveTrack::take_arrival(LiveRow& row) {
    EndState from = peer_state();
    const EndStates::Moves moves = ends_.observe(row.segment);
    const unsigned peer = we_opened_ ? 1 : 0;
    for (std::uint8_t i = 0; i < moves[peer].count; ++i) {
        const tcp::State to = moves[peer].states[i];
        if (!from && peer == 0) from = tcp::State::closed;
        if (!from) from = tcp::State::listen;
        move(false, from, to, row.settled);
        row.remarks.push_back(
            {Tone::state, fmt::format("{} {}", peer == 0 ? "client" : "server", to_string(to))});
        from = to;
    }
}

void LiveTrack::learn(std::uint64_t number, const TapNote& note) {
    if (note.connection) connection_ = note.connection;
    LiveRow* row = find(number);
    const EndState before = state_;
    if (note.connection) set_state(note.facts.state, note.at);
    if (row && state_ != before && state_)
        row->remarks.push_back(
            {Tone::state, fmt::format("{} {}", we_opened_ ? "client" : "server", to_string(*state_))});
    if (note.facts.full) {
        if (row && facts_.full) {
            if (row->ours && row->repeats) tell_cause(*row, note.facts);
            tell_window(*row, note.facts);
        }
        sample(note);
        counts_[true].repeated = std::max<std::uint64_t>(counts_[true].repeated, note.facts.resent);
        facts_ = note.facts;
    }
    if (row) row->change = touch();
}

void LiveTrack::tell_cause(LiveRow& row, const TapFacts& facts) const {
    const SimIncident incident{
        .cause = facts.reason, .sacked = facts.sacked, .rto = facts_.rto, .mtu = facts.path_mtu};
    const std::string text = cause_text(incident);
    if (!text.empty()) row.remarks.emplace_back(Tone::detail, text);
}

void LiveTrack::tell_window(LiveRow& row, const TapFacts& facts) const {
    if (!row.ours && facts.duplicates > facts_.duplicates)
        row.remarks.push_back({facts.duplicates <= kTellingDuplicates ? Tone::trouble : Tone::detail,
                               fmt::format("duplicate ACK, number {}", facts.duplicates)});
    if (facts.phase != facts_.phase && facts.phase != Phase::open)
        row.remarks.emplace_back(Tone::trouble, fmt::format("congestion window {} → {}, ssthresh {}",
                                                            facts_.cwnd, facts.cwnd, facts.ssthresh));
    if (facts.phase != facts_.phase && facts.phase == Phase::open)
        row.remarks.emplace_back(Tone::detail, "recovery is over");
}

void LiveTrack::set_state(tcp::State state, ip::Time at) {
    if (state_ == state) return;
    move(true, state_, state, at);
    state_ = state;
    over_ = state == tcp::State::closed;
}

/// What could not be seen between two states is passed on the shortest way.
void LiveTrack::move(bool ours, EndState from, tcp::State to, ip::Time at) {
    if (!from) {
        touch();
        return;  // nobody knows where it came from
    }
    for (const tcp::State next : way(*from, to)) {
        push(moves_, {touch(), at, ours, *from, next}, kMostMoves);
        from = next;
    }
}

void LiveTrack::sample(const TapNote& note) {
    const TapFacts& facts = note.facts;
    if (!tcp::is_synchronized(facts.state)) return;
    const bool due = samples_.empty() || note.at - samples_.back().at >= kSampleEvery;
    if (!due && facts.phase == facts_.phase && facts.cwnd >= facts_.cwnd) return;
    push(samples_,
         {.change = touch(),
          .at = note.at,
          .cwnd = facts.cwnd,
          .ssthresh = facts.ssthresh,
          .flight = facts.flight,
          .snd_wnd = facts.snd_wnd,
          .queued = queued_,
          .rto = facts.rto,
          .srtt = facts.srtt},
         kMostSamples);
}

void LiveTrack::set_text(std::string text) {
    if (text == text_) return;
    text_ = std::move(text);
    touch();
}

}  // namespace glass::tools
