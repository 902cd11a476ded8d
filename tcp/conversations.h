// Conversations: all connections of a capture at once. Segments go in, in the order of the capture; octets in
// the order of their streams come out, and each connection once more when it is over. Memory is bounded by
// the connections that are open, and by the limits.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tcp/conversation.h"
#include "tcp/flow.h"
#include "tcp/reassembly_budget.h"

namespace glass::tcp {

/// Who takes what comes out. Octets are borrowed for the call; offsets count from the first octet of the
/// direction. `side` sent them: index into Conversation::sides.
class ConversationSink {
public:
    virtual ~ConversationSink() = default;
    /// Asked once, at its first segment: whether to put its octets in order.
    virtual bool wants(const Conversation&) { return true; }
    virtual void on_data(Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                         std::uint64_t frame) = 0;
    /// Octets that are not in the capture; what follows them comes next.
    virtual void on_gap(Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) = 0;
    /// The same octets were sent again with other contents.
    virtual void on_conflict(Conversation&, unsigned /*side*/, std::uint64_t /*offset*/,
                             std::uint64_t /*length*/, std::uint64_t /*kept_frame*/,
                             std::uint64_t /*other_frame*/) {}
    /// FIN: the direction is whole.
    virtual void on_end(Conversation&, unsigned /*side*/, std::uint64_t /*offset*/) {}
    /// Nothing more will come of this connection: forgotten, followed by another, or the capture ends.
    virtual void on_over(Conversation& c) = 0;
};

/// One segment as it was captured.
struct CapturedSegment {
    Endpoint source, destination;
    Segment segment;           ///< payload as far as captured
    std::uint32_t length = 0;  ///< payload octets on the wire
    bool damaged = false;      ///< its checksum is wrong, and its sender's usually are not
    FrameRef frame;
};

class Conversations {
public:
    struct Options {
        std::uint64_t seed = 0;  ///< of the hash table: secret where the input may be hostile
        FlowTable::Limits limits;
        bool analyze = false;
        ConversationSink* sink = nullptr;  ///< null: nothing is put in order
        OverlapPolicy policy = OverlapPolicy::first;
        std::size_t max_buffered =
            ReassemblyBudget::kDefaultCapacity;  ///< octets waiting behind holes, of all
    };

    explicit Conversations(const Options& options);
    ~Conversations();

    /// Valid until the next segment.
    struct Seen {
        Sighting sighting;
        std::optional<std::uint32_t> window;   ///< Flow::window of the segment
        const Finding* finding = nullptr;      ///< null without Options::analyze
        Conversation* conversation = nullptr;  ///< null with neither analysis nor a sink
    };
    Seen observe(const CapturedSegment& captured);

    /// The capture ends: every connection is over, in the order of their numbers.
    void finish();

    const FlowTable& flows() const { return flows_; }

private:
    Conversation& conversation_of(const Sighting& sighting, const CapturedSegment& captured);
    void release(std::uint32_t slot);
    void reassemble(Conversation& c, unsigned side, const CapturedSegment& captured);
    void keep_to_budget();

    Options options_;
    FlowTable flows_;
    ReassemblyBudget budget_;
    SuspectBudget suspects_;
    Finding finding_;  ///< about the last segment
    std::vector<std::unique_ptr<Conversation>> by_slot_;
};

}  // namespace glass::tcp
