// Markdown: a lesson's text as HTML.
#pragma once

#include <string>
#include <string_view>

namespace glass::tools {

/// The body of a page, by md4c: tables and links as on GitHub, no HTML of its own. A fence of cpp is
/// coloured, and says which file it quotes; a fence of `states` becomes the place of the state diagram.
[[nodiscard]] std::string markdown_as_html(std::string_view text);

}  // namespace glass::tools
