// SHA-256 (FIPS 180-4) of octets that come in pieces; libnettle does the work.
#pragma once

#include <nettle/sha2.h>
#include <string>

#include "ip/bytes.h"

namespace glass::tools {

class Sha256 {
public:
    Sha256() { sha256_init(&context_); }
    void update(ip::Bytes octets) { sha256_update(&context_, octets.size(), octets.data()); }
    /// 64 hexadecimal digits, lower case, of all octets so far; then it starts anew.
    [[nodiscard]] std::string finish();

private:
    sha256_ctx context_;
};

}  // namespace glass::tools
