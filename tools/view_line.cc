#include "tools/view_line.h"

#include <algorithm>
#include <charconv>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "ip/ethernet.h"
#include "tools/ip_layer.h"
#include "tools/summary.h"

namespace glass::tools {
namespace {

/// Wide enough for "192.168.100.200:49152" twice; longer ones push the rest of their own line to the right.
constexpr std::size_t kMaxWidth = 47;

void append_padded_left(TextBuffer& out, std::string_view text, std::size_t width) {
    if (text.size() < width) out.fill(' ', width - text.size());
    out.append(text);
}

/// Seconds with microseconds, rounded down.
void write_seconds_since(TextBuffer& out, ip::Time from, ip::Time to) {
    const bool backwards = to < from;
    const std::uint64_t ns = backwards ? static_cast<std::uint64_t>(from.time_since_epoch().count()) -
                                             static_cast<std::uint64_t>(to.time_since_epoch().count())
                                       : static_cast<std::uint64_t>(to.time_since_epoch().count()) -
                                             static_cast<std::uint64_t>(from.time_since_epoch().count());
    char text[32];
    char* p = text;
    if (backwards) *p++ = '-';
    p = std::to_chars(p, text + sizeof text, ns / 1'000'000'000).ptr;
    *p++ = '.';
    std::uint64_t micros = ns / 1000 % 1'000'000;
    for (int i = 5; i >= 0; --i, micros /= 10) p[i] = static_cast<char>('0' + micros % 10);
    append_padded_left(out, {text, static_cast<std::size_t>(p + 6 - text)}, 10);
}

void write_date(TextBuffer& out, ip::Time time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
    const auto micros = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch() - seconds);
    fmt::memory_buffer text;
    fmt::format_to(std::back_inserter(text), "{:%Y-%m-%d %H:%M:%S}.{:06}",
                   fmt::gmtime(std::time_t{seconds.count()}), micros.count());
    out.append({text.data(), text.size()});
}

/// Both ends as text: addresses with ports where there are any, else those of the link.
struct Ends {
    char source[kMaxWidth + 8], destination[kMaxWidth + 8];
    std::size_t source_size = 0, destination_size = 0;
};

std::size_t write_end(char* out, const ip::Address& address, std::optional<std::uint16_t> port) {
    char* p = out;
    const bool bracket = !address.is_v4() && port;  // RFC 5952 section 6
    if (bracket) *p++ = '[';
    p = ip::write_text(p, address);
    if (bracket) *p++ = ']';
    if (port) {
        *p++ = ':';
        p = std::to_chars(p, p + 5, *port).ptr;
    }
    return static_cast<std::size_t>(p - out);
}

const Layer* innermost_ip(const Packet& packet) {
    const Layer* found = nullptr;
    for (const Layer& layer : packet.layers())
        if (!layer.quoted && has_addresses(layer)) found = &layer;
    return found;
}

const Layer* transport(const Packet& packet, const Layer* ip_layer) {
    for (const Layer& layer : packet.layers())
        if (&layer > ip_layer && (layer.proto == ip::Proto::tcp || layer.proto == ip::Proto::udp) &&
            !layer.quoted && layer.bytes.size() >= 4)
            return &layer;
    return nullptr;
}

Ends ends_of(const Packet& packet) {
    Ends ends;
    if (const Layer* ip_layer = innermost_ip(packet)) {
        const Layer* ports = transport(packet, ip_layer);
        const auto port = [&](std::size_t at) {
            return ports ? std::optional(ip::load16(&ports->bytes[at])) : std::nullopt;
        };
        ends.source_size = write_end(ends.source, source_of(*ip_layer), port(0));
        ends.destination_size = write_end(ends.destination, destination_of(*ip_layer), port(2));
    } else if (const Layer* eth = packet.innermost(ip::Proto::eth); eth && eth->bytes.size() >= 12) {
        ip::Reader in(eth->bytes);
        const auto destination = ip::read_mac_address(in);
        ends.source_size =
            static_cast<std::size_t>(ip::write_text(ends.source, ip::read_mac_address(in)) - ends.source);
        ends.destination_size =
            static_cast<std::size_t>(ip::write_text(ends.destination, destination) - ends.destination);
    }
    return ends;
}

void append_padded_right(TextBuffer& out, std::string_view text, std::size_t width) {
    out.append(text);
    if (text.size() < width) out.fill(' ', width - text.size());
}

}  // namespace

void LineView::write_time(const Packet& packet, TextBuffer& out) {
    const ip::Time now = packet.frame.time;
    if (now == ip::Time{}) return append_padded_left(out, "-", 10);  // pcapng's simple packets have no time
    if (!first_) first_ = previous_ = now;
    switch (options_.time) {
        case TimeStyle::relative: write_seconds_since(out, *first_, now); break;
        case TimeStyle::delta: write_seconds_since(out, *previous_, now); break;
        case TimeStyle::absolute: write_date(out, now); break;
    }
    previous_ = now;
}

void LineView::write_endpoints(const Packet& packet, TextBuffer& out) {
    const Ends ends = ends_of(packet);
    source_width_ = std::clamp(ends.source_size, source_width_, kMaxWidth);
    destination_width_ = std::clamp(ends.destination_size, destination_width_, kMaxWidth);
    if (packet.tcp) out.append(style_.start_stream(packet.tcp->stream));
    append_padded_right(out, {ends.source, ends.source_size}, source_width_);
    out.append(ends.source_size > 0 ? " → " : "   ");
    append_padded_right(out, {ends.destination, ends.destination_size}, destination_width_);
    if (packet.tcp) out.append(style_.stop());
}

void LineView::write(const Packet& packet, TextBuffer& out) {
    char number[20];
    const char* end = std::to_chars(number, number + sizeof number, packet.frame.number).ptr;
    append_padded_left(out, {number, static_cast<std::size_t>(end - number)}, 6);
    out.append(' ');
    write_time(packet, out);
    out.append("  ");
    write_endpoints(packet, out);
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
