// Sim story: why each retransmission of a simulated transfer happened, told by who knows both ends and the
// link between them.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "tools/sim_run.h"

namespace glass::tools {

/// Tells each retransmission of data as it goes out: what became of the copy before it, how the sender came
/// to think that it was lost, and what that did to its window. Memory: what the flows have not had
/// acknowledged.
class SimStory final : public SimWatch {
public:
    /// `say` gets whole paragraphs, one for each retransmission, without the last newline.
    explicit SimStory(std::function<void(const std::string&)> say) : say_(std::move(say)) {}

    void on_link(bool data, const ip::SimEvent& event) override;
    void on_trace(std::size_t flow, const tcp::TracePoint& point, const tcp::Connection& sender) override;

    struct Counts {
        std::uint64_t lost = 0;      ///< sent again because the link had lost it
        std::uint64_t needless = 0;  ///< sent again though it had arrived, or would have
        std::uint64_t pieces = 0;    ///< probes and pieces that no copy before answers to
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    enum class Fate : std::uint8_t { under_way, arrived, dropped };
    /// A copy of some octets that went to the link.
    struct Copy {
        tcp::Seq end{};
        std::uint64_t number = 0;  ///< of the packet, in its direction
        ip::Time sent{}, settled{};
        Fate fate = Fate::under_way;
        ip::Drop why{};
    };
    struct Sent {
        std::uint16_t port = 0;
        tcp::Seq start{};
    };
    struct Flow {
        std::multimap<std::uint32_t, Copy> copies;  ///< by offset from the ISN
        std::optional<tcp::Seq> origin;
        tcp::LossRecovery::Phase phase{};
        std::uint32_t retransmitted = 0, timeouts = 0;
        std::optional<std::uint32_t> cwnd_before;  ///< a phase began that was not told yet
        std::uint32_t cwnd = 0;
        ip::Duration rto{};
        ip::Time last_sent{};
    };
    struct Last {
        std::uint64_t number = 0;
        std::uint16_t port = 0;
        tcp::Seq start{}, end{};
    };

    void settle(const ip::SimEvent& event);
    void tell(std::size_t number, Flow& flow, const tcp::TracePoint& point, const tcp::Connection& sender);
    const Copy* copy_before(const Flow& flow) const;
    std::string fate_text(const Copy& copy, ip::Time now);
    std::string reason_text(const Flow& flow, const tcp::TracePoint& point, const tcp::Connection& sender,
                            const Copy* before) const;
    std::string time_text(ip::Time at) const;

    std::optional<ip::Time> start_;  ///< the first packet: times are since then
    std::function<void(const std::string&)> say_;
    std::map<std::uint16_t, Flow> flows_;      ///< by the client's port
    std::map<std::uint64_t, Sent> under_way_;  ///< by packet number
    Last last_;
    Counts counts_;
};

}  // namespace glass::tools
