// A server whose handler is a test's, one connection, and what they say to each other.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/server_talk.h"

namespace glass::tests {

inline constexpr std::string_view kFields = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: glass\r\n";
inline constexpr std::string_view kHost = "Host: h\r\n";

/// A response as TestHandler has it.
inline std::string ok(std::string_view content, std::string_view more = {}) {
    return "HTTP/1.1 200 OK\r\n" + std::string(kFields) + std::string(more) +
           "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + std::string(content);
}

inline std::string get(std::string_view path, std::string_view fields = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\n" + std::string(kHost) + std::string(fields) + "\r\n";
}
inline std::string post(std::string_view path, std::string_view fields, std::string_view content) {
    return "POST " + std::string(path) + " HTTP/1.1\r\n" + std::string(kHost) + std::string(fields) + "\r\n" +
           std::string(content);
}

/// A server with a handler of functions, and one connection.
struct Setting {
    explicit Setting(http::ServerOptions options = {}) : server(handler, std::move(options)), talk(server) {}

    std::string ask(std::string_view octets) { return talk.send(octets).answer(); }
    http::ServerConnection& connection() { return talk.connection; }

    TestHandler handler;
    http::Server server;
    ServerTalk talk;
};

inline bool ends_with_close(const std::string& answer) {
    return answer.find("\r\nConnection: close\r\n") != std::string::npos;
}
inline int status(const std::string& answer) {
    return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
}

/// Gives what a test puts in, until it says that this was all.
struct Trickle : http::BodySource {
    struct State {
        std::string text;
        bool ended = false, failed = false;
    };
    explicit Trickle(std::shared_ptr<State> s) : state(std::move(s)) {}
    std::size_t read(std::span<std::uint8_t> out) override {
        const std::size_t n = std::min(out.size(), state->text.size());
        std::copy_n(state->text.begin(), n, out.begin());
        state->text.erase(0, n);
        return n;
    }
    bool finished() const override { return state->failed || (state->ended && state->text.empty()); }
    bool failed() const override { return state->failed; }
    std::shared_ptr<State> state;
};

/// A setting whose handler answers with a trickle of this length.
struct Streaming : Setting {
    explicit Streaming(std::optional<std::uint64_t> length = {}) {
        handler.answer = [this, length](const http::Request&) {
            http::Response response;
            response.source = std::make_unique<Trickle>(state);
            response.length = length;
            return response;
        };
    }
    std::shared_ptr<Trickle::State> state = std::make_shared<Trickle::State>();
};
}  // namespace glass::tests
