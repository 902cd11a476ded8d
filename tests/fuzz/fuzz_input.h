// What the stateful fuzz targets share: their input read a few octets at a time, and a rule that must hold.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "ip/bytes.h"

namespace glass::tests {

inline void require(bool holds, const char* rule) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", rule);
    std::abort();
}

/// Zeros past the end.
class Input {
public:
    explicit Input(ip::Bytes octets) : reader_(octets) {}
    bool more() const { return reader_.ok() && !reader_.rest().empty(); }
    std::uint8_t u8() { return reader_.u8(); }
    std::uint16_t u16() { return reader_.u16(); }
    std::uint32_t u32() { return reader_.u32(); }
    ip::Bytes up_to(std::size_t n) { return reader_.bytes(std::min(n, reader_.rest().size())); }

private:
    ip::Reader reader_;
};

}  // namespace glass::tests
