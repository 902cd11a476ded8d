#include <doctest/doctest.h>

#include "http/content_coding.h"
#include "http/ranges.h"
#include "tests/file_site.h"

using namespace glass;
using namespace glass::tests;

namespace {

std::string unchunked(const std::string& answer) {
    http::ChunkedDecoder decoder(http::Policy::strict, {});
    std::string out;
    for (ip::Bytes left = http::octets(answer).subspan(answer.find("\r\n\r\n") + 4); !left.empty();) {
        const auto step = decoder.step(left);
        out += http::text(step.data);
        left = left.subspan(step.consumed);
        if (step.status != http::Status::need_more) break;
    }
    return out;
}

std::string unzipped(const std::string& zipped) {
    http::Inflater inflater(http::Coding::gzip);
    ip::Bytes in = http::octets(zipped);
    ip::Buffer out;
    while (inflater.decode(in, out, 65536) == http::DecodeStatus::more) {
    }
    CHECK(inflater.at_end());
    return std::string(http::text(out));
}

}  // namespace

TEST_CASE("conditions, in their order: RFC 9110 section 13.2.2") {
    Site site;
    const std::string tag = field(site.get("/a.txt"), "ETag");
    struct Row {
        std::string fields;
        int status;
    };
    const auto date = [](std::string_view name, std::string_view value) {
        return std::string(name) + ": " + std::string(value) + "\r\n";
    };
    const std::string other = "\"other\"";
    const Row rows[] = {
        {"If-None-Match: " + tag + "\r\n", 304},
        {"If-None-Match: W/" + tag + "\r\n", 304},
        {"If-None-Match: " + other + ", " + tag + "\r\n", 304},
        {"If-None-Match: " + other + "\r\nIf-None-Match: " + tag + "\r\n", 304},
        {"If-None-Match: *\r\n", 304},
        {"If-None-Match: " + other + "\r\n", 200},
        {"If-None-Match: malformed, " + tag + "\r\n", 200},
        {date("If-Modified-Since", kLastModified), 304},
        {date("If-Modified-Since", kEarlier), 200},
        {date("If-Modified-Since", "Sunday, 06-Nov-94 07:49:37 GMT"), 304},
        {date("If-Modified-Since", "Sun Nov  6 07:49:37 1994"), 304},
        {date("If-Modified-Since", "yesterday"), 200},
        {"If-None-Match: " + other + "\r\n" + date("If-Modified-Since", kLastModified), 200},
        {"If-Match: " + tag + "\r\n", 200},
        {"If-Match: *\r\n", 200},
        {"If-Match: W/" + tag + "\r\n", 412},
        {"If-Match: " + other + "\r\n", 412},
        {date("If-Unmodified-Since", kLastModified), 200},
        {date("If-Unmodified-Since", kEarlier), 412},
        {date("If-Unmodified-Since", "yesterday"), 200},
        {"If-Match: " + tag + "\r\n" + date("If-Unmodified-Since", kEarlier), 200},
        {"If-Match: " + other + "\r\nIf-None-Match: " + tag + "\r\n", 412},
        {"If-Match: " + tag + "\r\nIf-None-Match: " + tag + "\r\n", 304},
        {"If-None-Match: " + tag + "\r\nRange: bytes=0-0\r\n", 304},
        {"If-Match: " + tag + "\r\nRange: bytes=0-0\r\n", 206},
    };
    for (const Row& row : rows) {
        CAPTURE(row.fields);
        const std::string answer = site.get("/a.txt", row.fields);
        CHECK(status(answer) == row.status);
        if (row.status != 304) continue;
        CHECK(field(answer, "ETag") == tag);  // RFC 9110 section 15.4.5
        CHECK(field(answer, "Last-Modified") == kLastModified);
        CHECK(content(answer).empty());
        CHECK(field(answer, "Content-Length") == "none");
    }
    CHECK(status(site.ask("HEAD", "/a.txt", "If-None-Match: " + tag + "\r\n")) == 304);
    CHECK(status(site.get("/none", "If-Match: *\r\n")) == 404);
}

