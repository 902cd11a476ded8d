#include "tools/style.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/text_value.h"

namespace glass::tools {
namespace {

using ip::Proto;

// Faults are red, so no layer is. Protocols that stand next to each other differ.
constexpr std::string_view kLink = "\x1b[33m";       // yellow
constexpr std::string_view kShim = "\x1b[35m";       // magenta: tags and labels between link and network
constexpr std::string_view kNetwork = "\x1b[36m";    // cyan
constexpr std::string_view kExtension = "\x1b[94m";  // bright blue: IPv6 extension headers, tunnels
constexpr std::string_view kTransport = "\x1b[32m";  // green
constexpr std::string_view kApplication = "\x1b[95m";

// Twelve of the 256 colours, readable on a dark and on a light background, neighbours far apart.
constexpr std::array<std::string_view, 12> kStreams = {"\x1b[38;5;33m",  "\x1b[38;5;166m", "\x1b[38;5;35m",
                                                       "\x1b[38;5;134m", "\x1b[38;5;37m",  "\x1b[38;5;136m",
                                                       "\x1b[38;5;168m", "\x1b[38;5;70m",  "\x1b[38;5;105m",
                                                       "\x1b[38;5;173m", "\x1b[38;5;31m",  "\x1b[38;5;101m"};

std::string_view layer_code(Proto layer) {
    switch (layer) {
        case Proto::data: return {};
        case Proto::vlan:
        case Proto::llc:
        case Proto::pppoe:
        case Proto::mpls: return kShim;
        case Proto::arp:
        case Proto::ip:
        case Proto::ipv6: return kNetwork;
        case Proto::ipv6_hopopts:
        case Proto::ipv6_routing:
        case Proto::ipv6_fraghdr:
        case Proto::ipv6_dstopts:
        case Proto::ipv6_mobility:
        case Proto::ah:
        case Proto::esp:
        case Proto::gre:
        case Proto::vxlan:
        case Proto::geneve:
        case Proto::gtp:
        case Proto::l2tp: return kExtension;
        case Proto::icmp:
        case Proto::icmpv6:
        case Proto::udp:
        case Proto::tcp: return kTransport;
        case Proto::dns:
        case Proto::http: return kApplication;
        default: return kLink;
    }
}

struct Range {
    char32_t from, to;
};
// Coarse, after Unicode's EastAsianWidth.txt (W and F) and its nonspacing marks; enough to keep columns
// straight.
constexpr Range kWide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},  {0x3400, 0x4dbf},
                           {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},  {0xf900, 0xfaff},
                           {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                           {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range kMarks[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
                            {0x064b, 0x065f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
                            {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

template <std::size_t N>
bool contains(const Range (&ranges)[N], char32_t c) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [c](Range r) { return c >= r.from && c <= r.to; });
}

std::size_t columns_of(char32_t c) {
    if (c < 0x300) return 1;
    if (contains(kMarks, c)) return 0;
    return contains(kWide, c) ? 2 : 1;
}

/// How many octets of `text` make up its first line.
std::size_t line_length(std::string_view text, std::size_t columns) {
    std::size_t used = 0;
    std::size_t last_space = 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint c = first_code_point(text.substr(at));
        if (text[at] == ' ') last_space = at;
        used += columns_of(c.value);
        if (used > columns && at > 0) {
            // A text that fits up to a space breaks there, and so does one whose next octet is the space.
            return last_space > 0 ? last_space : at;
        }
        at += c.length;
    }
    return text.size();
}

}  // namespace

bool use_color(ColorChoice choice, int descriptor) {
    return use_color(choice, isatty(descriptor) == 1, std::getenv("NO_COLOR"), std::getenv("TERM"));
}

bool use_color(ColorChoice choice, bool terminal, const char* no_color, const char* term) {
    if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
    if (!terminal || (no_color && *no_color)) return false;
    return term && std::string_view(term) != "dumb";
}

std::string_view Style::start(Ink ink) const {
    if (!color_) return {};
    switch (ink) {
        case Ink::plain: return {};
        case Ink::strong: return "\x1b[1m";
        case Ink::dim: return "\x1b[2m";
        case Ink::bad: return "\x1b[1;31m";
    }
    return {};
}

std::string_view Style::start(Proto layer) const {
    return color_ ? layer_code(layer) : std::string_view{};
}

std::string_view Style::start_stream(std::uint32_t stream) const {
    return color_ ? kStreams[stream % kStreams.size()] : std::string_view{};
}

void Style::dress(std::string& out, std::string_view code, std::string_view text) const {
    if (text.empty()) return;
    out += code;
    out += text;
    if (!code.empty()) out += stop();
}

std::size_t display_columns(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        // Nearly all text is ASCII: a column each.
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            ++columns;
            text.remove_prefix(1);
            continue;
        }
        const CodePoint c = first_code_point(text);
        columns += columns_of(c.value);
        text.remove_prefix(c.length);
    }
    return columns;
}

std::vector<std::string_view> wrap(std::string_view text, std::size_t columns, std::size_t rest) {
    std::vector<std::string_view> lines;
    do {
        const std::size_t length = line_length(text, lines.empty() ? columns : rest);
        lines.push_back(text.substr(0, length));
        text.remove_prefix(length);
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    } while (!text.empty());
    return lines;
}

void pad_to(std::string& out, std::size_t start, std::size_t columns) {
    const std::size_t used = display_columns(std::string_view(out).substr(start));
    if (used < columns) out.append(columns - used, ' ');
}

Style style_for_output(ColorChoice choice) {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return Style(use_color(choice, STDOUT_FILENO), known ? size.ws_col : Style::kColumns);
}

}  // namespace glass::tools
