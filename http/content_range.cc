#include "http/content_range.h"

#include "http/borders.h"
#include "http/characters.h"

namespace glass::http {

namespace {

constexpr std::string_view kUnit = "bytes ";

/// "first-last".
std::optional<ContentRange::Octets> parse_octets(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = parse_content_length(text.substr(0, dash));
    const auto last = parse_content_length(text.substr(dash + 1));
    if (!first || !last || *last < *first) return {};
    return ContentRange::Octets{*first, *last};
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view value) {
    if (value.size() < kUnit.size() || !same_name(value.substr(0, kUnit.size()), kUnit)) return {};
    value = trim(value.substr(kUnit.size()));
    const std::size_t slash = value.find('/');
    if (slash == std::string_view::npos) return {};
    const std::string_view range = value.substr(0, slash), complete = value.substr(slash + 1);
    ContentRange result;
    if (complete != "*") {
        result.complete = parse_content_length(complete);
        if (!result.complete) return {};
    }
    if (range == "*") return result.complete ? std::optional(result) : std::nullopt;
    result.range = parse_octets(range);
    if (!result.range || (result.complete && result.range->last >= *result.complete)) return {};
    return result;
}

}  // namespace glass::http
