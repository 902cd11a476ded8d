// Random: numbers for simulations, the same for a seed on every machine (xoshiro256**, Blackman and Vigna,
// "Scrambled linear pseudorandom number generators", 2018). Not for secrets.
#pragma once

#include <array>
#include <cstdint>

namespace glass::ip {

/// A probability as a fraction: 2 % is {2, 100}, so that no rounding differs between machines.
struct Ratio {
    std::uint64_t part = 0;
    std::uint64_t whole = 1;  ///< above 0

    bool operator==(const Ratio&) const = default;
    constexpr bool never() const { return part == 0; }
};

/// The next number of SplitMix64 (Steele, Lea and Flood, 2014), which makes good seeds of bad ones.
[[nodiscard]] std::uint64_t split_mix64(std::uint64_t& state);

class Random {
public:
    explicit Random(std::uint64_t seed);
    /// The sequence of one purpose (`stream`) for one thing (`index`) under a seed: what one of them draws
    /// changes nothing for the others.
    Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t index = 0);
    /// With the generator's very state, not all of it zero: for published vectors.
    explicit Random(const std::array<std::uint64_t, 4>& state) : state_(state) {}

    /// 64 bits, each value as likely as any other.
    std::uint64_t next();
    /// 0 to n - 1, without bias (Lemire, "Fast random integer generation in an interval", 2019).
    /// Precondition: n > 0.
    std::uint64_t below(std::uint64_t n);
    /// `first` to `last`, both included. Precondition: first <= last.
    std::uint64_t between(std::uint64_t first, std::uint64_t last);
    /// True as often as the ratio says, always where it is 1 or more. Takes one number, and is monotonic:
    /// what comes true at some ratio comes true at every higher one.
    bool chance(Ratio ratio);

private:
    std::array<std::uint64_t, 4> state_;
};

}  // namespace glass::ip
