#include "http/response_writer.h"

#include <charconv>

#include "http/file_source.h"
#include "http/status.h"

namespace glass::http {

namespace {

constexpr std::size_t kAtOnce = std::size_t{64} << 10;  // content beyond it is not copied as a whole

void append_number(OutputBuffer& out, std::uint64_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number);
    out.append({digits, static_cast<std::size_t>(end.ptr - digits)});
}

void append_length(OutputBuffer& out, std::uint64_t length) {
    out.append("Content-Length: ");
    append_number(out, length);
    out.append("\r\n");
}

void append_status_line(OutputBuffer& out, std::uint16_t status) {
    if (const std::string_view line = status_line(status); !line.empty()) return out.append(line);
    out.append("HTTP/1.1 ");
    append_number(out, status);
    out.append(" \r\n");
}

/// RFC 9110 section 6.4.1: these have no content, whatever the handler says.
bool has_no_content(std::uint16_t status) {
    return status / 100 == 1 || status == 204 || status == 304;
}

std::string_view content_of(const Response& response) {
    return response.prepared ? std::string_view(response.prepared->content) : response.content;
}

std::size_t content_size(const Response& response) {
    return content_of(response).size();
}

void stream(Response& response) {
    const std::size_t size = content_size(response);
    response.length = size;
    if (response.prepared)
        response.source = std::make_unique<MemorySource>(response.prepared, ByteRange{0, size});
    else
        response.source = std::make_unique<TextBody>(std::move(response.content));
}

}  // namespace

bool ResponseWriter::start(Response&& response, const ResponseContext& context, OutputBuffer& out) {
    const bool bare = has_no_content(response.status);
    if (response.source == nullptr && !bare && content_size(response) > kAtOnce) stream(response);
    const bool streamed = response.source != nullptr;
    const bool unknown = streamed && !response.length;
    const bool to_the_end = unknown && context.old && !bare && !context.head;
    const bool close = context.close || response.close || to_the_end;
    const std::uint64_t length = streamed ? response.length.value_or(0) : content_size(response);
    status_ = response.status;
    whole_ = 0;

    append_status_line(out, response.status);
    out.append(context.date_fields);
    if (response.prepared) out.append(response.prepared->fields);
    out.append(response.fields);
    if (close)
        out.append("Connection: close\r\n");
    else if (context.old)
        out.append("Connection: keep-alive\r\n");
    if (!bare && !unknown) append_length(out, length);
    if (!bare && unknown && !context.old) out.append("Transfer-Encoding: chunked\r\n");
    out.append("\r\n");

    body_.start(nullptr, Framing::none, 0);
    if (bare || context.head) return !close;
    if (streamed) {
        const Framing unframed = context.old ? Framing::close : Framing::chunked;
        body_.start(std::move(response.source), unknown ? unframed : Framing::content_length, length);
    } else {
        out.append(content_of(response));
        whole_ = length;
    }
    return !close;
}

}  // namespace glass::http
