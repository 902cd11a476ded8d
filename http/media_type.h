// Media type: what a file's name says about its content: RFC 9110 section 8.3.
#pragma once

#include <string_view>

namespace glass::http {

struct MediaType {
    std::string_view text;      ///< as Content-Type has it, with charset=utf-8 for text
    bool compressible = false;  ///< gzip makes it smaller
};

/// By the extension, compared without case; application/octet-stream where it is not known.
[[nodiscard]] MediaType media_type(std::string_view path);

}  // namespace glass::http
