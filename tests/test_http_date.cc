// Date: RFC 9110 section 5.6.7.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "http/date.h"

using namespace glass;

TEST_CASE("the three forms") {
    constexpr http::UnixTime kExample = 784111777;
    CHECK(http::parse_date("Sun, 06 Nov 1994 08:49:37 GMT", 2020) == kExample);
    CHECK(http::parse_date("Sunday, 06-Nov-94 08:49:37 GMT", 2020) == kExample);
    CHECK(http::parse_date("Sun Nov  6 08:49:37 1994", 2020) == kExample);
    CHECK(http::parse_date("Wed Nov 16 08:49:37 1994", 2020) == kExample + 10 * 86400);
    CHECK(http::format_date(kExample) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http::format_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(http::format_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
    CHECK(http::parse_date("Sat, 29 Feb 2020 23:59:60 GMT", 2020) == 1583020800);
}

TEST_CASE("a year of two digits is at most fifty years ahead") {
    const auto year = [](const char* digits, int this_year) {
        const auto time =
            http::parse_date("Monday, 01-Jan-" + std::string(digits) + " 00:00:00 GMT", this_year);
        REQUIRE(time);
        return http::format_date(*time).substr(12, 4);
    };
    CHECK(year("76", 2026) == "2076");
    CHECK(year("77", 2026) == "1977");
    CHECK(year("26", 2026) == "2026");
    CHECK(year("00", 2026) == "2000");
    CHECK(year("00", 1999) == "2000");
    CHECK(year("49", 1999) == "2049");
    CHECK(year("50", 1999) == "1950");
}

TEST_CASE("what is no date") {
    for (const std::string text : {"",
                                   "Sun, 06 Nov 1994 08:49:37",
                                   "Sun, 06 Nov 1994 08:49:37 UTC",
                                   "Sun, 06 Nov 1994 08:49:37 GMT ",
                                   "sun, 06 Nov 1994 08:49:37 GMT",
                                   "Sun, 6 Nov 1994 08:49:37 GMT",
                                   "Sun, 06 Nov 94 08:49:37 GMT",
                                   "Sun, 31 Feb 1994 08:49:37 GMT",
                                   "Sun, 00 Nov 1994 08:49:37 GMT",
                                   "Sun, 06 Nov 1994 24:00:00 GMT",
                                   "Sun, 06 Nov 1994 08:60:37 GMT",
                                   "Sun, 06 Nov 1994 08:49:61 GMT",
                                   "Sun, 06 Nuv 1994 08:49:37 GMT",
                                   "Sun, 06-Nov-94 08:49:37 GMT",
                                   "Sunday, 06-Nov-1994 08:49:37 GMT",
                                   "Sun Nov 6 08:49:37 1994",
                                   "Sun Nov  6 08:49:37 94",
                                   "1994-11-06T08:49:37Z",
                                   "784111777",
                                   "Sun, 06 Nov +994 08:49:37 GMT"}) {
        CAPTURE(text);
        CHECK(!http::parse_date(text, 2020));
    }
}

TEST_CASE("what is written is read, every prefix is not") {
    rc::check([] {
        const http::UnixTime time =
            *rc::gen::inRange<http::UnixTime>(-62167219200, 253402300800);  // years 0 to 9999
        const std::string text = http::format_date(time);
        RC_ASSERT(text.size() == 29u);
        RC_ASSERT(http::parse_date(text, 2020) == time);
        RC_ASSERT(!http::parse_date(text.substr(0, *rc::gen::inRange<std::size_t>(0, 29)), 2020));
    });
}
