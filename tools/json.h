// JSON: appends values to text. Our own and not a library's: a line of `decode --json` is written in well
// under a microsecond, and octets of hostile packets must come out as valid UTF-8.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "ip/bytes.h"
#include "tools/text_buffer.h"

namespace glass::tools {

/// Writes the commas and the nesting; what is written is valid as long as begins and ends match and every
/// member of an object has a key. Keys are our own: nothing in them needs escaping.
class JsonWriter {
public:
    explicit JsonWriter(TextBuffer& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view key) {
        char* p = out_.room(key.size() + 4);
        if (comma_) *p++ = ',';
        *p++ = '"';
        p = copy_key(p, key);
        *p++ = '"';
        *p++ = ':';
        out_.advance_to(p);
        comma_ = false;
        return *this;
    }

    JsonWriter& number(std::uint64_t value) {
        separate();
        out_.number(value);
        return *this;
    }
    JsonWriter& number(double value);
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    /// Escapes what JSON asks for; octets that are not UTF-8 become the character of the same number
    /// (Latin-1).
    JsonWriter& text(std::string_view value);
    /// Lower-case hexadecimal, two digits an octet.
    JsonWriter& hex(std::string_view octets);
    /// A value that is JSON already.
    JsonWriter& raw(std::string_view json) {
        separate();
        out_.append(json);
        return *this;
    }
    TextBuffer& out() { return out_; }
    /// The next value is the first of a new line.
    void start_line() { comma_ = false; }
    /// For values written with out() directly: the comma before them.
    void separate() {
        if (comma_) out_.append(',');
        comma_ = true;
    }

private:
    /// Two copies that overlap, where a loop would end after a number of turns that nobody can predict.
    static char* copy_key(char* out, std::string_view key) {
        const auto both_ends = [&](std::size_t n) {
            std::memcpy(out, key.data(), n);
            std::memcpy(out + key.size() - n, key.data() + key.size() - n, n);
            return out + key.size();
        };
        if (key.size() < 2 || key.size() > 16) return std::copy(key.begin(), key.end(), out);
        if (key.size() >= 8) return both_ends(8);
        return key.size() >= 4 ? both_ends(4) : both_ends(2);
    }
    JsonWriter& open(char c) {
        separate();
        out_.append(c);
        comma_ = false;
        return *this;
    }
    JsonWriter& close(char c) {
        out_.append(c);
        comma_ = true;
        return *this;
    }

    TextBuffer& out_;
    bool comma_ = false;
};

}  // namespace glass::tools
