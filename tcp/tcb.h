// Tcb: the Transmission Control Block, all that is known of a connection, RFC 9293 section 3.3.1.
#pragma once

#include <memory>
#include <optional>

#include "ip/siphash.h"
#include "tcp/challenge_limit.h"
#include "tcp/congestion.h"
#include "tcp/ecn.h"
#include "tcp/endpoint.h"
#include "tcp/icmp_report.h"
#include "tcp/loss_recovery.h"
#include "tcp/pacer.h"
#include "tcp/path_mtu.h"
#include "tcp/receive_buffer.h"
#include "tcp/retransmission_timeout.h"
#include "tcp/scoreboard.h"
#include "tcp/segment.h"
#include "tcp/send_buffer.h"
#include "tcp/shared_config.h"
#include "tcp/state.h"
#include "tcp/timers.h"

namespace glass::tcp {

///       1         2          3          4
///  ----------|----------|----------|----------
///         SND.UNA    SND.NXT    SND.UNA
///                              +SND.WND
struct SendSequence {
    Seq una{};
    Seq nxt{};
    Seq up{};   ///< the octet after the urgent data (MUST-62)
    Seq wl1{};  ///< SEG.SEQ of the last window update
    Seq wl2{};  ///< SEG.ACK of it
    Seq iss{};
    std::uint32_t wnd = 0;      ///< octets, scaled
    std::uint32_t max_wnd = 0;  ///< the largest seen: RFC 5961 section 5.2, RFC 9293 section 3.8.6.2.1
    std::uint8_t shift = 0;     ///< Snd.Wind.Shift, RFC 7323
    bool urgent = false;        ///< SND.UP means something
};

struct ReceiveSequence {
    Seq nxt{};
    Seq up{};
    Seq irs{};
    std::uint32_t wnd = 0;   ///< octets that the peer may send: never fewer than it was told
    std::uint8_t shift = 0;  ///< Rcv.Wind.Shift
    bool urgent = false;     ///< RCV.UP means something
};

/// What both SYNs agreed on.
struct Agreed {
    std::uint16_t peer_mss = 0;  ///< SendMSS of section 3.7.1
    bool sack = false;
    bool timestamps = false;
    bool window_scale = false;
};

/// RFC 7323 sections 4 and 5.
struct TimestampClock {
    std::uint32_t offset = 0;  ///< our clock does not tell how long we have been up
    std::uint32_t recent = 0;  ///< TS.Recent
    std::optional<ip::Time> recent_at;
};

/// What has to be acknowledged, section 3.8.6.3.
struct Acknowledgments {
    bool now = false;              ///< with the next poll
    std::uint16_t duplicates = 0;  ///< so many more: without SACK each segment out of order is answered
    std::uint32_t octets = 0;      ///< of text not acknowledged yet
    std::uint32_t largest = 0;     ///< text seen in a segment: RMSS as far as can be known
    Seq last_sent{};               ///< Last.ACK.sent of RFC 7323
    std::optional<SackBlock> duplicate_block;  ///< RFC 2883: what came a second time
};

/// A segment that resets, waiting for poll().
struct ResetReply {
    Seq seq{};
    Seq ack{};
    std::uint16_t flags = 0;
};

/// How a connection ended (MUST-12).
enum class Ending : std::uint8_t {
    none,         ///< it has not, or there was none
    closed,       ///< both sides said all they had to say, or CLOSE in LISTEN: there was no other
    refused,      ///< RST in answer to the SYN
    unreachable,  ///< ICMP in answer to the SYN; status() says what
    reset,        ///< RST from the peer
    aborted,      ///< ABORT, or CLOSE in SYN-SENT
    timed_out,    ///< R2, or keep-alive
};

/// What the application is told of (3.9.1.8); bits.
enum Event : std::uint16_t {
    kOpened = 1,       ///< ESTABLISHED
    kReadable = 2,     ///< octets, or the peer's FIN
    kWritable = 4,     ///< the send buffer has room again
    kUrgent = 8,       ///< the urgent pointer arrived or advanced (MUST-32)
    kFinished = 16,    ///< the peer will send no more
    kTroubled = 32,    ///< R1: retransmissions go unanswered (SHLD-9)
    kEnded = 64,       ///< CLOSED; ending says how
    kSoftError = 128,  ///< ICMP says that something is wrong (MUST-47); status() says what
};

struct Tcb {
    Tcb(const SharedConfig& c, const ip::SipKey& key, const Endpoint& here, const Endpoint& there);

