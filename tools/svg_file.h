// SVG files: where a drawing goes.
#pragma once

#include <string>
#include <string_view>

namespace glass::tools {

/// Whether a drawing of what is in the capture `input` may be written to `output` ("-": standard output). If
/// not, that has been said. Creates nothing.
[[nodiscard]] bool can_save_svg(const std::string& input, const std::string& output);

/// Writes it. Where that fails it has been said.
[[nodiscard]] bool save_svg(const std::string& output, std::string_view svg);

}  // namespace glass::tools
