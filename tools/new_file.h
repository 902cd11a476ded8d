// New file: one that nobody sees before it is complete: http::NewFile.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "http/file_store.h"
#include "ip/file_descriptor.h"

namespace glass::tools {

/// In a directory, which is opened for reading. What has this name already is never replaced.
[[nodiscard]] std::expected<std::unique_ptr<http::NewFile>, http::FileError> make_new_file(
    ip::FileDescriptor folder, const std::string& name);

/// The same where the file system has no files without a name: until it is complete it has a hidden one.
[[nodiscard]] std::expected<std::unique_ptr<http::NewFile>, http::FileError> make_hidden_file(
    ip::FileDescriptor folder, const std::string& name);

/// What an errno value says of a file.
[[nodiscard]] http::FileError file_error(int number);

}  // namespace glass::tools
