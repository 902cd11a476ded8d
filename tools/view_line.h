// The line view: one packet a line, in columns that stay put.
#pragma once

#include <optional>

#include "tools/ends_column.h"
#include "tools/packet.h"
#include "tools/style.h"
#include "tools/text_buffer.h"

namespace glass::tools {

enum class TimeStyle : std::uint8_t {
    relative,  ///< seconds since the first frame shown
    absolute,  ///< date and time, UTC
    delta,     ///< seconds since the frame shown before
};

class LineView {
public:
    struct Options {
        TimeStyle time = TimeStyle::relative;
        bool absolute_seq = false;
    };

    LineView(const Options& options, const Style& style) : options_(options), style_(style) {}

    /// Appends the line, newline included.
    void write(const Packet& packet, TextBuffer& out);

private:
    void write_time(const Packet& packet, TextBuffer& out);

    Options options_;
    const Style& style_;
    std::optional<ip::Time> first_, previous_;
    EndsColumn ends_;
};

}  // namespace glass::tools
