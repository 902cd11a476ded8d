// TCP story: what happens on one connection of our own host, told as it happens, in sentences.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "ip/sim_event.h"
#include "tcp/pump.h"
#include "tools/sim_story.h"

namespace glass::tools {

/// Octets count from the SYN, each direction's own. Give it to a pump, and its ways to the link, if there is
/// one. Of sentences that could be without number only the first are told; sum() counts.
class TcpStory final : public tcp::PacketObserver {
public:
    using Say = std::function<void(const std::string& sentence, ip::Time at)>;
    static constexpr unsigned kMostOfAKind = 20;

    explicit TcpStory(Say say) : say_(std::move(say)), ways_{{Way(*this, false), Way(*this, true)}} {}

    /// This connection from now on: it has not sent anything yet.
    void follow(tcp::ConnectionId id, const tcp::Connection& connection);

    void on_packet(bool sent, ip::Bytes packet, const tcp::Host& host, ip::Time now) override;
    [[nodiscard]] ip::SimObserver& from_us() { return ways_[0]; }
    [[nodiscard]] ip::SimObserver& to_us() { return ways_[1]; }

    /// "We sent 12 segments, 1 of them again; ...": what it came to. Empty where nothing was sent.
    [[nodiscard]] std::string sum() const;

private:
    class Way final : public ip::SimObserver {
    public:
        Way(TcpStory& story, bool to_us) : story_(story), to_us_(to_us) {}
        void on_event(const ip::SimEvent& event) override { story_.on_link(event, to_us_); }

    private:
        TcpStory& story_;
        bool to_us_;
    };
    /// What the connection was after the packet before.
    struct Facts {
        tcp::State state{};
        tcp::LossRecovery::Phase phase{};
        std::uint32_t cwnd = 0, path_mtu = 0, snd_wnd = 0, rcv_wnd = 0;
        std::uint32_t resent = 0, timeouts = 0;
        ip::Duration rto{}, srtt{};
        tcp::Seq rcv_nxt{};
        bool hole = false;
    };
    enum Kind : std::uint8_t { resend, hole, lost, window, kinds };

    static Facts facts_of(const tcp::Connection& connection);
    void tell(const std::string& sentence, ip::Time at) { say_(sentence, at); }
    void tell(Kind kind, const std::string& sentence, ip::Time at);
    void on_sent(const tcp::Segment& segment, const tcp::Connection& connection, const Facts& now_is,
                 ip::Time now);
    void on_received(const tcp::Segment& segment, const tcp::Connection& connection, const Facts& now_is,
                     ip::Time now);
    void tell_again(const tcp::Segment& segment, const tcp::Connection& connection, const Facts& now_is,
                    ip::Time now);
    void tell_open(const tcp::Connection& connection, const Facts& now_is, ip::Time now);
    void tell_order(const tcp::Segment& segment, const tcp::Connection& connection, const Facts& now_is,
                    ip::Time now);
    void tell_window(const Facts& now_is, ip::Time now);
    void tell_end(const tcp::Connection& connection, const Facts& now_is, ip::Time now);
    void on_link(const ip::SimEvent& event, bool to_us);

    Say say_;
    std::array<Way, 2> ways_;
    tcp::ConnectionId id_{};
    tcp::Endpoint local_, remote_;
    Facts before_;
    std::optional<tcp::Seq> iss_, irs_;
    std::optional<ip::Time> syn_at_, hole_at_;
    /// Of the text that came last: where it ended, when, and RCV.NXT before the packet that brought it, which
    /// may stand for several segments.
    tcp::Seq last_end_{}, expected_{};
    ip::Time last_at_{};
    bool fin_sent_ = false, fin_came_ = false;
    std::array<unsigned, kinds> told_{};
    struct Counts {
        std::uint64_t segments = 0, octets = 0, again = 0, early = 0, lost = 0;
    };
    Counts sent_, received_;
};

}  // namespace glass::tools
