#include <doctest/doctest.h>

#include "http/files.h"
#include "tests/memory_store.h"
#include "tests/server_talk.h"

using namespace glass;
using namespace glass::tests;

namespace {

/// A server of files, and one connection to it.
struct Site {
    explicit Site(http::FilesOptions options = {}) : files(store, options), server(files), talk(server) {
        store.put("a.txt", "hello, world", ServerTalk::kStart - 1h);
    }

    /// The answer to a GET with these further field lines.
    std::string get(std::string_view path, std::string_view fields = {}, std::string_view method = "GET") {
        talk.send(std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" +
                  std::string(fields) + "\r\n");
        return talk.answer();
    }

    MemoryStore store;
    http::Files files;
    http::Server server;
    ServerTalk talk;
};

/// The value of a field of an answer, or "none".
std::string field(const std::string& answer, std::string_view name) {
    const std::string start = "\r\n" + std::string(name) + ": ";
    const std::size_t at = answer.find(start);
    if (at == std::string::npos || at > answer.find("\r\n\r\n")) return "none";
    return answer.substr(at + start.size(), answer.find("\r\n", at + 2) - at - start.size());
}
std::string content(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}
int status(const std::string& answer) {
    return std::stoi(answer.substr(9, 3));
}

}  // namespace

TEST_CASE("a file is sent with what describes it: RFC 9110 section 8") {
    Site site;
    const std::string answer = site.get("/a.txt");
    CHECK(status(answer) == 200);
    CHECK(content(answer) == "hello, world");
    CHECK(field(answer, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(field(answer, "Content-Length") == "12");
    CHECK(field(answer, "Last-Modified") == "Sun, 06 Nov 1994 07:49:37 GMT");
    CHECK(field(answer, "Accept-Ranges") == "bytes");
    CHECK(site.get("/nothing").starts_with("HTTP/1.1 404 Not Found\r\n"));
}
