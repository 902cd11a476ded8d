#include "http/status.h"

#include <algorithm>
#include <array>

namespace glass::http {

namespace {

struct Known {
    std::uint16_t status;
    std::string_view line;
};
constexpr std::array kKnown{
    Known{100, "HTTP/1.1 100 Continue\r\n"},
    Known{101, "HTTP/1.1 101 Switching Protocols\r\n"},
    Known{200, "HTTP/1.1 200 OK\r\n"},
    Known{201, "HTTP/1.1 201 Created\r\n"},
    Known{202, "HTTP/1.1 202 Accepted\r\n"},
    Known{204, "HTTP/1.1 204 No Content\r\n"},
    Known{205, "HTTP/1.1 205 Reset Content\r\n"},
    Known{206, "HTTP/1.1 206 Partial Content\r\n"},
    Known{301, "HTTP/1.1 301 Moved Permanently\r\n"},
    Known{302, "HTTP/1.1 302 Found\r\n"},
    Known{303, "HTTP/1.1 303 See Other\r\n"},
    Known{304, "HTTP/1.1 304 Not Modified\r\n"},
    Known{307, "HTTP/1.1 307 Temporary Redirect\r\n"},
    Known{308, "HTTP/1.1 308 Permanent Redirect\r\n"},
    Known{400, "HTTP/1.1 400 Bad Request\r\n"},
    Known{401, "HTTP/1.1 401 Unauthorized\r\n"},
    Known{403, "HTTP/1.1 403 Forbidden\r\n"},
    Known{404, "HTTP/1.1 404 Not Found\r\n"},
    Known{405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    Known{406, "HTTP/1.1 406 Not Acceptable\r\n"},
    Known{408, "HTTP/1.1 408 Request Timeout\r\n"},
    Known{409, "HTTP/1.1 409 Conflict\r\n"},
    Known{410, "HTTP/1.1 410 Gone\r\n"},
    Known{411, "HTTP/1.1 411 Length Required\r\n"},
    Known{412, "HTTP/1.1 412 Precondition Failed\r\n"},
    Known{413, "HTTP/1.1 413 Content Too Large\r\n"},
    Known{414, "HTTP/1.1 414 URI Too Long\r\n"},
    Known{415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
    Known{416, "HTTP/1.1 416 Range Not Satisfiable\r\n"},
    Known{417, "HTTP/1.1 417 Expectation Failed\r\n"},
    Known{421, "HTTP/1.1 421 Misdirected Request\r\n"},
    Known{426, "HTTP/1.1 426 Upgrade Required\r\n"},
    Known{431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    Known{500, "HTTP/1.1 500 Internal Server Error\r\n"},
    Known{501, "HTTP/1.1 501 Not Implemented\r\n"},
    Known{502, "HTTP/1.1 502 Bad Gateway\r\n"},
    Known{503, "HTTP/1.1 503 Service Unavailable\r\n"},
    Known{504, "HTTP/1.1 504 Gateway Timeout\r\n"},
    Known{505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
    Known{507, "HTTP/1.1 507 Insufficient Storage\r\n"},
};
constexpr std::size_t kBeforeReason = std::string_view("HTTP/1.1 200 ").size();

}  // namespace

std::string_view status_line(std::uint16_t status) {
    if (status == 200) return "HTTP/1.1 200 OK\r\n";
    const auto* found = std::ranges::lower_bound(kKnown, status, {}, &Known::status);
    if (found != kKnown.end() && found->status == status) return found->line;
    return {};
}

std::string_view reason(std::uint16_t status) {
    std::string_view line = status_line(status);
    if (line.empty()) return line;
    line.remove_prefix(kBeforeReason);
    line.remove_suffix(2);
    return line;
}

}  // namespace glass::http
