// TextBuffer: characters on their way out. One check for room, then plain stores: JSON lines are made of
// hundreds of tiny pieces.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace glass::tools {

class TextBuffer {
public:
    /// A place for `n` characters at the end; say with advance_to() how far they were written.
    char* room(std::size_t n) {
        if (static_cast<std::size_t>(limit_ - end_) < n) grow(n);
        return end_;
    }
    void advance_to(char* end) { end_ = end; }

    void append(std::string_view text) {
        if (text.empty()) return;  // then data() may be null
        std::memcpy(room(text.size()), text.data(), text.size());
        end_ += text.size();
    }
    void fill(char c, std::size_t n) {
        if (n == 0) return;
        std::memset(room(n), c, n);
        end_ += n;
    }
    /// Takes back what was appended since the buffer had this size.
    void cut_back(std::size_t size) { end_ = memory_.get() + size; }
    void append(char c) { *room(1) = c, ++end_; }
    void number(std::uint64_t value) {
        if (value < 10) return append(static_cast<char>('0' + value));
        char* const start = room(20);
        end_ = std::to_chars(start, start + 20, value).ptr;
    }

    std::string_view view() const { return {memory_.get(), size()}; }
    std::size_t size() const { return static_cast<std::size_t>(end_ - memory_.get()); }
    void clear() { end_ = memory_.get(); }

private:
    void grow(std::size_t n);

    std::unique_ptr<char[]> memory_;
    char* end_ = nullptr;
    char* limit_ = nullptr;
};

}  // namespace glass::tools