    SharedConfig config;
    ip::SipKey secret;
    Endpoint local;
    Endpoint remote;

    ConnectionState state;
    bool passive = false;                  ///< MUST-11: the OPEN that led here was passive
    bool close_called = false;             ///< a FIN follows the last octet
    bool released = false;                 ///< nobody will read any more (MAY-1)
    bool fin_sent = false;                 ///< at SND.NXT - 1
    bool syn_timed_out = false;            ///< RFC 6298 rule 5.7, RFC 5681 section 3.1
    bool timed_out = false;                ///< the retransmission timer, and nothing was sent again since
    SendReason reason = SendReason::none;  ///< of the segment that went out last
    Ending ending = Ending::none;
    std::uint16_t events = 0;
    /// Of what went out last: not 0, a super-segment, to be cut to so much text.
    std::uint16_t segment_size = 0;

    SendSequence snd;
    ReceiveSequence rcv;
    Agreed agreed;
    TimestampClock clock;

    SendBuffer out;
    ReceiveBuffer in;
    Acknowledgments acks;

    Scoreboard sent;
    LossRecovery recovery;
    RetransmissionTimeout rto;
    std::optional<Seq> rtt_round;  ///< the round trip measured last ends where this is acknowledged
    std::unique_ptr<CongestionControl> congestion;  ///< from ESTABLISHED on
    Pacer pacer;

    EcnState ecn;
    PathMtu path;
    std::optional<IcmpReport> soft_error;  ///< the last one

    std::uint32_t timeouts = 0;  ///< of the retransmission timer
    std::uint32_t resent = 0;    ///< segments sent again, probes too

    std::uint32_t duplicate_acks = 0;       ///< since SND.UNA moved
    std::uint32_t credible_duplicates = 0;  ///< segments outstanding at the first of them

    Timers timers;
    unsigned retransmissions = 0;   ///< in a row, for R1
    unsigned persist_count = 0;     ///< probes of a window that stays closed
    unsigned keep_alive_count = 0;  ///< probes without an answer
    bool window_probe_due = false;
    bool tail_probe_due = false;
    bool keep_alive_due = false;
    bool syn_due = false;  ///< SYN,ACK has to go out again
    ip::Time last_heard{};
    ip::Time last_sent{};
    ChallengeLimit challenges;
    std::optional<ResetReply> reset;
    std::array<std::uint8_t, Segment::kMaxOptions> options{};  ///< of the segment that went out last
};

/// Octets of TCP and text that fit the path, MMS_S less the IP header; for MSS subtract 20 (section 3.7.1).
[[nodiscard]] std::uint32_t largest_segment(const Tcb& tcb);
/// Octets of text and options for a segment: what both MSS allow (MUST-16).
[[nodiscard]] std::uint32_t send_mss(const Tcb& tcb);
/// SMSS of RFC 5681: text in a full-sized segment.
[[nodiscard]] std::uint32_t effective_mss(const Tcb& tcb);

/// TSval now: milliseconds.
[[nodiscard]] std::uint32_t timestamp(const Tcb& tcb, ip::Time now);

/// ESTABLISHED: the window of the first segments, RFC 6928, and RFC 6298 rule 5.7.
void start_transmission(Tcb& tcb);
/// FIN of ours is acknowledged.
[[nodiscard]] bool fin_acknowledged(const Tcb& tcb);
/// CLOSED, and nothing left to do but a reset that waits.
void end_connection(Tcb& tcb, Ending ending);
/// Back to LISTEN, as it was after the passive OPEN.
void listen_again(Tcb& tcb);
/// TIME-WAIT, and its timer from the start.
void enter_time_wait(Tcb& tcb, ip::Time now);

}  // namespace glass::tcp
