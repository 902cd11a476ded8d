// Transfer progress: a line on standard error that tells how much has come, how fast, and for how long still.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ip/time.h"

namespace glass::tools {

/// "[######....]  43 %   430 kB of 1.00 MB   1.20 MB/s   0.48 s left", or less where the whole is not known.
[[nodiscard]] std::string progress_text(std::uint64_t octets, std::optional<std::uint64_t> whole,
                                        ip::Duration passed, std::uint64_t passed_octets);

class TransferProgress {
public:
    explicit TransferProgress(bool wanted) : wanted_(wanted) {}
    ~TransferProgress() { erase(); }
    TransferProgress(const TransferProgress&) = delete;
    TransferProgress& operator=(const TransferProgress&) = delete;

    /// `there`: octets that were there before.
    void start(std::uint64_t there, std::optional<std::uint64_t> whole, ip::Time now);
    /// Draws a few times a second, and not at all where it is done in no time.
    void update(std::uint64_t octets, ip::Time now);
    /// Before anything else is printed.
    void erase();

private:
    bool wanted_;
    bool drawn_ = false;
    std::uint64_t there_ = 0;
    std::optional<std::uint64_t> whole_;
    ip::Time began_{}, next_{};
};

}  // namespace glass::tools
