#include "http/access_log.h"

#include <array>
#include <chrono>

#include "http/characters.h"

namespace glass::http {

namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_two(std::string& out, unsigned value) {
    out.push_back(static_cast<char>('0' + value / 10 % 10));
    out.push_back(static_cast<char>('0' + value % 10));
}

/// [10/Oct/2000:13:55:36 +0000]
void append_time(std::string& out, ip::Time time) {
    namespace chrono = std::chrono;
    const auto day = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date(chrono::sys_days(chrono::days(day.time_since_epoch())));
    const chrono::hh_mm_ss clock(chrono::floor<chrono::seconds>(time - day));
    out.push_back('[');
    append_two(out, static_cast<unsigned>(date.day()));
    out.append("/").append(kMonths[static_cast<unsigned>(date.month()) - 1]).append("/");
    out.append(std::to_string(static_cast<int>(date.year()))).append(":");
    append_two(out, static_cast<unsigned>(clock.hours().count()));
    out.push_back(':');
    append_two(out, static_cast<unsigned>(clock.minutes().count()));
    out.push_back(':');
    append_two(out, static_cast<unsigned>(clock.seconds().count()));
    out.append(" +0000]");
}

bool is_safe(char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/// In quotes; "-" for nothing.
void append_quoted(std::string& out, std::string_view text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    out.append(" \"");
    if (text.empty()) out.push_back('-');
    while (!text.empty()) {
        std::size_t safe = 0;
        while (safe < text.size() && is_safe(text[safe])) ++safe;
        out.append(text.substr(0, safe));
        text.remove_prefix(safe);
        if (text.empty()) break;
        const auto octet = static_cast<unsigned char>(text.front());
        out.append({'\\', 'x', kDigits[octet >> 4], kDigits[octet & 15]});
        text.remove_prefix(1);
    }
    out.push_back('"');
}

}  // namespace

std::string combined_line(const AccessRecord& record) {
    std::string out = ip::to_string(record.peer.address) + " - - ";
    append_time(out, record.time);
    append_quoted(out, record.request);
    out.append(" ").append(std::to_string(record.status));
    out.append(" ").append(std::to_string(record.octets));
    append_quoted(out, record.referer);
    append_quoted(out, record.user_agent);
    return out + "\n";
}

}  // namespace glass::http
