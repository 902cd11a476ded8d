// Where redirects lead, and what goes along: RFC 9110 sections 4.2 and 15.4, RFC 3986 section 5.
#include <doctest/doctest.h>

#include "http/redirect.h"
#include "http/url.h"

using namespace glass;
using Error = http::RedirectError;

namespace {

http::Head redirect(std::uint16_t status, std::string_view location) {
    http::Head head;
    head.kind = http::Kind::response;
    head.status = status;
    if (!location.empty()) head.fields.push_back({"Location", location});
    return head;
}

/// Where a GET of `base` is sent.
std::string next(std::string_view base, std::string_view location) {
    http::RedirectChain chain(base, "GET", false);
    const auto step = chain.follow(redirect(302, location));
    return step ? step->url : std::string(to_string(step.error()));
}

/// The method and whether the body goes along.
std::string asks(const std::string& method, bool body, std::uint16_t status) {
    http::RedirectChain chain("http://a/", method, body);
    const auto step = chain.follow(redirect(status, "/x"));
    REQUIRE(step);
    return step->method + (step->body ? " with body" : "");
}

}  // namespace

TEST_CASE("what a client needs of an http URL") {
    struct Row {
        const char* url;
        const char* host;
        int port;
        const char* authority;
        const char* target;
    };
    const Row rows[] = {
        {"http://example.org", "example.org", 80, "example.org", "/"},
        {"HTTP://Example.ORG:80/A?b=C#d", "example.org", 80, "example.org", "/A?b=C"},
        {"http://a:8080?q", "a", 8080, "a:8080", "/?q"},
        {"http://a:/", "a", 80, "a", "/"},
        {"http://u:p%40x@10.7.0.2:81/", "10.7.0.2", 81, "10.7.0.2:81", "/"},
        {"http://[FD07::2]:8000/x", "fd07::2", 8000, "[fd07::2]:8000", "/x"},
        {"http://[fe80::1%25Eth0]/", "fe80::1%Eth0", 80, "[fe80::1]", "/"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.url);
        const auto url = http::parse_http_url(row.url);
        REQUIRE(url);
        CHECK(url->host == row.host);
        CHECK(url->port == row.port);
        CHECK(url->authority == row.authority);
        CHECK(url->target == row.target);
    }
    CHECK(http::parse_http_url("http://u:p%40x@a/")->userinfo == "u:p@x");
    CHECK(http::parse_http_url("http://a/")->userinfo == "");
}

TEST_CASE("what is no http URL") {
    using U = http::UrlError;
    const std::pair<const char*, U> rows[] = {
        {"", U::relative},
        {"a.example/x", U::relative},
        {"https://a/", U::https},
        {"ftp://a/", U::other_scheme},
        {"http:///x", U::no_host},
        {"http:x", U::no_host},
        {"http://:80/", U::no_host},
        {"http://u@/", U::no_host},
        {"http://a:0/", U::bad_port},
        {"http://a:65536/", U::malformed},
        {"http://a b/", U::malformed},
        {"http://a/\r\nX: y", U::malformed},
        {"http://[::1/", U::malformed},
        {"http://[::g]/", U::malformed},
        {"http://b%C3%BCcher.example/", U::odd_host},
        {"http://b\xc3\xbc"
         "cher.example/",
         U::malformed},
    };
    for (const auto& [text, error] : rows) {
        CAPTURE(text);
        const auto url = http::parse_http_url(text);
        REQUIRE(!url);
        CHECK(url.error() == error);
    }
}

TEST_CASE("octets that are not visible become %XX") {
    CHECK(http::encode_odd("http://a/b") == "http://a/b");
    CHECK(http::encode_odd("/a b\xc3\xbc") == "/a%20b%C3%BC");
    CHECK(http::encode_odd("") == "");
    CHECK(http::encode_odd("\x7f%20") == "%7F%20");
}

