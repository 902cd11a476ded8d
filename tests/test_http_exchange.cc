// Exchange: responses find their requests: pipelining, 1xx, HEAD, CONNECT, Upgrade, and captures with parts
// missing. RFC 9112 sections 6.3 and 9.2.
#include <doctest/doctest.h>
#include <string>

#include "http/exchange.h"
#include "tests/http_transcript.h"

using namespace glass;
using http::Kind;
using Type = http::Event::Type;

namespace {

/// Feeds an exchange and says what heads, bodies and tunnels came: "> GET /a", "< 200 #0 hello".
class Talk {
public:
    explicit Talk(bool from_start = true) : exchange_(from_start) {}

    Talk& client(std::string_view octets) { return say(Kind::request, octets); }
    Talk& server(std::string_view octets) { return say(Kind::response, octets); }
    Talk& hole(Kind direction, std::uint64_t length) {
        exchange_.feed_gap(direction, length);
        return drain();
    }
    Talk& anew() {
        exchange_.reset(true);
        heard_.clear();
        return *this;
    }
    const std::string& heard() const { return heard_; }
    const http::Exchange& exchange() const { return exchange_; }

private:
    Talk& say(Kind direction, std::string_view octets) {
        exchange_.feed(direction, http::octets(octets));
        return drain();
    }
    Talk& drain() {
        while (const auto happening = exchange_.next()) note(happening->direction, happening->event);
        return *this;
    }
    void note(Kind direction, const http::Event& event) {
        const auto head = [&] {
            const http::Message& m = *event.message;
            if (m.head.kind == Kind::request)
                return std::string(m.head.method) + " " + std::string(m.head.target);
            return std::to_string(m.head.status) + (m.request ? " #" + std::to_string(*m.request) : " ?");
        };
        std::string what;
        if (event.type == Type::head) what = head();
        if (event.type == Type::body) what = std::string(http::text(event.data));
        if (event.type == Type::tunnel) what = "tunnel " + std::string(http::text(event.data));
        if (event.type == Type::error) what = "error";
        if (!what.empty())
            heard_ +=
                (heard_.empty() ? "" : ", ") + std::string(direction == Kind::request ? "> " : "< ") + what;
    }