TEST_CASE("validators of what has changed just now are weak: RFC 9110 section 8.8.1") {
    Site site;
    site.store.put("new.txt", "1", kNow - 500ms);
    const std::string weak = field(site.get("/new.txt"), "ETag");
    CHECK(weak.starts_with("W/\""));
    CHECK(status(site.get("/new.txt", "If-None-Match: " + weak + "\r\n")) == 304);
    CHECK(status(site.get("/new.txt", "If-Match: " + weak + "\r\n")) == 412);
    CHECK(status(site.get("/new.txt", "Range: bytes=0-0\r\nIf-Range: " + weak + "\r\n")) == 200);
    site.talk.now += 1s;
    const std::string strong = field(site.get("/new.txt"), "ETag");
    CHECK(weak == "W/" + strong);
    CHECK(status(site.get("/new.txt", "Range: bytes=0-0\r\nIf-Range: " + strong + "\r\n")) == 206);
}

TEST_CASE("Last-Modified is never in the future: RFC 9110 section 8.8.2.1") {
    Site site;
    site.store.put("f", "f", kNow + 1h);
    CHECK(field(site.get("/f"), "Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT");
    site.talk.now += 10s;
    const std::string answer = site.get("/f");
    CHECK(field(answer, "Last-Modified") == "Sun, 06 Nov 1994 08:49:47 GMT");
    CHECK(field(answer, "Date") == "Sun, 06 Nov 1994 08:49:47 GMT");
}

TEST_CASE("ranges: RFC 9110 section 14") {
    Site site;
    const std::string tag = field(site.get("/a.txt"), "ETag");
    struct Row {
        std::string range;
        int status;
        std::string content_range, content;
    };
    const std::string all = "hello, world";
    const Row rows[] = {
        {"bytes=0-4", 206, "bytes 0-4/12", "hello"},
        {"bytes=7-", 206, "bytes 7-11/12", "world"},
        {"bytes=-5", 206, "bytes 7-11/12", "world"},
        {"bytes=-100", 206, "bytes 0-11/12", all},
        {"bytes=7-100", 206, "bytes 7-11/12", "world"},
        {"Bytes=0-0", 206, "bytes 0-0/12", "h"},
        {"bytes=11-11", 206, "bytes 11-11/12", "d"},
        {"bytes=0-99999999999999999999999", 206, "bytes 0-11/12", all},
        {"bytes=99999999999999999999999-", 416, "bytes */12", ""},
        {"bytes=12-", 416, "bytes */12", ""},
        {"bytes=-0", 416, "bytes */12", ""},
        {"bytes=20-,12-13", 416, "bytes */12", ""},
        {"bytes=20-,0-0", 206, "bytes 0-0/12", "h"},
        {"bytes=0-1,2-3", 206, "bytes 0-3/12", "hell"},  // these are one
        {"bytes=0-7,4-11", 200, "none", all},            // more than there is
        {"bytes=4-0", 200, "none", all},
        {"bytes=", 200, "none", all},
        {"bytes=,", 200, "none", all},
        {"bytes=a-b", 200, "none", all},
        {"bytes=0 - 1", 200, "none", all},
        {"bytes=1", 200, "none", all},
        {"bytes=0-0,x", 200, "none", all},
        {"lines=0-4", 200, "none", all},
    };
    for (const Row& row : rows) {
        CAPTURE(row.range);
        const std::string answer = site.get("/a.txt", "Range: " + row.range + "\r\n");
        CHECK(status(answer) == row.status);
        CHECK(field(answer, "Content-Range") == row.content_range);
        if (row.status == 416) continue;
        CHECK(content(answer) == row.content);
        CHECK(field(answer, "ETag") == tag);
        CHECK(field(answer, "Content-Type") == "text/plain; charset=utf-8");
    }
    const std::string range = "Range: bytes=0-4\r\n";
    CHECK(status(site.ask("HEAD", "/a.txt", range)) == 200);  // section 14.2: defined for GET alone
    CHECK(status(site.get("/a.txt", range + "If-Range: " + tag + "\r\n")) == 206);
    CHECK(status(site.get("/a.txt", range + "If-Range: W/" + tag + "\r\n")) == 200);
    CHECK(status(site.get("/a.txt", range + "If-Range: \"other\"\r\n")) == 200);
    CHECK(status(site.get("/a.txt", range + "If-Range: " + std::string(kLastModified) + "\r\n")) == 206);
    CHECK(status(site.get("/a.txt", range + "If-Range: " + std::string(kEarlier) + "\r\n")) == 200);
    CHECK(status(site.get("/a.txt", "Range: bytes=20-\r\nIf-Range: \"other\"\r\n")) == 200);
    site.store.put("empty", "", kNow - 1h);
    CHECK(status(site.get("/empty", "Range: bytes=0-\r\n")) == 416);
}

TEST_CASE("several ranges come as parts: RFC 9110 sections 14.6 and 15.3.7.2") {
    Site site;
    const std::string text = text_of(100'000);
    for (const std::size_t size : {1000, 100'000}) {  // in memory, and in a file
        site.store.put("f.txt", text.substr(0, size), kNow - 1h);
        site.talk.now += 1s;
        const std::string answer = site.get("/f.txt", "Range: bytes=500-509,0-9,505-519,-1\r\n");
        CHECK(status(answer) == 206);
        CHECK(field(answer, "Content-Range") == "none");
        const std::string type = field(answer, "Content-Type");
        REQUIRE(type.starts_with("multipart/byteranges; boundary="));
        const std::string boundary = type.substr(type.find('=') + 1);
        const auto part = [&](std::size_t first, std::size_t last) {
            return "--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes " +
                   std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(size) +
                   "\r\n\r\n" + text.substr(first, last - first + 1);
        };
        CHECK(content(answer) == part(500, 519) + "\r\n" + part(0, 9) + "\r\n" + part(size - 1, size - 1) +
                                     "\r\n--" + boundary + "--\r\n");
        CHECK(field(answer, "Content-Length") == std::to_string(content(answer).size()));
    }
    std::string many = "bytes=0-0";
    for (int i = 1; i < 100; ++i) many += "," + std::to_string(i * 900) + "-" + std::to_string(i * 900);
    CHECK(status(site.get("/f.txt", "Range: " + many + "\r\n")) == 200);
}

TEST_CASE("coalescing keeps the order of the first") {
    using Ranges = std::vector<http::ByteRange>;
    CHECK(http::coalesce({}) == Ranges{});
    CHECK(http::coalesce({{1000, 10}, {0, 10}}) == Ranges{{1000, 10}, {0, 10}});
    CHECK(http::coalesce({{1000, 10}, {0, 10}, {1010, 10}}) == Ranges{{1000, 20}, {0, 10}});
    CHECK(http::coalesce({{0, 10}, {500, 10}, {10, 490}}) == Ranges{{0, 510}});
    CHECK(http::coalesce({{0, 100}, {10, 5}}) == Ranges{{0, 100}});
    CHECK(http::coalesce({{0, 10}, {91, 10}}) == Ranges{{0, 10}, {91, 10}});
    CHECK(http::coalesce({{0, 10}, {90, 10}}) == Ranges{{0, 100}});
}

TEST_CASE("gzip for who asks for it: RFC 9110 sections 8.4.1.3 and 12.5.3") {
    Site site;
    const std::string text = text_of(10'000);
    site.store.put("f.txt", text, kNow - 1h);
    const std::string plain = site.get("/f.txt");
    CHECK(field(plain, "Vary") == "Accept-Encoding");
    CHECK(field(plain, "Content-Encoding") == "none");
    const std::string zipped = site.get("/f.txt", "Accept-Encoding: gzip, deflate, br\r\n");
    CHECK(field(zipped, "Content-Encoding") == "gzip");
    CHECK(field(zipped, "Vary") == "Accept-Encoding");
    CHECK(content(zipped).size() < 7000);
    CHECK(unzipped(content(zipped)) == text);
    const std::string tag = field(zipped, "ETag");
    CHECK(tag != field(plain, "ETag"));
    CHECK_FALSE(tag.starts_with("W/"));
    CHECK(site.get("/f.txt", "Accept-Encoding: gzip\r\n") == zipped);
    CHECK(site.ask("HEAD", "/f.txt", "Accept-Encoding: gzip\r\n") ==
          zipped.substr(0, zipped.find("\r\n\r\n") + 4));
    const std::string current = site.get("/f.txt", "Accept-Encoding: gzip\r\nIf-None-Match: " + tag + "\r\n");
    CHECK(status(current) == 304);
    CHECK(field(current, "Vary") == "Accept-Encoding");
    CHECK(field(current, "ETag") == tag);
    CHECK(status(site.get("/f.txt", "If-None-Match: " + tag + "\r\n")) == 200);  // that is of another one
    const std::string part = site.get("/f.txt", "Accept-Encoding: gzip\r\nRange: bytes=5-9\r\n");
    CHECK(content(part) == text.substr(5, 5));
    CHECK(field(part, "Content-Encoding") == "none");

    const std::pair<const char*, bool> rows[] = {{"gzip", true},
                                                 {"x-gzip", true},
                                                 {"GZIP", true},
                                                 {"*", true},
                                                 {"gzip;q=0.001", true},
                                                 {"br, gzip ; q=1.000", true},
                                                 {"identity;q=0, *;q=1", true},
                                                 {"gzip;q=0", false},
                                                 {"gzip;q=0.000, *", false},
                                                 {"gzip;q=2", false},
                                                 {"gzip;q=0.5, identity", false},
                                                 {"gzip;q=x", false},
                                                 {"*;q=0", false},
                                                 {"deflate, br", false},
                                                 {"identity", false},
                                                 {"", false}};
    for (const auto& [accepted, coded] : rows) {
        CAPTURE(accepted);
        const std::string answer = site.get("/f.txt", "Accept-Encoding: " + std::string(accepted) + "\r\n");
        CHECK(field(answer, "Content-Encoding") == (coded ? "gzip" : "none"));
    }
}

TEST_CASE("gzip where it is of no use") {
    Site site;
    const std::string gzip = "Accept-Encoding: gzip\r\n";
    site.store.put("small.txt", std::string(200, 'x'), kNow - 1h);
    site.store.put("f.png", std::string(10'000, 'x'), kNow - 1h);
    std::string noise;
    for (std::uint32_t i = 1; noise.size() < 3000; i = i * 1103515245 + 12345)
        noise.push_back(static_cast<char>(i >> 16));
    site.store.put("noise.txt", noise, kNow - 1h);
    CHECK(field(site.get("/small.txt", gzip), "Content-Encoding") == "none");
    CHECK(field(site.get("/small.txt", gzip), "Vary") == "none");
    CHECK(field(site.get("/f.png", gzip), "Vary") == "none");
    CHECK(content(site.get("/noise.txt", gzip)) == noise);
    CHECK(field(site.get("/noise.txt", gzip), "Vary") == "Accept-Encoding");
}

TEST_CASE("a large file is compressed as it is sent") {
    Site site;
    const std::string text = text_of(1'000'000);
    site.store.put("f.txt", text, kNow - 1h);
    const std::string answer = site.get("/f.txt", "Accept-Encoding: gzip\r\n");
    CHECK(field(answer, "Transfer-Encoding") == "chunked");
    CHECK(field(answer, "Content-Encoding") == "gzip");
    CHECK(unzipped(unchunked(answer)) == text);
    CHECK(status(site.get("/a.txt")) == 200);
    const std::string head = site.ask("HEAD", "/f.txt", "Accept-Encoding: gzip\r\n");
    CHECK(head == answer.substr(0, head.size()));
}
