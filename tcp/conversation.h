// Conversation: one connection of a capture, as somebody sees it who only watches: who opened it and how it
// ended (RFC 9293 section 3.5 and 3.6), both directions' octets in order, and what was wrong on the way.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tcp/analysis.h"
#include "tcp/endpoint.h"
#include "tcp/history.h"
#include "tcp/reassembler.h"

namespace glass::tcp {

enum class Handshake : std::uint8_t {
    none,      ///< the capture began later
    partial,   ///< a SYN, but not all three segments
    complete,  ///< SYN, SYN with ACK, and an ACK of that
};
enum class SeenEnding : std::uint8_t {
    open,   ///< neither; one FIN alone leaves the other direction open
    fin,    ///< both directions closed
    reset,  ///< somebody sent a RST
};

/// What belongs to whoever takes the octets: it lives as long as the conversation.
struct Attachment {
    virtual ~Attachment() = default;
};

/// A segment whose checksum is wrong, kept until it is known whether its receiver took it.
struct Suspect {
    Seq seq;                   ///< of its first octet
    std::uint32_t length = 0;  ///< payload octets on the wire
    std::uint64_t frame = 0;
    bool fin = false;
    ip::Buffer octets;

    std::size_t memory() const { return sizeof(Suspect) + octets.capacity(); }
};

/// What all connections together may keep of such segments.
struct SuspectBudget {
    std::size_t capacity = 0;  ///< octets of memory
    std::size_t used = 0;
};

/// One direction: what this endpoint sent.
struct ConversationSide {
    static constexpr std::size_t kMaxSuspects = 64;

    Endpoint endpoint;
    std::uint64_t segments = 0;
    std::uint64_t segments_with_payload = 0;
    std::uint64_t payload_octets = 0;  ///< on the wire, retransmissions counted again
    bool syn = false, syn_ack = false, fin = false, rst = false;
    bool sack_permitted = false;
    std::optional<std::uint16_t> mss;
    std::optional<std::uint8_t> shift;  ///< Rcv.Wind.Shift
    bool cut = false;                   ///< octets are missing because frames were cut by the snap length

    bool based = false;  ///< `base` is known
    Seq base;            ///< the sequence number of the stream's octet 0
    Reassembler stream;
    std::optional<std::uint64_t> fin_offset;  ///< where the first FIN lies
    bool closed = false;                      ///< all octets before it are out
    std::unique_ptr<std::vector<Suspect>> suspects;

    explicit ConversationSide(Reassembler reassembler) : stream(std::move(reassembler)) {}
};

struct Conversation {
    Conversation(std::uint32_t number, Reassembler first_side, Reassembler second_side)
        : stream(number),
          sides{ConversationSide(std::move(first_side)), ConversationSide(std::move(second_side))} {}

    /// The side that opened it: it sent a SYN, or a SYN with ACK went to it; else the side that was seen
    /// first.
    [[nodiscard]] unsigned client() const;
    [[nodiscard]] Handshake handshake() const;
    [[nodiscard]] SeenEnding ending() const;

    std::uint32_t stream;  ///< its number
    FrameRef first, last;
    bool handshake_done = false;  ///< a SYN was acknowledged by an ACK without SYN
    bool wanted = true;           ///< somebody takes its octets
    History history;
    std::array<ConversationSide, 2> sides;  ///< 0: the endpoint that sent the first segment
    std::unique_ptr<Analysis> analysis;     ///< null where nobody asked for it
    std::unique_ptr<Attachment> attachment;
};

}  // namespace glass::tcp
