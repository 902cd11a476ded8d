#include "http/directory_page.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "http/html.h"
#include "http/url.h"

namespace glass::http {

namespace {

constexpr std::string_view kStyle =
    "<style>\n"
    ":root { color-scheme: light dark; font-family: system-ui, sans-serif; }\n"
    "body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }\n"
    "h1 { font-size: 1.3rem; overflow-wrap: anywhere; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { border-bottom: 1px solid #8884; padding: .3rem .6rem; text-align: left; }\n"
    ".number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }\n"
    "</style>\n";

/// "512", "1.4 K", "23 M".
std::string size_text(std::uint64_t size) {
    constexpr std::string_view kUnits = " KMGTPE";
    std::size_t unit = 0;
    double value = static_cast<double>(size);
    for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
    char text[32];
    std::snprintf(text, sizeof text, unit != 0 && value < 9.95 ? "%.1f" : "%.0f", value);
    return unit == 0 ? text : std::string(text) + " " + kUnits[unit];
}

/// "2026-11-22 08:50"
std::string time_text(ip::Time time) {
    namespace chrono = std::chrono;
    const auto day = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date(chrono::sys_days(chrono::days(day.time_since_epoch())));
    const chrono::hh_mm_ss clock(chrono::floor<chrono::minutes>(time - day));
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()));
    return text;
}

bool is_directory(const DirectoryEntry& entry) {
    return entry.facts.kind == FileFacts::Kind::directory;
}

void append_row(std::string& out, const DirectoryEntry& entry) {
    const std::string slash = is_directory(entry) ? "/" : "";
    // Before a name with a colon "./" keeps it from being a scheme: RFC 3986 section 4.2.
    out.append("<tr><td><a href=\"./").append(percent_encode(entry.name)).append(slash).append("\">");
    out.append(html_text(entry.name)).append(slash).append("</a></td><td class=\"number\">");
    if (!is_directory(entry)) out.append(size_text(entry.facts.size));
    out.append("</td><td class=\"number\">").append(time_text(entry.facts.modified)).append("</td></tr>\n");
}

}  // namespace

std::string directory_page(std::string_view path, DirectoryListing listing) {
    std::ranges::sort(listing.entries, [](const DirectoryEntry& a, const DirectoryEntry& b) {
        return is_directory(a) != is_directory(b) ? is_directory(a) : a.name < b.name;
    });
    const std::string title = html_text(path);
    std::string out("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>").append(title);
    out.append("</title>\n").append(kStyle).append("<h1>").append(title).append("</h1>\n<table>\n");
    out.append(
        "<tr><th>Name</th><th class=\"number\">Size</th><th class=\"number\">Modified (UTC)</th></tr>\n");
    if (path != "/") out.append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
    for (const DirectoryEntry& entry : listing.entries) append_row(out, entry);
    out.append("</table>\n");
    if (listing.cut) out.append("<p>There are more, which are not listed.</p>\n");
    return out;
}

}  // namespace glass::http
