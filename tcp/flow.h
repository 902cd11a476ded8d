// Flows: TCP connections as somebody sees them who only watches. Which connection a segment belongs to, and
// what its handshake agreed on: RFC 9293 section 3.4, window scale RFC 7323 section 2.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "ip/bounded_map.h"
#include "ip/time.h"
#include "tcp/endpoint.h"
#include "tcp/segment.h"

namespace glass::tcp {

/// The two endpoints of a connection, in an order that does not depend on who speaks. Compared in full: a
/// hash that happens to be equal never merges two connections.
class FlowKey {
public:
    FlowKey() = default;
    FlowKey(const Endpoint& a, const Endpoint& b);

    bool operator==(const FlowKey& o) const {
        std::uint64_t difference = 0;  // no call of memcmp: this runs for every segment
        for (std::size_t i = 0; i < words_.size(); ++i) difference |= words_[i] ^ o.words_[i];
        return difference == 0;
    }
    /// Whether the constructor's first endpoint is the one that sorts first.
    bool first_is_low() const { return first_is_low_; }
    std::uint64_t hash(std::uint64_t seed) const {
        for (const std::uint64_t word : words_) seed = ip::mix(seed, word);
        return seed;
    }

private:
    std::array<std::uint64_t, 5> words_{};  ///< address, address, then ports and version
    bool first_is_low_ = true;
};

/// What one endpoint has said so far.
struct FlowSide {
    bool seen = false;  ///< `base` is known: it spoke, or it was acknowledged
    bool syn_seen = false;
    bool fin_seen = false;
    Seq base;  ///< relative numbers count from here: its ISN, or one before the first octet seen
    std::optional<std::uint8_t> shift;  ///< Rcv.Wind.Shift of its SYN, none if the SYN had no such option
};

struct Flow {
    std::uint32_t stream = 0;  ///< in the order of first segments, from 0: Wireshark's tcp.stream
    bool reset_seen = false;
    bool held = false;              ///< by the flow table: not a leftover in a slot that was given up
    ip::Time last;                  ///< when its last segment came
    std::array<FlowSide, 2> sides;  ///< 0: the endpoint that sent the first segment
    bool low_spoke_first = true;    ///< which endpoint of the key is side 0

    /// Both directions closed, or reset.
    [[nodiscard]] bool ended() const { return reset_seen || (sides[0].fin_seen && sides[1].fin_seen); }

    /// SEG.WND << Snd.Wind.Shift for a segment from this side; none where the handshake that agreed on the
    /// shift was not seen. A window in a SYN is never scaled.
    [[nodiscard]] std::optional<std::uint32_t> window(const Segment& segment, unsigned side) const {
        const FlowSide& sender = sides[side];
        const FlowSide& receiver = sides[1 - side];
        if (segment.has(SYN)) return segment.window;
        const bool refused = (sender.syn_seen && !sender.shift) || (receiver.syn_seen && !receiver.shift);
        if (refused) return segment.window;  // RFC 7323 section 2.2: only if both SYNs carried the option
        if (!sender.syn_seen) return std::nullopt;
        return std::uint32_t{segment.window} << *sender.shift;
    }
};

/// A segment's flow, valid until the next one is observed.
struct Sighting {
    Flow* flow;
    unsigned side;       ///< who sent it: index into Flow::sides
    bool new_flow;       ///< its first segment
    bool reused_ports;   ///< the same endpoints had an earlier connection
    std::uint32_t slot;  ///< a small number that is this flow's own as long as it is remembered
};

class FlowTable {
public:
    struct Limits {
        /// Connections remembered at the most, about 190 octets each. Of more, the one silent for longest is
        /// forgotten, and should it speak again it counts as a new one.
        std::size_t open = 262'144;
        /// Of those that have ended, for late segments: the rest is forgotten, the longest ended first.
        std::size_t ended = 16'384;
        /// Silent for so long, a connection is forgotten, too.
        ip::Duration idle = std::chrono::hours(24);
    };

    FlowTable(std::uint64_t seed, const Limits& limits) : limits_(limits), flows_(limits.open, seed) {}
    explicit FlowTable(std::uint64_t seed) : FlowTable(seed, Limits()) {}

    Sighting observe(const Endpoint& src, const Endpoint& dst, const Segment& segment, ip::Time now = {});

    /// Slots whose flow was forgotten, or followed by another on the same ports, in the last observe(). The
    /// slot of that segment may be among them: it has changed hands.
    std::span<const std::uint32_t> released() const { return released_; }

    std::uint32_t count() const { return next_stream_; }  ///< connections seen
    /// Open ones that were forgotten because there were too many.
    std::uint64_t forgotten() const { return flows_.evicted(); }

private:
    struct Ended {
        std::uint32_t slot, stream;
    };
    void note_end(const Flow& flow, std::uint32_t slot);
    void forget_ended();
    void forget_idle(ip::Time now);

    Limits limits_;
    ip::BoundedMap<FlowKey, Flow> flows_;
    std::deque<Ended> ended_;  ///< in the order in which they ended; some have been forgotten since
    std::vector<std::uint32_t> released_;
    std::uint32_t next_stream_ = 0;
};

}  // namespace glass::tcp
