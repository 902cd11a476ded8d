#include "tcp/conversation_intake.h"

#include <algorithm>
#include <ranges>

namespace glass::tcp {

void DirectionSink::on_data(std::uint64_t offset, ip::Bytes octets, std::uint64_t frame) {
    sink_.on_data(conversation_, side_, offset, octets, frame);
}

void DirectionSink::on_gap(std::uint64_t offset, std::uint64_t length) {
    conversation_.history.note('G', side_);
    sink_.on_gap(conversation_, side_, offset, length);
}

void DirectionSink::on_conflict(std::uint64_t offset, std::uint64_t length, std::uint64_t kept_frame,
                                std::uint64_t other_frame) {
    sink_.on_conflict(conversation_, side_, offset, length, kept_frame, other_frame);
}

void ConversationIntake::take(const CapturedSegment& captured) {
    const Segment& segment = captured.segment;
    ConversationSide& from = conversation_.sides[side_];
    const bool takes_space = captured.length > 0 || segment.has(FIN) || segment.has(SYN);
    if (!takes_space) return;
    if (captured.damaged) {  // where it belongs may be what is damaged; a SYN after it knows better
        if (segment.has(SYN) && !from.based) find_base(segment);
        return put_aside(captured);
    }
    if (!from.based || segment.has(SYN)) find_base(segment);
    insert(segment.has(SYN) ? segment.seq + 1 : segment.seq, segment.payload, captured.length,
           segment.has(FIN), captured.frame.number);
}

/// In the middle of a connection the stream starts with the first octets seen. Should the SYN come after a
/// FIN, as when a capture is out of order, it knows better; and of two SYNs the later one, before anything
/// came after it.
void ConversationIntake::find_base(const Segment& segment) {
    ConversationSide& from = conversation_.sides[side_];
    const Seq base = segment.has(SYN) ? segment.seq + 1 : segment.seq;
    const bool untouched = from.stream.next() == 0 && !from.stream.has_hole();
    if (from.based && (!untouched || (from.fin_offset && base > from.base))) return;
    if (from.fin_offset) *from.fin_offset += from.base - base;
    from.based = true;
    from.base = segment.has(SYN) ? base : before_suspects(base);
}

/// In the middle of a connection damaged segments may have come first. One that ends where sound octets begin
/// has its place: the damage is not in its sequence number.
Seq ConversationIntake::before_suspects(Seq base) const {
    const auto& suspects = conversation_.sides[side_].suspects;
    if (!suspects) return base;
    for (const Suspect& suspect : std::views::reverse(*suspects))
        if (suspect.seq + suspect.length == base) base = suspect.seq;
    return base;
}

void ConversationIntake::insert(Seq seq, ip::Bytes octets, std::uint32_t length, bool fin,
                                std::uint64_t frame) {
    ConversationSide& from = conversation_.sides[side_];
    Reassembler& stream = from.stream;
    DirectionSink sink(conversation_, side_, sink_);
    const std::int64_t start = stream_offset(seq, from.base, stream.next());
    const std::int64_t end = start + length;
    const bool next_in_order = start <= static_cast<std::int64_t>(stream.next());
    const PlacedOctets placed = place_octets(seq, octets, from.base, stream.next());
    if (!placed.octets.empty()) stream.insert(placed.offset, placed.octets, frame, sink);
    if (octets.size() < length) {
        from.cut = true;
        // What the snap length cut off nobody will bring, since it cuts the next copy, too.
        if (next_in_order && end > 0) stream.give_up_before(static_cast<std::uint64_t>(end), sink);
    }
    if (fin && end >= 0 && !from.fin_offset) from.fin_offset = static_cast<std::uint64_t>(end);
    if (from.fin_offset) note_end();
}

void ConversationIntake::note_end(bool over) {
    ConversationSide& from = conversation_.sides[side_];
    if (from.closed || from.stream.next() < *from.fin_offset) return;
    // A FIN is all there is so far: its SYN, and octets between them, may be captured later.
    if (!over && from.stream.next() == 0 && !from.syn && !from.syn_ack) return;
    from.closed = true;
    sink_.on_end(conversation_, side_, *from.fin_offset);
}

void ConversationIntake::put_aside(const CapturedSegment& captured) {
    ConversationSide& from = conversation_.sides[side_];
    if (!from.suspects) from.suspects = std::make_unique<std::vector<Suspect>>();
    if (from.suspects->size() == ConversationSide::kMaxSuspects) take_suspect(0);
    const Segment& segment = captured.segment;
    const Suspect& suspect =
        from.suspects->emplace_back(Suspect{.seq = segment.has(SYN) ? segment.seq + 1 : segment.seq,
                                            .length = captured.length,
                                            .frame = captured.frame.number,
                                            .fin = segment.has(FIN),
                                            .octets = {segment.payload.begin(), segment.payload.end()}});
    budget_.used += suspect.memory();
    while (budget_.used > budget_.capacity && !from.suspects->empty()) take_suspect(0);
}

void ConversationIntake::take_suspect(std::size_t index) {
    std::vector<Suspect>& suspects = *conversation_.sides[side_].suspects;
    const Suspect suspect = std::move(suspects[index]);
    suspects.erase(suspects.begin() + static_cast<std::ptrdiff_t>(index));
    budget_.used -= suspect.memory();
    ConversationSide& from = conversation_.sides[side_];
    if (!from.based) from.base = suspect.seq;
    from.based = true;
    insert(suspect.seq, suspect.octets, suspect.length, suspect.fin, suspect.frame);
}

void ConversationIntake::acknowledged(Seq acknowledged) {
    const auto& suspects = conversation_.sides[side_].suspects;
    for (std::size_t i = 0; suspects && i < suspects->size();) {
        const Suspect& suspect = (*suspects)[i];
        if (suspect.seq + suspect.length + (suspect.fin ? 1 : 0) <= acknowledged)
            take_suspect(i);
        else
            ++i;
    }
}

void ConversationIntake::finish() {
    ConversationSide& from = conversation_.sides[side_];
    // What nobody acknowledged may have a damaged sequence number: far away from all others it is not
    // believed.
    constexpr std::int64_t kPlausible = 16 << 20;
    while (from.suspects && !from.suspects->empty()) {
        const std::int64_t offset = stream_offset(from.suspects->front().seq, from.base, from.stream.next());
        const bool plausible =
            !from.based || offset < static_cast<std::int64_t>(from.stream.next()) + kPlausible;
        if (!plausible) {
            budget_.used -= from.suspects->front().memory();
            from.suspects->erase(from.suspects->begin());
        } else {
            take_suspect(0);
        }
    }
    DirectionSink sink(conversation_, side_, sink_);
    from.stream.flush(sink);
    if (!from.fin_offset) return;
    from.stream.give_up_before(*from.fin_offset, sink);
    note_end(true);
}

void ConversationIntake::forget() {
    auto& suspects = conversation_.sides[side_].suspects;
    for (const Suspect& suspect : suspects ? *suspects : std::vector<Suspect>())
        budget_.used -= suspect.memory();
    suspects.reset();
}

}  // namespace glass::tcp
