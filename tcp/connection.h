// Connection: a TCP connection without clock, socket or thread: segments go in, segments are pulled out. The
// calls are those of RFC 9293 section 3.10; the file is the face of the TCB in tcp/tcb.h.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "ip/ecn.h"
#include "tcp/cookie_facts.h"
#include "tcp/icmp_report.h"
#include "tcp/tcb.h"

namespace glass::tcp {

/// Why a call was not done; the words of section 3.10.
enum class CallError : std::uint8_t {
    does_not_exist,  ///< "connection does not exist"
    already_exists,  ///< "connection already exists"
    closing,         ///< "connection closing"
    illegal_remote,  ///< not an address that can be connected to (MUST-46)
};
[[nodiscard]] std::string_view to_string(CallError error);
[[nodiscard]] std::string_view to_string(Ending ending);

/// STATUS, section 3.10.6.
struct Status {
    State state = State::closed;
    Ending ending = Ending::none;
    std::size_t unread = 0;          ///< octets that read() would give
    std::size_t unsent = 0;          ///< octets that were never sent
    std::size_t unacknowledged = 0;  ///< octets of sequence space
    std::size_t send_room = 0;       ///< octets that send() would take
    bool peer_finished = false;      ///< its FIN has come: after `unread` there is no more
    std::uint32_t urgent = 0;        ///< octets to read before the urgent data ends (MUST-33)
    std::uint32_t cwnd = 0;
    std::uint32_t ssthresh = 0;
    std::uint32_t snd_wnd = 0;
    std::uint32_t rcv_wnd = 0;
    std::uint32_t mss = 0;
    std::uint32_t path_mtu = 0;            ///< as far as is known
    bool ecn = false;                      ///< both ends know ECN
    std::optional<IcmpReport> soft_error;  ///< the last that came (MUST-47)
    ip::Duration rto{};
    ip::Duration srtt{};
    LossRecovery::Phase phase = LossRecovery::Phase::open;
};

/// Time never goes backwards: an earlier `now` than the last is taken for the last. After every call, poll()
/// until it gives nothing, and again when deadline() comes. Whoever owns it finds it by its two endpoints,
/// checks checksums, and makes a listener's connections: here a passive OPEN waits for one peer.
class Connection {
public:
    /// `secret`: the host's, random and kept; see tcp/isn.h.
    Connection(const SharedConfig& config, const ip::SipKey& secret, const Endpoint& local,
               const Endpoint& remote)
        : tcb_(config, secret, local, remote) {}

    /// ESTABLISHED by the ACK of a SYN cookie, RFC 4987 section 3.6: as if the SYN and our SYN,ACK with ISS =
    /// SEG.ACK - 1 had been kept. What the ACK brings is taken. The cookie itself, and that the segment is an
    /// ACK and no SYN or RST, is for the owner to check.
    [[nodiscard]] static Connection from_cookie(const SharedConfig& config, const ip::SipKey& secret,
                                                const Endpoint& local, const Endpoint& remote,
                                                const Segment& ack, const CookieFacts& facts, ip::Time now);

    using Done = std::expected<void, CallError>;
    /// OPEN, section 3.10.1. From LISTEN an active OPEN makes it active.
    Done open_active(ip::Time now);
    Done open_passive();
    /// SEND: takes as many octets as there is room for and returns how many. `urgent`: the urgent data ends
    /// with them (MUST-30, MUST-31).
    std::expected<std::size_t, CallError> send(ip::Bytes octets, bool urgent = false);
    /// RECEIVE: hands over what has come in order. 0: nothing now, or for ever where status().peer_finished.
    std::expected<std::size_t, CallError> read(std::span<std::uint8_t> out);
    /// CLOSE: what was sent still goes out, then the FIN. The other direction stays open.
    Done close();
    /// Both directions (MAY-1): nothing will be read any more, and what is unread, or comes, is answered with
    /// RST (SHLD-3).
    void release();
    /// ABORT: RST, and CLOSED.
    Done abort();
    [[nodiscard]] Status status() const;

    /// A segment for this connection, and the ECN codepoint of its packet. Octets are borrowed for the call.
    void receive(const Segment& segment, ip::Time now, ip::Ecn ecn = ip::Ecn::not_ect);
    /// An ICMP error that quotes a segment of this connection.
    void icmp_arrives(const IcmpReport& report, ip::Time now);
    /// The next segment to send, if any. Options and payload are borrowed until the next call of anything.
    /// Where somebody cuts super-segments, new data of up to `most` octets comes as one.
    [[nodiscard]] std::optional<Segment> poll(ip::Time now, std::uint32_t most = 0);
    /// Of the segment that poll() gave last: not 0, a super-segment, to be cut to so many octets of text
    /// each.
    [[nodiscard]] std::uint16_t segment_size() const { return tcb_.segment_size; }
    /// The codepoint for the packet of the segment that poll() gave last.
    [[nodiscard]] ip::Ecn ecn() const { return tcb_.ecn.codepoint; }
    /// Why that segment went out.
    [[nodiscard]] SendReason last_reason() const { return tcb_.reason; }
    /// When to poll again though nothing arrives; nothing: never.
    [[nodiscard]] std::optional<ip::Time> deadline() const;

    /// What happened since the last time: bits of Event. Cleared.
    [[nodiscard]] std::uint16_t take_events();

    /// TIME-WAIT, and the segment is a SYN that may begin a new connection at once: by a greater sequence
    /// number (MAY-2, RFC 1122 section 4.2.2.13), or a newer timestamp (SHLD-4, RFC 6191). The owner then
    /// forgets this one, and keeps a TimeWait: the SYN may yet turn out to be an old duplicate.
    [[nodiscard]] bool may_be_replaced_by(const Segment& segment) const;
    /// It is: CLOSED, and what was not read can still be.
    void make_way() { end_connection(tcb_, Ending::closed); }

    [[nodiscard]] State state() const { return tcb_.state; }
    [[nodiscard]] const Endpoint& local() const { return tcb_.local; }
    [[nodiscard]] const Endpoint& remote() const { return tcb_.remote; }
    [[nodiscard]] const Tcb& tcb() const { return tcb_; }
    /// Octets that its buffers take, and the list of what is not acknowledged.
    [[nodiscard]] std::size_t buffered() const {
        return tcb_.out.memory() + tcb_.in.memory() + tcb_.sent.memory();
    }
    /// Empty ones give their memory back: for a connection that has been quiet for a while.
    void trim() {
        tcb_.out.trim();
        tcb_.in.trim();
        tcb_.sent.trim();
    }
    /// Nagle's algorithm, MUST-17.
    void set_nagle(bool on) { tcb_.config.own().nagle = on; }
    /// R2, MUST-21.
    void set_user_timeout(ip::Duration r2) { tcb_.config.own().r2 = r2; }
    /// SHLD-21. Six bits.
    void set_dscp(std::uint8_t dscp) { tcb_.config.own().dscp = dscp & 0x3f; }
    /// SHLD-20.
    void set_soft_error_reports(bool on) { tcb_.config.own().report_soft_errors = on; }
    /// MUST-24.
    void set_keep_alive(bool on) { tcb_.config.own().keep_alive = on; }

private:
    ip::Time advance(ip::Time now) { return now_ = std::max(now_, now); }

    Tcb tcb_;
    ip::Time now_{};
};
static_assert(sizeof(Connection) <= 1104, "hundreds of thousands exist at a time");

}  // namespace glass::tcp
