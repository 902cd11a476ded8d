// Error page: the content of a response that is an error, for people: RFC 9110 section 15.5.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/handler.h"

namespace glass::http {

/// `why`: a sentence more, plain text; empty: none.
[[nodiscard]] Response error_page(std::uint16_t status, std::string_view why = {});

/// Redirects, with a page for those who do not follow. `location` is percent-encoded already.
[[nodiscard]] Response redirect_page(std::uint16_t status, std::string_view location);

}  // namespace glass::http
