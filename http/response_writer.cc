#include "http/response_writer.h"

#include <bit>
#include <charconv>

#include "http/characters.h"
#include "http/status.h"

namespace glass::http {

namespace {

constexpr std::string_view kLastChunk = "0\r\n\r\n";
constexpr std::string_view kCrLf = "\r\n";

void append_number(OutputBuffer& out, std::uint64_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number);
    out.append({digits, static_cast<std::size_t>(end.ptr - digits)});
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

}  // namespace

bool ResponseWriter::start(Response response, const ResponseContext& context, OutputBuffer& out) {
    const bool bare = has_no_content(response.status);
    const bool streamed = response.source != nullptr && !bare;
    const bool unknown = streamed && !response.length;
    const bool close = context.close || response.close || (unknown && context.old && !context.head);
    const std::string_view content = streamed || bare ? std::string_view() : content_of(response);
    status_ = response.status;
    octets_ = 0;
    failed_ = false;
    chunked_ = unknown && !context.old;
    counted_ = !unknown;
    left_ = response.length.value_or(0);

    append_status_line(out, response.status);
    out.append(context.date_fields);
    if (response.prepared) out.append(response.prepared->fields);
    out.append(response.fields);
    if (close)
        out.append("Connection: close\r\n");
    else if (context.old)
        out.append("Connection: keep-alive\r\n");
    if (chunked_) {
        out.append("Transfer-Encoding: chunked\r\n\r\n");
    } else if (!bare && !unknown) {
        out.append("Content-Length: ");
        append_number(out, streamed ? left_ : content.size());
        out.append("\r\n\r\n");
    } else {
        out.append("\r\n");
    }
    if (context.head) return !close;
    out.append(content);
    octets_ = content.size();
    if (streamed && !(counted_ && left_ == 0)) source_ = std::move(response.source);
    return !close;
}

void ResponseWriter::fill(OutputBuffer& out, std::size_t piece) {
    chunked_ ? fill_chunk(out, piece) : fill_plain(out, piece);
}

void ResponseWriter::fill_plain(OutputBuffer& out, std::size_t piece) {
    if (counted_) piece = static_cast<std::size_t>(std::min<std::uint64_t>(piece, left_));
    const std::size_t n = source_->read(out.room(piece).first(piece));
    out.added(n);
    octets_ += n;
    left_ -= counted_ ? n : 0;
    const bool ended = counted_ ? left_ == 0 : n == 0 && source_->finished();
    if (ended) return source_.reset();
    failed_ = counted_ && n == 0 && source_->finished();
    if (failed_) source_.reset();
}

/// Room for the size line of a full piece is left before the data: only a shorter one has to move.
void ResponseWriter::fill_chunk(OutputBuffer& out, std::size_t piece) {
    const std::size_t gap = (static_cast<std::size_t>(std::bit_width(piece)) + 3) / 4 + kCrLf.size();
    const auto room = out.room(gap + piece + kCrLf.size());
    const std::size_t n = source_->read(room.subspan(gap, piece));
    octets_ += n;
    if (n != 0) {
        char* line = reinterpret_cast<char*>(room.data());
        char* end = std::to_chars(line, line + gap, n, 16).ptr;
        end = std::copy(kCrLf.begin(), kCrLf.end(), end);
        const auto size = static_cast<std::size_t>(end - line);
        if (size != gap) std::memmove(end, room.data() + gap, n);
        out.added(size + n);
        out.append(kCrLf);
    }
    if (source_->finished()) {
        out.append(kLastChunk);
        source_.reset();
    }
}

}  // namespace glass::http
