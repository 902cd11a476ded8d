#include "tools/why_story.h"

#include <algorithm>

#include "tools/text_value.h"

namespace glass::tools {
namespace {

std::string seconds(ip::Duration since) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
    const bool negative = micros < 0;
    const auto size = negative ? -micros : micros;
    return fmt::format("{}{}.{:06}", negative ? "-" : "", size / 1'000'000, size % 1'000'000);
}

}  // namespace

std::string count_text(std::uint64_t count, std::string_view what) {
    std::string out;
    append_count(count, what, out);
    return out;
}

void Story::row(std::string_view label, tcp::FrameRef frame, std::string note) {
    row(label, std::vector{frame}, std::move(note));
}

void Story::row(std::string_view label, const std::vector<tcp::FrameRef>& frames, std::string note) {
    for (const tcp::FrameRef& frame : frames) evidence_.push_back({frame, std::string(label)});
    items_.push_back({Item::Kind::row, std::string(label), frames, std::move(note)});
}

std::string Story::frames_text(const Item& item) const {
    std::string out;
    const std::size_t named = std::min(item.frames.size(), kFramesNamed);
    for (std::size_t i = 0; i < named; ++i) out += fmt::format("{}#{}", i ? " " : "", item.frames[i].number);
    if (item.frames.size() > named)
        out += fmt::format(" … #{} ({} in all)", item.frames.back().number, item.frames.size());
    return out;
}

/// Columns are as wide as those of the rows around this one need. A row of many frames has no time.
std::string Story::row_text(std::size_t index) const {
    std::size_t first = index, last = index;
    while (first > 0 && items_[first - 1].kind == Item::Kind::row) --first;
    while (last + 1 < items_.size() && items_[last + 1].kind == Item::Kind::row) ++last;
    std::size_t label_width = 0, frame_width = 0;
    for (std::size_t i = first; i <= last; ++i) {
        label_width = std::max(label_width, items_[i].label.size());
        if (items_[i].frames.size() == 1) frame_width = std::max(frame_width, frames_text(items_[i]).size());
    }
    const Item& item = items_[index];
    std::string out =
        fmt::format("  {:<{}}  {:<{}}", item.label, label_width, frames_text(item), frame_width);
    if (item.frames.size() == 1) out += "  " + seconds(ip::elapsed(epoch_, item.frames[0].time));
    if (!item.text.empty()) out += "  " + item.text;
    return out;
}

std::string Story::marks_text() const {
    std::string out = "tshark calls this: ";
    for (std::size_t i = 0; i < marks_.size(); ++i)
        out += fmt::format("{}tcp.analysis.{}", i ? ", " : "", marks_[i]);
    return out + ".";
}

std::vector<std::string> Story::lines() const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        std::string clean;
        append_clean(items_[i].kind == Item::Kind::row ? row_text(i) : items_[i].text, clean);
        out.push_back(std::move(clean));
    }
    if (!marks_.empty()) out.push_back(marks_text());
    return out;
}

void Story::print(const Style& style, std::string& out) const {
    static constexpr std::string_view kIndent = "    ";
    for (const std::string& line : lines()) {
        const bool row = line.starts_with("  ");
        bool first = true;
        for (const std::string_view part : wrap(line, style.columns(), style.columns() - kIndent.size())) {
            if (!first && row) out += kIndent;
            if (line.starts_with("So:")) {
                style.put(out, Ink::strong, part);
            } else if (line.starts_with("tshark")) {
                style.put(out, Ink::dim, part);
            } else {
                out += part;
            }
            out += '\n';
            first = false;
        }
    }
}

void Story::write_json(JsonWriter& json) const {
    json.begin_object().key("frame").number(frame_).key("marks").begin_array();
    for (const std::string& name : marks_) json.text(name);
    json.end_array().key("text").begin_array();
    for (const std::string& line : lines()) json.text(line);
    json.end_array().key("evidence").begin_array();
    for (const Evidence& e : evidence_)
        json.begin_object().key("frame").number(e.frame.number).key("role").text(e.role).end_object();
    json.end_array().end_object();
}

}  // namespace glass::tools
