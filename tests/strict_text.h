// Strict text: is it a JSON value (RFC 8259), is it UTF-8 (RFC 3629), may it reach a terminal? Written apart
// from the code that it judges.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace glass::tests {

/// The first character of `text` and how many octets it has; length 0 where that is not well-formed.
struct Character {
    char32_t value = 0;
    std::size_t length = 0;
};
inline Character first_character(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.empty()) return {};
    if (octet(0) < 0x80) return {octet(0), 1};
    const std::size_t length = octet(0) >= 0xf0 ? 4 : octet(0) >= 0xe0 ? 3 : 2;
    if (octet(0) < 0xc0 || octet(0) > 0xf7 || text.size() < length) return {};
    char32_t value = octet(0) & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((octet(i) & 0xc0) != 0x80) return {};
        value = value << 6 | (octet(i) & 0x3fu);
    }
    constexpr char32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < kLowest[length] || surrogate || value > 0x10ffff) return {};
    return {value, length};
}

/// UTF-8 without control characters (C0, DEL, C1), those in `allowed` excepted.
inline bool is_clean_text(std::string_view text, std::string_view allowed) {
    while (!text.empty()) {
        const Character c = first_character(text);
        if (c.length == 0) return false;
        const bool control = c.value < 0x20 || (c.value >= 0x7f && c.value < 0xa0);
        if (control && allowed.find(text[0]) == std::string_view::npos) return false;
        text.remove_prefix(c.length);
    }
    return true;
}

/// One JSON value and nothing else, in UTF-8, no name twice in one object.
class JsonCheck {
public:
    static bool is_valid(std::string_view text) {
        JsonCheck check(text);
        return check.value(0) && check.left_.empty();
    }

private:
    static constexpr int kDeepest = 32;
    explicit JsonCheck(std::string_view text) : left_(text) {}

    bool take(std::string_view literal) {
        if (!left_.starts_with(literal)) return false;
        left_.remove_prefix(literal.size());
        return true;
    }
    void blanks() {
        while (take(" ") || take("\t") || take("\n") || take("\r")) {
        }
    }

    bool value(int depth) {
        if (depth > kDeepest) return false;
        blanks();
        const char c = left_.empty() ? '\0' : left_[0];
        const bool good = c == '{'   ? object(depth)
                          : c == '[' ? array(depth)
                          : c == '"' ? string()
                                     : take("true") || take("false") || take("null") || number();
        blanks();
        return good;
    }

    bool object(int depth) {
        const std::size_t mine = names_.size();
        take("{");
        blanks();
        if (take("}")) return true;
        do {
            blanks();
            const std::string_view from = left_;
            if (!string()) return false;
            const std::string_view name = from.substr(0, from.size() - left_.size());
            if (std::find(names_.begin() + static_cast<std::ptrdiff_t>(mine), names_.end(), name) !=
                names_.end())
                return false;
            names_.push_back(name);
            blanks();
            if (!take(":") || !value(depth + 1)) return false;
        } while (take(","));
        names_.resize(mine);
        return take("}");
    }

    bool array(int depth) {
        take("[");
        blanks();
        if (take("]")) return true;
        do
            if (!value(depth + 1)) return false;
        while (take(","));
        return take("]");
    }

    bool string() {
        if (!take("\"")) return false;
        while (!take("\"")) {
            if (take("\\")) {
                if (!escape()) return false;
                continue;
            }
            const Character c = first_character(left_);
            if (c.length == 0 || c.value < 0x20) return false;
            left_.remove_prefix(c.length);
        }
        return true;
    }
    bool escape() {
        if (left_.empty()) return false;
        const char c = left_[0];
        left_.remove_prefix(1);
        if (c != 'u') return std::strchr("\"\\/bfnrt", c) != nullptr && c != '\0';
        constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
        if (left_.size() < 4 || left_.find_first_not_of(kDigits) < 4) return false;
        left_.remove_prefix(4);
        return true;
    }

    bool digits() {
        const std::size_t n = std::min(left_.find_first_not_of("0123456789"), left_.size());
        left_.remove_prefix(n);
        return n > 0;
    }
    bool number() {
        take("-");
        if (!take("0") && !digits()) return false;
        if (take(".") && !digits()) return false;
        if (!take("e") && !take("E")) return true;
        if (!take("+")) take("-");
        return digits();
    }

    std::string_view left_;
    std::vector<std::string_view> names_;
};

}  // namespace glass::tests
