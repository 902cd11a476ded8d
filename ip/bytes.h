// Bytes: borrowed octets, and cursors that read and append them in network byte order.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace glass::ip {

/// Octets that somebody else owns; valid as long as their owner is.
using Bytes = std::span<const std::uint8_t>;

/// Octets that are owned: what serialize() appends to.
using Buffer = std::vector<std::uint8_t>;

/// Big-endian loads. Precondition: the octets are there. (Shifts, not a loop: compilers make one load of
/// them.)
constexpr std::uint16_t load16(const std::uint8_t* p) {
    return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
constexpr std::uint32_t load32(const std::uint8_t* p) {
    return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}
constexpr std::uint64_t load64(const std::uint8_t* p) {
    return std::uint64_t{load32(p)} << 32 | load32(p + 4);
}

/// Big-endian stores, for headers that are written often. Precondition: there is room.
constexpr void store16(std::uint8_t* p, std::uint16_t v) {
    p[0] = static_cast<std::uint8_t>(v >> 8);
    p[1] = static_cast<std::uint8_t>(v);
}
constexpr void store32(std::uint8_t* p, std::uint32_t v) {
    store16(p, static_cast<std::uint16_t>(v >> 16));
    store16(p + 2, static_cast<std::uint16_t>(v));
}
/// Appends `n` zeros, and gives where they are.
inline std::uint8_t* extend(Buffer& out, std::size_t n) {
    out.resize(out.size() + n);
    return out.data() + (out.size() - n);
}

/// The first `n` octets, or all of them where there are fewer.
constexpr Bytes first(Bytes bytes, std::size_t n) {
    return bytes.size() < n ? bytes : bytes.first(n);
}

/// What follows the first `n` octets: empty where there are fewer.
constexpr Bytes after(Bytes bytes, std::size_t n) {
    return bytes.size() < n ? Bytes{} : bytes.subspan(n);
}

/// Reads forward, in network byte order. Past the end it gives zeros and stays not ok(): read a whole header,
/// then ask once.
class Reader {
public:
    explicit constexpr Reader(Bytes bytes) : bytes_(bytes) {}

    constexpr std::uint8_t u8() { return take(1) ? bytes_[at_ - 1] : std::uint8_t{0}; }
    constexpr std::uint16_t u16() { return take(2) ? load16(&bytes_[at_ - 2]) : std::uint16_t{0}; }
    constexpr std::uint32_t u32() { return take(4) ? load32(&bytes_[at_ - 4]) : std::uint32_t{0}; }
    constexpr std::uint64_t u64() { return take(8) ? load64(&bytes_[at_ - 8]) : std::uint64_t{0}; }

    /// The next `n` octets, borrowed; empty and not ok() where there are fewer.
    constexpr Bytes bytes(std::size_t n) { return take(n) ? bytes_.subspan(at_ - n, n) : Bytes{}; }
    constexpr void skip(std::size_t n) { take(n); }

    /// Everything not read yet.
    constexpr Bytes rest() const { return bytes_.subspan(at_); }
    constexpr std::size_t position() const { return at_; }
    constexpr bool ok() const { return ok_; }

private:
    constexpr bool take(std::size_t n) {
        ok_ = ok_ && bytes_.size() - at_ >= n;
        at_ += ok_ ? n : 0;
        return ok_;
    }

    Bytes bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

/// Appends to a buffer that the caller owns, in network byte order.
class Writer {
public:
    explicit Writer(Buffer& out) : out_(out) {}

    void u8(std::uint8_t v) { out_.push_back(v); }
    void u16(std::uint16_t v) {
        u8(static_cast<std::uint8_t>(v >> 8));
        u8(static_cast<std::uint8_t>(v));
    }
    void u32(std::uint32_t v) {
        u16(static_cast<std::uint16_t>(v >> 16));
        u16(static_cast<std::uint16_t>(v));
    }
    void u64(std::uint64_t v) {
        u32(static_cast<std::uint32_t>(v >> 32));
        u32(static_cast<std::uint32_t>(v));
    }
    void bytes(Bytes b) { out_.insert(out_.end(), b.begin(), b.end()); }
    void zeros(std::size_t n) { out_.resize(out_.size() + n); }

    /// Overwrites two octets written before, at `position` from the buffer's start: lengths and checksums.
    void patch16(std::size_t position, std::uint16_t v) {
        out_[position] = static_cast<std::uint8_t>(v >> 8);
        out_[position + 1] = static_cast<std::uint8_t>(v);
    }
    std::size_t position() const { return out_.size(); }

private:
    Buffer& out_;
};

}  // namespace glass::ip
