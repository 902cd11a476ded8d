// Story: what there is to say about one packet, sentence by sentence, with the frames that prove it.
#pragma once

#include <cstdint>
#include <fmt/format.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tcp/frame_ref.h"
#include "tools/duration_text.h"
#include "tools/json.h"
#include "tools/style.h"
#include "tools/time_passed.h"

namespace glass::tools {

/// Sentences stand in the order in which they are said. Text that quotes a packet may hold any octet:
/// printing makes it harmless.
class Story {
public:
    struct Evidence {
        tcp::FrameRef frame;
        std::string role;  ///< "sent first"
    };

    /// `epoch`: times are given in seconds since then, as `glass decode` does.
    explicit Story(std::uint64_t frame, ip::Time epoch) : frame_(frame), epoch_(epoch) {}

    template <class... Args>
    void say(fmt::format_string<Args...> format, Args&&... args) {
        items_.push_back({Item::Kind::sentence, {}, {}, fmt::format(format, std::forward<Args>(args)...)});
    }
    /// What follows from the sentences before it.
    template <class... Args>
    void so(fmt::format_string<Args...> format, Args&&... args) {
        say("So: {}", fmt::format(format, std::forward<Args>(args)...));
    }
    /// A row of evidence: "  sent first   #6   0.077400  1448 bytes".
    void row(std::string_view label, tcp::FrameRef frame, std::string note = {});
    /// Several frames in one row: the first few are named, and how many more there are.
    void row(std::string_view label, const std::vector<tcp::FrameRef>& frames, std::string note = {});
    /// One of Wireshark's names, "retransmission".
    void mark(std::string_view name) { marks_.emplace_back(name); }

    std::uint64_t frame() const { return frame_; }
    bool empty() const { return items_.empty(); }
    const std::vector<Evidence>& evidence() const { return evidence_; }

    /// One line each, without a newline; rows that follow each other are aligned, nothing is wrapped.
    std::vector<std::string> lines() const;
    /// Lines wrapped to the width of the terminal.
    void print(const Style& style, std::string& out) const;
    void write_json(JsonWriter& json) const;

private:
    struct Item {
        enum class Kind : std::uint8_t { sentence, row };
        Kind kind;
        std::string label;
        std::vector<tcp::FrameRef> frames;
        std::string text;
    };
    static constexpr std::size_t kFramesNamed = 8;

    std::string frames_text(const Item& item) const;
    std::string row_text(std::size_t index) const;
    std::string marks_text() const;

    std::uint64_t frame_;
    ip::Time epoch_;
    std::vector<Item> items_;
    std::vector<Evidence> evidence_;
    std::vector<std::string> marks_;
};

/// "1 byte", "20 bytes"
[[nodiscard]] std::string count_text(std::uint64_t count, std::string_view what);

}  // namespace glass::tools
