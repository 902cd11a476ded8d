// Head: start line, fields and the empty line that ends them, read as they come: RFC 9112 section 2.1.
#pragma once

#include <cstddef>

#include "http/error.h"
#include "http/fields.h"
#include "http/message.h"
#include "http/policy.h"
#include "ip/bytes.h"

namespace glass::http {

/// Reads one head after the other. The octets are the caller's: each call gets those of the calls before from
/// the same octet on, at any address, and those that have come since. Each is looked at a constant number of
/// times, also where they come one by one. An error in a line is found when the line is complete.
class HeadParser {
public:
    /// `limits` must outlive it.
    HeadParser(Kind kind, Policy policy, const Limits& limits)
        : kind_(kind),
          policy_(policy),
          limits_(limits),
          fields_(policy, limits.fields, kind == Kind::response) {}

    /// Starts anew, with other octets.
    void reset();

    [[nodiscard]] Status parse(ip::Bytes octets);

    /// Done: what the head takes up, empty lines before and after it included.
    [[nodiscard]] std::size_t size() const { return fields_.end(); }
    /// Where the start line begins: after the empty lines that came before it (RFC 9112 section 2.2).
    [[nodiscard]] std::size_t start() const { return start_; }
    /// Whether there is any octet of a start line yet.
    [[nodiscard]] bool started() const { return started_; }

    [[nodiscard]] Error error() const { return error_; }
    /// Error: the offset of the line that is wrong.
    [[nodiscard]] std::size_t error_at() const { return error_at_; }
    /// Error: how many octets it took to see it.
    [[nodiscard]] std::size_t error_end() const { return error_end_; }

    /// Done: the head, as views of these octets.
    void view(ip::Bytes octets, Head& head) const;

private:
    Status parse_start(ip::Bytes octets);
    Status take_start_line(const char* base, std::size_t lf);
    Status fail(Error error, std::size_t at, std::size_t end);

    Kind kind_;
    Policy policy_;
    const Limits& limits_;
    FieldSectionParser fields_;
    bool in_fields_ = false;
    bool started_ = false;
    std::size_t start_ = 0;
    std::size_t scanned_ = 0;  ///< up to here there is no LF in the start line
    Note notes_ = Note::none;
    // The start line's parts, as offsets: the octets may move between calls.
    struct Part {
        std::size_t at = 0;
        std::size_t size = 0;
    };
    Part first_, second_, version_part_;  ///< method and target, or reason; version
    Version version_;
    std::uint16_t status_ = 0;
    Error error_{};
    std::size_t error_at_ = 0;
    std::size_t error_end_ = 0;
};

}  // namespace glass::http
