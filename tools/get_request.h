// Get request: what the words of a command line mean for a request.
#pragma once

#include <expected>
#include <string>

#include "http/redirect.h"
#include "tools/command_get.h"
#include "tools/live_loop.h"
#include "tools/upload_source.h"

namespace glass::tools {

/// The URL that is meant: with a scheme, and for an upload with a name. The error is one line.
[[nodiscard]] std::expected<std::string, std::string> url_meant(const GetCommand& command,
                                                                const std::string& word);
/// Where a URL's content goes: a path; "-": standard output; empty: nowhere. The error is one line.
[[nodiscard]] std::expected<std::string, std::string> output_name(const GetCommand& command,
                                                                  const std::string& url);

[[nodiscard]] std::string method_meant(const GetCommand& command);
[[nodiscard]] bool has_body(const GetCommand& command);
/// From its beginning: each attempt has its own. The error is one line.
[[nodiscard]] std::expected<Upload, std::string> open_body(LiveLoop& loop, const GetCommand& command,
                                                           bool& wakes);

/// The user's fields, as far as they may go along there, and those that everybody sends. A field without a
/// value takes the usual one out.
void add_fields(const GetCommand& command, const http::Redirect& now, http::ClientRequest& request);
[[nodiscard]] bool has_field(const http::ClientRequest& request, std::string_view name);

/// RFC 7617: "Basic ...", of "user:password"; empty for an empty one.
[[nodiscard]] std::string basic_credentials(const std::string& userinfo);

}  // namespace glass::tools
