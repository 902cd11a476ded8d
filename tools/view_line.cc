#include "tools/view_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "tools/summary.h"

namespace glass::tools {
namespace {

/// Characters of a column that ends at the right, the last one first.
class RightAligned {
public:
    void put(char c) { *--at_ = c; }
    void number(std::uint64_t value) {
        do put(static_cast<char>('0' + value % 10));
        while ((value /= 10) != 0);
    }
    void append_to(TextBuffer& out, std::size_t width) {
        while (size() < width) put(' ');
        out.append({at_, size()});
    }

private:
    std::size_t size() const { return static_cast<std::size_t>(text_ + sizeof text_ - at_); }

    char text_[32];
    char* at_ = text_ + sizeof text_;
};

constexpr std::size_t kNumberWidth = 6, kTimeWidth = 10;

/// Seconds with microseconds, rounded down.
void write_seconds_since(TextBuffer& out, ip::Time from, ip::Time to) {
    const bool backwards = to < from;
    const std::uint64_t ns = backwards ? static_cast<std::uint64_t>(from.time_since_epoch().count()) -
                                             static_cast<std::uint64_t>(to.time_since_epoch().count())
                                       : static_cast<std::uint64_t>(to.time_since_epoch().count()) -
                                             static_cast<std::uint64_t>(from.time_since_epoch().count());
    RightAligned text;
    auto micros = static_cast<std::uint32_t>(ns % 1'000'000'000 / 1000);
    for (int i = 0; i < 6; ++i, micros /= 10) text.put(static_cast<char>('0' + micros % 10));
    text.put('.');
    text.number(ns / 1'000'000'000);
    if (backwards) text.put('-');
    text.append_to(out, kTimeWidth);
}

void write_date(TextBuffer& out, ip::Time time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
    const auto micros = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch() - seconds);
    fmt::memory_buffer text;
    fmt::format_to(std::back_inserter(text), "{:%Y-%m-%d %H:%M:%S}.{:06}",
                   fmt::gmtime(std::time_t{seconds.count()}), micros.count());
    out.append({text.data(), text.size()});
}

}  // namespace

void LineView::write_time(const Packet& packet, TextBuffer& out) {
    const ip::Time now = packet.frame.time;
    if (!packet.frame.has_time) {
        RightAligned none;
        none.put('-');
        return none.append_to(out, kTimeWidth);
    }
    if (!first_) first_ = previous_ = now;
    switch (options_.time) {
        case TimeStyle::relative: write_seconds_since(out, *first_, now); break;
        case TimeStyle::delta: write_seconds_since(out, *previous_, now); break;
        case TimeStyle::absolute: write_date(out, now); break;
    }
    previous_ = now;
}

void LineView::write(const Packet& packet, TextBuffer& out) {
    RightAligned number;
    number.number(packet.frame.number);
    number.append_to(out, kNumberWidth);
    out.append(' ');
    write_time(packet, out);
    out.append("  ");
    if (packet.tcp) out.append(style_.start_stream(packet.tcp->stream));
    out.append(ends_.text_of(packet));
    if (packet.tcp) out.append(style_.stop());
    out.append("  ");
    write_summary(packet, options_.absolute_seq, out);
    const std::size_t before = out.size();
    out.append(style_.start(Ink::bad));
    const std::size_t empty = out.size();
    write_remarks(packet, out);
    if (out.size() == empty)
        out.cut_back(before);
    else
        out.append(style_.stop());
    out.append('\n');
}

}  // namespace glass::tools
