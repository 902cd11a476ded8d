#include <doctest/doctest.h>

#include "tests/file_site.h"

using namespace glass;
using namespace glass::tests;

TEST_CASE("a file is sent with what describes it: RFC 9110 section 8") {
    Site site;
    const std::string answer = site.get("/a.txt");
    CHECK(status(answer) == 200);
    CHECK(content(answer) == "hello, world");
    CHECK(field(answer, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(field(answer, "Content-Length") == "12");
    CHECK(field(answer, "Last-Modified") == kLastModified);
    CHECK(field(answer, "Accept-Ranges") == "bytes");
    CHECK(field(answer, "ETag").size() == 18);
    CHECK(site.get("/a.txt?query") == answer);
    CHECK(site.get("/%61.txt") == answer);
    CHECK(site.get("/x/../a.txt") == answer);
    CHECK(site.ask("HEAD", "/a.txt") == answer.substr(0, answer.size() - 12));
    CHECK(status(site.get("/A.txt")) == 404);
    CHECK(status(site.get("/a.txt/")) == 404);
    CHECK(status(site.ask("POST", "/a.txt")) == 405);
    CHECK(field(site.ask("POST", "/a.txt"), "Allow") == "GET, HEAD, OPTIONS");
    CHECK(field(site.ask("OPTIONS", "*"), "Allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("files of all sizes arrive as they are") {
    Site site;
    for (const std::size_t size : {0, 1, 1000, 65'535, 65'536, 65'537, 300'000}) {
        const std::string text = text_of(size);
        site.store.put("f", text, kNow - 1h);
        const std::string answer = site.get("/f");
        CHECK(field(answer, "Content-Length") == std::to_string(size));
        CHECK(content(answer) == text);
        site.talk.now += 1s;
    }
}

TEST_CASE("a large file that becomes shorter while it is sent cannot look whole") {
    Site site;
    site.store.put("f", text_of(300'000), kNow - 1h);
    site.talk.connection.receive(http::octets("GET /f HTTP/1.1\r\nHost: h\r\n\r\n"), site.talk.now);
    site.store.nodes["f"].content.resize(100'000);
    CHECK(content(site.talk.take().answer()).size() == 100'000);
    CHECK(site.talk.connection.aborted());
}

TEST_CASE("names that must not work") {
    Site site;
    site.store.put(".secret", "s", kNow - 1h);
    site.store.put(".git/config", "s", kNow - 1h);
    site.store.put("d/b.txt", "b", kNow - 1h);
    site.store.put("c:d", "colon", kNow - 1h);
    site.store.put("back\\slash", "b", kNow - 1h);
    CHECK(status(site.get("/.secret")) == 404);
    CHECK(status(site.get("/%2esecret")) == 404);
    CHECK(status(site.get("/.git/config")) == 404);
    CHECK(status(site.get("/d/..%2f.secret")) == 404);
    CHECK(status(site.get("//a.txt")) == 404);
    CHECK(status(site.get("/d//b.txt")) == 404);
    CHECK(status(site.get("/%2f/a.txt")) == 404);
    CHECK(content(site.get("/c:d")) == "colon");
    CHECK(content(site.get("/back%5cslash")) == "b");
    CHECK(status(site.get("/d/%2e%2e/a.txt")) == 200);  // dots within the root do no harm
    Site open({.hidden = true});
    open.store.put(".secret", "s", kNow - 1h);
    CHECK(content(open.get("/.secret")) == "s");
}

TEST_CASE("errors of the store") {
    Site site;
    const std::pair<http::FileError, int> rows[] = {
        {http::FileError::denied, 403}, {http::FileError::too_many, 503}, {http::FileError::failed, 500}};
    for (const auto& [error, code] : rows) {
        site.store.put("e", "e", kNow - 1h).error = error;
        CHECK(status(site.get("/e")) == code);
    }
    site.store.put("fifo", "", kNow - 1h).facts.kind = http::FileFacts::Kind::other;
    CHECK(status(site.get("/fifo")) == 403);
}

TEST_CASE("directories: a slash is missing, an index is there, or a list is made") {
    Site site;
    site.store.put("d/<&>.txt", std::string(1500, 'x'), kNow - 1h);
    site.store.put("d/sub/x", "x", kNow - 1h);
    site.store.put("d/.hidden", "x", kNow - 1h);
    site.store.put("d/a:b c", "x", kNow - 1h);
    std::string answer = site.get("/d?x=1");
    CHECK(status(answer) == 301);
    CHECK(field(answer, "Location") == "/d/?x=1");
    answer = site.get("/d/");
    CHECK(status(answer) == 200);
    CHECK(field(answer, "Content-Type") == "text/html; charset=utf-8");
    CHECK(answer.find("<a href=\"./%3C%26%3E.txt\">&lt;&amp;&gt;.txt</a></td><td class=\"number\">1.5 K</td>"
                      "<td class=\"number\">1994-11-06 07:49</td>") != std::string::npos);
    CHECK(answer.find("<a href=\"./a%3Ab%20c\">a:b c</a>") != std::string::npos);
    CHECK(answer.find(".hidden") == std::string::npos);
    CHECK(answer.find("<a href=\"../\">") != std::string::npos);
    CHECK(answer.find("./sub/") < answer.find("./%3C"));  // directories first
    CHECK(site.get("/").find("<a href=\"../\">") == std::string::npos);
    CHECK(status(site.ask("HEAD", "/d/")) == 200);
    site.store.put("d/index.html", "<p>index", kNow - 1h);
    CHECK(content(site.get("/d/")) == "<p>index");
    CHECK(field(site.get("/d/"), "Content-Type") == "text/html; charset=utf-8");
    site.store.put("e/index.html/x", "x", kNow - 1h);
    CHECK(site.get("/e/").find("./index.html/") != std::string::npos);
    CHECK(status(site.get("/none/")) == 404);
}

TEST_CASE("a directory's list has an end") {
    Site site({.listed = 10});
    for (int i = 0; i < 20; ++i) site.store.put("d/" + std::to_string(i), "", kNow - 1h);
    const std::string answer = site.get("/d/");
    CHECK(answer.find("There are more") != std::string::npos);
    CHECK(answer.size() < 3000);
}

TEST_CASE("a redirection stays on this server") {
    Site site;
    site.store.put("x/evil.example/y", "y", kNow - 1h);
    CHECK(status(site.get("//evil.example")) == 404);
    CHECK(field(site.get("/x/../x/evil.example"), "Location") == "/x/evil.example/");
    site.store.put("a b/y", "y", kNow - 1h);
    CHECK(field(site.get("/a%20b"), "Location") == "/a%20b/");
}

TEST_CASE("what changes is sent as it is now, with another validator") {
    Site site;
    const std::string before = field(site.get("/a.txt"), "ETag");
    site.store.put("a.txt", "HELLO, WORLD", kNow - 1h);  // even with the same size and time
    site.talk.now += 1ms;
    const std::string answer = site.get("/a.txt");
    CHECK(content(answer) == "HELLO, WORLD");
    CHECK(field(answer, "ETag") != before);
    site.store.nodes.erase("a.txt");
    site.talk.now += 1ms;
    CHECK(status(site.get("/a.txt")) == 404);
}

TEST_CASE("what is asked for often is not opened each time, nor kept without bound") {
    MemoryStore store;
    for (int i = 0; i < 100; ++i) store.put(std::to_string(i), text_of(10'000), kNow - 1h);
    store.put("big", text_of(100'000), kNow - 1h);
    http::FileCache cache(store, 200'000);
    for (int i = 0; i < 1000; ++i) REQUIRE(cache.find("1", kNow));
    CHECK(store.opens == 1);
    CHECK(store.looks == 0);
    REQUIRE(cache.find("1", kNow + 1ms));
    CHECK(store.opens == 1);
    CHECK(store.looks == 1);
    for (int i = 0; i < 100; ++i) {
        REQUIRE(cache.find(std::to_string(i), kNow));
        CHECK(cache.octets() <= 200'000);
        REQUIRE(cache.find("big", kNow));
    }
    CHECK(cache.entries() > 5);
    CHECK(store.opens < 110);  // what is used often stays
}

TEST_CASE("media types by the name's end") {
    CHECK(http::media_type("a/b.HTML").text == "text/html; charset=utf-8");
    CHECK(http::media_type("a.js").text == "text/javascript; charset=utf-8");
    CHECK(http::media_type("a.tar.gz").text == "application/gzip");
    CHECK(http::media_type("a.png").text == "image/png");
    CHECK(http::media_type("a.svg").compressible);
    CHECK_FALSE(http::media_type("a.png").compressible);
    for (const char* name : {"a", "", ".", "html", "dir.html/a", "a.", "a.unknown", "a.averylongextension"})
        CHECK(http::media_type(name).text == "application/octet-stream");
}

TEST_CASE("uploads: PUT makes a new file") {
    Site site({.uploads = true});
    site.store.put("d/x", "x", kNow - 1h);
    CHECK(field(site.ask("OPTIONS", "/f"), "Allow") == "GET, HEAD, OPTIONS, PUT");
    std::string answer = site.ask("PUT", "/d/new%20file", "", "content");
    CHECK(status(answer) == 201);
    CHECK(field(answer, "Location") == "/d/new%20file");
    CHECK(content(site.get("/d/new%20file")) == "content");
    CHECK(status(site.ask("PUT", "/empty")) == 201);
    CHECK(site.store.nodes.contains("empty"));
    CHECK(status(site.ask("PUT", "/a.txt", "", "content")) == 409);  // it is there
    CHECK(status(site.ask("PUT", "/a.txt", "If-None-Match: *\r\n", "content")) == 412);
    CHECK(status(site.ask("PUT", "/b", "If-Match: *\r\n", "content")) == 412);
    CHECK(status(site.ask("PUT", "/b", "Content-Range: bytes 0-6/7\r\n", "content")) == 400);
    CHECK(status(site.ask("PUT", "/none/b", "", "content")) == 409);
    CHECK(status(site.ask("PUT", "/.b", "", "content")) == 403);
    CHECK(status(site.ask("PUT", "/d/", "", "content")) == 405);
    CHECK(status(site.ask("PUT", "/b", "If-None-Match: *\r\n", "content")) == 201);
    CHECK_FALSE(site.talk.connection.finished());
    site.store.room = 3;
    CHECK(status(site.ask("PUT", "/full", "", "content")) == 507);
    CHECK(site.talk.connection.finished());
    CHECK_FALSE(site.store.nodes.contains("full"));
}

TEST_CASE("uploads: what is refused is refused before it comes") {
    Site site({.uploads = true});
    site.talk.send("PUT /a.txt HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    CHECK(status(site.talk.answer()) == 409);
    CHECK(site.talk.connection.finished());
}

TEST_CASE("uploads: POST to a directory makes a file whose name tells the moment") {
    Site site({.uploads = true});
    const std::string answer = site.ask("POST", "/", "", "content");
    CHECK(status(answer) == 201);
    CHECK(field(answer, "Location") == "/upload-19941106T084937.000000000Z");
    CHECK(content(site.get(field(answer, "Location"))) == "content");
    const std::size_t files = site.store.nodes.size();
    CHECK(status(site.ask("POST", "/")) == 204);  // nothing came
    CHECK(site.store.nodes.size() == files);
    CHECK(status(site.ask("POST", "/a.txt", "", "x")) == 405);
    CHECK(status(site.ask("POST", "/", "", "content")) == 409);  // in the same moment
    CHECK(site.talk.connection.finished());
}

TEST_CASE("uploads: nobody sees what has not come as a whole") {
    Site site({.uploads = true});
    site.talk.send("PUT /new HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345");
    CHECK_FALSE(site.store.nodes.contains("new"));
    site.talk.send_fin();
    CHECK(status(site.talk.answer()) == 400);
    CHECK_FALSE(site.store.nodes.contains("new"));
}
