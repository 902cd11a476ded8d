// A server's connection driven from memory: octets in, octets out, and a clock that only goes when it is
// told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/characters.h"
#include "http/server_connection.h"

namespace glass::tests {

using namespace std::chrono_literals;

/// Answers by a function; content goes to `content`, where methods() has POST.
class TestHandler : public http::Handler {
public:
    using Answer = std::function<http::Response(const http::Request&)>;
    TestHandler()
        : answer([](const http::Request& request) {
              http::Response response;
              response.content = std::string(request.path) + "?" + std::string(request.query);
              return response;
          }) {}

    std::string_view methods(const http::Request&) override { return "GET, HEAD, POST, OPTIONS"; }
    std::expected<std::unique_ptr<http::BodySink>, http::Response> accept(
        const http::Request& request) override {
        if (request.method() != "POST" || request.path == "/unwanted") return nullptr;
        content.clear();
        return std::make_unique<Sink>(*this, std::string(request.path));
    }
    http::Response handle(const http::Request& request) override { return answer(request); }

    Answer answer;
    std::string content;
    std::size_t most = SIZE_MAX;  ///< of content; more is answered with 413

private:
    class Sink : public http::BodySink {
    public:
        Sink(TestHandler& owner, std::string path) : owner_(owner), path_(std::move(path)) {}
        std::optional<http::Response> write(ip::Bytes octets) override {
            owner_.content += http::text(octets);
            if (owner_.content.size() <= owner_.most) return {};
            return http::Response{.status = 413};
        }
        http::Response finish() override { return {.content = path_ + "=" + owner_.content}; }

    private:
        TestHandler& owner_;
        std::string path_;
    };
};

/// One connection of a server, and what it has sent.
class ServerTalk {
public:
    static constexpr ip::Time kStart{std::chrono::seconds(784111777)};  // Sun, 06 Nov 1994 08:49:37 GMT

    explicit ServerTalk(http::Server& server)
        : connection(server, {*ip::parse_address("192.0.2.1"), 50000}, kStart) {}

    /// Octets arrive, whatever is to be sent is taken at once.
    ServerTalk& send(std::string_view octets) {
        const std::string copy(octets);  // of its own: a sanitizer sees who keeps what it must not
        connection.receive(http::octets(copy), now);
        return take();
    }
    ServerTalk& send_fin() {
        connection.receive_end(http::StreamEnd::fin, now);
        return take();
    }
    ServerTalk& pass(ip::Duration time) {
        now += time;
        connection.advance(now);
        return take();
    }
    /// Takes output, `most` octets at a time, until there is none.
    ServerTalk& take(std::size_t most = SIZE_MAX) {
        for (;;) {
            const ip::Bytes octets = ip::first(connection.output(now), most);
            if (octets.empty()) return *this;
            got += http::text(octets);
            connection.sent(octets.size(), now);
        }
    }
    /// What was sent since the last call.
    std::string answer() { return std::exchange(got, {}); }

    ip::Time now = kStart;
    http::ServerConnection connection;
    std::string got;
};

}  // namespace glass::tests
