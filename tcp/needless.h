// Needless: tells that what was sent again had not been lost: the Eifel detection by timestamps, RFC 3522, or
// by DSACK, RFC 3708 section 2.
#pragma once

#include <cstdint>
#include <optional>

#include "tcp/options.h"
#include "tcp/seq.h"

namespace glass::tcp {

/// For one reduction of the window at a time: the last.
class Needless {
public:
    /// The window was reduced while [una, nxt) was out.
    void begin(Seq una, Seq nxt);
    /// A segment of it is sent again, with that TSval.
    void resent(std::uint32_t tsval);
    /// A probe that another algorithm answers for is reported as a duplicate, too.
    void forget() { watching_ = false; }

    /// An ACK moved SND.UNA, and echoes `tsecr`. True where that is older than the first retransmission, and
    /// so answers the original: RFC 3522 section 3.2. Said once.
    [[nodiscard]] bool answered(std::optional<std::uint32_t> tsecr);
    /// A DSACK came. True where all that was sent again is reported by now. Said once.
    [[nodiscard]] bool duplicate(const SackBlock& block);

private:
    bool watching_ = false;
    Seq una_{}, nxt_{};
    std::optional<std::uint32_t> first_tsval_;
    bool first_answered_ = false;
    std::uint32_t resent_ = 0;  ///< and not reported as duplicates
};

}  // namespace glass::tcp
