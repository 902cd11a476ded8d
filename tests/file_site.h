// A server of files that lie in memory, one connection to it, and what it says.
#pragma once

#include <string>
#include <string_view>

#include "http/files.h"
#include "tests/memory_store.h"
#include "tests/server_talk.h"

namespace glass::tests {

inline constexpr ip::Time kNow = ServerTalk::kStart;
inline constexpr std::string_view kLastModified = "Sun, 06 Nov 1994 07:49:37 GMT";
inline constexpr std::string_view kEarlier = "Sun, 06 Nov 1994 07:49:36 GMT";

/// A server of files, and one connection to it.
struct Site {
    explicit Site(http::FilesOptions options = {}) : files(store, options), server(files), talk(server) {
        store.put("a.txt", "hello, world", kNow - 1h);
    }

    /// The answer to a request with these further field lines, and this content.
    std::string ask(std::string_view method, std::string_view path, std::string_view fields = {},
                    std::string_view content = {}) {
        std::string request = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n";
        if (!content.empty()) request += "Content-Length: " + std::to_string(content.size()) + "\r\n";
        talk.send(request.append(fields).append("\r\n").append(content));
        return talk.answer();
    }
    std::string get(std::string_view path, std::string_view fields = {}) { return ask("GET", path, fields); }

    MemoryStore store;
    http::Files files;
    http::Server server;
    ServerTalk talk;
};

/// The value of a field of an answer, or "none".
inline std::string field(const std::string& answer, std::string_view name) {
    const std::string start = "\r\n" + std::string(name) + ": ";
    const std::size_t at = answer.find(start);
    if (at == std::string::npos || at > answer.find("\r\n\r\n")) return "none";
    return answer.substr(at + start.size(), answer.find("\r\n", at + 2) - at - start.size());
}
inline std::string content(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}
inline int status(const std::string& answer) {
    return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
}

/// Octets that gzip can do something with, but not too much.
inline std::string text_of(std::size_t size) {
    std::string text;
    for (std::uint32_t i = 1; text.size() < size; i = i * 1103515245 + 12345)
        text += std::to_string(i >> 8) + " ";
    text.resize(size);
    return text;
}

}  // namespace glass::tests