    http::Exchange exchange_;
    std::string heard_;
};

std::string request(const std::string& method, const std::string& target, const std::string& fields = "") {
    return method + " " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}
std::string response(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("one after the other, and pipelined") {
    Talk talk;
    talk.client(request("GET", "/a")).server(response(200, "a"));
    talk.client(request("GET", "/b") + request("GET", "/c")).server(response(200, "b") + response(404, "c"));
    CHECK(talk.heard() == "> GET /a, < 200 #0, < a, > GET /b, > GET /c, < 200 #1, < b, < 404 #2, < c");
}

TEST_CASE("RFC 9112 section 6.3, 1: the response to HEAD has no body, also among others") {
    const std::string head_only = "HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\n";
    Talk talk;
    talk.client(request("GET", "/a") + request("HEAD", "/b") + request("GET", "/c"));
    talk.server(response(200, "a") + head_only + response(200, "c"));
    CHECK(talk.heard() == "> GET /a, > HEAD /b, > GET /c, < 200 #0, < a, < 200 #1, < 200 #2, < c");
}

TEST_CASE("RFC 9110 section 15.2: any number of 1xx before the response") {
    Talk talk;
    talk.client(request("POST", "/a", "Content-Length: 1\r\nExpect: 100-continue\r\n"));
    talk.server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n")
        .client("x")
        .server(response(201, "ok"));
    CHECK(talk.heard() == "> POST /a, < 100 #0, < 103 #0, > x, < 201 #0, < ok");
}

TEST_CASE("RFC 9110 section 9.3.6: CONNECT makes a tunnel, or not") {
    Talk tunnel;
    tunnel.client(request("CONNECT", "h:1"))
        .server("HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\n")
        .client("abc")
        .server("def");
    CHECK(tunnel.heard() == "> CONNECT h:1, < 200 #0, > tunnel abc, < tunnel def");
    Talk refused;
    refused.client(request("CONNECT", "h:1"))
        .server(response(407, "no"))
        .client(request("GET", "/"))
        .server(response(200, "yes"));
    CHECK(refused.heard() == "> CONNECT h:1, < 407 #0, < no, > GET /, < 200 #1, < yes");
}

TEST_CASE("RFC 9110 section 7.8: Upgrade switches both directions") {
    Talk talk;
    talk.client(request("GET", "/chat", "Connection: upgrade\r\nUpgrade: websocket\r\n"));
    talk.server("HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81");
    talk.client("GET / HTTP/1.1\r\n\r\n");
    CHECK(talk.heard() == "> GET /chat, < 101 #0, < tunnel \x81, > tunnel GET / HTTP/1.1\r\n\r\n");
    Talk ignored;
    ignored.client(request("GET", "/", "Upgrade: h2c\r\n"))
        .server(response(200, "a"))
        .client(request("GET", "/b"));
    CHECK(ignored.heard() == "> GET /, < 200 #0, < a, > GET /b");
}

TEST_CASE("a capture may show the response first") {
    Talk talk;
    talk.server(response(200, "a")).client(request("GET", "/a")).client(request("HEAD", "/b"));
    talk.server("HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\n" + response(200, "c"));
    CHECK(talk.heard() == "< 200 ?, < a, > GET /a, > HEAD /b, < 200 #1, < 200 ?, < c");
    // A capture that starts in the middle shows responses whose requests came before it.
    Talk middle(false);
    middle.server(response(200, "a"))
        .client(request("HEAD", "/b"))
        .server("HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\n");
    middle.client(request("GET", "/c")).server(response(200, "c"));
    CHECK(middle.heard() == "< 200 ?, < a, > HEAD /b, < 200 #0, > GET /c, < 200 #1, < c");
}

TEST_CASE("a hole where a response begins: which request the next one answers") {
    // The next request tells that the response was in the hole.
    Talk talk;
    talk.client(request("HEAD", "/a"))
        .hole(Kind::response, 60)
        .client(request("GET", "/b"))
        .server(response(200, "b"));
    talk.client(request("GET", "/c")).server(response(200, "c"));
    CHECK(talk.heard() == "> HEAD /a, > GET /b, < 200 #1, < b, > GET /c, < 200 #2, < c");
    // No request came since: it is the one, after a 100 that was lost, say.
    Talk interim;
    interim.client(request("HEAD", "/a"))
        .hole(Kind::response, 25)
        .server("HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\n");
    CHECK(interim.heard() == "> HEAD /a, < 200 #0");
    // Pipelined: one response was lost, as far as can be told.
    Talk pipelined;
    pipelined.client(request("GET", "/a") + request("GET", "/b") + request("GET", "/c") +
                     request("GET", "/d"));
    pipelined.server(response(200, "a"))
        .hole(Kind::response, 36)
        .server(response(200, "c") + response(200, "d"));
    CHECK(pipelined.heard() ==
          "> GET /a, > GET /b, > GET /c, > GET /d, < 200 #0, < a, < 200 #2, < c, < 200 #3, < d");
}

TEST_CASE("recognized where one direction is HTTP") {
    using http::Recognition;
    Talk talk;
    CHECK(talk.exchange().recognized() == Recognition::need_more);
    talk.client("GE");
    CHECK(talk.exchange().recognized() == Recognition::need_more);
    talk.client("T / HTTP/1.1\r\n");
    CHECK(talk.exchange().recognized() == Recognition::yes);
    Talk other;
    other.client("EHLO a\r\n");
    CHECK(other.exchange().recognized() == Recognition::no);
    other.server("22");
    CHECK(other.exchange().recognized() == Recognition::no);
    Talk middle;
    middle.server("end of a body\r\n");
    CHECK(middle.exchange().recognized() == Recognition::no);
    middle.client(request("GET", "/")).server(response(200, "a"));
    CHECK(middle.exchange().recognized() == Recognition::yes);
    CHECK(middle.heard() == "> GET /, < 200 #0, < a");
}

TEST_CASE("requests that are never answered do not pile up") {
    http::Limits limits{.outstanding = 4};
    http::Exchange exchange(true, http::Policy::lenient, limits);
    const std::string get = request("GET", "/");
    for (int i = 0; i < 100; ++i) {
        exchange.feed(Kind::request, http::octets(get));
        while (exchange.next()) continue;
    }
    CHECK(exchange.reader(Kind::response).outstanding() == 4);
}

TEST_CASE("reset in the middle of anything: the next connection is read as if it were the first") {
    const std::string cut_head = "GET /cut HTTP/1.1\r\nHost";
    const auto talk_about = [](Talk& talk) {
        talk.client(request("GET", "/a") + request("HEAD", "/b"));
        talk.server(response(200, "a") + response(404, ""));
        return talk.heard();
    };
    Talk fresh;
    const std::string expected = talk_about(fresh);
    CHECK(expected == "> GET /a, > HEAD /b, < 200 #0, < a, < 404 #1");
    Talk talk(false);
    CHECK(talk_about(talk) == expected);
    CHECK(talk_about(talk.anew()) == expected);
    talk.client(cut_head).server("HTTP/1.1 2");  // heads
    CHECK(talk_about(talk.anew()) == expected);
    talk.client(request("GET", "/c")).server("HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\n123");  // a body
    CHECK(talk_about(talk.anew()) == expected);
    talk.client(request("GET", "/d")).server("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
    CHECK(talk_about(talk.anew()) == expected);
    talk.client(request("CONNECT", "a:1")).server("HTTP/1.1 200 x\r\n\r\n").client("?!").server("!?");
    CHECK(talk_about(talk.anew()) == expected);
    talk.client(request("CONNECT", "a:1"));  // whose answer is awaited
    CHECK(talk_about(talk.anew()) == expected);
    talk.server(response(200, "before its request")).hole(Kind::response, 5).hole(Kind::request, 5);
    CHECK(talk_about(talk.anew()) == expected);
    talk.client("\x01\x02 no HTTP").server("\x03");
    CHECK(talk_about(talk.anew()) == expected);
}
