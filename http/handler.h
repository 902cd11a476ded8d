// Handler: what answers a request: RFC 9110 section 3.3. Files is one, the page that shows its own packets
// another.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/body_source.h"
#include "http/message.h"
#include "ip/bytes.h"
#include "ip/time.h"
#include "tcp/endpoint.h"

namespace glass::http {

/// A request whose head is complete. All of it is borrowed, and valid during the call that it is handed to.
struct Request {
    const Message& message;
    std::string_view
        path;  ///< target_path(): decoded once, no dot segments, starts with '/'; "*" for OPTIONS *
    std::string_view query;  ///< as sent, without '?'
    tcp::Endpoint peer;
    ip::Time now;

    [[nodiscard]] std::string_view method() const { return message.head.method; }
    [[nodiscard]] bool head() const { return message.head.method == "HEAD"; }
    /// The value of the first field of this name.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const {
        return find(message.head.fields, name);
    }
};

/// Fields and content that many responses share.
struct Prepared {
    std::string fields;  ///< as in Response
    std::string content{};
};

/// What is sent for one request. Its content is that of `source`, or else of `prepared`, or else `content`.
struct Response {
    std::uint16_t status = 200;
    /// Field lines, each with its CRLF. Date, Server, Connection, Content-Length and Transfer-Encoding are
    /// the connection's and do not belong here.
    std::string fields{};
    std::string content{};
    std::shared_ptr<const Prepared> prepared{};
    std::unique_ptr<BodySource> source{};
    /// Of `source`. Without it the content is chunked, or ends with the connection for HTTP/1.0.
    std::optional<std::uint64_t> length{};
    bool close = false;  ///< the connection ends after it

    /// Appends a field line.
    void add(std::string_view name, std::string_view value) {
        fields.append(name).append(": ").append(value).append("\r\n");
    }
};

/// Takes a request's content as it comes. Destroyed without finish(), the content has not come as a whole.
class BodySink {
public:
    virtual ~BodySink() = default;
    /// A response ends it: no more is wanted.
    [[nodiscard]] virtual std::optional<Response> write(ip::Bytes octets) = 0;
    /// All has come: the response.
    [[nodiscard]] virtual Response finish() = 0;
};

class Handler {
public:
    virtual ~Handler() = default;

    /// The methods that this resource has, as Allow lists them: RFC 9110 section 10.2.1. Others are answered
    /// with 405 or 501 and OPTIONS with this list, without asking the handler.
    [[nodiscard]] virtual std::string_view methods(const Request&) { return "GET, HEAD, OPTIONS"; }
    /// What takes the request's content, which may be empty; or a response that does not wait for it. Null:
    /// handle() answers, and content, where there is any, is not wanted.
    [[nodiscard]] virtual std::expected<std::unique_ptr<BodySink>, Response> accept(const Request&) {
        return nullptr;
    }
    /// The answer to a request whose content is not wanted. To HEAD it is the same as to
    /// GET: the connection leaves the content out.
    [[nodiscard]] virtual Response handle(const Request& request) = 0;
};

}  // namespace glass::http
