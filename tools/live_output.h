// Live output: lines that a live command prints while it works, for a reader who may go away.
#pragma once

#include <string>
#include <string_view>

namespace glass::tools {

/// Where nobody reads any more, or no more can be written, the rest is left out; what else there is to do
/// goes on.
class LiveOutput {
public:
    /// The descriptor stays the caller's.
    explicit LiveOutput(int descriptor) : descriptor_(descriptor) {}

    void write(std::string_view text);
    /// Nothing is written any more.
    [[nodiscard]] bool ended() const { return ended_; }
    /// Why: "No space left on device"; empty: it is not, or its reader has gone, as readers do (`| head`).
    [[nodiscard]] const std::string& failure() const { return failure_; }

private:
    int descriptor_;
    bool ended_ = false;
    std::string failure_;
};

}  // namespace glass::tools
