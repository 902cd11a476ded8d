#include "tools/json.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/utf8.h"

namespace glass::tools {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

constexpr bool is_plain(char c) {
    return static_cast<std::uint8_t>(c) >= 0x20 && static_cast<std::uint8_t>(c) < 0x7f && c != '"' &&
           c != '\\';
}

void append_escaped(TextBuffer& out, std::uint8_t c) {
    out.append("\\u00");
    out.append(kHexDigits[c >> 4]);
    out.append(kHexDigits[c & 0xf]);
}

}  // namespace

JsonWriter& JsonWriter::number(double value) {
    separate();
    out_.append(fmt::format("{:.6g}", value));
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    separate();
    out_.append('"');
    while (!value.empty()) {
        std::size_t plain = 0;
        while (plain < value.size() && is_plain(value[plain])) ++plain;
        out_.append(value.substr(0, plain));
        value.remove_prefix(plain);
        if (value.empty()) break;
        const auto c = static_cast<std::uint8_t>(value[0]);
        const std::size_t length = utf8_length(value);
        if (c == '"' || c == '\\') {
            out_.append('\\');
            out_.append(value[0]);
        } else if (length > 1) {
            out_.append(value.substr(0, length));
        } else {
            append_escaped(out_, c);
        }
        value.remove_prefix(std::max<std::size_t>(length, 1));
    }
    out_.append('"');
    return *this;
}

JsonWriter& JsonWriter::hex(std::string_view octets) {
    separate();
    char* p = out_.room(2 * octets.size() + 2);
    *p++ = '"';
    for (const char c : octets) {
        *p++ = kHexDigits[static_cast<std::uint8_t>(c) >> 4];
        *p++ = kHexDigits[static_cast<std::uint8_t>(c) & 0xf];
    }
    *p++ = '"';
    out_.advance_to(p);
    return *this;
}

}  // namespace glass::tools
