// The client's end of a connection: requests out, responses in, whatever the cuts: RFC 9112 sections 6.3, 8
// and 9, RFC 9110 sections 10.1.1 and 15.2.
#include <functional>
#include <zlib.h>

#include "tests/client_script.h"

using namespace glass;
using namespace std::chrono_literals;
using http::StreamEnd;
using tests::ClientScript;
using tests::get;
using tests::method;
using tests::post;

namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// What a listener is told of a response to `request`, the same whole, octet by octet and cut anywhere.
std::string told(const std::function<http::ClientRequest()>& request, std::string_view response,
                 std::optional<StreamEnd> end = {}) {
    const auto run = [&](const std::vector<std::size_t>& cuts) {
        ClientScript script;
        script.opens().asks(request());
        (void)script.connection.output(script.now);
        std::size_t from = 0;
        for (std::size_t i = 0; i <= cuts.size(); ++i) {
            const std::size_t to = i < cuts.size() ? cuts[i] : response.size();
            if (script.connection.wants_input()) script.arrives(response.substr(from, to - from));
            from = to;
        }
        if (end) script.ends(*end);
        return script.listeners[0].story;
    };
    const std::string whole = run({});
    std::vector<std::size_t> all;
    for (std::size_t cut = 1; cut < response.size(); ++cut) {
        CHECK(run({cut}) == whole);
        all.push_back(cut);
    }
    CHECK(run(all) == whole);
    return whole;
}
std::string told(std::string_view response, std::optional<StreamEnd> end = {}) {
    return told([] { return get(); }, response, end);
}

std::string gzipped(std::string_view text) {
    std::string out(compressBound(text.size()) + 32, '\0');
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string in(text);
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

http::ClientRequest get_decoded() {
    auto request = get();
    request.decode = true;
    return request;
}
http::ClientRequest post_expecting(std::string text) {
    auto request = post(std::move(text));
    request.expect_continue = true;
    return request;
}

const std::string kExpecting =
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
const std::string kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// Gives what it is given, and ends when it is told to.
struct Feed : http::BodySource {
    struct State {
        std::string waiting;
        bool finished = false;
        bool failed = false;
    };
    explicit Feed(State& shared) : state(shared) {}
    std::size_t read(std::span<std::uint8_t> out) override {
        const std::size_t n = std::min(out.size(), state.waiting.size());
        std::ranges::copy(state.waiting.substr(0, n), out.begin());
        state.waiting.erase(0, n);
        return n;
    }
    bool finished() const override { return state.finished && state.waiting.empty(); }
    bool failed() const override { return state.failed; }
    State& state;
};

http::ClientRequest upload(Feed::State& state, std::optional<std::uint64_t> size = {}) {
    auto request = method("PUT");
    request.body = std::make_unique<Feed>(state);
    request.body_size = size;
    return request;
}

}  // namespace

TEST_CASE("a request and its response") {
    ClientScript script;
    script.asks(get()).sends("").opens().sends(kGet).arrives(kHello).tells("200 | \"hello\" | complete");
    CHECK(!script.connection.finished());
    CHECK(script.connection.may_request());
    script.asks(get("/x?y")).sends("GET /x?y HTTP/1.1\r\nHost: a\r\n\r\n").arrives(kHello);
    script.tells(1, "200 | \"hello\" | complete");
    CHECK(script.listeners[1].end->octets == 5);
    CHECK(script.listeners[1].end->content_length == 5);
    CHECK(!script.connection.deadline());
    script.connection.close();
    CHECK(script.connection.finished());
    CHECK(!script.connection.aborted());
}

