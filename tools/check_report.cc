#include "tools/check_report.h"

#include <fmt/format.h>

#include "tools/text_value.h"

namespace glass::tools {
namespace {

constexpr std::size_t kLabelColumns = 15;

/// Lines of a label and what is to be said under it.
class Lines {
public:
    Lines(std::string& out, const Style& style) : out_(out), style_(style) {}

    template <class... Args>
    void add(std::string_view label, fmt::format_string<Args...> format, Args&&... args) {
        add_text(label, Ink::plain, fmt::format(format, std::forward<Args>(args)...));
    }
    template <class... Args>
    void add_bad(std::string_view label, fmt::format_string<Args...> format, Args&&... args) {
        add_text(label, Ink::bad, fmt::format(format, std::forward<Args>(args)...));
    }

private:
    void add_text(std::string_view label, Ink ink, std::string_view text) {
        const std::size_t columns = style_.columns() - kLabelColumns;
        std::string clean;
        append_clean(text, clean);
        for (const std::string_view line : wrap(clean, columns, columns)) {
            const std::size_t start = out_.size();
            out_.append("  ").append(label);
            pad_to(out_, start, kLabelColumns);
            style_.put(out_, ink, line);
            out_ += '\n';
            label = {};
        }
    }

    std::string& out_;
    const Style& style_;
};

std::string count(std::uint64_t n, std::string_view what) {
    std::string text;
    append_count(n, what, text);
    return text;
}

std::string seconds(std::uint64_t nanoseconds) {
    return fmt::format("{}.{:06} s", nanoseconds / 1'000'000'000, nanoseconds / 1000 % 1'000'000);
}

/// "#3 #4 #5 ..."
std::string numbers(const Found& found) {
    std::string text;
    for (const std::uint64_t n : found.frames)
        fmt::format_to(std::back_inserter(text), "{}#{}", text.empty() ? "" : " ", n);
    if (found.count > found.frames.size()) text += " ...";
    return text;
}

void add_times(const CheckFacts::Times& times, Lines& lines) {
    if (!times.any) return lines.add("time", "frames have none");
    std::string first, last;
    append_utc(times.first, first);
    append_utc(times.last, last);
    lines.add("time", "{} to", first);
    const std::uint64_t span = static_cast<std::uint64_t>(times.last.time_since_epoch().count()) -
                               static_cast<std::uint64_t>(times.first.time_since_epoch().count());
    lines.add("", "{}, {}", last, seconds(span));
    if (times.backwards.count == 0) return lines.add("", "never goes backwards");
    lines.add("", "goes backwards {}, by {} at the most: {}", count(times.backwards.count, "time"),
              seconds(times.largest_step_back), numbers(times.backwards));
}

void add_links(const CheckFacts::Links& links, Lines& lines) {
    std::string_view label = "link type";
    for (const auto& [place, frames] : links) {
        const std::string name = to_string(place.second);
        if (links.size() == 1)
            lines.add(label, "{}", name);
        else
            lines.add(label, "{} on interface {}: {}", name, place.first, count(frames, "frame"));
        label = {};
    }
}

void add_cut(const CheckFacts& facts, Lines& lines) {
    const CheckFacts::Cut& cut = facts.cut();
    if (facts.frames() == 0) return;
    if (cut.frames.count == 0) return lines.add("snap length", "all frames are whole");
    lines.add("snap length", "{} cut, to {} at the most; {} not captured: {}",
              count(cut.frames.count, "frame") + (cut.frames.count == 1 ? " is" : " are"),
              count(cut.longest, "byte"),
              count(cut.missing_bytes, "byte") + (cut.missing_bytes == 1 ? " was" : " were"),
              numbers(cut.frames));
    if (cut.headers.count > 0)
        lines.add("", "{} inside of a header: {}", count(cut.headers.count, "frame"), numbers(cut.headers));
}

void add_empty(const Found& empty, Lines& lines) {
    if (empty.count == 0) return;
    lines.add_bad("empty", "{} of no bytes at all, as where a file was overwritten with zeros: {}",
                  count(empty.count, "frame"), numbers(empty));
}

void add_damage(const FileFacts& file, Lines& lines) {
    std::string_view label = "damage";
    for (const DamagedPlace& place : file.damage) {
        lines.add_bad(label, "at byte {}: {}", place.damage.offset, place.damage.what);
        label = {};
    }
    if (file.damaged_places > file.damage.size())
        lines.add("", "and {} more", count(file.damaged_places - file.damage.size(), "place"));
    if (file.damage.empty()) return;
    const std::string lost =
        file.lost_bytes > 0 ? count(file.lost_bytes, "byte") + " lost" : "what follows cannot be read";
    if (file.frames_after_damage == 0) return lines.add("", "{}; no frame can be read after that", lost);
    const std::string after = count(file.frames_after_damage, "frame") + " after that";
    if (file.saved_to.empty())
        lines.add("", "{}; {} can be read: --salvage -w OUT saves them, too", lost, after);
    else
        lines.add("", "{}; {} can be read", lost, after);
}

void add_checksums(const CheckFacts& facts, Lines& lines) {
    std::string_view label = "checksums";
    for (std::size_t i = 0; i < ip::kProtoCount; ++i) {
        const ChecksumTally& tally = facts.checksums()[i];
        if (!tally.any()) continue;
        std::string text = fmt::format("{}: {} right", ip::name(static_cast<ip::Proto>(i)), tally.good);
        if (tally.unverified > 0) text += fmt::format(", {} not verified", tally.unverified);
        if (tally.absent > 0) text += fmt::format(", {} left out", tally.absent);
        if (tally.bad.count > 0)
            lines.add_bad(label, "{}, {} wrong: {}", text, tally.bad.count, numbers(tally.bad));
        else
            lines.add(label, "{}", text);
        label = {};
    }
}

void add_fragments(const CheckFacts& facts, Lines& lines) {
    const ip::FragmentCounts& counts = facts.fragments();
    if (counts.complete > 0) lines.add("fragments", "{} put together", count(counts.complete, "datagram"));
    const std::string_view label = counts.complete > 0 ? "" : "fragments";
    if (facts.never_complete() > 0)
        lines.add_bad(label, "{} never complete", count(facts.never_complete(), "datagram"));
    if (counts.dropped > 0)
        lines.add_bad("", "{} of no use: repeated, cut off, or at odds with others",
                      count(counts.dropped, "fragment"));
}

void add_packets(const CheckFacts& facts, Lines& lines) {
    std::string_view label = "headers";
    for (const auto& [key, kind] : facts.faults()) {
        lines.add_bad(label, "{}: {} ({}: {})", ip::name(key.first), kind.example,
                      count(kind.found.count, "frame"), numbers(kind.found));
        label = {};
    }
    if (facts.overlong().count > 0)
        lines.add_bad(label, "{} with more bytes than the file says were on the wire: {}",
                      count(facts.overlong().count, "frame"), numbers(facts.overlong()));
    else if (facts.faults().empty() && facts.frames() > 0)
        lines.add(label, "all right");
}

}  // namespace

std::string verdict(const FileFacts& file) {
    if (file.damage.empty()) return file.read_to_end ? "sound" : "sound, as far as it was read";
    const ip::Damage& first = file.damage.front().damage;
    return fmt::format("damaged at byte {}: {}", first.offset, first.what);
}

std::string check_text(const FileFacts& file, const CheckFacts& facts, const Style& style) {
    std::string out, first;
    append_clean(fmt::format("{}: {}", file.name, verdict(file)), first);
    style.put(out, file.damage.empty() ? Ink::strong : Ink::bad, first);
    out += '\n';
    Lines lines(out, style);
    lines.add("format", "{}{}", file.format, file.size ? ", " + count(*file.size, "byte") : "");
    lines.add("frames", "{}{}", facts.frames(), file.damage.empty() ? "" : " before the damage");
    if (facts.frames() > 0) add_times(facts.times(), lines);
    add_links(facts.links(), lines);
    add_cut(facts, lines);
    add_empty(facts.empty(), lines);
    add_damage(file, lines);
    add_packets(facts, lines);
    add_checksums(facts, lines);
    add_fragments(facts, lines);
    for (const std::string& note : facts.notes()) lines.add("note", "{}", note);
    if (file.saved_to.empty()) return out;
    lines.add("saved", "{} in {}: {} from before the damage, {} from after it; {} skipped",
              count(file.saved_before + file.saved_after, "frame"), file.saved_to, file.saved_before,
              file.saved_after, count(file.lost_bytes, "byte"));
    return out;
}

}  // namespace glass::tools
