// UTF-8: how long is the well-formed character at the start of this text? RFC 3629 section 4.
#pragma once

#include <cstdint>
#include <string_view>

namespace glass::tools {

/// Octets of the character at the front, 1..4; 0 where there is no well-formed one (overlong forms,
/// surrogates and values above U+10FFFF are not well-formed) or the text is empty.
constexpr std::size_t utf8_length(std::string_view text) {
    const auto octet = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0u;
    };
    const auto tail = [&](std::size_t i) { return (octet(i) & 0xc0) == 0x80; };
    const unsigned lead = octet(0), second = octet(1);
    if (text.empty()) return 0;
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const bool overlong = lead == 0xe0 && second < 0xa0, surrogate = lead == 0xed && second > 0x9f;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const bool overlong = lead == 0xf0 && second < 0x90, too_high = lead == 0xf4 && second > 0x8f;
        return tail(1) && tail(2) && tail(3) && !overlong && !too_high ? 4 : 0;
    }
    return 0;
}

}  // namespace glass::tools
