// Recognize: whether octets begin a start line, without knowing the port: RFC 9112 sections 3 and 4.
#pragma once

#include <cstddef>
#include <cstdint>

#include "http/message.h"
#include "ip/bytes.h"

namespace glass::http {

enum class Recognition : std::uint8_t { need_more, yes, no };

/// Looks at the octets of one line as they come and keeps none of them. A request line is a token, SP, no
/// control octets, and at its end SP, "HTTP/1." and a digit; a status line is "HTTP/", a version, and three
/// digits.
class Recognizer {
public:
    static constexpr std::size_t kLongestMethod = 32;

    /// A request line longer than `max_line` is none.
    explicit Recognizer(Kind kind, std::size_t max_line = std::size_t{32} << 10)
        : kind_(kind), max_line_(max_line) {}

    /// The next octets. After yes or no the answer stays. `used`: how many of them it took to tell.
    Recognition feed(ip::Bytes octets);
    [[nodiscard]] std::size_t used() const { return used_; }

private:
    Recognition take(char c);
    Recognition take_request(char c);
    Recognition take_response(char c);

    Kind kind_;
    std::size_t max_line_;
    Recognition answer_ = Recognition::need_more;
    std::size_t size_ = 0;   ///< octets of the line so far
    std::size_t used_ = 0;   ///< of the last feed()
    std::size_t words_ = 0;  ///< spaces passed
    std::size_t matched_ = 0;
};

/// Of the first octets of a direction, after any empty lines.
[[nodiscard]] Recognition recognize(Kind kind, ip::Bytes octets);

}  // namespace glass::http
