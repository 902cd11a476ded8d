// ErrorLimit: how many ICMP errors a host sends, RFC 4443 section 2.4 (f), RFC 1812 section 4.3.2.8.
#pragma once

#include <array>

#include "ip/siphash.h"
#include "ip/time.h"

namespace glass::tcp {

/// From 50 to 113 in a second, another number each second, which only the key tells: who sends packets under
/// a false address cannot find out by counting what is left for himself (CVE-2020-25705).
class ErrorLimit {
public:
    explicit ErrorLimit(const ip::SipKey& key) : key_(key) {}

    [[nodiscard]] bool allows(ip::Time now) {
        const std::int64_t second = now.time_since_epoch() / std::chrono::seconds(1);
        if (!begun_ || second != second_) {
            begun_ = true;
            second_ = second;
            const std::array words{static_cast<std::uint64_t>(second)};
            left_ = kLeast + static_cast<unsigned>(ip::siphash(key_, words) % kSpread);
        }
        if (left_ == 0) return false;
        --left_;
        return true;
    }

private:
    static constexpr unsigned kLeast = 50;
    static constexpr unsigned kSpread = 64;

    ip::SipKey key_;
    std::int64_t second_ = 0;
    unsigned left_ = 0;
    bool begun_ = false;
};

}  // namespace glass::tcp
