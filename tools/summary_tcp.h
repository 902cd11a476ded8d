// Summary of a TCP segment for one line.
#pragma once

#include "tools/packet.h"
#include "tools/text_buffer.h"

namespace glass::tools {

void summarize_tcp(const Packet& packet, const Layer& layer, bool absolute_seq, TextBuffer& out);

}  // namespace glass::tools
