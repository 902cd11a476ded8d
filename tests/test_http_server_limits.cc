#include <deque>
#include <doctest/doctest.h>

#include "tests/server_setting.h"

using namespace glass;
using namespace glass::tests;

TEST_CASE("requests wait where their answers are not taken: neither is kept without bound") {
    Setting s;
    std::size_t answered = 0;
    s.handler.answer = [&](const http::Request&) {
        ++answered;
        return http::Response{.content = std::string(10'000, 'x')};
    };
    const std::string request = get("/a");
    std::size_t sent = 0;
    while (s.connection().wants_input()) {
        s.connection().receive(http::octets(request), s.talk.now);
        ++sent;
        REQUIRE(sent < 10'000);
    }
    CHECK(answered < 10);
    CHECK(sent * request.size() < 20'000);
    s.talk.take(1000);
    CHECK(answered == sent);
    CHECK(s.connection().wants_input());
}

TEST_CASE("content over a limit is refused, and not read: RFC 9110 section 15.5.14") {
    SUBCASE("by the server's limit, before any of it has come") {
        http::ServerOptions options;
        options.limits.body = 10;
        Setting s(options);
        CHECK(status(s.ask(post("/a", "Content-Length: 11\r\n", ""))) == 413);
        CHECK(s.connection().finished());
    }
    SUBCASE("by the server's limit, in chunks") {
        http::ServerOptions options;
        options.limits.body = 10;
        Setting s(options);
        CHECK(s.ask(post("/a", "Transfer-Encoding: chunked\r\n", "a\r\n0123456789\r\n")).empty());
        CHECK(status(s.ask("1\r\n")) == 0);
        CHECK(status(s.ask("x")) == 413);
        CHECK(s.connection().finished());
    }
    SUBCASE("by the handler") {
        Setting s;
        s.handler.most = 10;
        CHECK(s.ask(post("/a", "Content-Length: 100\r\n", "0123456789")).empty());
        const std::string answer = s.ask("x");
        CHECK(status(answer) == 413);
        CHECK(ends_with_close(answer));
    }
}

TEST_CASE("content that nobody wants is read and thrown away where it is small") {
    http::ServerOptions options;
    options.discard = 10;
    SUBCASE("small") {
        Setting s(options);
        CHECK(s.ask(post("/unwanted", "Content-Length: 10\r\n", "01234")) == ok("/unwanted?"));
        CHECK(s.ask("56789" + get("/next")) == ok("/next?"));
    }
    SUBCASE("more than is worth it: RFC 9112 section 9.3") {
        Setting s(options);
        CHECK(s.ask(post("/unwanted", "Content-Length: 11\r\n", "")) ==
              ok("/unwanted?", "Connection: close\r\n"));
        CHECK(s.connection().finished());
    }
    SUBCASE("in chunks, nobody knows how much") {
        Setting s(options);
        CHECK(s.ask(post("/unwanted", "Transfer-Encoding: chunked\r\n", "5\r\n01234\r\n")) ==
              ok("/unwanted?"));
        CHECK_FALSE(s.connection().finished());
        CHECK(s.ask("6\r\n567890\r\n").empty());
        CHECK(s.connection().finished());
    }
}

TEST_CASE("after close: RFC 9112 section 9.6") {
    Setting s;
    s.ask(get("/", "Connection: close\r\n"));
    REQUIRE(s.connection().finished());
    CHECK_FALSE(s.connection().done());
    CHECK(s.connection().wants_input());
    CHECK(s.ask(get("/more")).empty());
    SUBCASE("the peer's FIN ends it") {
        s.talk.send_fin();
        CHECK(s.connection().done());
    }
    SUBCASE("its reset, too") {
        s.connection().receive_end(http::StreamEnd::cut, s.talk.now);
        CHECK(s.connection().done());
    }
    SUBCASE("or time, however much comes") {
        for (int i = 0; i < 4; ++i) s.talk.pass(1s).send("more");
        CHECK_FALSE(s.connection().done());
        s.talk.pass(1s);
        CHECK(s.connection().done());
    }
    CHECK_FALSE(s.connection().aborted());
}

TEST_CASE("the peer's FIN: what it asked for before is answered") {
    SUBCASE("nothing") {
        Setting s;
        s.talk.send_fin();
        CHECK(s.connection().done());
        CHECK(s.talk.answer().empty());
    }
    SUBCASE("behind requests") {
        Setting s;
        s.connection().receive(http::octets(get("/a") + get("/b")), s.talk.now);
        s.connection().receive_end(http::StreamEnd::fin, s.talk.now);
        CHECK_FALSE(s.connection().done());
        CHECK(s.talk.take().answer() == ok("/a?") + ok("/b?"));
        CHECK(s.connection().done());
    }
    SUBCASE("behind requests that wait for a slow answer") {
        Streaming s(5);
        s.connection().receive(http::octets(get("/a") + get("/b")), s.talk.now);
        s.connection().receive_end(http::StreamEnd::fin, s.talk.now);
        s.talk.take();
        CHECK_FALSE(s.connection().done());
        s.state->text = "12345abcde";
        CHECK(s.talk.take().answer() == ok("12345") + ok("abcde"));
        CHECK(s.connection().done());
    }
    SUBCASE("within a head, or content: RFC 9112 section 8") {
        for (const std::string& cut : {get("/a").substr(0, 20), post("/a", "Content-Length: 5\r\n", "abc"),
                                       post("/a", "Transfer-Encoding: chunked\r\n", "5\r\nabcde\r\n")}) {
            Setting s;
            s.ask(cut);
            CHECK(status(s.talk.send_fin().answer()) == 400);
            CHECK(s.connection().done());
        }
    }
    SUBCASE("a reset ends all of it") {
        Streaming s(5);
        s.ask(get("/a"));
        s.connection().receive_end(http::StreamEnd::cut, s.talk.now);
        CHECK(s.connection().done());
        CHECK(s.connection().output(s.talk.now).empty());
    }
}

TEST_CASE("who is slow with a head is told so, however busy it looks: RFC 9110 section 15.5.9") {
    Setting s;
    s.ask(get("/a"));
    s.talk.pass(60s);
    s.talk.send("GET /");
    for (int i = 0; i < 19; ++i) s.talk.pass(1s).send("x");
    CHECK(s.talk.answer().empty());
    const std::string answer = s.talk.pass(1s).answer();
    CHECK(status(answer) == 408);
    CHECK(ends_with_close(answer));
    CHECK(s.connection().finished());
}

TEST_CASE("content must come with a certain speed on the whole") {
    http::ServerOptions options;
    options.body_rate = 100;
    Setting s(options);
    s.ask(post("/a", "Content-Length: 100000\r\n", ""));
    for (int i = 0; i < 100; ++i) s.talk.pass(1s).send(std::string(100, 'x'));  // as fast as that: no end
    CHECK(s.talk.answer().empty());
    for (int i = 0; i < 19; ++i) s.talk.pass(1s).send("x");
    CHECK(s.talk.answer().empty());
    s.talk.pass(1s).send("x");
    CHECK(status(s.talk.pass(1s).answer()) == 408);
    CHECK(s.connection().finished());
}

TEST_CASE("an idle connection is closed without a word") {
    Setting fresh;
    fresh.talk.pass(119s);
    CHECK_FALSE(fresh.connection().finished());
    fresh.talk.pass(1s);
    CHECK(fresh.connection().finished());

    Setting s;
    s.talk.pass(100s);
    s.ask(get("/"));
    s.talk.pass(119s);
    CHECK_FALSE(s.connection().finished());
    s.talk.pass(1s);
    CHECK(s.talk.answer().empty());
    CHECK(s.connection().finished());
}

TEST_CASE("the time of being idle begins when all was taken") {
    Setting s;
    s.connection().receive(http::octets(get("/")), s.talk.now);
    s.talk.now += 100s;
    s.talk.take().pass(119s);
    CHECK_FALSE(s.connection().finished());
    s.talk.pass(1s);
    CHECK(s.connection().finished());
}

TEST_CASE("an answer that nobody takes") {
    Setting s;
    s.connection().receive(http::octets(get("/")), s.talk.now);
    for (int i = 0; i < 10; ++i) {  // an octet now and then is enough
        s.talk.now += 119s;
        s.connection().advance(s.talk.now);
        REQUIRE_FALSE(s.connection().done());
        CHECK_FALSE(s.connection().output(s.talk.now).empty());
        s.connection().sent(1, s.talk.now);
    }
    s.talk.now += 120s;
    s.connection().advance(s.talk.now);
    CHECK(s.connection().aborted());
}

TEST_CASE("a long answer to a slow reader goes on") {
    Setting s;
    const std::string content(1'000'000, 'x');
    s.handler.answer = [&](const http::Request&) { return http::Response{.content = content}; };
    s.connection().receive(http::octets(get("/")), s.talk.now);
    std::size_t taken = 0;
    while (taken < content.size()) {
        const std::size_t n = std::min<std::size_t>(10'000, s.connection().output(s.talk.now).size());
        REQUIRE(n != 0);
        s.connection().sent(n, s.talk.now);
        taken += n;
        s.talk.now += 100s;
        s.connection().advance(s.talk.now);
    }
    CHECK_FALSE(s.connection().finished());
}

TEST_CASE("a server that ends lets what is under way come to its end") {
    SUBCASE("idle") {
        Setting s;
        s.ask(get("/"));
        s.connection().close(s.talk.now);
        CHECK(s.connection().finished());
    }
    SUBCASE("within a request") {
        Setting s;
        s.ask(post("/", "Content-Length: 2\r\n", "a"));
        s.connection().close(s.talk.now);
        CHECK_FALSE(s.connection().finished());
        CHECK(s.ask("b" + get("/never")) == ok("/=ab", "Connection: close\r\n"));
        CHECK(s.connection().finished());
    }
    SUBCASE("within an answer") {
        Streaming s(5);
        s.ask(get("/"));
        s.connection().close(s.talk.now);
        s.state->text = "hello";
        CHECK(s.talk.take().answer() == "hello");
        CHECK(s.connection().finished());
    }
}

TEST_CASE("an idle connection takes little memory") {
    CHECK(sizeof(http::ServerConnection) <= 192);
    Setting s;
    s.ask(get("/"));
    CHECK(s.server.buffered() == 0);  // all of it was given back
    s.ask("GET ");
    s.ask("/ HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(s.server.buffered() == 0);
    s.connection().receive(http::octets(get("/")), s.talk.now);
    CHECK(s.server.buffered() != 0);
}

TEST_CASE("buffers for slow readers have a budget together") {
    http::ServerOptions options;
    options.buffers = 1'000'000;
    TestHandler handler;
    handler.answer = [](const http::Request&) {
        return http::Response{.content = std::string(300'000, 'x')};
    };
    http::Server server(handler, options);
    std::deque<ServerTalk> talks;
    for (int i = 0; i < 100; ++i) {
        talks.emplace_back(server);
        talks.back().connection.receive(http::octets(get("/")), ServerTalk::kStart);
        CHECK_FALSE(talks.back().connection.output(ServerTalk::kStart).empty());
    }
    CHECK(server.buffered() < 2'000'000);
    for (ServerTalk& talk : talks) CHECK(talk.take().answer().size() > 300'000);
    CHECK(server.buffered() == 0);
}
