// Stream ends: users of a transport's streams that tests look at.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/live_loop.h"
#include "tools/transport.h"

namespace glass::tests {

/// Reads all there is, unless it is told to be slow, and writes what it was given.
class StreamEnd final : public tools::StreamUser {
public:
    explicit StreamEnd(std::unique_ptr<tools::Stream> s) : stream(std::move(s)) { stream->set_user(this); }

    void happened(std::uint16_t events, ip::Time) override {
        seen |= events;
        run();
    }
    void say(std::string_view text) {
        to_write += text;
        run();
    }
    void run() {
        std::uint8_t octets[16384];
        while (reads) {
            const std::size_t n = stream->read(octets);
            if (n == 0) break;
            got.append(reinterpret_cast<const char*>(octets), n);
        }
        const auto* rest = reinterpret_cast<const std::uint8_t*>(to_write.data());
        while (written < to_write.size()) {
            const std::size_t n = stream->write({rest + written, to_write.size() - written});
            if (n == 0) return;
            written += n;
        }
        if (closes && !closed) {
            closed = true;
            stream->close();
        }
    }
    /// FIN, when all was written.
    void close() {
        closes = true;
        run();
    }
    [[nodiscard]] tools::StreamStatus status() const { return stream->status(); }

    std::unique_ptr<tools::Stream> stream;
    std::string got, to_write;
    std::size_t written = 0;
    std::uint16_t seen = 0;
    bool reads = true, closes = false, closed = false;
};

class StreamCollector final : public tools::Acceptor {
public:
    void accepted(std::unique_ptr<tools::Stream> stream, ip::Time) override {
        ends.push_back(std::make_unique<StreamEnd>(std::move(stream)));
        ends.back()->run();
    }
    std::vector<std::unique_ptr<StreamEnd>> ends;
};

/// Turns the loop until `done`, for ten seconds at the most. Returns whether it was.
template <class Done>
bool turn_until(tools::LiveLoop& loop, Done done) {
    const ip::Time limit = loop.now() + std::chrono::seconds(10);
    while (!done()) {
        if (loop.now() >= limit) return false;
        loop.turn(limit);
    }
    return true;
}

}  // namespace glass::tests
