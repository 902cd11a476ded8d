// DeliveryRate: how fast octets have been arriving at the peer, measured with each ACK,
// draft-cheng-iccrg-delivery-rate-estimation, and draft-ietf-ccwg-bbr section 4.1.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/time.h"

namespace glass::tcp {

/// Noted with each transmission as it is sent.
struct SendStamp {
    std::uint64_t delivered = 0;  ///< octets, until then
    ip::Time delivered_at{};      ///< the last of them
    ip::Time first_sent{};        ///< where the interval of sending begins
    std::uint32_t in_flight = 0;  ///< octets, with this one
    bool application_limited = false;
};

/// What one ACK tells. Octets.
struct RateSample {
    bool valid = false;                 ///< octets and interval mean something
    std::uint64_t octets = 0;           ///< delivered in the interval
    ip::Duration interval{};            ///< above 0
    std::uint64_t prior_delivered = 0;  ///< in all, when what was delivered now was sent
    std::uint64_t total_delivered = 0;  ///< in all, now
    std::uint32_t newly_delivered = 0;  ///< with this ACK
    std::uint32_t newly_lost = 0;       ///< found with it
    std::uint32_t in_flight_then = 0;   ///< when what was delivered now was sent
    bool application_limited = false;   ///< there was too little to send: the path may carry more

    /// Octets a second.
    [[nodiscard]] std::uint64_t rate() const;
};

class DeliveryRate {
public:
    /// A segment goes out while `pipe` octets are in the network.
    [[nodiscard]] SendStamp sending(std::uint32_t pipe, std::uint32_t octets, ip::Time now);
    /// One arrived that was sent at `sent_at`.
    void delivered(const SendStamp& stamp, ip::Time sent_at, std::uint32_t octets);
    /// A part of one.
    void partly_delivered(std::uint32_t octets) { newly_delivered_ += octets; }
    void lost(std::uint32_t octets) { newly_lost_ += octets; }
    /// The application has no more to send, though `pipe` octets do not fill the window.
    void application_limited(std::uint32_t pipe) { limited_until_ = delivered_ + pipe + 1; }

    /// After everything that an ACK delivered and made look lost.
    [[nodiscard]] RateSample take(ip::Time now);

private:
    std::uint64_t delivered_ = 0;
    ip::Time delivered_at_{};
    ip::Time first_sent_{};
    std::uint64_t limited_until_ = 0;  ///< in terms of delivered_; 0: not limited

    /// Of the ACK that is being taken: the transmission sent last.
    struct Newest {
        SendStamp stamp;
        ip::Time sent_at{};
    };
    std::optional<Newest> newest_;
    std::uint32_t newly_delivered_ = 0;
    std::uint32_t newly_lost_ = 0;
};

}  // namespace glass::tcp
