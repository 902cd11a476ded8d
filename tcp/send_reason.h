// SendReason: why a segment went out, said where it is decided (tcp/output.cc), for all who tell of it.
#pragma once

#include <cstdint>
#include <string_view>

namespace glass::tcp {

enum class SendReason : std::uint8_t {
    none,
    // What goes out for the first time.
    syn,
    syn_ack,         ///< also where the peer's SYN comes again
    data,            ///< and the FIN
    acknowledgment,  ///< of what has come
    duplicate_ack,   ///< something is missing before it
    reset,
    keep_alive,  ///< section 3.8.4
    mtu_probe,   ///< a larger segment than before, RFC 4821
    // What goes out again; probes may carry new text, too.
    handshake,        ///< the SYN has no answer
    timeout,          ///< RFC 6298 rule 5.4
    after_timeout,    ///< what was out at the timeout follows, RFC 5681 section 3.1
    black_hole,       ///< large segments time out: smaller ones, RFC 4821
    too_big,          ///< ICMP says so, RFC 1191
    rack,             ///< RFC 8985
    sack,             ///< RFC 6675
    duplicate_acks,   ///< RFC 5681 section 3.2
    partial_ack,      ///< RFC 6582
    tail_loss_probe,  ///< RFC 8985 section 7
    window_probe,     ///< section 3.8.6.1
    window_opened,    ///< there may have been no room for it while the window was closed
};

/// In a few words.
[[nodiscard]] constexpr std::string_view to_string(SendReason reason) {
    switch (reason) {
        case SendReason::none: break;
        case SendReason::syn: return "opens";
        case SendReason::syn_ack: return "answers the SYN";
        case SendReason::data: return "data";
        case SendReason::acknowledgment: return "acknowledges";
        case SendReason::duplicate_ack: return "acknowledges: something is missing";
        case SendReason::reset: return "reset";
        case SendReason::keep_alive: return "asks whether the peer is still there";
        case SendReason::mtu_probe: return "tries whether the path takes larger packets";
        case SendReason::handshake: return "opens, again: there was no answer";
        case SendReason::timeout: return "retransmission: the timer expired";
        case SendReason::after_timeout: return "retransmission after a timeout";
        case SendReason::black_hole: return "retransmission: large packets vanish";
        case SendReason::too_big: return "retransmission: it was too big for the path";
        case SendReason::rack: return "fast retransmission: RACK";
        case SendReason::sack: return "fast retransmission: SACK";
        case SendReason::duplicate_acks: return "fast retransmission: three duplicate ACKs";
        case SendReason::partial_ack: return "fast retransmission: a partial ACK";
        case SendReason::tail_loss_probe: return "tail loss probe";
        case SendReason::window_probe: return "probe of the closed window";
        case SendReason::window_opened: return "retransmission: the window is open again";
    }
    return "";
}

}  // namespace glass::tcp
