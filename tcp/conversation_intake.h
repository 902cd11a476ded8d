// Conversation intake: brings a captured segment to its direction's reassembler: where its octets belong in
// the stream (RFC 9293 section 3.4), what the snap length cut off, and what to do with wrong checksums.
#pragma once

#include "tcp/conversations.h"

namespace glass::tcp {

/// Octets whose checksum is wrong are put aside, and taken when nothing better comes: once their receiver has
/// acknowledged them, or the conversation is over. So neither damage on the way, nor a capture made before
/// the network card filled in the checksum, spoils a stream. Octets beyond the FIN are handed on, too: their
/// receiver ignores them (RFC 9293 section 3.10.7.4), but who looks at a capture wants to know.
class ConversationIntake {
public:
    ConversationIntake(Conversation& c, unsigned side, ConversationSink& sink, SuspectBudget& budget)
        : conversation_(c), side_(side), sink_(sink), budget_(budget) {}

    /// A segment that this side sent.
    void take(const CapturedSegment& captured);
    /// The other side acknowledged what comes before `acknowledged`.
    void acknowledged(Seq acknowledged);
    /// Nothing more comes: what is still put aside is taken, and holes become gaps.
    void finish();
    /// Nobody wants more of it: forgets what is put aside.
    void forget();

private:
    void find_base(const Segment& segment);
    [[nodiscard]] Seq before_suspects(Seq base) const;
    void insert(Seq seq, ip::Bytes octets, std::uint32_t length, bool fin, std::uint64_t frame);
    void put_aside(const CapturedSegment& captured);
    void take_suspect(std::size_t index);
    void note_end(bool over = false);

    Conversation& conversation_;
    unsigned side_;
    ConversationSink& sink_;
    SuspectBudget& budget_;
};

/// What one direction's reassembler delivers, told to who wants it with the conversation it belongs to.
class DirectionSink : public ReassemblySink {
public:
    DirectionSink(Conversation& c, unsigned side, ConversationSink& sink)
        : conversation_(c), side_(side), sink_(sink) {}
    void on_data(std::uint64_t offset, ip::Bytes octets, std::uint64_t frame) override;
    void on_gap(std::uint64_t offset, std::uint64_t length) override;
    void on_conflict(std::uint64_t offset, std::uint64_t length, std::uint64_t kept_frame,
                     std::uint64_t other_frame) override;

private:
    Conversation& conversation_;
    unsigned side_;
    ConversationSink& sink_;
};

}  // namespace glass::tcp
