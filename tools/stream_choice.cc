#include "tools/stream_choice.h"

#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace glass::tools {
namespace {

std::optional<std::uint32_t> parse_stream(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::string no_such_stream(const std::string& file, std::uint32_t stream, std::uint32_t streams) {
    const std::string there = streams == 0 ? "it has no TCP connections"
                              : streams == 1
                                  ? "it has one, numbered 0"
                                  : fmt::format("it has {}, numbered 0 to {}", streams, streams - 1);
    return fmt::format("{}: there is no TCP connection {}: {}", file, stream, there);
}

std::expected<LoadedTrace, int> choose_stream(const CaptureOptions& options, const std::string& number,
                                              const TraceWatch& watch) {
    const auto stream = parse_stream(number);
    if (!stream) {
        complain(fmt::format("'{}' is no connection number; they count from 0", number));
        return std::unexpected(kCannotRead);
    }
    LoadedTrace loaded = load_trace(options, *stream, watch);
    if (!loaded.trace.segments.empty()) return loaded;
    if (loaded.status == kCannotRead || loaded.status == kInterrupted) return std::unexpected(loaded.status);
    if (*stream < loaded.streams)
        complain(
            fmt::format("{}: connection {} is there, but -f leaves nothing of it", options.file, *stream));
    else
        complain(no_such_stream(options.file, *stream, loaded.streams));
    return std::unexpected(kCannotRead);
}

}  // namespace glass::tools
