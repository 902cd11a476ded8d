// Status: the words that go with a status code: RFC 9110 section 15, RFC 6585.
#pragma once

#include <cstdint>
#include <string_view>

namespace glass::http {

/// "OK", "Not Found", ...; empty for a code that is not known.
[[nodiscard]] std::string_view reason(std::uint16_t status);

/// "HTTP/1.1 200 OK" and its CRLF; empty for a code that is not known.
[[nodiscard]] std::string_view status_line(std::uint16_t status);

}  // namespace glass::http
