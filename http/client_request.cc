#include "http/client_request.h"

#include <algorithm>
#include <array>

#include "http/authority.h"
#include "http/characters.h"

namespace glass::http {

namespace {

/// What the connection says itself, by what it does.
constexpr std::array<std::string_view, 8> kFramingFields = {
    "Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "TE", "Trailer", "Upgrade"};

constexpr std::array<std::string_view, 6> kIdempotent = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};

void append_field(OutputBuffer& out, std::string_view name, std::string_view value) {
    out.append(name);
    out.append(": ");
    out.append(value);
    out.append("\r\n");
}

/// RFC 9110 section 8.6: a method that has a use for content says also that there is none.
bool states_no_content(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

std::string_view to_string(RequestError error) {
    switch (error) {
        case RequestError::bad_method: return "the method is no token";
        case RequestError::connect: return "CONNECT is for proxies";
        case RequestError::bad_target: return "the target does not begin with / or has odd characters";
        case RequestError::bad_host: return "malformed host";
        case RequestError::bad_field_name: return "the field's name is no token";
        case RequestError::bad_field_value: return "control character in a field's value";
        case RequestError::framing_field: return "that field is the connection's own";
    }
    return "unknown error";
}

bool ClientRequest::idempotent() const {
    return std::ranges::find(kIdempotent, method) != kIdempotent.end();
}

std::optional<RequestError> why_not(const FieldLine& field) {
    const auto& [name, value] = field;
    if (!is_token(std::string_view(name))) return RequestError::bad_field_name;
    if (find_control(value) != value.size()) return RequestError::bad_field_value;
    const auto same = [&name](std::string_view own) { return same_name(name, own); };
    if (std::ranges::any_of(kFramingFields, same)) return RequestError::framing_field;
    return {};
}

std::optional<RequestError> why_not(const ClientRequest& request) {
    const std::string_view target = request.target;
    if (!is_token(std::string_view(request.method))) return RequestError::bad_method;
    if (request.method == "CONNECT") return RequestError::connect;
    const bool asterisk = target == "*" && request.method == "OPTIONS";
    if (!asterisk && (!target.starts_with('/') || find_not_visible(target) != target.size() ||
                      target.find('#') != std::string_view::npos))
        return RequestError::bad_target;
    if (!check_host(request.host)) return RequestError::bad_host;
    for (const FieldLine& field : request.fields)
        if (const auto error = why_not(field)) return error;
    return {};
}

void append_head(const ClientRequest& request, OutputBuffer& out) {
    out.append(request.method);
    out.append(" ");
    out.append(request.target);
    out.append(" HTTP/1.1\r\n");
    append_field(out, "Host", request.host);  // RFC 9110 section 7.2: first
    for (const auto& [name, value] : request.fields) append_field(out, name, value);
    if (request.decode) append_field(out, "Accept-Encoding", "gzip, deflate");
    if (request.body && !request.body_size)
        append_field(out, "Transfer-Encoding", "chunked");
    else if (request.body || states_no_content(request.method))
        append_field(out, "Content-Length", std::to_string(request.body ? *request.body_size : 0));
    if (request.body && request.expect_continue) append_field(out, "Expect", "100-continue");
    if (request.close) append_field(out, "Connection", "close");
    out.append("\r\n");
}

}  // namespace glass::http
