// Uploads: content that becomes a new file: RFC 9110 sections 9.3.3 and 9.3.4.
#pragma once

#include <expected>
#include <memory>

#include "http/file_store.h"
#include "http/handler.h"

namespace glass::http {

/// PUT makes the file that the path names; one that is there is never replaced. POST to a directory makes one
/// whose name tells the moment. Nobody sees a file before all of it has come.
[[nodiscard]] std::expected<std::unique_ptr<BodySink>, Response> begin_upload(const Request& request,
                                                                              FileStore& store);

}  // namespace glass::http
