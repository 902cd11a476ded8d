// Access log: a line for each response, in the combined format that Apache's and nginx's logs have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ip/time.h"
#include "tcp/endpoint.h"

namespace glass::http {

/// Borrowed during the call that it is handed to.
struct AccessRecord {
    tcp::Endpoint peer;
    ip::Time time;             ///< when the response was complete
    std::string_view request;  ///< the request line; empty where there was none that could be read
    std::uint16_t status = 0;
    std::uint64_t octets = 0;  ///< of content that was handed out
    std::string_view referer;
    std::string_view user_agent;
};

/// 10.7.0.1 - - [22/Nov/2026:08:50:26 +0000] "GET / HTTP/1.1" 200 1024 "-" "curl/7.88.1", and a line end.
/// Octets that could be taken for something else are written as \xHH.
[[nodiscard]] std::string combined_line(const AccessRecord& record);

}  // namespace glass::http
