// Transfer coding: what Transfer-Encoding fields say, RFC 9112 sections 6.1 and 7.
#pragma once

#include <optional>
#include <string_view>

#include "http/error.h"

namespace glass::http {

/// The codings of all Transfer-Encoding lines of a message, in order.
class TransferCodings {
public:
    /// A field's value: transfer-coding *( "," transfer-coding ), where empty elements count as nothing.
    void add(std::string_view value);

    /// Whether chunked is the last coding.
    [[nodiscard]] bool chunked() const { return last_chunked_; }

    /// What is wrong with them, or not known. A response may have other codings before or instead of chunked:
    /// such a body ends with the connection.
    [[nodiscard]] std::optional<Error> error(bool request) const;

private:
    void add_one(std::string_view coding);

    std::size_t count_ = 0;
    std::size_t chunked_count_ = 0;
    std::size_t unknown_count_ = 0;
    bool last_chunked_ = false;
    bool malformed_ = false;
};

}  // namespace glass::http
