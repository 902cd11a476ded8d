// Congestion control: how much may be in the network; what RFC 5681 leaves to an algorithm is behind this
// interface.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "ip/time.h"
#include "tcp/config.h"
#include "tcp/delivery_rate.h"
#include "tcp/seq.h"

namespace glass::tcp {

/// What an algorithm learns from an acknowledgment outside of fast recovery.
struct AckedData {
    std::uint32_t octets = 0;  ///< newly acknowledged: byte counting, RFC 3465
    ip::Time now{};
    std::optional<ip::Duration> rtt;  ///< measured with this ACK
    ip::Duration srtt{};
    Seq una{};
    Seq nxt{};
    bool after_timeout = false;  ///< what was out when the timer expired is not all acknowledged
};

/// What a model-based algorithm learns from every acknowledgment.
struct Measured {
    RateSample rate;
    ip::Time now{};
    std::optional<ip::Duration> rtt;  ///< measured with this ACK
    std::uint32_t pipe = 0;           ///< octets in the network now
};

/// What says that there is congestion.
enum class Signal : std::uint8_t { loss, mark };

class CongestionControl {
public:
    CongestionControl(std::uint32_t mss, std::uint32_t initial_window)
        : mss_(mss), initial_window_(initial_window), cwnd_(initial_window) {}
    virtual ~CongestionControl() = default;

    [[nodiscard]] std::uint32_t cwnd() const { return cwnd_; }          ///< octets
    [[nodiscard]] std::uint32_t ssthresh() const { return ssthresh_; }  ///< octets
    [[nodiscard]] std::uint32_t mss() const { return mss_; }            ///< SMSS, octets
    [[nodiscard]] std::uint32_t initial_window() const { return initial_window_; }
    /// The path's MTU has turned out to be another. cwnd keeps its octets.
    void set_mss(std::uint32_t mss) {
        mss_ = mss;
        cwnd_ = std::max(cwnd_, mss);
    }
    [[nodiscard]] bool in_slow_start() const { return cwnd_ < ssthresh_; }
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// New data was acknowledged while cwnd was what limited the sender.
    void acknowledged(const AckedData& acked) {
        in_slow_start() ? slow_start(acked) : avoid_congestion(acked);
    }

    /// Segments were lost, or marked (RFC 3168), and `flight` octets were outstanding, of which no more count
    /// than cwnd had room for (RFC 5681 section 3.2): ssthresh falls. cwnd is recovery's matter.
    void congestion(std::uint32_t flight, ip::Time now, Signal signal = Signal::loss) {
        remember();
        ssthresh_ = reduced(std::min(flight, cwnd_), now, signal);
    }

    /// The retransmission timer expired: cwnd is one segment, the loss window. ssthresh falls, unless it was
    /// the same segment's timer `again` (RFC 5681 section 3.1).
    void timeout(std::uint32_t flight, ip::Time now, bool again) {
        if (!again) congestion(flight, now);
        cwnd_ = mss_;
        timed_out();
    }

    /// The last congestion(), or timeout(), was for nothing: as if it had not been (RFC 4015 section 3.2,
    /// RFC 9438 section 4.9), but what was gained since stays.
    void undo() {
        cwnd_ = std::max(cwnd_, remembered_.cwnd);
        ssthresh_ = std::max(ssthresh_, remembered_.ssthresh);
        undone();
    }

    /// All that was out when recovery began, or when the timer expired, is acknowledged.
    virtual void recovered() {}

    /// Nothing was sent for an RTO (RFC 5681 section 4.1).
    virtual void restart() { cwnd_ = std::min(cwnd_, initial_window_); }
    /// Fast recovery sets it, RFC 6937, and RFC 6582 at its end.
    void set_cwnd(std::uint32_t octets) { cwnd_ = std::max(octets, mss_); }

    /// It sets cwnd itself, in recovery too, from measured() and not from acknowledged().
    [[nodiscard]] virtual bool model_based() const { return false; }
    virtual void measured(const Measured&) {}
    /// Octets a second; 0: segments go out as the window opens.
    [[nodiscard]] virtual std::uint64_t pacing_rate() const { return 0; }

protected:
    /// How many segments an ACK may make cwnd grow by, L of RFC 3465: 1 after a timeout, else 2. In the first
    /// slow start 8, which RFC 9406 section 4.3 gives those who do not pace: receivers, and what merges
    /// segments on the way to them, acknowledge more than two at once.
    static constexpr std::uint32_t kFirstLimit = 8;
    virtual void slow_start(const AckedData& acked) {
        const bool first = ssthresh_ == kLargest;
        grow_exponentially(acked.octets, acked.after_timeout ? 1 : first ? kFirstLimit : 2);
    }
    virtual void avoid_congestion(const AckedData& acked) = 0;
    /// The new ssthresh, at least two segments.
    virtual std::uint32_t reduced(std::uint32_t flight, ip::Time now, Signal signal) = 0;
    virtual void timed_out() {}
    virtual void undone() {}

    /// At most `limit` segments for each ACK (RFC 3465 sections 2.2 and 2.3), and not beyond ssthresh.
    void grow_exponentially(std::uint32_t octets, std::uint32_t limit) {
        const std::uint64_t grown = std::uint64_t{cwnd_} + std::min(octets, limit * mss_);
        cwnd_ = static_cast<std::uint32_t>(std::min<std::uint64_t>({grown, kLargest, ssthresh_}));
    }

    /// No window of the peer is larger (RFC 7323 section 2.3).
    static constexpr std::uint32_t kLargest = 1u << 30;

    std::uint32_t mss_;
    std::uint32_t initial_window_;
    std::uint32_t cwnd_;
    std::uint32_t ssthresh_ = kLargest;

private:
    struct Windows {
        std::uint32_t cwnd = 0, ssthresh = 0;
    };
    void remember() { remembered_ = {.cwnd = cwnd_, .ssthresh = ssthresh_}; }

    Windows remembered_;  ///< before the last reduction
};

/// `mss` octets a segment; the initial window follows from it and `segments` (RFC 6928 section 2).
[[nodiscard]] std::unique_ptr<CongestionControl> make_congestion_control(CongestionAlgorithm algorithm,
                                                                         std::uint32_t mss,
                                                                         std::uint32_t segments);

}  // namespace glass::tcp
