#include <doctest/doctest.h>

#include "tests/server_setting.h"

using namespace glass;
using namespace glass::tests;

TEST_CASE("a request is answered, and the connection persists as asked: RFC 9112 section 9.3") {
    Setting s;
    CHECK(s.ask(get("/a?b")) == ok("/a?b"));
    CHECK(s.ask(get("/c%20d")) == ok("/c d?"));
    CHECK_FALSE(s.connection().finished());
    CHECK(s.ask(get("/c", "Connection: close\r\n")) == ok("/c?", "Connection: close\r\n"));
    CHECK(s.connection().finished());

    Setting old;
    CHECK(old.ask("GET / HTTP/1.0\r\n\r\n") == ok("/?", "Connection: close\r\n"));
    CHECK(old.connection().finished());

    Setting asks;
    CHECK(asks.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") ==
          ok("/?", "Connection: keep-alive\r\n"));
    CHECK(asks.ask("GET /2 HTTP/1.0\r\n\r\n") == ok("/2?", "Connection: close\r\n"));

    Setting later;  // RFC 9112 section 2.3: a higher minor version is taken for 1.1
    CHECK(later.ask("GET / HTTP/1.9\r\nHost: h\r\n\r\n") == ok("/?"));
}

TEST_CASE("what is not a request is answered with what is wrong, and the connection ends") {
    struct Row {
        std::string octets;
        int status;
    };
    const std::string long_name(40'000, 'a');
    const Row rows[] = {
        {"GET /\r\n\r\n", 400},                                              // RFC 9112 section 3
        {"GET / HTTP/1.1\r\n\r\n", 400},                                     // 3.2: no Host
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},               // 3.2
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},                        // 3.2
        {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},                          // 2.3
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},                           // RFC 9113 section 3.4
        {"GET / http/1.1\r\nHost: h\r\n\r\n", 400},                          // 2.3
        {"GET / HTTP/1.1\nHost: h\n\n", 400},                                // 2.2
        {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},                         // 5.1
        {"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400},            // 5.2
        {"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400},                       // RFC 3986 section 2.1
        {"GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400},                       //
        {"GET /%0d%0aA:b HTTP/1.1\r\nHost: h\r\n\r\n", 400},                 //
        {"GET /a\\b HTTP/1.1\r\nHost: h\r\n\r\n", 400},                      // RFC 3986 section 3.3
        {"GET /../a HTTP/1.1\r\nHost: h\r\n\r\n", 400},                      //
        {"GET /%2e%2e/a HTTP/1.1\r\nHost: h\r\n\r\n", 400},                  //
        {"GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},                          // 3.2.4
        {"CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 501},                   // RFC 9110 section 9.3.6
        {"GET https://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 421},                 // RFC 9110 section 7.4
        {"GET /" + long_name + " HTTP/1.1\r\nHost: h\r\n\r\n", 414},         // 3
        {"GET / HTTP/1.1\r\nHost: h\r\n" + long_name + ": b\r\n\r\n", 431},  // RFC 6585 section 5
        {post("/", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},  // 6.1
        {post("/", "Content-Length: 1\r\nContent-Length: 2\r\n", "a"), 400},                   // 6.3
        {post("/", "Content-Length: -1\r\n", "a"), 400},                                       // 6.3
        {post("/", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},                 // 6.1
        {post("/", "Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},                 // 6.3
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},               // 6.1
        {post("/", "Transfer-Encoding: chunked\r\n", "1\r\nab\r\n"), 400},                     // 7.1
        {post("/", "Transfer-Encoding: chunked\r\n", "x\r\n"), 400},                           // 7.1
    };
    for (const Row& row : rows) {
        CAPTURE(row.octets.substr(0, 60));
        Setting s;
        const std::string answer = s.ask(row.octets + get("/next"));
        CHECK(status(answer) == row.status);
        CHECK(ends_with_close(answer));
        CHECK(answer.find("\r\n" + std::string(kFields)) != std::string::npos);
        CHECK(answer.find("/next") == std::string::npos);
        CHECK(s.connection().finished());
    }
}

TEST_CASE("many fields are refused: RFC 6585 section 5") {
    Setting s;
    std::string fields;
    for (int i = 0; i < 200; ++i) fields += "A: b\r\n";
    CHECK(status(s.ask(get("/", fields))) == 431);
}

TEST_CASE("the target may be absolute, and then names the host: RFC 9112 section 3.2.2") {
    Setting s;
    std::string host;
    s.handler.answer = [&](const http::Request& request) {
        host = request.message.host;
        return http::Response{.content = std::string(request.path)};
    };
    CHECK(s.ask("GET http://other:81/a/./b HTTP/1.1\r\nHost: h\r\n\r\n") == ok("/a/b"));
    CHECK(host == "other:81");
    CHECK(s.ask("GET HTTP://other HTTP/1.1\r\nHost: h\r\n\r\n") == ok("/"));
}

TEST_CASE("HEAD is GET without content: RFC 9110 section 9.3.2") {
    Setting s;
    CHECK(s.ask("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n") ==
          "HTTP/1.1 200 OK\r\n" + std::string(kFields) + "Content-Length: 3\r\n\r\n");
    CHECK(s.ask(get("/a")) == ok("/a?"));
}

TEST_CASE("methods: RFC 9110 sections 9.1, 9.3.7 and 15.5.6") {
    Setting s;
    const std::string allow = "\r\nAllow: GET, HEAD, POST, OPTIONS\r\n";
    std::string answer = s.ask("DELETE / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(status(answer) == 405);
    CHECK(answer.find(allow) != std::string::npos);
    CHECK(status(s.ask("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n")) == 405);
    CHECK(status(s.ask("BREW / HTTP/1.1\r\nHost: h\r\n\r\n")) == 501);
    CHECK(status(s.ask("get / HTTP/1.1\r\nHost: h\r\n\r\n")) == 501);  // they are case-sensitive
    for (const char* target : {"*", "/a"}) {
        answer = s.ask("OPTIONS " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        CHECK(status(answer) == 204);
        CHECK(answer.find(allow) != std::string::npos);
        CHECK(answer.find("Content-Length") == std::string::npos);  // RFC 9110 section 8.6
    }
    CHECK_FALSE(s.connection().finished());
}

TEST_CASE("Upgrade is ignored: RFC 9110 section 7.8") {
    Setting s;
    CHECK(s.ask(get("/", "Connection: upgrade\r\nUpgrade: websocket, h2c\r\n")) == ok("/?"));
    CHECK(s.ask(get("/2")) == ok("/2?"));
}

TEST_CASE("pipelined requests are answered in order: RFC 9112 section 9.3.2") {
    Setting s;
    std::string requests, answers;
    for (int i = 0; i < 500; ++i) {
        const std::string path = "/" + std::to_string(i);
        requests += i % 7 == 0 ? post(path, "Content-Length: 3\r\n", "abc") : get(path);
        answers += i % 7 == 0 ? ok(path + "=abc") : ok(path + "?");
    }
    CHECK(s.ask(requests + get("/last", "Connection: close\r\n") + get("/never")) ==
          answers + ok("/last?", "Connection: close\r\n"));
    CHECK(s.connection().finished());
}

TEST_CASE("content goes to the handler's sink: RFC 9112 sections 6.2 and 7.1") {
    Setting s;
    CHECK(s.ask(post("/a", "Content-Length: 5\r\n", "12345")) == ok("/a=12345"));
    CHECK(s.ask(post("/b", "Transfer-Encoding: chunked\r\n",
                     "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n")) == ok("/b=abcde"));
    CHECK(s.ask(post("/c", "Content-Length: 0\r\n", "")) == ok("/c="));
    CHECK(s.ask(post("/d", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n")) == ok("/d="));
    CHECK(s.ask(post("/e", "", "")) == ok("/e="));
    CHECK(s.ask(get("/f", "Content-Length: 3\r\n") + "abc" + get("/g")) == ok("/f?") + ok("/g?"));
    CHECK(s.ask("POST /h HTTP/1.0\r\nContent-Length: 1\r\n\r\nx") == ok("/h=x", "Connection: close\r\n"));
}

TEST_CASE("Expect: RFC 9110 section 10.1.1") {
    const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const std::string expects = "Expect: 100-continue\r\nContent-Length: 3\r\n";
    SUBCASE("who waits is told at once to go on") {
        Setting s;
        CHECK(s.ask(post("/a", expects, "")) == go_on);
        CHECK(s.ask("abc") == ok("/a=abc"));
        CHECK(s.ask(post("/a", "Expect: 100-Continue\r\nTransfer-Encoding: chunked\r\n", "")) == go_on);
        CHECK(s.ask("0\r\n\r\n") == ok("/a="));
    }
    SUBCASE("not where the content has come") {
        Setting s;
        CHECK(s.ask(post("/a", expects, "a")).empty());
        CHECK(s.ask("bc") == ok("/a=abc"));
    }
    SUBCASE("nor where none is to come") {
        Setting s;
        CHECK(s.ask(get("/a", "Expect: 100-continue\r\n")) == ok("/a?"));
    }
    SUBCASE("HTTP/1.0 does not know it") {
        Setting s;
        CHECK(s.ask("POST /a HTTP/1.0\r\n" + expects + "\r\n").empty());
        CHECK(s.ask("abc") == ok("/a=abc", "Connection: close\r\n"));
    }
    SUBCASE("a final status instead ends the connection: whether content follows, nobody knows") {
        Setting s;
        CHECK(s.ask(post("/unwanted", expects, "")) == ok("/unwanted?", "Connection: close\r\n"));
        CHECK(s.connection().finished());
    }
    SUBCASE("other expectations are not met") {
        Setting s;
        CHECK(status(s.ask(get("/a", "Expect: 200-ok\r\n"))) == 417);
        CHECK_FALSE(s.connection().finished());
    }
}

TEST_CASE("content of unknown length is chunked, or ends with the connection: RFC 9112 section 6.3") {
    const std::string head = "HTTP/1.1 200 OK\r\n" + std::string(kFields);
    SUBCASE("chunked for HTTP/1.1; a source may have nothing for a while") {
        Streaming s;
        s.state->text = "hello";
        CHECK(s.ask(get("/")) == head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        CHECK(s.talk.take().answer().empty());
        CHECK_FALSE(s.connection().deadline());
        s.state->text = std::string(20, 'x');
        CHECK(s.talk.take().answer() == "14\r\n" + std::string(20, 'x') + "\r\n");
        CHECK(s.ask(get("/2")).empty());  // in order
        s.state->ended = true;
        CHECK(s.talk.take().answer() == "0\r\n\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        CHECK_FALSE(s.connection().finished());
    }
    SUBCASE("until close for HTTP/1.0, whatever it asked for") {
        Streaming s;
        s.state->text = "hello";
        CHECK(s.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") ==
              head + "Connection: close\r\n\r\nhello");
        CHECK_FALSE(s.connection().finished());
        s.state->ended = true;
        CHECK(s.talk.take().answer().empty());
        CHECK(s.connection().finished());
    }
    SUBCASE("HEAD reads none of it") {
        Streaming s;
        s.state->text = "hello";
        CHECK(s.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n") == head + "Transfer-Encoding: chunked\r\n\r\n");
        CHECK(s.state->text == "hello");
    }
    SUBCASE("a failure must not look like the end: RFC 9112 section 8") {
        Streaming s;
        s.state->text = "hello";
        s.ask(get("/"));
        s.state->failed = true;
        CHECK(s.talk.take().answer().empty());
        CHECK(s.connection().aborted());
        CHECK(s.connection().done());
    }
}

TEST_CASE("content of known length") {
    SUBCASE("is as long as that") {
        Streaming s(5);
        s.state->text = "hello, and more";
        CHECK(s.ask(get("/")) == ok("hello"));
        CHECK(s.ask(get("/")) == ok(", and"));
    }
    SUBCASE("and where it is not, the connection is aborted") {
        Streaming s(6);
        s.state->text = "hello";
        s.state->ended = true;
        s.ask(get("/"));
        CHECK(s.connection().aborted());
    }
    SUBCASE("of 0 octets") {
        Streaming s(0);
        CHECK(s.ask(get("/")) == ok(""));
    }
    SUBCASE("which is long, is sent in pieces") {
        http::ServerOptions options;
        options.piece = 1000;
        Setting s(options);
        const std::string content(200'000, 'x');
        s.handler.answer = [&](const http::Request&) { return http::Response{.content = content}; };
        s.connection().receive(http::octets(get("/")), s.talk.now);
        CHECK(s.connection().output(s.talk.now).size() < 2000);
        CHECK(s.talk.take().answer() == ok(content));
    }
}

TEST_CASE("statuses without content: RFC 9110 sections 15.3.5 and 15.4.5") {
    Setting s;
    for (const std::uint16_t code : {204, 304}) {
        s.handler.answer = [&](const http::Request&) {
            return http::Response{.status = code, .content = "no"};
        };
        const std::string answer = s.ask(get("/"));
        CHECK(status(answer) == code);
        CHECK(answer.ends_with(std::string(kFields) + "\r\n"));
    }
    s.handler.answer = [](const http::Request&) { return http::Response{.status = 299}; };
    CHECK(s.ask(get("/")).starts_with("HTTP/1.1 299 \r\n"));  // RFC 9112 section 4: the space stays
}

TEST_CASE("however a connection's octets are cut, the answers are the same") {
    const std::string requests =
        "\r\n" + get("/a") + "HEAD /b HTTP/1.1\r\nHost: h\r\n\r\n" +
        post("/c", "Content-Length: 4\r\n", "abcd") +
        post("/d", "Transfer-Encoding: chunked\r\n", "2\r\nab\r\n1\r\nc\r\n0\r\nT: u\r\n\r\n") +
        post("/unwanted", "Content-Length: 3\r\n", "abc") + "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n" +
        "BREW / HTTP/1.1\r\nHost: h\r\n\r\n";
    for (const std::string& last : {get("/z", "Connection: close\r\n"), std::string("GET / HTTP/1.1\r\n\r\n"),
                                    post("/e", "Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n")}) {
        const std::string octets = requests + last + get("/never");
        Setting whole;
        const std::string expected = whole.ask(octets);
        REQUIRE(whole.connection().finished());
        Setting single;
        for (const char c : octets) single.talk.send({&c, 1});
        CHECK(single.talk.answer() == expected);
        for (std::size_t cut = 1; cut < octets.size(); ++cut) {
            Setting s;
            s.talk.send(octets.substr(0, cut)).send(octets.substr(cut));
            REQUIRE(s.talk.answer() == expected);
            REQUIRE(s.connection().finished());
        }
        for (std::size_t most = 1; most < 40; ++most) {  // however the answers are taken, too
            Setting s;
            s.connection().receive(http::octets(octets), s.talk.now);
            REQUIRE(s.talk.take(most).answer() == expected);
        }
    }
}

TEST_CASE("each response is logged, in the combined format") {
    std::string log;
    http::ServerOptions options;
    options.log = [&](const http::AccessRecord& record) { log += http::combined_line(record); };
    Setting s(options);
    s.ask(get("/a?b", "User-Agent: curl/8\r\nReferer: http://h/\"x\r\n"));
    CHECK(log ==
          "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"GET /a?b HTTP/1.1\" 200 4 \"http://h/\\x22x\" "
          "\"curl/8\"\n");
    log.clear();
    s.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(log == "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"HEAD / HTTP/1.1\" 200 0 \"-\" \"-\"\n");
    log.clear();
    s.ask("\x1b[31m\r\n\r\n");
    CHECK(log.starts_with("192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"-\" 400 "));

    log.clear();  // what is cut off, too
    Setting cut(options);
    cut.handler.answer = [](const http::Request&) {
        return http::Response{.content = std::string(300'000, 'x')};
    };
    cut.connection().receive(http::octets(get("/")), cut.talk.now);
    cut.connection().sent(cut.connection().output(cut.talk.now).size(), cut.talk.now);
    cut.connection().receive_end(http::StreamEnd::cut, cut.talk.now);
    CHECK(log == "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"GET / HTTP/1.1\" 200 65536 \"-\" \"-\"\n");
}
