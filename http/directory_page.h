// Directory page: what is in a directory, as a page.
#pragma once

#include <string>
#include <string_view>

#include "http/file_store.h"

namespace glass::http {

/// `path` ends with '/'. Directories come first, each kind in the order of names.
[[nodiscard]] std::string directory_page(std::string_view path, DirectoryListing listing);

}  // namespace glass::http
