// Output: standard output, written in whole lines.
#pragma once

#include <string_view>

#include "tools/text_buffer.h"

namespace glass::tools {

/// Collects lines and writes them to a file descriptor. To a terminal or a pipe every line goes out at once,
/// to a file in large pieces. A reader that has gone away (`| head`) ends the program quietly; a full disk
/// throws std::system_error.
class Output {
public:
    explicit Output(int fd = 1);
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    TextBuffer& text() { return text_; }
    void append(std::string_view text) { text_.append(text); }
    /// Call after a newline.
    void end_line() {
        if (text_.size() >= threshold_) flush();
    }
    void flush();

private:
    int fd_;
    std::size_t threshold_;  ///< characters that may wait
    TextBuffer text_;
};

}  // namespace glass::tools
