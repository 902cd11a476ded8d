#include <doctest/doctest.h>

#include "tests/server_talk.h"

using namespace glass;
using namespace glass::tests;

namespace {

constexpr std::string_view kDate = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: glass\r\n";

std::string ok(std::string_view content, std::string_view more = {}) {
    return "HTTP/1.1 200 OK\r\n" + std::string(kDate) + std::string(more) +
           "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + std::string(content);
}

}  // namespace

TEST_CASE("a request is answered, and the connection persists: RFC 9112 section 9.3") {
    TestHandler handler;
    http::Server server(handler);
    ServerTalk talk(server);
    CHECK(talk.send("GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n").answer() == ok("/a?b"));
    CHECK(talk.send("GET /c HTTP/1.1\r\nHost: h\r\n\r\n").answer() == ok("/c?"));
    CHECK_FALSE(talk.connection.finished());
    CHECK(talk.send("GET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").answer() ==
          ok("/c?", "Connection: close\r\n"));
    CHECK(talk.connection.finished());
    CHECK_FALSE(talk.connection.done());
    CHECK(talk.send("GET /d HTTP/1.1\r\nHost: h\r\n\r\n").answer().empty());
    talk.send_fin();
    CHECK(talk.connection.done());
}
