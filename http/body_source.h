// Body source: where the content of a message that is sent comes from: a string, a file's range, a stream of
// events. It is pulled, as fast as the peer takes it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>

namespace glass::http {

class BodySource {
public:
    virtual ~BodySource() = default;
    BodySource(const BodySource&) = delete;
    BodySource& operator=(const BodySource&) = delete;

    /// Fills `out`, which is not empty, from its front and says with how many octets. 0: there are none now,
    /// or, where finished(), ever.
    virtual std::size_t read(std::span<std::uint8_t> out) = 0;
    /// Nothing more comes.
    [[nodiscard]] virtual bool finished() const = 0;
    /// Finished before its end: a file that could not be read, or became shorter. The message must not look
    /// complete to the peer: RFC 9112 section 8.
    [[nodiscard]] virtual bool failed() const { return false; }

protected:
    BodySource() = default;
};

/// A text that is owned.
class TextBody final : public BodySource {
public:
    explicit TextBody(std::string text) : text_(std::move(text)) {}

    std::size_t read(std::span<std::uint8_t> out) override {
        const std::size_t n = std::min(out.size(), text_.size() - at_);
        std::memcpy(out.data(), text_.data() + at_, n);
        at_ += n;
        return n;
    }
    [[nodiscard]] bool finished() const override { return at_ == text_.size(); }

private:
    std::string text_;
    std::size_t at_ = 0;
};

}  // namespace glass::http
