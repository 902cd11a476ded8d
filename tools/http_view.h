// HTTP views: a transaction as a line for people, a message as a JSON object.
#pragma once

#include <optional>
#include <string>

#include "tools/http_watch.h"
#include "tools/json.h"
#include "tools/style.h"

namespace glass::tools {

/// A request and the final response to it; one of them may not be in the capture.
struct HttpTransaction {
    const HttpMessage* request = nullptr;
    const HttpMessage* response = nullptr;
};

/// The columns' names.
void write_http_heading(const Style& style, TextBuffer& out);
/// `start`: of the capture; times count from it.
void write_http_line(const HttpTransaction& transaction, ip::Time start, const Style& style, TextBuffer& out);
/// Start line and fields, a line each.
void write_http_head(const HttpMessage& message, const Style& style, TextBuffer& out);

/// The object of the output contract. `first`: with the schema's number. `exported`: the file that its
/// content was written to, if any.
void write_http_json(const HttpMessage& message, bool first, const std::string& exported, JsonWriter& json);

/// Text that a terminal shows as it is: control characters become dots, line ends stay where `lines`.
[[nodiscard]] std::string harmless_text(std::string_view text, bool lines);

}  // namespace glass::tools
