// Code colours: C++ as HTML in which comments, texts, numbers and keywords are told apart.
#pragma once

#include <string>
#include <string_view>

namespace glass::tools {

/// HTML for the inside of a <pre>: spans of the classes "c" (comment), "s" (text), "n" (number), "k"
/// (keyword) and "p" (preprocessor). All else is escaped, and no octet is lost or added.
[[nodiscard]] std::string cpp_as_html(std::string_view code);

}  // namespace glass::tools
