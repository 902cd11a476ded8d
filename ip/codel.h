// CoDel: drops from a queue in which packets have waited too long for too long, RFC 8289 section 5.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/sim_options.h"

namespace glass::ip {

/// The control law alone: judges each packet as it is taken from the head of the queue.
class Codel {
public:
    explicit Codel(const CodelOptions& options) : options_(options) {}

    /// Whether to drop (or mark) this packet, which waited for `sojourn` and leaves `backlog` octets behind.
    /// After a drop, the next packet is judged at the same `now`, which never goes back.
    [[nodiscard]] bool judge(Duration sojourn, std::uint64_t backlog, Time now);
    /// There was no packet to take.
    void found_empty();

    bool dropping() const { return dropping_; }
    /// Drops since the dropping state was entered, and what it started from.
    std::uint32_t count() const { return count_; }

private:
    bool above_target(Duration sojourn, std::uint64_t backlog, Time now);
    void enter(Time now);
    Time control_law(Time from) const;

    CodelOptions options_;
    std::optional<Time> first_above_;  ///< when an interval above the target will have passed
    Time drop_next_{};
    std::uint32_t count_ = 0;
    std::uint32_t last_count_ = 0;
    bool dropping_ = false;
    bool scheduled_ = true;  ///< drop_next_ counts the last drop already
};

}  // namespace glass::ip
