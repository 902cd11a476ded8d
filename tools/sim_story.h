// Sim story: why each retransmission of a simulated transfer happened, told by who knows both ends and the
// link between them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "tools/sim_run.h"

namespace glass::tools {

/// Something that a sender did because of what it took for a loss, or was told of congestion.
struct SimIncident {
    enum class Kind : std::uint8_t {
        again,   ///< a segment went out again
        marked,  ///< ECE came: a router marked a packet instead of dropping it, RFC 3168 section 6.1.2
        undone,  ///< a reduction of the window was taken back: nothing had been lost, RFC 4015
    };
    /// What became of the copy before.
    enum class Fate : std::uint8_t {
        unknown,  ///< there is none
        under_way,
        arrived,
        damaged,  ///< arrived, and its checksum told
        dropped,
    };
    /// Why the sender thought that it had to.
    enum class Cause : std::uint8_t {
        none,
        handshake,        ///< the SYN has no answer
        timeout,          ///< RFC 6298 rule 5.4
        after_timeout,    ///< what was out at the timeout follows, RFC 5681 section 3.1
        black_hole,       ///< timeouts of large segments: smaller ones, RFC 4821
        too_big,          ///< ICMP said so, RFC 1191
        rack,             ///< RFC 8985
        sack,             ///< RFC 6675
        duplicate_acks,   ///< RFC 5681 section 3.2
        partial_ack,      ///< RFC 6582
        tail_loss_probe,  ///< RFC 8985 section 7
        window_probe,     ///< RFC 9293 section 3.8.6.1
    };

    Kind kind = Kind::again;
    ip::Duration at{};     ///< since the first packet
    std::size_t flow = 0;  ///< from 0 on
    // Of a segment that went out again. Numbers of packets are those of the data's way, from 1 on; octets
    // count from the ISN.
    Cause cause = Cause::none;
    std::uint64_t packet = 0;
    std::uint32_t first = 0, last = 0;  ///< octets
    Fate fate = Fate::unknown;
    std::uint64_t before = 0;  ///< the packet that had its first octet before
    ip::Duration sent_before{}, settled_after{};
    ip::Drop why{};          ///< of a dropped one
    std::size_t sacked = 0;  ///< segments, when it went out again
    ip::Duration rto{};      ///< that expired
    std::uint32_t mtu = 0;   ///< of the path, as the sender knows it
    /// The window, where this begins a recovery, or changes it otherwise.
    std::optional<std::uint32_t> cwnd_before{};
    std::uint32_t cwnd = 0, ssthresh = 0;
};

/// What tells why a sender of ours sent something again.
struct ResendFacts {
    bool synchronized = true;
    bool timed_out = false;      ///< the retransmission timer has just expired,
    bool path_shrank = false;    ///< and with it the path's MTU as the sender knows it
    bool found_smaller = false;  ///< what is sent again was too big for the path, and that is known by now,
    bool by_timeout = false;     ///< from timeouts and not from ICMP
    tcp::LossRecovery::Phase phase{};
    bool begins = false;  ///< it is the first segment since the sender thought so
    bool sack = false, rack = false;
    std::uint32_t snd_wnd = 0;
};
[[nodiscard]] SimIncident::Cause cause_of(const ResendFacts& facts);

/// Memory: what the flows have not had acknowledged.
class SimStory final : public SimWatch {
public:
    explicit SimStory(std::function<void(const SimIncident&)> say) : say_(std::move(say)) {}

    void on_link(bool data, const ip::SimEvent& event) override;
    void on_trace(std::size_t flow, const tcp::TracePoint& point, const tcp::Connection& sender) override;

    struct Counts {
        std::uint64_t lost = 0;      ///< sent again because the link had lost or damaged it
        std::uint64_t needless = 0;  ///< sent again though it had arrived, or would have
        std::uint64_t probes = 0;    ///< octets that had not gone out before
        std::uint64_t marks = 0;     ///< answers to ECE
        std::uint64_t undone = 0;
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    using Fate = SimIncident::Fate;
    using Cause = SimIncident::Cause;
    /// A copy of some octets that went to the link.
    struct Copy {
        std::uint32_t end = 0;     ///< from the ISN
        std::uint64_t number = 0;  ///< of the packet, in its direction
        ip::Time sent{}, settled{};
        Fate fate = Fate::under_way;
        ip::Drop why{};
    };
    struct Sent {
        std::uint16_t port = 0;
        std::uint32_t start = 0;  ///< from the ISN
    };
    struct Flow {
        std::multimap<std::uint32_t, Copy> copies;  ///< by offset from the ISN
        std::optional<tcp::Seq> origin;
        tcp::LossRecovery::Phase phase{};
        std::uint32_t retransmitted = 0, timeouts = 0, undone = 0;
        std::optional<std::uint32_t> cwnd_before;  ///< a phase began that was not told yet
        std::uint32_t cwnd = 0, path_mtu = 0;
        bool shrank_by_timeout = false;  ///< the path's MTU
        std::optional<tcp::Seq> reduced_until;
        ip::Duration rto{};
    };
    struct Last {
        std::uint64_t number = 0;
        std::uint16_t port = 0;
        std::uint32_t start = 0, end = 0;  ///< from the ISN
    };

    void settle(const ip::SimEvent& event);
    void tell_again(SimIncident incident, Flow& flow, const tcp::TracePoint& point, const tcp::Tcb& tcb);
    void tell_window(SimIncident incident, Flow& flow, const tcp::TracePoint& point, const tcp::Tcb& tcb);
    void take_copy(SimIncident& incident, const Flow& flow, ip::Time now);
    const Copy* copy_before(const Flow& flow) const;
    static void forget_acknowledged(Flow& flow, const tcp::Tcb& tcb);

    std::optional<ip::Time> start_;  ///< the first packet: times are since then
    std::function<void(const SimIncident&)> say_;
    std::map<std::uint16_t, Flow> flows_;      ///< by the client's port
    std::map<std::uint64_t, Sent> under_way_;  ///< by packet number
    Last last_;
    Counts counts_;
};

}  // namespace glass::tools
