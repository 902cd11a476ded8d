// OptionOctets: one option while it is written.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "ip/bytes.h"
#include "tcp/option_values.h"
#include "tcp/segment.h"

namespace glass::tcp {

/// Appends in network byte order, up to the forty octets that a header has room for: what does not fit is
/// dropped, and makes it not ok().
class OptionOctets {
public:
    void u8(std::uint8_t v) {
        if (size_ < octets_.size()) octets_[size_] = v;
        ++size_;
    }
    void u16(std::uint16_t v) {
        u8(static_cast<std::uint8_t>(v >> 8));
        u8(static_cast<std::uint8_t>(v));
    }
    void u32(std::uint32_t v) {
        u16(static_cast<std::uint16_t>(v >> 16));
        u16(static_cast<std::uint16_t>(v));
    }
    void bytes(ip::Bytes b) {
        const std::size_t room = octets_.size() - std::min(size_, octets_.size());
        if (b.size() <= room)
            std::copy(b.begin(), b.end(), octets_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += b.size();
    }
    /// The kind, and room for a length that ends() fills in.
    void begins(OptionKind kind) {
        u8(static_cast<std::uint8_t>(kind));
        u8(0);
    }
    void ends() {
        if (ok()) octets_[1] = static_cast<std::uint8_t>(size_);
    }

    [[nodiscard]] bool ok() const { return size_ <= octets_.size(); }
    [[nodiscard]] ip::Bytes written() const { return ip::first(octets_, size_); }

private:
    std::array<std::uint8_t, Segment::kMaxOptions> octets_{};
    std::size_t size_ = 0;
};

}  // namespace glass::tcp
