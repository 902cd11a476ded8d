#include "http/gzip.h"

#include <algorithm>
#include <new>
#include <zlib.h>

namespace glass::http {

namespace {

constexpr int kLevel = 5;         // beyond it time goes up faster than size goes down
constexpr int kWindow = 15 + 16;  // the largest, with gzip's header
constexpr int kMemory = 8;
constexpr std::size_t kPiece = std::size_t{16} << 10;

void start(z_stream& stream) {
    if (deflateInit2(&stream, kLevel, Z_DEFLATED, kWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
}

/// zlib only reads it; its type is older than const.
Bytef* input(const void* octets) {
    return static_cast<Bytef*>(const_cast<void*>(octets));
}

}  // namespace

std::string gzip(std::string_view content) {
    z_stream stream{};
    start(stream);
    std::string out(deflateBound(&stream, content.size()), '\0');
    stream.next_in = input(content.data());
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    out.shrink_to_fit();
    return out;
}

struct GzipSource::Zlib {
    Zlib() { start(stream); }
    Zlib(const Zlib&) = delete;
    Zlib& operator=(const Zlib&) = delete;
    ~Zlib() { deflateEnd(&stream); }

    z_stream stream{};
    bool ended = false;
    std::uint8_t in[kPiece];
};

GzipSource::GzipSource(std::unique_ptr<BodySource> plain)
    : plain_(std::move(plain)), zlib_(std::make_unique<Zlib>()) {}
GzipSource::~GzipSource() = default;

std::size_t GzipSource::read(std::span<std::uint8_t> out) {
    Zlib& z = *zlib_;
    const auto room = static_cast<uInt>(std::min<std::size_t>(out.size(), UINT32_MAX));
    z.stream.next_out = out.data();
    z.stream.avail_out = room;
    while (!finished() && z.stream.avail_out != 0) {
        if (z.stream.avail_in == 0 && !plain_->finished()) {
            z.stream.next_in = z.in;
            z.stream.avail_in = static_cast<uInt>(plain_->read(z.in));
            if (z.stream.avail_in == 0 && !plain_->finished()) break;
        }
        const int flush = z.stream.avail_in == 0 ? Z_FINISH : Z_NO_FLUSH;
        z.ended = deflate(&z.stream, flush) == Z_STREAM_END;
    }
    return room - z.stream.avail_out;
}

bool GzipSource::finished() const {
    return zlib_->ended || failed();
}

bool GzipSource::failed() const {
    return plain_->failed();
}

}  // namespace glass::http
