// glass http: messages found, paired and written, from whatever the capture has of a connection. RFC 9112,
// RFC 9110.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>
#include <zlib.h>

#include "tests/talk_capture.h"
#include "tools/command_http.h"
#include "tools/http_stream.h"
#include "tools/http_watch.h"
#include "tools/style.h"

namespace {

using namespace glass;
using tests::feed;
using tests::handshake;
using tests::Said;
using tests::operator+;
using tools::HttpMessage;
using Talk = std::vector<Said>;

constexpr std::uint16_t ACK = tcp::ACK, FIN = tcp::FIN, RST = tcp::RST;

/// Writes a line for each message, and keeps bodies.
struct Heard : tools::HttpTaker {
    std::vector<std::string> lines;
    std::vector<std::string> bodies;
    std::string body[2];
    int overs = 0;

    void on_body(tcp::Conversation&, const HttpMessage& m, ip::Bytes octets) override {
        body[m.is_request()].append(octets.begin(), octets.end());
    }
    void on_message(tcp::Conversation&, HttpMessage&& m) override {
        std::string line = m.is_request() ? m.method + " " + m.uri : std::to_string(m.status);
        line += fmt::format(" #{}-#{}", m.start.number, m.completed.number);
        if (m.octets > 0) line += fmt::format(" {}", m.octets);
        if (m.request_number) line += fmt::format(" to {}", *m.request_number);
        if (!m.error.empty()) line += " (" + m.error + ")";
        CHECK((m.complete || !m.error.empty()));
        lines.push_back(line);
        bodies.push_back(std::exchange(body[m.is_request()], {}));
    }
    void on_over(tcp::Conversation&) override { ++overs; }
};

Heard hear(const Talk& talk) {
    Heard heard;
    tools::HttpWatch watch({}, heard);
    tcp::Conversations conversations({.limits = {}, .sink = &watch});
    feed(conversations, talk);
    conversations.finish();
    return heard;
}

/// Both sides' texts in turn, each a segment; '>' and '<' begin them. Numbers continue after a handshake.
Talk exchange(const std::vector<std::string>& texts) {
    Talk talk = handshake();
    std::uint32_t next[2] = {101, 501};
    for (const std::string& text : texts) {
        const bool server = text[0] == '<';
        talk.push_back({text[0], ACK, next[server], next[!server], text.substr(1)});
        next[server] += static_cast<std::uint32_t>(text.size()) - 1;
    }
    return talk;
}

std::string gzip(const std::string& text) {
    z_stream z{};
    REQUIRE(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&z, text.size()) + 32, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
std::string ok(const std::string& body, const std::string& fields = "") {
    return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

// ---- which messages ----

TEST_CASE("messages, the frames they came in, and which answers which") {
    using Lines = std::vector<std::string>;
    struct Row {
        const char* name;
        Talk talk;
        Lines lines;
    };
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    Talk closed = exchange({">" + kGet, "<HTTP/1.0 200 OK\r\n\r\nall", "<of it"});
    closed.push_back({'<', FIN | ACK, closed.back().seq + 5, 128});
    Talk reset = exchange({">" + kGet, "<HTTP/1.0 200 OK\r\n\r\nall", "<of it"});
    reset.push_back({'<', RST, reset.back().seq + 5, 128});
    const Row rows[] = {
        {"one after the other",
         exchange({">" + get("/1"), "<" + ok("one"), ">" + get("/2"), "<" + ok("two!")}),
         {"GET /1 #4-#4", "200 #5-#5 3 to 0", "GET /2 #6-#6", "200 #7-#7 4 to 1"}},
        {"RFC 9112 9.3.2: pipelined",
         exchange({">" + get("/1") + get("/2") + get("/3"), "<" + ok("1") + ok("22"), "<" + ok("333")}),
         {"GET /1 #4-#4", "GET /2 #4-#4", "GET /3 #4-#4", "200 #5-#5 1 to 0", "200 #5-#5 2 to 1",
          "200 #6-#6 3 to 2"}},
        {"a head in two segments, a body in two more",
         exchange({">GET / HTTP/1.1\r\nHo", ">st: a\r\n\r\n",
                   "<HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc", "<def"}),
         {"GET / #4-#5", "200 #6-#7 6 to 0"}},
        {"RFC 9110 15.2: an interim response is not the answer",
         exchange({">POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
                   "<HTTP/1.1 100 Continue\r\n\r\n", ">hi", "<" + ok("x")}),
         {"100 #5-#5 to 0", "POST / #4-#6 2", "200 #7-#7 1 to 0"}},
        {"RFC 9112 6.3 rule 1: HEAD, 204 and 304 have no body, whatever their fields say",
         exchange({">HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + kGet + kGet,
                   "<HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nHTTP/1.1 304 Not "
                   "Modified\r\nContent-Length: 999\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"}),
         {"HEAD / #4-#4", "GET / #4-#4", "GET / #4-#4", "200 #5-#5 to 0", "304 #5-#5 to 1",
          "204 #5-#5 to 2"}},
        {"chunks",
         exchange({">" + kGet, "<" + chunked + "3\r\nabc\r\n", "<2;x=y\r\nde\r\n0\r\n\r\n"}),
         {"GET / #4-#4", "200 #5-#6 5 to 0"}},
        {"RFC 9112 6.3 rule 8: until close", closed, {"GET / #4-#4", "200 #5-#7 8 to 0"}},
        {"until close, but there was no FIN",
         reset,
         {"GET / #4-#4", "200 #5-#7 8 to 0 (the connection was not seen to close: there may be more)"}},
        {"RFC 9112 9.2: an answer before the request is complete",
         exchange({">POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab",
                   "<HTTP/1.1 413 Too Long\r\nContent-Length: 0\r\n\r\n", ">cd"}),
         {"413 #5-#5 to 0", "POST / #4-#6 4"}},
        {"cut: the capture ends in a body",
         exchange({">" + kGet, "<HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"}),
         {"GET / #4-#4", "200 #5-#5 3 to 0 (cut short)"}},
        {"cut: the capture ends in a head",
         exchange({">" + kGet, "<HTTP/1.1 200 OK\r\nContent-Le"}),
         {"GET / #4-#4"}},
        {"no answer", exchange({">" + kGet}), {"GET / #4-#4"}},
        {"any port speaks HTTP; this one does not",
         exchange({">EHLO example.org\r\n", "<250 hello\r\n"}),
         {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Heard heard = hear(row.talk);
        CHECK(tests::text(heard.lines) == tests::text(row.lines));
        CHECK(heard.overs == 1);
    }
}

TEST_CASE("each segment of one octet: the same messages") {
    const std::vector<std::string> texts = {">" + get("/1") + get("/2"),
                                            "<" + ok("one") + ok("two!", "Content-Encoding: x-unknown\r\n")};
    std::vector<std::string> octets;
    for (const std::string& text : texts)
        for (const char c : text.substr(1)) octets.push_back({text[0], c});
    const Heard whole = hear(exchange(texts)), cut = hear(exchange(octets));
    REQUIRE(cut.lines.size() == 4);
    CHECK(cut.bodies == whole.bodies);
    const std::size_t request = get("/1").size();
    CHECK(cut.lines[0] == fmt::format("GET /1 #4-#{}", 3 + request));
    CHECK(cut.lines[1] == fmt::format("GET /2 #{}-#{}", 4 + request, 3 + 2 * request));
}

// ---- holes ----

TEST_CASE("a hole in a body: that message is incomplete, and the next one is found") {
    Talk talk = exchange({">" + get("/1") + get("/2"),
                          "<HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n" + std::string(100, 'a'),
                          "<" + std::string(100, 'b'), "<" + std::string(100, 'c'), "<" + ok("next")});
    talk.erase(talk.begin() + 5);
    const Heard heard = hear(talk);
    REQUIRE(heard.lines.size() == 4);
    CHECK(heard.lines[2].starts_with("200 #5-"));
    CHECK(heard.lines[2].ends_with("200 to 0 (100 bytes are missing)"));
    CHECK(heard.bodies[2] == std::string(100, 'a') + std::string(100, 'c'));
    CHECK(heard.lines[3].find(" 4 to 1") != std::string::npos);
    CHECK(heard.bodies[3] == "next");
}

TEST_CASE("a hole in a head: that message is lost, and reading resumes at the next start line") {
    Talk talk = exchange({">" + get("/1") + get("/2"),
                          "<HTTP/1.1 200 OK\r\nServer: ", "<some-server\r\nDate: today\r\n",
                          "<Content-Length: 1\r\n\r\nx", "<" + ok("next")});
    talk.erase(talk.begin() + 5);
    const Heard heard = hear(talk);
    CHECK(std::ranges::count_if(heard.lines,
                                [](const std::string& line) { return line.starts_with("200"); }) == 1);
    CHECK(heard.bodies.back() == "next");
}

TEST_CASE("begun in the middle of a body: what follows is found, on whichever side") {
    Talk talk = exchange({"<rest of a body that began earlier\r\n", ">" + get("/2"), "<" + ok("two")});
    talk.erase(talk.begin(), talk.begin() + 3);
    const Heard heard = hear(talk);
    REQUIRE(heard.lines.size() == 2);
    CHECK(heard.lines[0] == "GET /2 #2-#2");
    CHECK(heard.lines[1].starts_with("200 #3-#3 3"));
    // Who asks is told by what is said: the server was seen first.
    Talk server_first = exchange({"<" + ok("one"), ">" + get("/2"), "<" + ok("two")});
    server_first.erase(server_first.begin(), server_first.begin() + 3);
    CHECK(hear(server_first).lines.size() == 3);
}

TEST_CASE("one direction only, each") {
    CHECK(hear({{'<', ACK, 501, 101, ok("a") + ok("b")}}).lines ==
          std::vector<std::string>{"200 #1-#1 1", "200 #1-#1 1"});
    CHECK(hear({{'>', ACK, 101, 501, kGet}}).lines == std::vector<std::string>{"GET / #1-#1"});
}

TEST_CASE("what is not HTTP is not put in order for long") {
    Heard heard;
    tools::HttpWatch watch({}, heard);
    tcp::Conversations conversations({.limits = {}, .sink = &watch});
    const auto say = [&](const Said& said) { return conversations.observe(said.captured(1)).conversation; };
    for (const Said& said : handshake()) say(said);
    CHECK(say({'<', ACK, 501, 101, "220 mail.example ready\r\n"})->wanted);  // the other side may still ask
    const tcp::Conversation* c = say({'>', ACK, 101, 525, "EHLO example.org\r\n"});
    CHECK_FALSE(c->wanted);
    CHECK_FALSE(c->attachment);  // and takes no memory
    conversations.finish();
    CHECK(heard.overs == 1);
    CHECK(heard.lines.empty());
}

// ---- content coding ----

TEST_CASE("RFC 9110 8.4: content is decoded, and what is wrong with it is said") {
    const std::string text = "the quick brown fox jumps over the lazy dog, again and again and again";
    const std::string packed = gzip(text);
    const auto body = [](const std::string& octets) { return ok(octets, "Content-Encoding: gzip\r\n"); };
    const Heard good = hear(exchange({">" + kGet, "<" + body(packed)}));
    CHECK(good.bodies.back() == text);
    CHECK(good.lines.back() == fmt::format("200 #5-#5 {} to 0", text.size()));
    std::string damaged = packed;
    damaged[packed.size() - 6] ^= 1;  // its checksum: RFC 1952 section 2.3.1
    CHECK(hear(exchange({">" + kGet, "<" + body(damaged)})).lines.back().find("(content coding: ") !=
          std::string::npos);
    CHECK(hear(exchange({">" + kGet, "<" + body(packed.substr(0, 30))}))
              .lines.back()
              .find("(content coding: ") != std::string::npos);
}

TEST_CASE("decoders are bounded, whoever opens how many connections") {
    tools::ContentDecoders decoders;
    const http::Coding coding[] = {http::Coding::gzip};
    const std::uint64_t first = decoders.add(coding);
    std::uint64_t last = first;
    for (std::size_t i = 1; i < tools::ContentDecoders::kMost; ++i) last = decoders.add(coding);
    CHECK(decoders.find(first));
    decoders.remove(last);
    decoders.add(coding);  // in its place
    CHECK(decoders.find(first));
    decoders.add(coding);
    CHECK_FALSE(decoders.find(first));
    CHECK(decoders.find(first + 1));

    // And on connections: the one whose body has waited for longest says so, the others are decoded.
    const std::string packed = gzip("text");
    Talk talk;
    const auto count = static_cast<std::uint32_t>(tools::ContentDecoders::kMost + 1);
    const std::string head = ok(packed, "Content-Encoding: gzip\r\n")
                                 .substr(0, ok(packed, "Content-Encoding: gzip\r\n").size() - 5);
    for (std::uint32_t i = 0; i < count; ++i)
        talk.push_back({.by = '<', .flags = ACK, .seq = 1, .text = head, .client = i});
    for (std::uint32_t i = 0; i < count; ++i)
        talk.push_back({.by = '<',
                        .flags = ACK,
                        .seq = 1 + static_cast<std::uint32_t>(head.size()),
                        .text = packed.substr(packed.size() - 5),
                        .client = i});
    const Heard heard = hear(talk);
    REQUIRE(heard.lines.size() == count);
    CHECK(heard.lines[0].find("too many messages at a time") != std::string::npos);
    CHECK(std::ranges::count_if(heard.lines, [](const std::string& line) { return line.ends_with(" 4"); }) ==
          count - 1);
}

// ---- the command ----

struct HttpFile {
    test::TemporaryFile file;
    tools::HttpOptions options;
    explicit HttpFile(const Talk& talk) : file("talk.pcap", tests::capture_of(talk)) {
        options.capture.file = file.path();
        options.capture.show_progress = false;
        options.view.color = tools::ColorChoice::never;
    }
    tests::Printed run() const {
        return tests::printed([&] { return run_http(options); });
    }
};

TEST_CASE("the object of the output contract") {
    Talk talk = exchange({">POST /up?x=1 HTTP/1.1\r\nHost: example.org\r\nContent-Length: 2\r\n\r\nhi",
                          "<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: "
                          "gzip\r\nTrailer: T\r\n\r\n2c\r\n",
                          "<PACKED\r\n0\r\nT: v\r\n\r\n"});
    const std::string packed = gzip("an answer, an answer, an answer, an answer");
    talk[4].text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nTrailer: T\r\n\r\n" +
        fmt::format("{:x}\r\n", packed.size());
    talk[5].seq = talk[4].seq + static_cast<std::uint32_t>(talk[4].text.size());
    talk[5].text = packed + "\r\n0\r\nT: v\r\n\r\n";
    talk.push_back({'>', ACK, talk[3].seq + static_cast<std::uint32_t>(talk[3].text.size()), 1,
                    "GET /cut HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"});
    for (std::size_t i = 0; i < talk.size(); ++i)
        talk[i].at = 1'700'000'000'000'000'000 + static_cast<std::int64_t>(i);
    HttpFile http(talk);
    http.options.json = true;
    const tests::Printed result = http.run();
    CHECK(result.status == 0);
    CHECK(
        result.out ==
        R"({"schema":1,"type":"request","stream":0,"frame":4,"start_frame":4,"time":"1700000000.000000003","method":"POST","uri":"/up?x=1","version":"HTTP/1.1","host":"example.org",)"
        R"("headers":[["Host","example.org"],["Content-Length","2"]],"framing":"content-length","content_length":2,"body_len":2,"body_sha256":"8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4","wire_body_len":2,"trailers":[],"complete":true})"
        "\n"
        R"({"type":"response","stream":0,"frame":6,"start_frame":5,"time":"1700000000.000000005","version":"HTTP/1.1","status":200,"reason":"OK",)"
        R"("headers":[["Transfer-Encoding","chunked"],["Content-Encoding","gzip"],["Trailer","T"]],"framing":"chunked","body_len":42,"body_sha256":"8433bfe7d5cfb4d4e2ff3637b9553c53f7a2fbf8bfb78ca44d99a9e433a4d659",)" +
            fmt::format("\"wire_body_len\":{},",
                        packed.size() + std::string_view("21\r\n\r\n0\r\nT: v\r\n\r\n").size()) +
            R"("trailers":[["T","v"]],"complete":true,"request_frame":4})"
            "\n"
            R"({"type":"request","stream":0,"frame":7,"start_frame":7,"time":"1700000000.000000006","method":"GET","uri":"/cut","version":"HTTP/1.1","host":"",)"
            R"("headers":[["Content-Length","5"]],"framing":"content-length","content_length":5,"body_len":2,"body_sha256":"fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603","wire_body_len":2,"trailers":[],"complete":false,"error":"cut short"})"
            "\n");
    http.options.hash = false;
    CHECK(http.run().out.find("sha256") == std::string::npos);
}

TEST_CASE("a line a transaction: what, the answer, and how long it took") {
    Talk talk = exchange(
        {">" + get("/a"), "<" + ok("answer", "Content-Type: text/plain; charset=x\r\n"), ">" + get("/b")});
    for (std::size_t i = 0; i < talk.size(); ++i) talk[i].at = static_cast<std::int64_t>(i) * 10'000'000;
    HttpFile http(talk);
    CHECK(http.run().out ==
          "frame     time   N  what, and the answer\n"
          "    4    0.030   0  GET a/a → 200  6 B  text/plain  10.0 ms\n"
          "    6    0.050   0  GET a/b → no answer\n");
    http.options.headers = http.options.body = true;
    CHECK(
        http.run().out ==
        "frame     time   N  what, and the answer\n"
        "    4    0.030   0  GET a/a → 200  6 B  text/plain  10.0 ms\n"
        "       > GET /a HTTP/1.1\n       > Host: a\n"
        "       < HTTP/1.1 200 OK\n       < Content-Type: text/plain; charset=x\n       < Content-Length: 6\n"
        "answer\n"
        "    6    0.050   0  GET a/b → no answer\n"
        "       > GET /b HTTP/1.1\n       > Host: a\n");
    CHECK(HttpFile(handshake()).run().out == "no HTTP/1 messages\n");
}

TEST_CASE("a target is cut where the line would be longer than 80 columns") {
    const std::string out =
        HttpFile(exchange({">" + get("/" + std::string(300, 'x')),
                           "<" + ok("answer", "Content-Type: text/" + std::string(300, 'y') + "\r\n")}))
            .run()
            .out;
    const std::string line = out.substr(out.find('\n') + 1);
    CHECK(line.find("x… → 200") != std::string::npos);
    CHECK(line.find("y…") != std::string::npos);
    const std::string plain = HttpFile(exchange({">" + get("/" + std::string(300, 'x')),
                                                 "<" + ok("answer", "Content-Type: text/html\r\n")}))
                                  .run()
                                  .out;
    CHECK(tools::display_columns(plain.substr(plain.find('\n') + 1)) == 80 + 1);  // and the newline
}

TEST_CASE("nothing that a terminal would obey, in targets, fields and bodies") {
    HttpFile http(exchange({">GET /owned\xc2\x9b\xff HTTP/1.1\r\nHost: a\x1b[2J\r\n\r\n",
                            "<HTTP/1.1 200 O\x1bK\r\nContent-Type: \x1b[31mred\r\nX: \xc2\x9b"
                            "1m\r\nContent-Length: 9\r\n\r\n\x1b[2J\x7f\x07\x08\rx"}));
    http.options.headers = http.options.body = true;
    const std::string out = http.run().out;
    CHECK(out.find("owned") != std::string::npos);
    CHECK(out.find_first_of("\x1b\x07\x08\x7f\r") == std::string::npos);
    CHECK(out.find("\xc2\x9b") == std::string::npos);
}

TEST_CASE("requests that nobody answers do not pile up, and each is written once") {
    std::vector<std::string> texts;
    std::string many;
    for (int i = 0; i < 50; ++i) many += get("/" + std::to_string(i));
    for (int i = 0; i < 60; ++i) texts.push_back(">" + many);
    const std::string out = HttpFile(exchange(texts)).run().out;
    CHECK(std::ranges::count(out, '\n') == 3001);
}

TEST_CASE("exported: bodies, decoded, under names that stay in the folder and do not clash") {
    struct Row {
        const char* target;
        const char* name;
    };
    const Row rows[] = {
        {"/a/index.html?q=1", "index.html"},
        {"/../../etc/passwd", "passwd"},
        {"/..", "body.."},
        {"/", "body"},
        {"/.ssh", "body.ssh"},
        {"/a%2f..%2fb", "a_2f.._2fb"},
        {"/a\\..\\b", "a_.._b"},
        {"http://example.org/x/y.png#z", "y.png"},
        {"/same", "same"},
        {"/same", "same"},
    };
    std::vector<std::string> texts;
    for (const Row& row : rows) {
        texts.push_back(std::string(">POST ") + row.target +
                        " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nup");
        texts.push_back("<" + ok(gzip(row.target), "Content-Encoding: gzip\r\n"));
    }
    texts.push_back(">" + get("/" + std::string(500, 'x')));
    texts.push_back("<" + ok("long"));
    texts.push_back(">" + get("/empty"));
    texts.push_back("<" + ok(""));
    HttpFile http(exchange(texts));
    const test::TemporaryFile place("");
    http.options.directory = place.folder() + "/out";
    http.options.json = true;
    const std::string out = http.run().out;
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        CAPTURE(rows[i].target);
        const std::string name =
            fmt::format("{}/stream-0-response-{}-{}", http.options.directory, i, rows[i].name);
        CHECK(tests::content_of(name) == rows[i].target);
        CHECK(tests::content_of(
                  fmt::format("{}/stream-0-request-{}-{}", http.options.directory, i, rows[i].name)) == "up");
        CHECK(out.find("\"exported\":\"" + name + "\"") != std::string::npos);
    }
    std::size_t files = 0, outside = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place.folder()))
        ++(entry.path().parent_path() == http.options.directory ? files : outside);
    CHECK(files == 2 * std::size(rows) + 1);  // nothing for a body of no octets
    CHECK(outside == 1);                      // the folder itself
}

}  // namespace
