// Why bytes are missing: holes in a direction, ACKs of what is not in the file, duplicate ACKs, and what
// comes late.
#include <algorithm>

#include "tools/why_topics.h"

namespace glass::tools {
namespace {

using tcp::Mark;

/// Without a measured round trip: what Wireshark takes for it.
constexpr ip::Duration kReorderingTime = std::chrono::milliseconds(3);

enum class Order : std::uint8_t { earlier, later, unknown };

/// Which of two segments of a sender left it first, as far as IP ids and timestamps tell. `proof` says how.
Order left(const WhyConnection& c, std::size_t late, std::size_t other, std::string& proof) {
    const TraceSegment &a = c[late], &b = c[other];
    if (a.timestamps && b.timestamps && a.timestamps->tsval != b.timestamps->tsval) {
        const bool before = static_cast<std::int32_t>(a.timestamps->tsval - b.timestamps->tsval) < 0;
        proof = fmt::format("its timestamp is {} that of #{}", before ? "older than" : "newer than",
                            b.frame.number);
        return before ? Order::earlier : Order::later;
    }
    const IpFacts &p = c.ip[late], &q = c.ip[other];
    // Ids that count: close to each other. Far apart they are random, or another host's.
    const auto step = static_cast<std::int16_t>(p.id - q.id);
    if (p.v6 || q.v6 || p.id == 0 || q.id == 0 || step == 0 || std::abs(step) > 1000) return Order::unknown;
    proof = fmt::format("its IP id 0x{:04x} is {} 0x{:04x} of #{}", p.id, step < 0 ? "below" : "above", q.id,
                        b.frame.number);
    return step < 0 ? Order::earlier : Order::later;
}

/// ACKs between two segments that asked for this octet again, or tell that later ones arrived.
std::vector<std::size_t> requests(const WhyConnection& c, std::size_t from, std::size_t to, tcp::Seq octet) {
    std::vector<std::size_t> found;
    for (std::size_t i = from + 1; i < to; ++i) {
        const TraceSegment& s = c[i];
        if (s.side == c[to].side || !s.has(tcp::ACK) || s.ack != octet) continue;
        if (s.finding.marks.has(Mark::duplicate_ack) || !s.sack.empty()) found.push_back(i);
    }
    return found;
}

void judge_late(const WhyConnection& c, std::size_t overtaker, std::size_t asked, Story& story) {
    const TraceSegment& s = c.segment();
    const ip::Duration since = passed(c[overtaker].frame, s.frame);
    std::string proof;
    const Order order = left(c, c.at, overtaker, proof);
    const auto whole = c.handshake();
    if (order == Order::earlier) return story.so("it was overtaken: reordering, not loss ({}).", proof);
    if (order == Order::later) {
        story.so(
            "it was sent again: the first copy was lost before it came to where the capture was taken ({}).",
            proof);
        if (asked >= 3) story.say("Fast retransmission (RFC 5681): {} ACKs had asked for it.", asked);
        return;
    }
    if (!whole && since < kReorderingTime)
        return story.so("it was overtaken, as it seems: it came only {} after #{}.", duration_text(since),
                        c[overtaker].frame.number);
    if (whole && since < *whole)
        return story.so(
            "it was overtaken, as it seems: {} after #{} is sooner than a request for it could have been "
            "answered (one round trip is {}).",
            duration_text(since), c[overtaker].frame.number, duration_text(*whole));
    story.so(
        "it was sent again, as it seems: the first copy was lost before it came to where the capture was "
        "taken; "
        "{} is time enough for that.",
        duration_text(since));
}

/// Whoever acknowledged everything below `end` first, from the other side.
std::optional<std::size_t> first_to_acknowledge(const WhyConnection& c, unsigned sender, tcp::Seq end) {
    for (std::size_t i = 0; i < c.size(); ++i)
        if (c[i].side != sender && acknowledges(c[i], end)) return i;
    return std::nullopt;
}

/// Nothing overtook it, but the other side has it.
bool tell_known(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    const auto ack = first_to_acknowledge(c, s.side, end_of(s));
    if (!ack || *ack >= c.at) return false;
    story.say("Packet {} carries {}, which no packet before it carried; and yet they were acknowledged.",
              s.frame.number, content_text(s));
    story.row("acknowledged", c[*ack].frame, fmt::format("ACK {}", c[*ack].relative_ack));
    story.so("the capture lacks the first copy, or the file is not in the order in which things happened.");
    return true;
}

/// The first octets of [begin, end) that no segment of this side before `c.at` carried.
std::optional<std::pair<tcp::Seq, tcp::Seq>> first_hole(const WhyConnection& c, unsigned side, tcp::Seq begin,
                                                        tcp::Seq end) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;  // from `begin`
    const std::uint32_t size = end - begin;
    for (std::size_t i = 0; i < c.at; ++i) {
        const TraceSegment& t = c[i];
        if (t.side != side || t.sequence_length() == 0 || t.seq >= end || end_of(t) <= begin) continue;
        const std::uint32_t from = t.seq <= begin ? 0 : t.seq - begin;
        runs.emplace_back(from, end_of(t) >= end ? size : end_of(t) - begin);
    }
    std::ranges::sort(runs);
    std::uint32_t next = 0;
    for (const auto& [from, to] : runs) {
        if (from > next) return std::pair{begin + next, begin + from};
        next = std::max(next, to);
    }
    if (next >= size) return std::nullopt;
    return std::pair{begin + next, end};
}

}  // namespace

