// Decompressor: the octets inside gzip (RFC 1952) or zstd (RFC 8878) data, members and frames one after
// another.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ip/bytes.h"
#include "ip/octet_source.h"

namespace glass::ip {

enum class Compression : std::uint8_t { none, gzip, zstd };

[[nodiscard]] std::string_view to_string(Compression compression);
/// By the first octets, of which four are enough.
[[nodiscard]] Compression compression_of(Bytes start);

/// Needs the memory of the format's window: 32 KiB for gzip, at most 128 MiB for zstd (more is a fault).
class Decompressor {
public:
    /// `already_read` are the octets taken from `source` before: the start of the compressed data.
    Decompressor(Compression compression, OctetSource source, Buffer already_read);
    Decompressor(Decompressor&&) noexcept;
    Decompressor& operator=(Decompressor&&) noexcept;
    ~Decompressor();

    /// As OctetSource::read(); all that could be decompressed before a fault is given out.
    std::size_t read(std::span<std::uint8_t> out);
    const std::string& fault() const;
    const OctetSource& source() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace glass::ip
