// Text of values, for people: a field in its radix, octets, counts and times, and text that a stranger wrote.
//
// Whatever a packet contains, what these functions append is printable: no control character, no invalid
// UTF-8, and nothing that turns the direction of writing or hides (so a capture cannot drive the terminal it
// is shown on).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ip/bytes.h"
#include "ip/time.h"
#include "tools/field.h"

namespace glass::tools {

inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

/// The value alone: "64", "0x36e2" (as many digits as its width has), "set", "192.0.2.1", "05 b4". Texts and
/// octets longer than `limit` octets are cut, which is said. Nothing for lists and objects.
void append_value(const Field& field, std::string& out, std::size_t limit = kNoLimit);
[[nodiscard]] std::string value_text(const Field& field, std::size_t limit = kNoLimit);

/// What the field is called: its label, else its key, else nothing.
[[nodiscard]] std::string_view label_of(const Field& field);

/// Text from a packet: "\n", "\x1b", "\u{202e}" for what must not reach a terminal, "\\" for a backslash.
void append_escaped(std::string_view text, std::string& out);
/// Text of our own that may quote a packet: the same, but backslashes stay.
void append_clean(std::string_view text, std::string& out);

/// "45 00 00 3c"
void append_hex(ip::Bytes bytes, std::string& out);
/// A character an octet: itself if it is printable ASCII, else a dot.
void append_ascii(ip::Bytes bytes, std::string& out);

/// "1 byte", "20 bytes"
void append_count(std::uint64_t count, std::string_view what, std::string& out);

/// "2014-10-19 20:12:11.455999000 UTC"
void append_utc(ip::Time time, std::string& out);

/// The first character of UTF-8 text (RFC 3629), which is not empty. What is not UTF-8 gives one octet, not
/// valid.
struct CodePoint {
    char32_t value = 0;
    std::size_t length = 1;
    bool valid = false;
};
[[nodiscard]] CodePoint first_code_point(std::string_view text);

}  // namespace glass::tools
