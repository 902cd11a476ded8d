// Remark lines: remarks broken into lines of a column of text, each remark with its tone.
#pragma once

#include <string>
#include <vector>

#include "tools/segment_text.h"

namespace glass::tools {

/// Lines of at most `columns` columns. Short remarks share a line, with " · " between them; a long one has
/// lines of its own, of which the later ones are indented. Start lines of HTTP take two lines at the most.
/// The text of a remark may come out in several pieces.
[[nodiscard]] std::vector<std::vector<Remark>> remark_lines(const std::vector<Remark>& remarks,
                                                            std::size_t columns);

/// `text`, or as much of its front as fits with "…" after it.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);

}  // namespace glass::tools
