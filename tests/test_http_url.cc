// URL and authority: RFC 3986 sections 3 and 5, RFC 9110 sections 4.2 and 7.2.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

#include "http/authority.h"
#include "http/url.h"

using namespace glass;
using namespace std::string_literals;

TEST_CASE("RFC 3986 section 3: the parts of a reference") {
    const struct {
        std::string text;
        std::string parts;  ///< scheme authority path query fragment, "-" for what is not there
    } rows[] = {
        {"http://a.example:80/b/c?d=e#f", "http a.example:80 /b/c d=e f"},
        {"http://a", "http a  - -"},
        {"http://a?b#c", "http a  b c"},
        {"http://u:p%20w@[::1]:8/", "http u:p%20w@[::1]:8 / - -"},
        {"/a/b?", " - /a/b  -"},
        {"//a/b", " a /b - -"},
        {"?q", " -  q -"},
        {"", " -  - -"},
        {"a/b:c", " - a/b:c - -"},
        {"mailto:a@b", "mailto - a@b - -"},
        {"a+b-c.d:", "a+b-c.d -  - -"},
        {"/?a?b#c?d#e", " - / a?b c?d#e"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto url = http::parse_url(row.text);
        REQUIRE(url);
        const auto part = [](bool has, std::string_view text) { return has ? std::string(text) : "-"s; };
        CHECK(std::string(url->scheme) + " " + part(url->has_authority, url->authority) + " " +
                  std::string(url->path) + " " + part(url->has_query, url->query) + " " +
                  part(url->has_fragment, url->fragment) ==
              row.parts);
        CHECK(http::to_text(*url) == row.text);
    }
    for (const std::string text :
         {"http://a b/", "/a\tb", "http://[::1", "http://[::1]a", "http://a:b/", "http://a%2/", "1a:b", ":b",
          " /", "/\x7f", "/\xc3\xa9", "http://a@b@c/", "http://[1::2::3]/"}) {
        CAPTURE(text);
        CHECK(!http::parse_url(text));
    }
}

TEST_CASE("RFC 3986 section 5.4: resolving references, the examples there") {
    const auto base = http::parse_url("http://a/b/c/d;p?q");
    REQUIRE(base);
    const char* rows[][2] = {
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/./x", "http://a/b/c/g#s/./x"},
        {"http:g", "http:g"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row[0]));
        const auto reference = http::parse_url(row[0]);
        REQUIRE(reference);
        CHECK(http::resolve(*base, *reference) == row[1]);
    }
    const auto bare = http::parse_url("http://a");
    CHECK(http::resolve(*bare, *http::parse_url("g")) == "http://a/g");
}

TEST_CASE("RFC 9110 section 4.2.5: the path of a target as a name") {
    const struct {
        std::string target;
        std::optional<std::string> path;
    } rows[] = {
        {"/", "/"},
        {"/a/b?c=../..", "/a/b"},
        {"http://h", "/"},
        {"http://h?a", "/"},
        {"http://h:8/a%20b", "/a b"},
        {"/a/./b/../c", "/a/c"},
        {"/a/..", "/"},
        {"/%41%2e%2E/", "/A../"},
        {"/a/%2e%2e/b", "/b"},
        {"//a//b", "//a//b"},
        {"/a%252e", "/a%2e"},  // decoded once
        {"/..", {}},
        {"/a/../../b", {}},
        {"/a/%2e%2e/%2e%2e/b", {}},
        {"/a%2f..%2f..%2fb", {}},
        {"/%00", {}},
        {"/%", {}},
        {"/%4", {}},
        {"/%4g", {}},
        {"/a b", {}},
        {"a", {}},
        {"*", {}},
        {"", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.target);
        CHECK(http::target_path(row.target) == row.path);
    }
}

TEST_CASE("a target's path never leaves the root, whatever it is made of") {
    rc::check([] {
        std::string target = "/";
        for (const auto& piece : *rc::gen::container<std::vector<std::string>>(
                 rc::gen::element("/"s, "."s, ".."s, "a"s, "%2e"s, "%2f"s, "\\"s, "%5c"s, "?"s, "%"s)))
            target += piece;
        const auto path = http::target_path(target);
        if (!path) return;
        RC_ASSERT(path->starts_with('/'));
        RC_ASSERT((*path + "/").find("/../") == std::string::npos);
        RC_ASSERT((*path + "/").find("/./") == std::string::npos);
    });
}

TEST_CASE("percent-encoding: RFC 3986 section 2.1") {
    CHECK(http::percent_decode("a%20b+c%4A%4a") == "a b+cJJ");
    CHECK(http::form_decode("a%20b+c") == "a b c");
    CHECK(!http::percent_decode("%"));
    CHECK(!http::percent_decode("a%1"));
    CHECK(!http::percent_decode("%g1"));
    CHECK(!http::percent_decode("%1g"));
}

TEST_CASE("RFC 9110 section 7.2: host and port") {
    const struct {
        std::string text;
        std::optional<std::string> host;
        int port;
    } rows[] = {
        {"", "", -1},
        {"a.example", "a.example", -1},
        {"a.example:", "a.example", -1},
        {"a.example:8080", "a.example", 8080},
        {"A-b_c~!$&'()*+,;=%20", "A-b_c~!$&'()*+,;=%20", -1},
        {"192.0.2.1:65535", "192.0.2.1", 65535},
        {"[2001:db8::1]", "[2001:db8::1]", -1},
        {"[::ffff:192.0.2.1]:80", "[::ffff:192.0.2.1]", 80},
        {"[fe80::1%25eth0]", "[fe80::1%25eth0]", -1},
        {"[v1.a:b]", "[v1.a:b]", -1},
        {"a:65536", {}, -1},
        {"a:8x", {}, -1},
        {"a:-1", {}, -1},
        {"a:80:80", {}, -1},
        {"2001:db8::1", {}, -1},
        {"[2001:db8::1", {}, -1},
        {"[2001:db8::1]a", {}, -1},
        {"[2001:db8::1].:80", {}, -1},
        {"[a]", {}, -1},
        {"[fe80::1%eth0]", {}, -1},
        {"[fe80::1%25]", {}, -1},
        {"[v.a]", {}, -1},
        {"u@a", {}, -1},
        {"a b", {}, -1},
        {"a/", {}, -1},
        {"a%2", {}, -1},
        {"a\\b", {}, -1},
        {"\xc3\xa9", {}, -1},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto parsed = http::parse_host_port(row.text);
        CHECK(parsed.has_value() == row.host.has_value());
        if (!parsed || !row.host) continue;
        CHECK(parsed->host == *row.host);
        CHECK((parsed->port ? *parsed->port : -1) == row.port);
    }
    CHECK(http::check_host_and_port("a:1"));
    for (const std::string text : {"a", "a:", ":1", "a:0", "u@a:1"}) CHECK(!http::check_host_and_port(text));
}
