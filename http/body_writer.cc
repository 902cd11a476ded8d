#include "http/body_writer.h"

#include <bit>
#include <charconv>

namespace glass::http {

namespace {

constexpr std::string_view kLastChunk = "0\r\n\r\n";
constexpr std::string_view kCrLf = "\r\n";

}  // namespace

void BodyWriter::start(std::unique_ptr<BodySource> source, Framing framing, std::uint64_t length) {
    source_ = std::move(source);
    framing_ = framing;
    left_ = length;
    octets_ = 0;
    failed_ = false;
    if (framing == Framing::content_length && length == 0) end(true);
}

void BodyWriter::fill(OutputBuffer& out, std::size_t piece) {
    framing_ == Framing::chunked ? fill_chunk(out, piece) : fill_plain(out, piece);
}

void BodyWriter::fill_plain(OutputBuffer& out, std::size_t piece) {
    const bool counted = framing_ == Framing::content_length;
    if (counted) piece = static_cast<std::size_t>(std::min<std::uint64_t>(piece, left_));
    const std::size_t n = source_->read(out.room(piece).first(piece));
    out.added(n);
    octets_ += n;
    left_ -= counted ? n : 0;
    if (counted && left_ == 0)
        end(true);
    else if (source_->finished())
        end(!counted);
}

/// Room for the size line of a full piece is left before the data: only a shorter one has to move.
void BodyWriter::fill_chunk(OutputBuffer& out, std::size_t piece) {
    const std::size_t gap = (static_cast<std::size_t>(std::bit_width(piece)) + 3) / 4 + kCrLf.size();
    const auto room = out.room(gap + piece + kCrLf.size());
    const std::size_t n = source_->read(room.subspan(gap, piece));
    octets_ += n;
    if (n != 0) {
        char* line = reinterpret_cast<char*>(room.data());
        char* line_end = std::to_chars(line, line + gap, n, 16).ptr;
        line_end = std::copy(kCrLf.begin(), kCrLf.end(), line_end);
        const auto size = static_cast<std::size_t>(line_end - line);
        if (size != gap) std::memmove(line_end, room.data() + gap, n);
        out.added(size + n);
        out.append(kCrLf);
    }
    if (!source_->finished()) return;
    if (!source_->failed()) out.append(kLastChunk);
    end(true);
}

void BodyWriter::end(bool complete) {
    failed_ = !complete || source_->failed();
    source_.reset();
}

}  // namespace glass::http
