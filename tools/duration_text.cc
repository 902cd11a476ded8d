#include "tools/duration_text.h"

#include <chrono>
#include <fmt/format.h>

namespace glass::tools {
namespace {

/// Three digits, where there are not more before the point.
std::string with_unit(double value, const char* unit) {
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f} {}", value, decimals, unit);
}

}  // namespace

std::string duration_text(ip::Duration duration) {
    const auto ns = static_cast<double>(duration.count());
    if (ns < 0) return "-" + duration_text(duration == ip::Duration::min() ? ip::Duration::max() : -duration);
    if (ns < 1e3) return fmt::format("{:.0f} ns", ns);
    if (ns < 999.5e3) return fmt::format("{:.0f} µs", ns / 1e3);
    if (ns < 999.5e6) return with_unit(ns / 1e6, "ms");
    if (ns < 99.95e9) return with_unit(ns / 1e9, "s");
    const std::int64_t seconds =
        duration.count() / 1'000'000'000 + (duration.count() % 1'000'000'000 >= 500'000'000);
    if (seconds < 7200) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace glass::tools
