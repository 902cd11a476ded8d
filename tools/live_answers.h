// Live answers: small responses of the live page.
#pragma once

#include <string>
#include <string_view>

#include "http/handler.h"

namespace glass::tools {

[[nodiscard]] http::Response answer(std::uint16_t status, std::string_view type, std::string content);
/// One line that says what is wrong.
[[nodiscard]] http::Response refusal(std::uint16_t status, std::string_view why);
[[nodiscard]] http::Response json_answer(std::string_view json);

/// What glass explain says of a word, as a page or as JSON.
[[nodiscard]] http::Response explanation(std::string_view word, bool json);

/// The value of "name=value" in a query, or nothing.
[[nodiscard]] std::string_view query_value(std::string_view query, std::string_view name);

/// "Firefox", "Chrome", "curl/7.88.1": the program that User-Agent names.
[[nodiscard]] std::string agent_name(std::string_view user_agent);

/// So many octets of a pattern.
[[nodiscard]] http::Response pattern(std::uint64_t octets);

}  // namespace glass::tools
