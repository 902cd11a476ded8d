// Rebase: lets recorded segments of one end answer a live other end, which chose its own ISN and timestamps.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ip/time.h"
#include "tcp/options.h"
#include "tcp/segment.h"

namespace glass::tcp {

/// What refers to the recorded other end is moved: SEG.ACK and SACK blocks by the distance of the two ISNs;
/// TSecr to what the live end's timestamp was when the recorded one sent that value. What refers to the
/// played end stays.
class Rebase {
public:
    /// What the recorded other end sent, in the order of the capture.
    void recorded(const Segment& segment, ip::Time at);
    /// What the live other end sends.
    void live(const Segment& segment, ip::Time now);

    /// Both ISNs are known: a segment with ACK can be moved.
    [[nodiscard]] bool ready() const { return recorded_iss_ && live_iss_; }
    /// The live end has sent what the segment acknowledges. True where it acknowledges nothing.
    [[nodiscard]] bool has_sent(const Segment& segment) const;

    /// Moves a recorded segment; its options are written to `options`, which it borrows from then on. Without
    /// ready() nothing is moved.
    void move(Segment& segment, ip::Buffer& options) const;

private:
    struct Tick {
        std::uint32_t value;
        ip::Time at;
    };

    [[nodiscard]] Seq moved(Seq recorded) const { return *live_iss_ + (recorded - *recorded_iss_); }
    [[nodiscard]] std::uint32_t echo(std::uint32_t recorded) const;
    void move_option(const Option& option, ip::Buffer& options) const;

    std::optional<Seq> recorded_iss_, live_iss_;
    Seq live_nxt_{};
    std::vector<Tick> ticks_;           ///< each value once, the time it was first sent
    std::optional<Tick> first_, last_;  ///< timestamps of the live end
};

}  // namespace glass::tcp
