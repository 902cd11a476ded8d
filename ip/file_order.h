// FileOrder: integers of a capture file, which stand in the byte order of the machine that wrote it.
#pragma once

#include <cstdint>

#include "ip/bytes.h"

namespace glass::ip {

struct FileOrder {
    bool big_endian = false;

    std::uint16_t u16(const std::uint8_t* p) const {
        return big_endian ? load16(p) : static_cast<std::uint16_t>(p[0] | p[1] << 8);
    }
    std::uint32_t u32(const std::uint8_t* p) const { return big_endian ? load32(p) : little32(p); }
    std::uint64_t u64(const std::uint8_t* p) const {
        return big_endian ? load64(p) : std::uint64_t{little32(p + 4)} << 32 | little32(p);
    }

private:
    static std::uint32_t little32(const std::uint8_t* p) {
        return p[0] | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16 | std::uint32_t{p[3]} << 24;
    }
};

}  // namespace glass::ip
