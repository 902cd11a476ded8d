#include "lessons/frame/check.h"

#include <algorithm>
#include <fmt/format.h>

#include "ip/capture_writer.h"
#include "lessons/frame/record.h"

namespace glass::lesson {

std::string hex(std::uint64_t value, int digits) {
    return fmt::format("0x{:0{}x}", value, digits);
}

namespace {
constexpr std::size_t kMostInLine = 64;
}

std::string octets(ip::Bytes bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(3 * std::min(bytes.size(), kMostInLine));
    for (const std::uint8_t octet : ip::first(bytes, kMostInLine)) {
        text += kDigits[octet >> 4];
        text += kDigits[octet & 15];
        text += ' ';
    }
    if (bytes.size() > kMostInLine) text += "... (" + std::to_string(bytes.size()) + " octets) ";
    if (text.empty()) return "(none)";
    text.pop_back();
    return text;
}

std::string octets_around(ip::Bytes bytes, std::size_t at) {
    constexpr std::size_t kRow = 16, kRowsBefore = 2, kRows = 5;
    const std::size_t from = (at / kRow - std::min(at / kRow, kRowsBefore)) * kRow;
    std::string text = fmt::format("{} octets, from octet {} on:", bytes.size(), from);
    for (std::size_t row = from; row < std::min(bytes.size(), from + kRows * kRow); row += kRow)
        text += fmt::format("\n{:>6}  {}", row, octets(ip::first(bytes.subspan(row), kRow)));
    return text;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t kMost = 70;
    std::string out = "\"";
    for (const char c : text.substr(0, kMost)) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') {
            out += hex(static_cast<unsigned char>(c), 2).replace(0, 1, "\\");
        } else {
            out += c;
        }
    }
    out += '"';
    if (text.size() > kMost) out += "... (" + std::to_string(text.size()) + " octets)";
    return out;
}

std::string show(std::string text) {
    return text;
}

void Check::step(const std::string& text) {
    if (!quiet_) story_add(text, false);
}

void Check::then(const std::string& text) {
    if (!quiet_) story_add("  -> " + text, true);
}

void Check::restart() {
    if (!quiet_) story_clear();
    tape_.clear();
}

bool Check::equal_text(std::string_view what, const std::string& expected, const std::string& actual,
                       std::string_view form) {
    if (expected == actual) return true;
    report(what, expected, actual, form);
    return false;
}

bool Check::equal_octets(std::string_view what, ip::Bytes expected, ip::Bytes actual) {
    const auto differ = std::ranges::mismatch(expected, actual);
    if (differ.in1 == expected.end() && differ.in2 == actual.end()) return true;
    if (std::max(expected.size(), actual.size()) <= kMostInLine)
        return equal_text(what, octets(expected), octets(actual), "octets");
    const auto at = static_cast<std::size_t>(differ.in1 - expected.begin());
    return equal_text(what, octets_around(expected, at), octets_around(actual, at), "octets");
}

bool Check::equal_fields(std::string_view what, const std::vector<Field>& fields) {
    if (std::ranges::all_of(fields, [](const Field& field) { return field.expected == field.actual; }))
        return true;
    std::string expected, actual;
    for (const Field& field : fields) {
        expected += field.name + "=" + field.expected + "\n";
        actual += field.name + "=" + field.actual + "\n";
    }
    return equal_text(what, expected, actual, "fields");
}

bool Check::that(std::string_view what, bool holds, std::string_view otherwise) {
    return holds || equal_text(what, "yes", std::string(otherwise), "text");
}

void Check::report(std::string_view what, const std::string& expected, const std::string& actual,
                   std::string_view form) {
    ++failures_;
    if (quiet_ || reported_.size() >= kMostFailures || std::ranges::find(reported_, what) != reported_.end())
        return;
    reported_.emplace_back(what);
    send("fail", what);
    send("form", form);
    send("expected", expected);
    send("actual", actual);
    send("story", story());
    if (!tape_.empty()) write_tape(std::string(what) + ": expected " + expected + ", got " + actual);
}

/// The frame that did it is the last one.
void Check::write_tape(const std::string& comment) {
    const char* const folder = std::getenv("GLASS_LESSON_OUT");
    if (folder == nullptr || reported_.size() > 1) return;
    static int count = 0;
    const std::string path = std::string(folder) + "/" + std::to_string(++count) + ".pcapng";
    auto file = ip::CaptureWriter::create(path);
    if (!file) return;
    for (std::size_t i = 0; i < tape_.size(); ++i) {
        const std::string& text = i + 1 == tape_.size() ? comment : tape_[i].comment;
        const auto written = file->write({.number = i + 1,
                                          .time = ip::Time(std::chrono::microseconds(tape_[i].microseconds)),
                                          .length = static_cast<std::uint32_t>(tape_[i].packet.size()),
                                          .link = ip::LinkType::raw,
                                          .bytes = tape_[i].packet,
                                          .comment = text});
        if (!written) return;
    }
    if (file->close()) send("capture", path);
}

}  // namespace glass::lesson
