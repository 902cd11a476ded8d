#include "tcp/conversations.h"

#include <algorithm>

#include "tcp/conversation_intake.h"
#include "tcp/options.h"

namespace glass::tcp {
namespace {

void note_syn_options(ConversationSide& from, const Segment& segment) {
    OptionReader reader(segment.options);
    while (const auto option = reader.next()) {
        if (const auto* mss = option->as<MaximumSegmentSize>()) from.mss = mss->octets;
        if (const auto* scale = option->as<WindowScale>()) from.shift = scale->shift;
        if (option->as<SackPermitted>()) from.sack_permitted = true;
    }
}

void note_syn(Conversation& c, unsigned side, const Segment& segment) {
    ConversationSide& from = c.sides[side];
    (segment.has(ACK) ? from.syn_ack : from.syn) = true;
    note_syn_options(from, segment);
    c.history.note(segment.flags & (FIN | RST) ? 'I' : segment.has(ACK) ? 'H' : 'S', side);
}

void note(Conversation& c, unsigned side, const Flow& flow, const CapturedSegment& captured) {
    const Segment& segment = captured.segment;
    ConversationSide& from = c.sides[side];
    c.last = captured.frame;
    ++from.segments;
    from.payload_octets += captured.length;
    if (captured.length > 0) {
        ++from.segments_with_payload;
        c.history.note('D', side);
    }
    if (captured.damaged) c.history.note('C', side);
    if (segment.has(SYN)) return note_syn(c, side, segment);
    if (segment.has(FIN)) {
        from.fin = true;
        c.history.note('F', side);
    }
    if (segment.has(RST)) {
        from.rst = true;
        c.history.note('R', side);
    } else if (segment.has(ACK)) {
        if (captured.length == 0 && !segment.has(FIN)) c.history.note('A', side);
        const ConversationSide& other = c.sides[1 - side];
        const bool answers_syn = other.syn_ack || (other.syn && from.syn);
        if (answers_syn && segment.ack > flow.sides[1 - side].base) c.handshake_done = true;
    }
}

void note_marks(Conversation& c, unsigned side, const Marks& marks) {
    if (marks.has(Mark::retransmission) || marks.has(Mark::fast_retransmission) ||
        marks.has(Mark::spurious_retransmission))
        c.history.note('T', side);
    if (marks.has(Mark::zero_window)) c.history.note('W', side);
}

}  // namespace

Conversations::Conversations(const Options& options)
    : options_(options),
      flows_(options.seed, options.limits),
      budget_(options.max_buffered),
      suspects_{.capacity = options.max_buffered / 4} {}

Conversations::~Conversations() = default;

Conversations::Seen Conversations::observe(const CapturedSegment& captured) {
    Seen seen{.sighting = flows_.observe(captured.source, captured.destination, captured.segment,
                                         captured.frame.time),
              .window = {}};
    for (const std::uint32_t slot : flows_.released()) release(slot);
    const Sighting& sighting = seen.sighting;
    seen.window = sighting.flow->window(captured.segment, sighting.side);
    if (!options_.analyze && !options_.sink) return seen;
    Conversation& c = conversation_of(sighting, captured);
    seen.conversation = &c;
    note(c, sighting.side, *sighting.flow, captured);
    // Without a sound header nobody knows how long the text is: there is nothing to judge.
    if (options_.analyze && captured.segment.data_offset >= Segment::kFixedLength) {
        seen.finding = &c.analysis->observe(sighting.side, captured.segment, captured.length, seen.window,
                                            sighting.reused_ports, captured.frame, finding_);
        note_marks(c, sighting.side, seen.finding->marks);
    }
    if (options_.sink && c.wanted) reassemble(c, sighting.side, captured);
    return seen;
}

Conversation& Conversations::conversation_of(const Sighting& sighting, const CapturedSegment& captured) {
    if (sighting.slot >= by_slot_.size()) by_slot_.resize(sighting.slot + 1);
    std::unique_ptr<Conversation>& place = by_slot_[sighting.slot];
    if (place) return *place;
    const auto reassembler = [&](unsigned side) {
        return Reassembler(options_.policy, &budget_, std::uint64_t{sighting.slot} * 2 + side);
    };
    place = std::make_unique<Conversation>(sighting.flow->stream, reassembler(0), reassembler(1));
    place->first = captured.frame;
    place->sides[sighting.side].endpoint = captured.source;
    place->sides[1 - sighting.side].endpoint = captured.destination;
    if (options_.analyze) place->analysis = std::make_unique<Analysis>();
    if (options_.sink) place->wanted = options_.sink->wants(*place);
    return *place;
}

void Conversations::reassemble(Conversation& c, unsigned side, const CapturedSegment& captured) {
    ConversationIntake(c, side, *options_.sink, suspects_).take(captured);
    if (c.sides[1 - side].suspects && captured.segment.has(ACK) && !captured.damaged)
        ConversationIntake(c, 1 - side, *options_.sink, suspects_).acknowledged(captured.segment.ack);
    if (budget_.exceeded()) keep_to_budget();
}

void Conversations::keep_to_budget() {
    while (budget_.exceeded()) {
        const std::uint64_t id = budget_.oldest()->id();
        Conversation& c = *by_slot_[id / 2];
        const auto side = static_cast<unsigned>(id % 2);
        DirectionSink sink(c, side, *options_.sink);
        c.sides[side].stream.give_up_hole(sink);
    }
}

void Conversations::release(std::uint32_t slot) {
    if (slot >= by_slot_.size() || !by_slot_[slot]) return;
    const std::unique_ptr<Conversation> c = std::move(by_slot_[slot]);
    if (!options_.sink) return;
    for (unsigned side = 0; side < 2; ++side) {
        ConversationIntake intake(*c, side, *options_.sink, suspects_);
        c->wanted ? intake.finish() : intake.forget();
    }
    options_.sink->on_over(*c);
}

void Conversations::finish() {
    std::vector<std::uint32_t> slots;
    for (std::uint32_t slot = 0; slot < by_slot_.size(); ++slot)
        if (by_slot_[slot]) slots.push_back(slot);
    std::ranges::sort(slots, {}, [&](std::uint32_t slot) { return by_slot_[slot]->stream; });
    for (const std::uint32_t slot : slots) release(slot);
}

}  // namespace glass::tcp
