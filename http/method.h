// Method: which methods there are, RFC 9110 section 9 and RFC 5789, and lists of them.
#pragma once

#include <string_view>

namespace glass::http {

/// Whether it is a method that the RFCs define. Methods are case-sensitive.
[[nodiscard]] bool is_method(std::string_view method);

/// Whether a list as Allow has it, "GET, HEAD", names the method.
[[nodiscard]] bool lists_method(std::string_view list, std::string_view method);

}  // namespace glass::http
