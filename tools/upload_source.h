// Upload sources: what a request brings: a file, or whatever comes from a pipe.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/body_source.h"
#include "tools/live_loop.h"

namespace glass::tools {

struct Upload {
    std::unique_ptr<http::BodySource> source;
    std::optional<std::uint64_t> size;  ///< nothing: nobody knows yet
};

/// "-" is standard input. `wakes` becomes true when a pipe has more. The error is one line.
[[nodiscard]] std::expected<Upload, std::string> open_upload(LiveLoop& loop, const std::string& path,
                                                             bool& wakes);

/// The same, and `tell` hears how many octets have been read.
[[nodiscard]] std::unique_ptr<http::BodySource> counted(std::unique_ptr<http::BodySource> source,
                                                        std::function<void(std::uint64_t octets)> tell);

}  // namespace glass::tools
