// Summary of what is special about a segment: a few words, and the frames it rests on.
#pragma once

#include "tcp/finding.h"
#include "tools/text_buffer.h"

namespace glass::tools {

/// Appends two blanks and a remark for each mark; nothing where there is none.
void write_marks(const tcp::Finding& finding, TextBuffer& out);

}  // namespace glass::tools