bool tell_late(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (!s.finding.marks.any_retransmission()) return false;
    // Whoever came first of those that should have come later.
    const auto overtakes = [&](const TraceSegment& t) {
        return t.side == s.side && t.length > 0 && t.seq > s.seq;
    };
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < c.at; ++i)
        if (!first && overtakes(c[i])) first = i;
    if (!first) return tell_known(c, story);
    story.say(
        "Packet {} carries {}, which should have come before packet {}; no packet before it carried them.",
        s.frame.number, content_text(s), c[*first].frame.number);
    story.row("came before", c[*first].frame, content_text(c[*first]));
    const auto asked = requests(c, *first, c.at, s.seq);
    if (!asked.empty())
        story.row("asked for", frames_of(c, asked), fmt::format("ACK {} again", s.relative_seq));
    story.row(
        "came late", s.frame,
        fmt::format("{} after #{}", duration_text(passed(c[*first].frame, s.frame)), c[*first].frame.number));
    const auto ack = first_to_acknowledge(c, s.side, end_of(s));
    if (ack && *ack < c.at) {
        story.row("acknowledged", c[*ack].frame, fmt::format("ACK {}", c[*ack].relative_ack));
        story.so(
            "the other side had these bytes already, from a copy that the capture lacks; this one was not "
            "needed.");
        return true;
    }
    judge_late(c, *first, asked.size(), story);
    return true;
}

bool tell_gap(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (!s.finding.marks.has(Mark::lost_segment)) return false;
    const tcp::Seq hole = s.seq - s.finding.missing;
    const std::string bytes = range_text(s, hole, s.seq);
    story.say("Before packet {}, {} of {} are missing ({}).", s.frame.number, bytes, who(s.side),
              count_text(s.finding.missing, "byte"));
    story.row("before the hole", s.finding.highest, "carried the highest byte so far");
    story.row("after the hole", s.frame, content_text(s));
    const auto filler =
        c.after(c.at, [&](const TraceSegment& t) { return t.side == s.side && carries(t, hole); });
    const auto ack = first_to_acknowledge(c, s.side, s.seq);
    if (filler) story.row("came later", c[*filler].frame, content_text(c[*filler]));
    if (ack) story.row("acknowledged", c[*ack].frame, fmt::format("ACK {}", c[*ack].relative_ack));
    if (ack && (!filler || *ack < *filler)) {
        story.so("the capture lacks them, not the network: {} acknowledged them without a copy in the file.",
                 who(1 - s.side));
    } else if (filler) {
        story.so(
            "they were lost or overtaken on the way to where the capture was taken; #{} brought {} {} later.",
            c[*filler].frame.number, end_of(c[*filler]) >= s.seq ? "them" : "the first of them",
            duration_text(passed(s.frame, c[*filler].frame)));
    } else if (!c.speaks(1 - s.side)) {
        story.so("lost in the network or only in the capture: without the other direction nobody can tell.");
    } else {
        story.so("they never came, and nobody acknowledged them before the file ends.");
    }
    return true;
}