TEST_CASE("RFC 3986 section 5: relative references") {
    CHECK(next("http://a/b/c?d", "e") == "http://a/b/e");
    CHECK(next("http://a/b/c?d", "/e") == "http://a/e");
    CHECK(next("http://a/b/c?d", "../../../e") == "http://a/e");
    CHECK(next("http://a/b/c?d", "?e") == "http://a/b/c?e");
    CHECK(next("http://a/b/c?d", "//x:81/y") == "http://x:81/y");
    CHECK(next("http://a", "b") == "http://a/b");
    CHECK(next("http://a/b", "http://x/y") == "http://x/y");
    CHECK(next("http://a/b", "/caf\xc3\xa9 1") == "http://a/caf%C3%A9%201");
    // RFC 9110 section 10.2.2: the fragment is inherited.
    CHECK(next("http://a/b#f", "/c") == "http://a/c#f");
    CHECK(next("http://a/b#f", "/c#g") == "http://a/c#g");
    CHECK(next("http://u:p@a/b", "c") == "http://a/c");
}

TEST_CASE("where a redirect does not lead") {
    CHECK(next("http://a/", "") == to_string(Error::no_location));
    CHECK(next("http://a/", "https://a/") == to_string(Error::https));
    CHECK(next("http://a/", "ftp://a/") == to_string(Error::bad_location));
    CHECK(next("http://a/", "http://:80/") == to_string(Error::bad_location));
    CHECK(next("http://a/", "http://u:p@a/") == to_string(Error::bad_location));  // RFC 9110 section 4.2.4
    CHECK(next("http://a/", "file:///etc/passwd") == to_string(Error::bad_location));
}

TEST_CASE("RFC 9110 section 15.4: the method afterwards") {
    for (const int status : {300, 304, 305, 306, 200, 404}) CHECK(!http::RedirectChain::is_redirect(status));
    for (const std::uint16_t status : {301, 302, 303, 307, 308}) {
        CHECK(http::RedirectChain::is_redirect(status));
        CHECK(asks("GET", false, status) == "GET");
        CHECK(asks("HEAD", false, status) == "HEAD");
    }
    CHECK(asks("POST", true, 301) == "GET");
    CHECK(asks("POST", true, 302) == "GET");
    CHECK(asks("POST", true, 303) == "GET");
    CHECK(asks("POST", true, 307) == "POST with body");
    CHECK(asks("POST", true, 308) == "POST with body");
    CHECK(asks("PUT", true, 301) == "PUT with body");
    CHECK(asks("PUT", true, 303) == "GET");
    CHECK(asks("DELETE", false, 302) == "DELETE");
    CHECK(http::is_about_content("content-type"));
    CHECK(!http::is_about_content("Content"));
}

TEST_CASE("nothing leaks to another origin") {
    http::RedirectChain chain("http://u:p@a:8080/", "GET", false);
    CHECK(chain.follow(redirect(302, "/x"))->same_origin);
    CHECK(chain.follow(redirect(302, "http://A:8080/y"))->same_origin);
    CHECK(!chain.follow(redirect(302, "http://a/y"))->same_origin);
    CHECK(
        !chain.follow(redirect(302, "http://a:8080/back"))->same_origin);  // whoever sent us back is another
    CHECK(http::is_credential("authorization"));
    CHECK(http::is_credential("Cookie"));
    CHECK(!http::is_credential("Accept"));

    for (const std::uint16_t status : {307, 308}) {
        http::RedirectChain post("http://a/", "POST", true);
        CHECK(post.follow(redirect(status, "http://b/")).error() == Error::body_elsewhere);
    }
    http::RedirectChain rewritten("http://a/", "POST", true);
    CHECK(rewritten.follow(redirect(303, "http://b/"))->method == "GET");
}

TEST_CASE("circles and endless ways") {
    http::RedirectChain circle("http://a/1", "GET", false);
    CHECK(circle.follow(redirect(302, "/2")));
    CHECK(circle.follow(redirect(302, "/1")).error() == Error::loop);
    http::RedirectChain own("http://a/", "GET", false);
    CHECK(own.follow(redirect(302, "#x")).error() == Error::loop);
    // Another question at the same place is none.
    http::RedirectChain post("http://a/form", "POST", true);
    CHECK(post.follow(redirect(303, "/form")));
    http::RedirectChain endless("http://a/", "GET", false);
    for (unsigned i = 0; i < http::RedirectChain::kMost; ++i)
        REQUIRE(endless.follow(redirect(302, "/" + std::to_string(i))));
    CHECK(endless.follow(redirect(302, "/x")).error() == Error::too_many);
    CHECK(endless.steps() == 20);
}
