// The streams view: a summary of a connection as a line for people, or as a JSON object.
#pragma once

#include "tools/json.h"
#include "tools/stream_summary.h"
#include "tools/style.h"

namespace glass::tools {

/// The columns' names.
void write_streams_heading(const Style& style, TextBuffer& out);

/// One connection in 80 columns, as long as its addresses are IPv4's and its number has four digits.
void write_stream_line(const StreamSummary& s, const Style& style, TextBuffer& out);
/// What else there is to say about it: a second line.
void write_stream_details(const StreamSummary& s, const Style& style, TextBuffer& out);

/// The object of the output contract; `first`: with the schema's number. Every direction also has "missing"
/// (octets in gaps) and, if there are too many gaps to list, "more_gaps".
void write_stream_json(const StreamSummary& s, bool first, JsonWriter& json);

/// 1536 as "1.54 kB"; below 10,000 "1536 B".
[[nodiscard]] std::string octets_text(std::uint64_t octets);

}  // namespace glass::tools