bool tell_unseen(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (!s.finding.marks.has(Mark::ack_lost_segment)) return false;
    const unsigned sender = 1 - s.side;
    const auto gap = first_hole(c, sender, s.ack - s.finding.missing, s.ack);
    if (!gap) {
        story.say(
            "Packet {} acknowledges nothing that is not in the file: its bytes came out of order, or in "
            "overlapping "
            "pieces, and Wireshark's rule, which we follow for the name, looks at the order alone.",
            s.frame.number);
        return true;
    }
    const std::uint32_t first = s.relative_ack - (s.ack - gap->first);
    story.say("Packet {} acknowledges bytes {}..{} of {}, which no packet before it carried.", s.frame.number,
              first, first + (gap->second - gap->first) - 1, who(sender));
    if (s.finding.highest) story.row("highest seen", s.finding.highest, fmt::format("of {}", who(sender)));
    const tcp::Seq hole = gap->first;
    const auto later =
        c.after(c.at, [&](const TraceSegment& t) { return t.side == sender && carries(t, hole); });
    if (later) {
        story.row("comes later", c[*later].frame, content_text(c[*later]));
        story.so(
            "the file is not in the order in which things happened, or they were sent again although "
            "acknowledged.");
    } else {
        story.so("the capture lacks them, not the receiver.");
    }
    return true;
}

bool tell_duplicate_ack(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (!s.finding.marks.has(Mark::duplicate_ack)) return false;
    const unsigned sender = 1 - s.side;
    story.say("Packet {} repeats ACK {}: duplicate ACK number {}.", s.frame.number, s.relative_ack,
              s.finding.duplicate_acks);
    story.row("first said", s.finding.original, fmt::format("ACK {}", s.relative_ack));
    auto cause =
        c.before(c.at, [&](const TraceSegment& t) { return t.side == sender && t.sequence_length() > 0; });
    if (cause && c[*cause].frame.number < s.finding.original.number) cause.reset();  // answered by that
    const auto highest = c.highest_before(c.at, sender);
    if (cause) story.row("because of", c[*cause].frame, content_text(c[*cause]));
    const auto again =
        c.after(c.at, [&](const TraceSegment& t) { return t.side == sender && carries(t, s.ack); });
    const bool outstanding = highest && *highest > s.ack;
    if (again && outstanding) story.row("then came", c[*again].frame, content_text(c[*again]));
    if (!outstanding && c.ip[c.at].multipath) {
        story.so(
            "nothing of {} was outstanding: this one is there for its Multipath TCP option (RFC 8684), and "
            "is no "
            "duplicate ACK in the sense of RFC 5681.",
            who(sender));
    } else if (!outstanding) {
        story.so(
            "nothing of {} was outstanding, so this asks for nothing and RFC 5681 section 2 would not call "
            "it a "
            "duplicate ACK{}.",
            who(sender),
            cause && end_of(c[*cause]) <= s.ack ? fmt::format("; it answers #{}", c[*cause].frame.number)
                                                : "");
    } else if (cause && c[*cause].seq > s.ack) {
        story.so(
            "#{} came although byte {} is missing; an out-of-order segment is acknowledged at once (RFC 5681 "
            "section "
            "4.2). The third such ACK has the sender repeat it.",
            c[*cause].frame.number, s.relative_ack);
    } else if (cause && end_of(c[*cause]) <= s.ack) {
        story.so("#{} brought what was there already; that is acknowledged at once, too.",
                 c[*cause].frame.number);
    } else {
        story.so("byte {} of {} is still missing where this comes from.", s.relative_ack, who(sender));
    }
    return true;
}

}  // namespace glass::tools
