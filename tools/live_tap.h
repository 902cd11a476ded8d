// Live tap: notes every packet that passes between a host and its link, in a ring that costs next to nothing,
// for a page that looks at them a moment later.
#pragma once

#include <array>
#include <vector>

#include "ip/sim_event.h"
#include "tcp/pump.h"

namespace glass::tools {

/// What the host knew of the connection just after the packet.
struct TapFacts {
    tcp::State state = tcp::State::closed;
    bool full = false;  ///< the rest is filled in, too
    tcp::LossRecovery::Phase phase{};
    tcp::SendReason reason{};  ///< of what it sent last
    std::uint32_t iss = 0, irs = 0;
    std::uint32_t cwnd = 0, ssthresh = 0, flight = 0;  ///< octets
    std::uint32_t snd_wnd = 0, rcv_wnd = 0;            ///< octets
    std::uint32_t resent = 0;                          ///< segments sent again so far
    std::uint32_t sacked = 0;                          ///< segments
    std::uint32_t duplicates = 0;                      ///< ACKs, since SND.UNA moved
    std::uint32_t path_mtu = 0;
    ip::Duration rto{}, srtt{};
};

struct TapNote {
    enum class Kind : std::uint8_t {
        sent,       ///< by the host
        received,   ///< by the host, which has dealt with it
        entered,    ///< the link
        delivered,  ///< by the link
        dropped,    ///< by the link
    };
    /// The headers, and the start of the text: of longer packets the rest is not kept.
    static constexpr std::size_t kKept = 128;

    Kind kind{};
    bool to_host = false;  ///< the packet's direction
    ip::Drop why{};        ///< of a dropped one
    bool damaged = false;  ///< of a delivered one
    std::uint16_t kept = 0;
    std::uint32_t length = 0;  ///< octets of the whole packet
    std::uint64_t number = 0;  ///< of the packet on its way through the link, from 1 on
    std::uint64_t queued = 0;  ///< octets that wait for the link
    ip::Time at{};
    tcp::ConnectionId connection{};          ///< of sent and received; none where it is nobody's
    TapFacts facts;                          ///< of these
    std::array<std::uint8_t, kKept> octets;  ///< the first `kept` of them; none of delivered and dropped

    [[nodiscard]] ip::Bytes bytes() const { return ip::Bytes(octets).first(kept); }
};

/// Register it with the pump, and its two ways with the link, if there is one. One note is a copy of a few
/// hundred octets; the oldest make room for new ones.
class LiveTap final : public tcp::PacketObserver {
public:
    static constexpr std::size_t kMostNotes = 8192;
    /// While nobody looks: few enough to stay in a processor's cache, enough for how a page was loaded.
    static constexpr std::size_t kFewNotes = 1536;

    LiveTap() : notes_(kMostNotes), to_host_(*this, true), from_host_(*this, false) {}

    /// Whether somebody looks: only then all facts are asked for. Precondition: all notes are taken.
    void set_watched(bool watched) {
        watched_ = watched;
        size_ = watched ? kMostNotes : kFewNotes;
        next_ = read_ = 0;
    }

    void on_packet(bool sent, ip::Bytes packet, const tcp::Host& host, ip::Time now) override;
    [[nodiscard]] ip::SimObserver& to_host() { return to_host_; }
    [[nodiscard]] ip::SimObserver& from_host() { return from_host_; }

    /// Hands out what was noted since the last time, oldest first, and returns how many notes were gone.
    template <class Take>
    std::uint64_t drain(Take take) {
        const std::uint64_t lost = next_ - read_ > size_ ? next_ - read_ - size_ : 0;
        for (read_ += lost; read_ < next_; ++read_) take(std::as_const(notes_[read_ % size_]));
        return lost;
    }

private:
    class Way final : public ip::SimObserver {
    public:
        Way(LiveTap& tap, bool to_host) : tap_(tap), to_host_(to_host) {}
        void on_event(const ip::SimEvent& event) override { tap_.note_link(event, to_host_); }

    private:
        LiveTap& tap_;
        bool to_host_;
    };

    TapNote& next_note() { return notes_[next_++ % size_]; }
    void note_link(const ip::SimEvent& event, bool to_host);

    std::vector<TapNote> notes_;
    std::size_t size_ = kFewNotes;  ///< notes that are kept
    std::uint64_t next_ = 0, read_ = 0;
    bool watched_ = false;
    Way to_host_, from_host_;
};

}  // namespace glass::tools
