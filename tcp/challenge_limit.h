// ChallengeLimit: how many ACKs a connection sends about segments that it does not accept, RFC 5961
// section 7.
#pragma once

#include <optional>

#include "ip/time.h"

namespace glass::tcp {

/// Each connection counts for itself, and how many it allows a second differs from second to second as its
/// secret says: who sends from elsewhere learns nothing from a limit that he has used up (CVE-2016-5696).
class ChallengeLimit {
public:
    explicit ChallengeLimit(std::uint64_t secret = 0) : secret_(secret) {}

    [[nodiscard]] bool allows(ip::Time now) {
        if (!until_ || now >= *until_) {
            until_ = now + std::chrono::seconds(1);
            secret_ = secret_ * 6364136223846793005u + 1442695040888963407u;
            left_ = kLeast + static_cast<unsigned>(secret_ >> 33) % kSpread;
        }
        if (left_ == 0) return false;
        --left_;
        return true;
    }

private:
    static constexpr unsigned kLeast = 5;
    static constexpr unsigned kSpread = 6;

    std::uint64_t secret_;
    std::optional<ip::Time> until_;
    unsigned left_ = 0;
};

}  // namespace glass::tcp
