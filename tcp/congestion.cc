#include "tcp/congestion.h"

#include "tcp/bbr.h"
#include "tcp/cubic.h"
#include "tcp/reno.h"

namespace glass::tcp {

namespace {

/// RFC 6928 section 2: min(10 * MSS, max(2 * MSS, 14600)), for ten segments.
std::uint32_t initial_window(std::uint32_t mss, std::uint32_t segments) {
    constexpr std::uint32_t kEthernetMss = 1460;
    if (segments <= 1) return mss;
    return std::min(segments * mss, std::max(2 * mss, segments * kEthernetMss));
}

}  // namespace

std::unique_ptr<CongestionControl> make_congestion_control(CongestionAlgorithm algorithm, std::uint32_t mss,
                                                           std::uint32_t segments) {
    const std::uint32_t window = initial_window(mss, segments);
    switch (algorithm) {
        case CongestionAlgorithm::newreno: return std::make_unique<Reno>(mss, window);
        case CongestionAlgorithm::bbr: return std::make_unique<Bbr>(mss, window);
        case CongestionAlgorithm::cubic: break;
    }
    return std::make_unique<Cubic>(mss, window);
}

}  // namespace glass::tcp
