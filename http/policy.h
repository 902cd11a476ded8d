// Policy: how strictly messages are read, what is let pass, and the limits that no input exceeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace glass::http {

/// How to take what RFC 9112 forbids, or lets a recipient refuse.
enum class Policy : std::uint8_t {
    /// For a live endpoint. Whatever could be understood in two ways is refused; an error is final.
    strict,
    /// For looking at captures. What other programs make sense of is read, and noted; after an error or a
    /// hole
    /// reading resumes at what looks like a start line.
    lenient,
};

/// All in octets, but where said.
struct Limits {
    std::size_t start_line = std::size_t{32} << 10;  ///< RFC 9112 section 3 recommends at least 8000
    std::size_t head = std::size_t{128} << 10;       ///< start line, fields and the empty lines around them
    std::size_t fields = 512;                        ///< field lines of a head, or of a trailer section
    std::size_t trailers = std::size_t{16} << 10;
    std::size_t chunk_line = std::size_t{8} << 10;  ///< a chunk's size and extensions: RFC 9112 7.1.1
    /// Chunk lines may be this long in all; beyond, at most three times as long as the data. Strict only.
    std::size_t chunk_overhead = std::size_t{64} << 10;
    std::uint64_t body = UINT64_MAX;                  ///< of one message, without its framing
    std::uint64_t inflated = std::uint64_t{1} << 30;  ///< of one message, after content decoding
    std::size_t outstanding = 1024;                   ///< requests that wait for their response
};

/// What was odd, and let pass by Policy::lenient. A set.
enum class Note : std::uint32_t {
    none = 0,
    empty_lines = 1u << 0,  ///< before the start line
    bare_lf = 1u << 1,      ///< as line end
    odd_spaces = 1u << 2,   ///< in the start line
    odd_target = 1u << 3,   ///< not in one of the four forms
    odd_version = 1u << 4,
    no_reason = 1u << 5,            ///< nor the space before it
    space_before_fields = 1u << 6,  ///< white space before the first field: those lines are left out
    space_before_colon = 1u << 7,
    odd_field_name = 1u << 8,
    junk_line = 1u << 9,           ///< field lines without a colon or a name: left out
    folded = 1u << 10,             ///< obs-fold, made a space
    control_octets = 1u << 11,     ///< in a field value; CR and NUL are made spaces
    repeated_length = 1u << 12,    ///< the same Content-Length several times
    bad_length = 1u << 13,         ///< Content-Length that is none, or several: not used
    length_and_coding = 1u << 14,  ///< Content-Length beside Transfer-Encoding: not used
    odd_coding = 1u << 15,         ///< a Transfer-Encoding that RFC 9112 forbids
    coding_in_1_0 = 1u << 16,
    odd_chunks = 1u << 17,  ///< bare LF or white space in chunk lines
};

constexpr Note operator|(Note a, Note b) {
    return static_cast<Note>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr Note& operator|=(Note& a, Note b) {
    return a = a | b;
}
constexpr bool has(Note set, Note one) {
    return (static_cast<std::uint32_t>(set) & static_cast<std::uint32_t>(one)) != 0;
}

/// Of one note; for a set, of its first.
[[nodiscard]] std::string_view to_string(Note note);

}  // namespace glass::http
