// Scripts for the client's end of a connection: what it sends, what arrives, what time passes, and what it
// tells of its responses.
#pragma once

#include <deque>
#include <doctest/doctest.h>
#include <optional>
#include <string>
#include <string_view>

#include "http/characters.h"
#include "http/client_connection.h"

namespace glass::tests {

/// Writes down what it gets: "100 | 200 | "hello" | A: b | complete".
class Listener : public http::ResponseTaker {
public:
    void on_interim(const http::Message& response) override { part(std::to_string(response.head.status)); }
    bool on_head(const http::Message& response) override {
        part(std::to_string(response.head.status));
        return response.head.status != declines_;
    }
    bool on_content(ip::Bytes octets) override {
        if (!quoted_) part("\"");
        quoted_ = true;
        story.append(http::text(octets));
        return content_ += octets.size(), content_ <= most_;
    }
    void on_trailers(const std::vector<http::Field>& trailers) override {
        for (const auto& field : trailers) part(std::string(field.name) + ": " + std::string(field.value));
    }
    void on_end(const http::ResponseEnd& response) override {
        part(std::string(to_string(response.outcome)));
        if (response.error) story.append(": ").append(to_string(*response.error));
        if (response.outcome == http::ResponseOutcome::undecodable)
            story.append(": ").append(to_string(response.decoding));
        CHECK_MESSAGE(!end, "a response ends once");
        end = response;
    }
    [[nodiscard]] bool ready() const override { return ready_; }

    Listener& declines(std::uint16_t status) { return declines_ = status, *this; }
    Listener& takes(std::size_t most) { return most_ = most, *this; }
    Listener& is_ready(bool ready) { return ready_ = ready, *this; }

    std::string story;
    std::optional<http::ResponseEnd> end;

private:
    void part(const std::string& text) {
        if (quoted_ && text != "\"") story += "\"";
        if (text != "\"") quoted_ = false;
        story += (story.empty() ? "" : " | ") + text;
    }

    bool quoted_ = false;
    bool ready_ = true;
    std::uint16_t declines_ = 0;
    std::size_t content_ = 0;
    std::size_t most_ = SIZE_MAX;
};

class ClientScript {
public:
    explicit ClientScript(const http::ClientOptions& options = {}) : connection(options, now) {}

    ClientScript& opens() {
        connection.opened(now);
        return *this;
    }
    ClientScript& asks(http::ClientRequest request, std::uint16_t declines = 0) {
        CHECK(!why_not(request));
        REQUIRE(connection.may_request());
        listeners.emplace_back().declines(declines);
        connection.request(std::move(request), listeners.back(), now);
        return *this;
    }
    /// All that there is to send now.
    ClientScript& sends(std::string_view expected) {
        std::string out;
        for (ip::Bytes octets = connection.output(now); !octets.empty(); octets = connection.output(now)) {
            out.append(http::text(octets));
            connection.sent(octets.size(), now);
        }
        CHECK(out == expected);
        return *this;
    }
    ClientScript& arrives(std::string_view text) {
        const std::string copy(text);  // a sanitizer sees who keeps what is borrowed
        CHECK(connection.wants_input());
        connection.receive(http::octets(copy), now);
        return *this;
    }
    ClientScript& ends(http::StreamEnd end = http::StreamEnd::fin) {
        connection.receive_end(end, now);
        return *this;
    }
    ClientScript& passes(ip::Duration time) {
        const ip::Time then = now + time;
        for (auto due = connection.deadline(); due && *due <= then; due = connection.deadline()) {
            now = std::max(now, *due);
            connection.advance(now);
            CHECK(connection.deadline() != due);
            (void)connection.output(now);
        }
        now = then;
        return *this;
    }
    /// What the n-th request's listener was told.
    ClientScript& tells(std::size_t n, std::string_view story) {
        REQUIRE(n < listeners.size());
        CHECK(listeners[n].story == story);
        return *this;
    }
    ClientScript& tells(std::string_view story) { return tells(0, story); }

    ip::Time now{std::chrono::hours(1)};
    http::ClientConnection connection;
    std::deque<Listener> listeners;
};

inline http::ClientRequest get(std::string target = "/") {
    http::ClientRequest request;
    request.target = std::move(target);
    request.host = "a";
    return request;
}
inline http::ClientRequest method(std::string name) {
    http::ClientRequest request = get();
    request.method = std::move(name);
    return request;
}
inline http::ClientRequest post(std::string text, bool chunked = false) {
    http::ClientRequest request = method("POST");
    if (!chunked) request.body_size = text.size();
    request.body = std::make_unique<http::TextBody>(std::move(text));
    return request;
}

}  // namespace glass::tests
