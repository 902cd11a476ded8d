// Sequence line: the sequence numbers of one direction without their wrap. RFC 9293 section 3.4 counts modulo
// 2^32; here what comes after is larger.
#pragma once

#include <algorithm>
#include <cstdint>

namespace glass::tools {

class SequenceLine {
public:
    /// The place of a sequence number: of all that it may be, the one nearest to the highest so far.
    [[nodiscard]] std::int64_t near(std::uint32_t relative) const {
        return highest_ + static_cast<std::int32_t>(relative - static_cast<std::uint32_t>(highest_));
    }
    /// The same, for octets that are sent: they may be the highest.
    std::int64_t advance(std::uint32_t relative, std::uint32_t length) {
        const std::int64_t at = near(relative);
        highest_ = std::max(highest_, at + length);
        return at;
    }
    /// Where the octets sent so far end.
    std::int64_t highest() const { return highest_; }

private:
    std::int64_t highest_ = 0;
};

}  // namespace glass::tools
