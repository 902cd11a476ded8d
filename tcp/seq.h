// Seq: a sequence number and its arithmetic modulo 2^32, RFC 9293 section 3.4.
#pragma once

#include <cstdint>

namespace glass::tcp {

/// A point on the circle of 2^32 sequence numbers. Never an integer by accident: it is made explicitly, and
/// only value() turns it back. Comparing is about who comes first within half the circle, so `<` is right
/// across the wrap and is not transitive: no Seq is a key of an ordered container.
class Seq {
public:
    constexpr Seq() = default;
    explicit constexpr Seq(std::uint32_t value) : value_(value) {}

    /// The number as it stands in the header.
    [[nodiscard]] constexpr std::uint32_t value() const { return value_; }

    /// `n` octets on, or back.
    constexpr Seq& operator+=(std::uint32_t n) {
        value_ += n;
        return *this;
    }
    constexpr Seq& operator-=(std::uint32_t n) {
        value_ -= n;
        return *this;
    }
    friend constexpr Seq operator+(Seq a, std::uint32_t n) { return a += n; }
    friend constexpr Seq operator-(Seq a, std::uint32_t n) { return a -= n; }

    /// How many octets forward it is from `b` to `a`: 0 to 2^32 - 1.
    friend constexpr std::uint32_t operator-(Seq a, Seq b) { return a.value_ - b.value_; }

    friend constexpr bool operator==(Seq, Seq) = default;
    /// `a` is `b`, or comes before it: at most 2^31 - 1 octets. Of two numbers exactly half the circle apart
    /// neither comes first, and all four comparisons are false.
    friend constexpr bool operator<=(Seq a, Seq b) { return b - a < kHalf; }
    friend constexpr bool operator<(Seq a, Seq b) { return a <= b && a != b; }
    friend constexpr bool operator>=(Seq a, Seq b) { return b <= a; }
    friend constexpr bool operator>(Seq a, Seq b) { return b < a; }

private:
    static constexpr std::uint32_t kHalf = std::uint32_t{1} << 31;

    std::uint32_t value_ = 0;
};

/// The shorter way from `from` to `to`: negative where `to` comes first. Half the circle is -2^31.
[[nodiscard]] constexpr std::int32_t distance(Seq from, Seq to) {
    return static_cast<std::int32_t>(to - from);
}

/// first =< seq < first + size, as RFC 9293 writes its windows; an empty window holds nothing.
[[nodiscard]] constexpr bool in_window(Seq seq, Seq first, std::uint32_t size) {
    return seq - first < size;
}

}  // namespace glass::tcp
