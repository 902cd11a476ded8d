// HTTP heads: the messages whose head the last frame completed.
#pragma once

#include <vector>

#include "tools/http_watch.h"

namespace glass::tools {

class HttpHeads : private HttpTaker {
public:
    HttpHeads() : watch_({.bodies = false}, *this) {}

    tcp::ConversationSink& sink() { return watch_; }
    /// Forgets those of the frame before.
    void next_frame() { heads_.clear(); }
    /// In the order of the stream.
    const std::vector<HttpMessage>& heads() const { return heads_; }

private:
    /// Of thousands in one segment nobody needs more.
    static constexpr std::size_t kMaxHeads = 32;

    void on_head(tcp::Conversation&, const HttpMessage& message) override {
        if (heads_.size() < kMaxHeads) heads_.push_back(message);
    }

    HttpWatch watch_;
    std::vector<HttpMessage> heads_;
};

}  // namespace glass::tools
