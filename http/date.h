// Date: the three forms of an HTTP-date, and the one that is sent: RFC 9110 section 5.6.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glass::http {

/// Seconds since 1970-01-01 00:00:00 UTC; leap seconds are not counted.
using UnixTime = std::int64_t;

/// IMF-fixdate, RFC 850 or asctime form. The name of the weekday must be one, but not that date's. A year of
/// two digits is the latest that is at most fifty years after `this_year`. Nothing where it is no date.
[[nodiscard]] std::optional<UnixTime> parse_date(std::string_view text, int this_year);

/// IMF-fixdate, as in "Sun, 06 Nov 1994 08:49:37 GMT". Precondition: a year from 0 to 9999.
[[nodiscard]] std::string format_date(UnixTime time);

}  // namespace glass::http
