// Stream choice: the connection that a command line names by its number, loaded, or what is wrong said.
#pragma once

#include <expected>
#include <string>

#include "tools/stream_trace.h"

namespace glass::tools {

/// The trace has at least one segment. Else the error is an exit status, and what is wrong has been said.
[[nodiscard]] std::expected<LoadedTrace, int> choose_stream(const CaptureOptions& options,
                                                            const std::string& number,
                                                            const TraceWatch& watch = {});

/// "FILE: there is no TCP connection 7: it has 3, numbered 0 to 2".
[[nodiscard]] std::string no_such_stream(const std::string& file, std::uint32_t stream,
                                         std::uint32_t streams);

}  // namespace glass::tools