TEST_CASE("RFC 9112 section 3.2, RFC 9110 section 8.6: what a request says of itself") {
    const auto sent = [](http::ClientRequest request, const std::string& expected) {
        ClientScript().opens().asks(std::move(request)).sends(expected);
    };
    auto request = get();
    request.host = "";
    sent(std::move(request), "GET / HTTP/1.1\r\nHost: \r\n\r\n");
    request = get();
    request.fields = {{"User-Agent", "b"}, {"Accept", "*/*"}};
    request.decode = request.close = true;
    sent(std::move(request),
         "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: b\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n"
         "Connection: close\r\n\r\n");
    sent(method("BREW"), "BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
    sent(method("PUT"), "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    sent(post("hello"), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    sent(post(""), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    sent(post("hello, hello, hello", true),
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n13\r\nhello, hello, "
         "hello\r\n0\r\n\r\n");
    sent(post("", true), "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    // RFC 9110 section 10.1.1: no expectation without content.
    request = method("POST");
    request.expect_continue = true;
    sent(std::move(request), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("requests that must not be sent") {
    using Error = http::RequestError;
    const auto error = [](const auto& change) {
        auto request = get();
        change(request);
        return why_not(request);
    };
    using Request = http::ClientRequest;
    CHECK(!error([](Request&) {}));
    CHECK(!error([](Request& r) { r.method = "OPTIONS", r.target = "*"; }));
    CHECK(error([](Request& r) { r.target = "*"; }) == Error::bad_target);
    CHECK(error([](Request& r) { r.method = ""; }) == Error::bad_method);
    CHECK(error([](Request& r) { r.method = "GET /\r\nX"; }) == Error::bad_method);
    CHECK(error([](Request& r) { r.method = "CONNECT"; }) == Error::connect);
    for (const char* target : {"", "x", "http://a/", "/a b", "/a\r\nB: c", "/#a", "/\x80"})
        CHECK(error([target](Request& r) { r.target = target; }) == Error::bad_target);
    for (const char* host : {"a b", "a\r\nB: c", "u@a", "a:b", "[::1"})
        CHECK(error([host](Request& r) { r.host = host; }) == Error::bad_host);
    CHECK(error([](Request& r) { r.fields = {{"A:", "b"}}; }) == Error::bad_field_name);
    CHECK(error([](Request& r) { r.fields = {{"", "b"}}; }) == Error::bad_field_name);
    CHECK(error([](Request& r) { r.fields = {{"A", "b\r\nC: d"}}; }) == Error::bad_field_value);
    CHECK(error([](Request& r) { r.fields = {{"A", std::string("b\0c", 3)}}; }) == Error::bad_field_value);
    for (const char* name : {"host", "Content-Length", "transfer-encoding", "Connection", "Expect", "TE"})
        CHECK(error([name](Request& r) { r.fields = {{name, "5"}}; }) == Error::framing_field);
}

TEST_CASE("RFC 9112 section 6.3: every framing, at every cut") {
    CHECK(told(kHello) == "200 | \"hello\" | complete");
    CHECK(told("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == "200 | complete");
    CHECK(
        told("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\n\r\n") ==
        "200 | \"hello!\" | complete");
    CHECK(told("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nB: c\r\nD: e\r\n\r\n") ==
          "200 | \"a\" | B: c | D: e | complete");
    CHECK(told("HTTP/1.1 200 OK\r\n\r\nhello", StreamEnd::fin) == "200 | \"hello\" | complete");
    CHECK(told("HTTP/1.0 200 OK\r\n\r\n", StreamEnd::fin) == "200 | complete");
    CHECK(told("HTTP/1.1 204 No Content\r\n\r\n") == "204 | complete");
    CHECK(told("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n") == "304 | complete");
    CHECK(told([] { return method("HEAD"); }, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") ==
          "200 | complete");
    CHECK(told([] { return method("HEAD"); }, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") ==
          "200 | complete");
    CHECK(told("\r\n\r\n" + kHello) == "200 | \"hello\" | complete");
}

TEST_CASE("RFC 9110 section 15.2: any number of interim responses") {
    CHECK(told(kContinue + "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + kContinue + kHello) ==
          "100 | 103 | 100 | 200 | \"hello\" | complete");
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "HTTP/1.1 102 Processing\r\n\r\n";
    ClientScript script;
    script.opens().asks(get()).sends(kGet).arrives(many + kHello);
    CHECK(script.listeners[0].story.ends_with("102 | 200 | \"hello\" | complete"));
}

TEST_CASE("RFC 9112 section 8: a message that ends too early is incomplete") {
    const std::string cut = "the connection ended before the response did";
    for (const StreamEnd end : {StreamEnd::fin, StreamEnd::cut}) {
        CHECK(told("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", end) == "200 | \"hello\" | " + cut);
        CHECK(told("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", end) ==
              "200 | \"hello\" | " + cut);
        CHECK(told("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n", end) ==
              "200 | \"hello\" | " + cut);
        CHECK(told("HTTP/1.1 200 OK\r\nContent-Le", end) == cut);
        CHECK(told("HTTP/1.1 100 Continue\r\n\r\nH", end) == "100 | " + cut);
        CHECK(told("", end) == "the server closed the connection without an answer");
        CHECK(told(kContinue, end) == "100 | the server closed the connection without an answer");
    }
    // Up to the connection's end: only a FIN is one.
    CHECK(told("HTTP/1.1 200 OK\r\n\r\nhello", StreamEnd::cut) == "200 | \"hello\" | " + cut);
}

TEST_CASE("what is not HTTP/1.1 is refused") {
    const auto malformed = [](std::string_view why) {
        return "the response is malformed: " + std::string(why);
    };
    CHECK(told("220 mail ESMTP\r\n") == malformed("malformed HTTP version"));
    CHECK(told("HTTP/2.0 200 OK\r\n") == malformed("unsupported major version of HTTP"));
    CHECK(told("HTTP/1.1 200 OK\r\nA : b\r\n\r\n") == malformed("malformed field name"));
    CHECK(told("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n") ==
          malformed("more than one Content-Length"));
    CHECK(told("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n") ==
          malformed("Content-Length beside Transfer-Encoding"));
    CHECK(told("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n") ==
          "200 | \"hello\" | " + malformed("chunk data not followed by CRLF"));
    CHECK(told("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc") ==
          "the server uses a coding or a protocol that it was not asked for");
    ClientScript script;
    script.opens().asks(get()).sends(kGet).arrives("220 mail ESMTP\r\n");
    CHECK(script.connection.aborted());
    http::ClientOptions options;
    options.limits.head = 100;
    ClientScript small(options);
    small.opens().asks(get()).sends(kGet).arrives("HTTP/1.1 200 OK\r\nA: " + std::string(100, 'b'));
    small.tells(malformed("head over the limit"));
}

TEST_CASE("RFC 9112 section 9.3: the connection persists, or does not") {
    const auto persists = [](const std::string& response) {
        ClientScript script;
        script.opens().asks(get()).sends(kGet).arrives(response);
        REQUIRE(script.listeners[0].end);
        CHECK(script.connection.finished() != script.connection.may_request());
        CHECK(!script.connection.aborted());
        return script.connection.may_request();
    };
    CHECK(persists(kHello));
    CHECK(!persists("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
    CHECK(!persists("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
    CHECK(persists("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"));
    CHECK(!persists(kHello + "HTTP/1.1 408 Request Timeout\r\n\r\n"));

    ClientScript idle;
    idle.opens().asks(get()).sends(kGet).arrives(kHello).passes(1h).arrives("HTTP/1.1 408 x\r\n\r\n");
    CHECK(idle.connection.finished());
    ClientScript closed;
    closed.opens().asks(get()).sends(kGet).arrives(kHello).ends();
    CHECK(closed.connection.finished());
    CHECK(!closed.connection.may_request());
}

TEST_CASE("RFC 9112 section 9.3.2: one after the other, or some at a time") {
    ClientScript script;
    script.opens().asks(get("/1")).asks(get("/2")).sends("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").sends("");
    script.arrives(kHello).sends("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").arrives(kHello);
    script.tells(0, "200 | \"hello\" | complete").tells(1, "200 | \"hello\" | complete");

    http::ClientOptions options;
    options.pipeline = 3;
    const std::string kHead = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
    ClientScript piped(options);
    piped.opens().asks(get()).asks(method("HEAD")).asks(get()).asks(get());
    piped.sends(kGet + kHead + kGet).arrives(kHello).sends(kGet);
    // Responses come in the order of their requests.
    piped.arrives("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + kHello);
    piped.tells(1, "200 | complete").tells(2, "200 | \"hello\" | complete").tells(3, "");
    CHECK(piped.connection.outstanding() == 1);
    // What changes something waits for what came before, and is waited for.
    ClientScript careful(options);
    careful.opens().asks(get()).asks(post("x")).asks(get()).sends(kGet).arrives(kHello);
    careful.sends("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx").arrives(kHello).sends(kGet);
}

TEST_CASE("requests whose answer never came may be asked again") {
    http::ClientOptions options;
    options.pipeline = 2;
    ClientScript script(options);
    script.opens().asks(get()).asks(get()).asks(get()).sends(kGet + kGet);
    script.arrives("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" + kHello);
    script.tells(0, "200 | complete").tells(1, "the server closed the connection without an answer");
    CHECK(script.listeners[1].end->sent);
    CHECK(script.listeners[2].end->outcome == http::ResponseOutcome::unanswered);
    CHECK(!script.listeners[2].end->sent);
    CHECK(get().idempotent());
    CHECK(method("PUT").idempotent());
    CHECK(!method("POST").idempotent());
}

TEST_CASE("RFC 9110 section 10.1.1: 100-continue") {
    const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    SUBCASE("the server wants the body") {
        ClientScript()
            .opens()
            .asks(post_expecting("hello"))
            .sends(kExpecting)
            .passes(999ms)
            .sends("")
            .arrives(kContinue)
            .sends("hello")
            .arrives(kOk)
            .tells("100 | 200 | complete");
    }
    SUBCASE("the server says nothing: not for ever") {
        ClientScript script;
        script.opens().asks(post_expecting("hello")).sends(kExpecting).passes(1s).sends("hello");
        script.arrives(kContinue + kOk).tells("100 | 200 | complete");
        CHECK(script.connection.may_request());
    }
    SUBCASE("the server does not want it") {
        ClientScript script;
        script.opens().asks(post_expecting("hello")).sends(kExpecting);
        script.arrives("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n").sends("");
        script.tells("417 | complete");
        CHECK(script.connection.finished());  // it may still wait for the body
        CHECK(!script.connection.aborted());
    }
    SUBCASE("other interim responses mean something else") {
        ClientScript()
            .opens()
            .asks(post_expecting("hello"))
            .sends(kExpecting)
            .arrives("HTTP/1.1 102 Processing\r\n\r\n")
            .sends("")
            .passes(1s)
            .sends("hello");
    }
}

TEST_CASE("RFC 9112 section 9.5: a response before the end of the request") {
    Feed::State feed{.waiting = "abc"};
    const std::string head = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    SUBCASE("an error: the rest stays here") {
        ClientScript script;
        script.opens().asks(upload(feed)).sends(head + "3\r\nabc\r\n");
        feed.waiting = "def";
        script.arrives("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n").sends("");
        script.tells("413 | complete");
        CHECK(script.connection.finished());
    }
    SUBCASE("success so far: the rest follows") {
        ClientScript script;
        script.opens().asks(upload(feed)).sends(head + "3\r\nabc\r\n");
        script.arrives("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n");
        feed = {.waiting = "def", .finished = true};
        script.sends("3\r\ndef\r\n0\r\n\r\n").arrives("0\r\n\r\n").tells("200 | \"A\" | complete");
        CHECK(script.connection.may_request());
    }
}

TEST_CASE("a body from a source that has nothing now, or breaks off") {
    Feed::State feed;
    ClientScript script;
    script.opens().asks(upload(feed, 6)).sends("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n");
    script.passes(10h).tells("");  // nobody but us is waited for
    feed.waiting = "abc";
    script.sends("abc").sends("");
    SUBCASE("and goes on") {
        feed.waiting = "defghi";  // more than was announced
        script.sends("def").arrives(kHello).tells("200 | \"hello\" | complete");
        CHECK(script.connection.may_request());
    }
    SUBCASE("and ends too early") {
        feed.finished = true;
        script.sends("").tells("what was to be sent ended too early");
        CHECK(script.connection.aborted());
    }
    SUBCASE("and fails in chunks: no last chunk") {
        Feed::State other{.waiting = "a", .finished = true, .failed = true};
        ClientScript chunked;
        chunked.opens().asks(upload(other));
        CHECK(chunked.connection.output(chunked.now).empty());
        chunked.tells("what was to be sent ended too early");
    }
}

TEST_CASE("a long body goes out piece by piece") {
    http::ClientOptions options;
    options.piece = 16;
    ClientScript script(options);
    const std::string text(1000, 'x');
    script.opens().asks(post(text));
    std::string out;
    for (ip::Bytes octets; !(octets = script.connection.output(script.now)).empty();) {
        CHECK(octets.size() <= 80);
        const std::size_t taken = std::min<std::size_t>(octets.size(), 7);
        out.append(http::text(octets.first(taken)));
        script.connection.sent(taken, script.now);
    }
    CHECK(out == "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + text);
}

TEST_CASE("content codings are taken off where they were asked for") {
    const std::string text = "hello hello hello hello hello hello", coded = gzipped(text);
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ";
    const std::string response = head + std::to_string(coded.size()) + "\r\n\r\n" + coded;
    CHECK(told(get_decoded, response) == "200 | \"" + text + "\" | complete");
    CHECK(told(response) == "200 | \"" + coded + "\" | complete");
    CHECK(told(get_decoded, kHello) == "200 | \"hello\" | complete");
    CHECK(told(get_decoded, "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\n") ==
          "the server uses a coding or a protocol that it was not asked for");
    for (const std::string coding : {"gzip, chunked", "x, chunked"})
        CHECK(told(get_decoded, "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + coding + "\r\n\r\n") ==
              "the response is malformed: unknown transfer coding");
    CHECK(told("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n") ==
          "the server uses a coding or a protocol that it was not asked for");
    const std::string cut = coded.substr(0, coded.size() - 9);
    CHECK(told(get_decoded, head + std::to_string(cut.size()) + "\r\n\r\n" + cut)
              .ends_with("| the content cannot be decoded: coded content without its end"));
    ClientScript script;
    script.opens().asks(get_decoded());
    (void)script.connection.output(script.now);
    script.arrives(response);
    CHECK(script.listeners[0].end->octets == coded.size());
}

TEST_CASE("decoded content has a bound") {
    const std::string coded = gzipped(std::string(10'000'000, '\0'));
    http::ClientOptions options;
    options.limits.inflated = 100'000;
    ClientScript script(options);
    script.opens().asks(get_decoded());
    (void)script.connection.output(script.now);
    script.arrives("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + coded);
    CHECK(script.listeners[0].story.size() < 101'000);
    CHECK(script.listeners[0].end->decoding == http::DecodeStatus::too_long);
    CHECK(script.connection.aborted());
}

TEST_CASE("a taker may decline a response") {
    ClientScript script;
    script.opens().asks(get(), 404).asks(get()).sends(kGet);
    script.arrives("HTTP/1.1 404 Not Found\r\nContent-Length: 1000000000\r\n\r\nabc");
    script.tells(0, "404 | the response was not wanted");
    script.tells(1, "the server closed the connection without an answer");
    CHECK(script.connection.aborted());
    ClientScript full;
    full.opens().asks(get()).sends(kGet);
    full.listeners[0].takes(3);
    full.arrives(kHello).tells("200 | \"hello\" | the response was not wanted");
}

TEST_CASE("deadlines") {
    ClientScript unopened;
    unopened.asks(get()).passes(29s).tells("").passes(1s).tells("no connection");
    CHECK(unopened.connection.aborted());
    ClientScript refused;
    refused.asks(get()).ends(StreamEnd::cut).tells("no connection");

    ClientScript silent;
    silent.opens().asks(get()).sends(kGet).passes(59s).tells("").passes(1s);
    silent.tells("the server does not answer the request");
    CHECK(silent.connection.aborted());

    ClientScript stalls;
    stalls.opens().asks(get()).sends(kGet).arrives("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    stalls.passes(50s).arrives("hello").passes(59s).tells("200 | \"hello").passes(1s);
    stalls.tells("200 | \"hello\" | nothing moves any more");

    ClientScript deaf;  // the server takes nothing of what is sent
    deaf.opens().asks(get());
    (void)deaf.connection.output(deaf.now);
    deaf.passes(1min).tells("nothing moves any more");
    CHECK(!deaf.listeners[0].end->sent);
}

TEST_CASE("a taker that is not ready stops the reading, and the clock") {
    ClientScript script;
    script.opens().asks(get()).sends(kGet).arrives("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
    script.listeners[0].is_ready(false);
    CHECK(!script.connection.wants_input());
    script.sends("").passes(10h);
    script.listeners[0].is_ready(true);
    script.sends("").passes(59s).arrives(" you").tells("200 | \"hello you\" | complete");
}
