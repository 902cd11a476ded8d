// Sim run: runs a plan in virtual time and keeps what there is to say about it.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "ip/sim_link.h"
#include "tcp/applications.h"
#include "tcp/world.h"
#include "tools/sim_plan.h"
#include "tools/sim_series.h"

namespace glass::tools {

struct SimFlow {
    tcp::CongestionAlgorithm algorithm{};
    ip::Duration start{};  ///< since the run began
    tcp::SharedTally sender, receiver;
    tcp::Status status{};             ///< of the sender, the last that was seen
    std::uint32_t retransmitted = 0;  ///< segments
    std::uint32_t timeouts = 0;       ///< of the retransmission timer
    /// Octets. Before the first loss there is no ssthresh.
    SimSeries cwnd, ssthresh, flight;
    static constexpr std::uint32_t kNoThreshold = 1u << 30;

    /// Every octet arrived, and was the one that was sent.
    [[nodiscard]] bool exact(std::uint64_t octets) const {
        return receiver->received == octets && receiver->wrong == 0 && receiver->finished;
    }
    /// From the first SYN to the last octet that arrived; 0 where none did.
    [[nodiscard]] ip::Duration duration() const {
        return receiver->received > 0 ? receiver->last_octet - started : ip::Duration::zero();
    }
    ip::Time started{};
};

struct SimRun {
    std::vector<SimFlow> flows;
    ip::SimCounters data, acks;
    SimSeries queue;        ///< octets that wait on the data's way
    SimSeries queue_drops;  ///< the same, where a packet found no room
    ip::Time start{}, end{};
    bool over = false;  ///< nothing was left to happen; else it was broken off
    std::string record_error;
};

/// All flows of the plan: every octet arrived.
[[nodiscard]] bool all_arrived(const SimPlan& plan, const SimRun& run);

/// Sees what happens, as it happens; flows count from 0.
class SimWatch {
public:
    virtual ~SimWatch() = default;
    virtual void on_link(bool data, const ip::SimEvent& event) = 0;
    virtual void on_trace(std::size_t flow, const tcp::TracePoint& point, const tcp::Connection& sender) = 0;
};

/// `record`: where the traffic is to be written to; empty: nowhere. `watch` may be null. The error is one
/// line.
[[nodiscard]] std::expected<SimRun, std::string> run_sim(const SimPlan& plan, const std::string& record,
                                                         SimWatch* watch);

/// "cubic", and back; nothing for a word that is none.
[[nodiscard]] std::string_view name(tcp::CongestionAlgorithm algorithm);
[[nodiscard]] std::optional<tcp::CongestionAlgorithm> algorithm(std::string_view name);
/// "newreno, cubic"
[[nodiscard]] std::string algorithm_names();
/// Jain's index of fairness, 1/n to 1, of what the flows got a second.
[[nodiscard]] double fairness(const SimRun& run);
/// Octets a second.
[[nodiscard]] double goodput(const SimFlow& flow);

}  // namespace glass::tools
