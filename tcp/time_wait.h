// TimeWait: all that is kept of a connection in TIME-WAIT which nobody holds any more, RFC 9293 section
// 3.10.7.4 and RFC 1337.
#pragma once

#include <array>

#include "tcp/connection.h"
#include "tcp/four_tuple.h"
#include "tcp/segment_options.h"

namespace glass::tcp {

/// A SYN that may begin a new connection where one is in TIME-WAIT: by a newer timestamp (RFC 6191), or by a
/// greater sequence number (RFC 1122 section 4.2.2.13). `ts_recent`: where timestamps were agreed on.
[[nodiscard]] bool may_replace(const Segment& segment, Seq rcv_nxt, std::optional<std::uint32_t> ts_recent);

/// An eighth of the memory of a connection.
class TimeWait {
public:
    /// Precondition: the connection is in TIME-WAIT, and has nothing left to send.
    explicit TimeWait(const Connection& connection);

    /// What the segment is answered with, if anything. Borrowed until the next call.
    [[nodiscard]] std::optional<Segment> receive(const Segment& segment, ip::Time now);
    /// As of Connection.
    [[nodiscard]] bool may_be_replaced_by(const Segment& segment) const;

    [[nodiscard]] const Endpoint& local() const { return local_; }
    [[nodiscard]] const Endpoint& remote() const { return remote_; }
    [[nodiscard]] ip::Time until() const { return until_; }
    [[nodiscard]] Seq snd_nxt() const { return snd_nxt_; }
    [[nodiscard]] bool timestamps() const { return timestamps_; }  ///< agreed on

private:
    [[nodiscard]] Segment acknowledgment(ip::Time now);

    Endpoint local_;
    Endpoint remote_;
    Seq snd_nxt_;
    Seq rcv_nxt_;
    std::uint32_t ts_recent_;
    std::uint32_t ts_offset_;
    std::uint16_t window_;
    bool timestamps_;
    ip::Duration linger_;  ///< 2 MSL
    ip::Time until_;
    ChallengeLimit challenges_;
    std::array<std::uint8_t, kTimestampOctets> options_{};
};

}  // namespace glass::tcp
