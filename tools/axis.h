// Axis: round numbers to label a scale with, and the unit to write them in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glass::tools {

/// The largest of 1, 2, 5, 10, 20, 50, ... and their fractions that is not above `value`. Precondition:
/// value > 0 and finite.
[[nodiscard]] double round_down_125(double value);
/// The smallest that is not below it.
[[nodiscard]] double round_up_125(double value);

enum class Quantity : unsigned char { seconds, octets, bits_per_second };

/// What a scale is written in: value / size, then the name.
struct Unit {
    double size = 1;
    std::string_view name;
};
/// The unit in which numbers up to `largest` need few digits: "ms" for 0.35 seconds, "kB" for 60000 octets.
/// Powers of 1000.
[[nodiscard]] Unit unit_for(Quantity quantity, double largest);

/// A linear scale with ticks at round numbers.
class Axis {
public:
    /// From `low` to `high`, with about `ticks` ticks. Where both are the same, or not finite, the scale is
    /// one unit long.
    Axis(Quantity quantity, double low, double high, std::size_t ticks);

    double low() const { return low_; }
    double high() const { return high_; }
    /// Where `value` lies: 0 at low, 1 at high.
    double place(double value) const { return (value - low_) / (high_ - low_); }
    std::string_view unit() const { return unit_.name; }
    const std::vector<double>& ticks() const { return ticks_; }
    /// "0.2": a tick's value in the unit, with as many decimals as the step needs.
    [[nodiscard]] std::string text(double tick) const;
    /// Extends the scale to the next ticks on both sides.
    void widen();

private:
    void make_ticks();

    double low_, high_, step_;
    Unit unit_;
    std::vector<double> ticks_;
};

}  // namespace glass::tools
