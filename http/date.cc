#include "http/date.h"

#include <array>
#include <chrono>

#include "http/characters.h"

namespace glass::http {

namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Takes parts off the front; not ok() once one was not there. Dates are case-sensitive.
class DateReader {
public:
    explicit DateReader(std::string_view text) : text_(text) {}

    void literal(std::string_view expected) {
        ok_ = ok_ && text_.starts_with(expected);
        if (ok_) text_.remove_prefix(expected.size());
    }
    int number(std::size_t digits) {
        int value = 0;
        ok_ = ok_ && text_.size() >= digits;
        for (std::size_t i = 0; ok_ && i < digits; ++i) {
            ok_ = is_digit(text_[i]);
            value = value * 10 + (text_[i] - '0');
        }
        if (ok_) text_.remove_prefix(digits);
        return value;
    }
    /// The place of the name in the list.
    template <std::size_t N>
    int name(const std::array<std::string_view, N>& names) {
        for (std::size_t i = 0; ok_ && i < N; ++i) {
            if (!text_.starts_with(names[i])) continue;
            text_.remove_prefix(names[i].size());
            return static_cast<int>(i);
        }
        ok_ = false;
        return 0;
    }
    bool at(std::string_view next) const { return text_.starts_with(next); }
    bool ended() const { return ok_ && text_.empty(); }

private:
    std::string_view text_;
    bool ok_ = true;
};

struct Moment {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void read_time(DateReader& in, Moment& m) {
    m.hour = in.number(2);
    in.literal(":");
    m.minute = in.number(2);
    in.literal(":");
    m.second = in.number(2);
}

/// Sun, 06 Nov 1994 08:49:37 GMT
bool read_fixdate(DateReader in, Moment& m) {
    in.name(kDays);
    in.literal(", ");
    m.day = in.number(2);
    in.literal(" ");
    m.month = in.name(kMonths);
    in.literal(" ");
    m.year = in.number(4);
    in.literal(" ");
    read_time(in, m);
    in.literal(" GMT");
    return in.ended();
}

/// Sunday, 06-Nov-94 08:49:37 GMT
bool read_rfc850(DateReader in, Moment& m, int this_year) {
    in.name(kLongDays);
    in.literal(", ");
    m.day = in.number(2);
    in.literal("-");
    m.month = in.name(kMonths);
    in.literal("-");
    m.year = in.number(2);
    in.literal(" ");
    read_time(in, m);
    in.literal(" GMT");
    m.year += this_year / 100 * 100 + 100;
    while (m.year > this_year + 50) m.year -= 100;
    return in.ended();
}

/// Sun Nov  6 08:49:37 1994
bool read_asctime(DateReader in, Moment& m) {
    in.name(kDays);
    in.literal(" ");
    m.month = in.name(kMonths);
    in.literal(" ");
    const bool one_digit = in.at(" ");
    if (one_digit) in.literal(" ");
    m.day = in.number(one_digit ? 1 : 2);
    in.literal(" ");
    read_time(in, m);
    in.literal(" ");
    m.year = in.number(4);
    return in.ended();
}

}  // namespace

std::optional<UnixTime> parse_date(std::string_view text, int this_year) {
    Moment m;
    const DateReader in(text);
    if (!read_fixdate(in, m) && !read_rfc850(in, m, this_year) && !read_asctime(in, m)) return {};
    const std::chrono::year_month_day date{std::chrono::year(m.year),
                                           std::chrono::month(static_cast<unsigned>(m.month) + 1),
                                           std::chrono::day(static_cast<unsigned>(m.day))};
    // 60 is a leap second: RFC 5322 section 3.3 lets it stand.
    if (!date.ok() || m.hour > 23 || m.minute > 59 || m.second > 60) return {};
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return UnixTime{days} * 86400 + m.hour * 3600 + m.minute * 60 + m.second;
}

std::string format_date(UnixTime time) {
    const auto days =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(time)));
    const std::chrono::year_month_day date(days);
    const auto in_day = time - UnixTime{days.time_since_epoch().count()} * 86400;
    const auto two = [](std::int64_t v) {
        return std::string{static_cast<char>('0' + v / 10 % 10), static_cast<char>('0' + v % 10)};
    };
    const int year = static_cast<int>(date.year());
    std::string out(kDays[std::chrono::weekday(days).c_encoding()]);
    out += ", " + two(static_cast<unsigned>(date.day())) + " ";
    out += kMonths[static_cast<unsigned>(date.month()) - 1];
    out += " " + two(year / 100) + two(year % 100) + " ";
    out += two(in_day / 3600) + ":" + two(in_day / 60 % 60) + ":" + two(in_day % 60) + " GMT";
    return out;
}

}  // namespace glass::http
