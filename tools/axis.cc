#include "tools/axis.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>

namespace glass::tools {
namespace {

constexpr Unit kSeconds[] = {{1e-9, "ns"}, {1e-6, "µs"}, {1e-3, "ms"}, {1, "s"}, {60, "min"}, {3600, "h"}};
constexpr Unit kOctets[] = {{1, "B"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}, {1e12, "TB"}};
constexpr Unit kBitsPerSecond[] = {
    {1, "bit/s"}, {1e3, "kbit/s"}, {1e6, "Mbit/s"}, {1e9, "Gbit/s"}, {1e12, "Tbit/s"}};

std::span<const Unit> units_of(Quantity quantity) {
    switch (quantity) {
        case Quantity::seconds: return kSeconds;
        case Quantity::octets: return kOctets;
        case Quantity::bits_per_second: return kBitsPerSecond;
    }
    return kOctets;
}

/// Numbers in a unit start from about 2 of it, but minutes from 5.
double first_use(const Unit& unit) {
    return unit.size >= 60 && unit.size <= 3600 ? 5 * unit.size : 2 * unit.size;
}

}  // namespace

double round_down_125(double value) {
    const double power = std::pow(10, std::floor(std::log10(value)));
    // A hair's breadth of rounding must not cost a whole step.
    const double digit = value / power * (1 + 1e-9);
    return power * (digit >= 10 ? 10 : digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

double round_up_125(double value) {
    const double below = round_down_125(value);
    if (below >= value * (1 - 1e-9)) return below;
    const double power = std::pow(10, std::floor(std::log10(below * (1 + 1e-9))));
    const double digit = std::round(below / power);
    return power * (digit >= 5 ? 10 : digit >= 2 ? 5 : 2);
}

Unit unit_for(Quantity quantity, double largest) {
    const std::span<const Unit> units = units_of(quantity);
    Unit chosen = units.front();
    for (const Unit& unit : units)
        if (std::abs(largest) >= first_use(unit)) chosen = unit;
    return chosen;
}

Axis::Axis(Quantity quantity, double low, double high, std::size_t ticks)
    : low_(std::isfinite(low) ? low : 0), high_(std::isfinite(high) ? high : low_) {
    if (high_ < low_) std::swap(low_, high_);
    unit_ = unit_for(quantity, std::max(std::abs(low_), std::abs(high_)));
    // Too short to tell its ends apart, or empty.
    if (high_ - low_ <= 1e-9 * std::max({std::abs(low_), std::abs(high_), unit_.size * 1e-3}))
        high_ = low_ + std::max(unit_.size, std::abs(low_) * 1e-6);
    // Steps are round in the unit: of minutes there are 60 seconds.
    const double range = (high_ - low_) / unit_.size;
    step_ = round_up_125(range / static_cast<double>(std::max<std::size_t>(ticks, 1))) * unit_.size;
    make_ticks();
}

void Axis::make_ticks() {
    ticks_.clear();
    const double first = std::ceil(low_ / step_ - 1e-6), last = std::floor(high_ / step_ + 1e-6);
    for (double i = first; i <= last && ticks_.size() < 100; ++i) ticks_.push_back(i * step_);
}

void Axis::widen() {
    low_ = std::floor(low_ / step_ + 1e-6) * step_;
    high_ = std::ceil(high_ / step_ - 1e-6) * step_;
    make_ticks();
}

std::string Axis::text(double tick) const {
    const double step = step_ / unit_.size;
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
    const double value = tick / unit_.size;
    return fmt::format("{:.{}f}", std::abs(value) < step / 2 ? 0.0 : value, decimals);
}

}  // namespace glass::tools
