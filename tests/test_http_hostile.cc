// Hostile input to HTTP: requests that two readers could understand differently, heads without end, octets
// one by one, bombs. Nothing here may take long, grow, or be understood.
#include <doctest/doctest.h>
#include <string>

#include "http/exchange.h"
#include "tests/http_transcript.h"

using namespace glass;
using namespace std::string_literals;
using http::Kind;
using http::Policy;

namespace {

bool refused(Kind kind, const std::string& input) {
    http::MessageReader reader(kind, Policy::strict);
    reader.feed(http::octets(input));
    while (const auto event = reader.next())
        if (event->error) return true;
    return false;
}

/// Feeds the same piece again and again. Says whether the reader kept to its limits.
bool bounded(http::MessageReader& reader, const std::string& piece, int times) {
    std::size_t most = 0;
    for (int i = 0; i < times; ++i) {
        reader.feed(http::octets(piece));
        while (reader.next()) continue;
        most = std::max(most, reader.kept());
    }
    return most <= http::Limits{}.head + 1;
}

}  // namespace

TEST_CASE("request smuggling: RFC 9112 section 11.2") {
    // After each of these the octets "0 CRLF CRLF GET /hidden" would be a body to one reader, a request to
    // another.
    const std::string framings[] = {
        "Content-Length: 30\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 30\r\n",
        "Content-Length: 30\r\nContent-Length: 0\r\n",
        "Content-Length: 30, 0\r\n",
        "Content-Length: 30 0\r\n",
        "Content-Length: +30\r\n",
        "Content-Length: 0x1e\r\n",
        "Content-Length: 3_0\r\n",
        "Content-Length:\xa0"s + "30\r\n",
        "Content-Length : 30\r\n",
        "Content-Length\r\n : 30\r\n",
        " Content-Length: 30\r\n",
        "X: y\r\n Content-Length: 30\r\n",
        "X: y\nContent-Length: 30\r\n",
        "X: y\rContent-Length: 30\r\n",
        "\rContent-Length: 30\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding\t: chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding: chunked;q=1\r\n",
        "Transfer-Encoding: \x0b"s + "chunked\r\n",
        "Transfer-Encoding: chunked\0\r\n"s,
        "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding:\xa0"s + "chunked\r\n",
        "Transfer-Encoding:\r\n",
        "Transfer\\Encoding: chunked\r\n",
        "Transfer-Encoding\0: chunked\r\n"s,
        "X: y\r\n\rTransfer-Encoding: chunked\r\n",
    };
    for (const std::string& framing : framings) {
        CAPTURE(framing);
        CHECK(refused(Kind::request, "POST / HTTP/1.1\r\nHost: a\r\n" + framing +
                                         "\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\n\r\n"));
    }
    CHECK(refused(Kind::request, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    // Responses as well: RFC 9112 section 6.3, 5.
    CHECK(refused(Kind::response, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"));
    CHECK(refused(Kind::response,
                  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
}

TEST_CASE("chunks that two readers could understand differently") {
    for (const std::string& chunks :
         {"2\nab\r\n0\r\n\r\n"s, "2\r\nab\n0\r\n\r\n"s, "2\r\nabc\r\n0\r\n\r\n"s, "2;\nab\r\n0\r\n\r\n"s,
          "2;a\rb\r\nab\r\n0\r\n\r\n"s, "2;a=\"\n\"\r\nab\r\n0\r\n\r\n"s, "0x2\r\nab\r\n0\r\n\r\n"s,
          " 2\r\nab\r\n0\r\n\r\n"s, "2 \r\nab\r\n0\r\n\r\n"s, "-2\r\nab\r\n0\r\n\r\n"s,
          "10000000000000002\r\nab\r\n0\r\n\r\n"s, "2\r\nab0\r\n\r\n"s, "0\r\nA: b\n\r\n"s,
          "0\r\nA : b\r\n\r\n"s, "0\r\n A: b\r\n\r\n"s, "0\r\n\rGET / HTTP/1.1\r\n"s}) {
        CAPTURE(chunks);
        CHECK(refused(Kind::request,
                      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks));
    }
}

TEST_CASE("heads without end: refused at the limit, however they come") {
    const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\n";
    const struct {
        const char* what;
        std::string begin, piece;
        int times;
    } rows[] = {
        {"a start line of a gigabyte", "GET /", std::string(1 << 20, 'a'), 1000},
        {"a field of a gigabyte", begin + "A: ", std::string(1 << 20, 'a'), 1000},
        {"a field name of a gigabyte", begin, std::string(1 << 20, 'a'), 1000},
        {"fields without end", begin, "A: b\r\n", 1'000'000},
        {"fields of one octet, one by one", begin, "a", 1'000'000},
        {"folds without end", begin + "A: b\r\n", " c\r\n", 1'000'000},
        {"empty lines without end", "", "\r\n", 1'000'000},
        {"lines that are no fields", begin, "x\n", 1'000'000},
        {"extensions without end", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5", ";a=b",
         1'000'000},
        {"zeros without end", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "0", 1'000'000},
        {"trailers without end", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n",
         1'000'000},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.what));
        for (const auto policy : {Policy::strict, Policy::lenient}) {
            http::MessageReader reader(Kind::request, policy);
            reader.feed(http::octets(row.begin));
            while (reader.next()) continue;
            CHECK(bounded(reader, row.piece, row.times));
            CHECK(reader.offset() + reader.kept() ==
                  row.begin.size() + row.piece.size() * static_cast<std::size_t>(row.times));
        }
    }
}

TEST_CASE("a strict reader says why it refuses, and which status that is") {
    const auto why = [](const std::string& input) {
        http::MessageReader reader(Kind::request, Policy::strict);
        reader.feed(http::octets(input));
        while (const auto event = reader.next())
            if (event->error) return http::status_for(*event->error);
        return 0;
    };
    const std::string chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(why("GET\r\n\r\n") == 400);
    CHECK(why("GET /" + std::string(40'000, 'a') + " HTTP/1.1\r\n\r\n") == 414);
    CHECK(why("GET / HTTP/1.1\r\nA: " + std::string(200'000, 'a') + "\r\n\r\n") == 431);
    CHECK(why("GET / HTTP/2.0\r\n\r\n") == 505);
    CHECK(why("PRI * HTTP/2.0\r\n\r\n") == 505);
    CHECK(why("GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n") == 501);
    CHECK(why(chunked + "x\r\n") == 400);
    CHECK(why(chunked + "0\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n") == 431);
}

TEST_CASE("octets of no protocol: nothing is found, nothing is kept") {
    for (const Kind kind : {Kind::request, Kind::response}) {
        for (const std::string& piece :
             {"\0"s, "\xff"s, "\n"s, "GET "s, "HTTP/1.1 "s, "A: b\r\n"s, "GET / HTTP/1.1"s}) {
            CAPTURE(piece);
            http::MessageReader reader(kind, Policy::lenient);
            CHECK(bounded(reader, piece, 200'000));
        }
    }
}
