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

    Kind kind = Kind::again;
    ip::Duration at{};     ///< since the first packet
    std::size_t flow = 0;  ///< from 0 on
    // Of a segment that went out again. Numbers of packets are those of the data's way, from 1 on; octets
    // count from the ISN.
    tcp::SendReason cause = tcp::SendReason::none;  ///< why the sender thought that it had to
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
        std::uint32_t cwnd = 0;
        std::optional<tcp::Seq> reduced_until;
        ip::Duration rto{};
    };
    struct Last {
        std::uint64_t number = 0;
        std::uint16_t port = 0;
        std::uint32_t start = 0, end = 0;  ///< from the ISN
    };

    void settle(const ip::SimEvent& event);
    void tell_again(SimIncident incident, Flow& flow, const tcp::TracePoint& point,
                    const tcp::Connection& sender);
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
