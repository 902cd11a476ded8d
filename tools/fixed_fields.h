// FixedFields: adds the fields of a header that always looks the same; their table alone says where each one
// is.
#pragma once

#include <cstdint>

#include "tools/field.h"

namespace glass::tools {

/// `width` bits, 1 to 64, from bit `bit` of `bytes`, in network order. Zero where they are not all there.
[[nodiscard]] constexpr std::uint64_t bits_at(ip::Bytes bytes, std::uint32_t bit, std::uint32_t width) {
    const std::size_t begin = bit / 8, end = (bit + width + 7) / 8;
    if (end > bytes.size()) return 0;
    // At most 64 bits are wanted: what is shifted out beyond them on the left, in nine octets, is none of
    // them.
    std::uint64_t value = 0;
    const std::uint32_t unwanted = static_cast<std::uint32_t>(end * 8) - bit - width;
    for (std::size_t i = begin; i + 1 < end; ++i) value = value << 8 | bytes[i];
    value = value << (8 - unwanted) | bytes[end - 1] >> unwanted;
    return width == 64 ? value : value & ((std::uint64_t{1} << width) - 1);
}

/// One field a call, in the order of the calls. number() and boolean() answer what they read, for a note.
class FixedFields {
public:
    FixedFields(ip::Bytes bytes, FieldList& out) : bytes_(bytes), out_(out) {}

    std::uint64_t number(Placed at) const {
        const std::uint64_t value = bits_at(bytes_, at.bit, at.width);
        out_.number(at, value);
        return value;
    }
    bool boolean(Placed at) const {
        const bool value = bits_at(bytes_, at.bit, at.width) != 0;
        out_.boolean(at, value);
        return value;
    }
    /// For what begins and ends with an octet.
    void octets(Placed at) const { out_.octets(at, part(at)); }
    void mac(Placed at) const { out_.mac_address(at, part(at)); }
    ip::Bytes part(Placed at) const { return ip::first(ip::after(bytes_, at.bit / 8), at.width / 8); }

private:
    ip::Bytes bytes_;
    FieldList& out_;
};

}  // namespace glass::tools
