// Decompressor: the octets inside gzip (RFC 1952) or zstd (RFC 8878) data, members and frames one after
// another.
#include "ip/decompressor.h"

#include <algorithm>
#include <zlib.h>
#include <zstd.h>

namespace glass::ip {
namespace {

constexpr std::size_t kInputSize = 128 << 10;
constexpr int kGzipOnly =
    15 + 16;  // zlib's window bits: the largest window, and no other wrapper than gzip's

struct FreeZstd {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

std::string_view to_string(Compression compression) {
    switch (compression) {
        case Compression::none: return "uncompressed";
        case Compression::gzip: return "gzip";
        case Compression::zstd: return "zstd";
    }
    return "unknown";
}

Compression compression_of(Bytes start) {
    if (start.size() >= 2 && load16(start.data()) == 0x1f8b) return Compression::gzip;
    if (start.size() < 4) return Compression::none;
    const std::uint32_t magic = load32(start.data());
    // RFC 8878 3.1.1 and 3.1.2, little-endian: a frame, or a skippable frame, which may stand in front of it.
    const bool zstd = magic == 0x28b52ffd || (magic & 0xf0ffffff) == 0x502a4d18;
    return zstd ? Compression::zstd : Compression::none;
}

struct Decompressor::State {
    Compression compression;
    OctetSource source;
    Buffer input;
    std::size_t at = 0;  // what is not decompressed yet: input[at, end)
    std::size_t end = 0;
    bool inside = true;  // inside a gzip member or a zstd frame: the data may not end here
    bool failed = false;
    std::string fault;
    z_stream gzip{};
    std::unique_ptr<ZSTD_DStream, FreeZstd> zstd;

    State(Compression c, OctetSource s, Buffer already_read)
        : compression(c), source(std::move(s)), input(std::move(already_read)), end(input.size()) {
        input.resize(std::max(input.size(), kInputSize));
        if (compression == Compression::zstd) {
            zstd.reset(ZSTD_createDStream());
            failed = !zstd;
        } else {
            failed = inflateInit2(&gzip, kGzipOnly) != Z_OK;
        }
        if (failed) fault = "no memory to decompress it";
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { inflateEnd(&gzip); }  // harmless where it was never initialised

    bool fill();
    std::size_t fail(const std::string& what);
    std::size_t read_gzip(std::span<std::uint8_t> out);
    std::size_t read_zstd(std::span<std::uint8_t> out);
    bool next_member();
};

/// False where the source has ended.
bool Decompressor::State::fill() {
    if (at < end) return true;
    at = 0;
    end = source.read(input);
    return end > 0;
}

std::size_t Decompressor::State::fail(const std::string& what) {
    failed = true;
    fault = source.fault().empty() ? what : source.fault();
    return 0;
}

/// After a member (RFC 1952 2.2): another one, or the end. Tapes and some tools pad the end with zeros.
bool Decompressor::State::next_member() {
    while (fill() && input[at] == 0) ++at;
    if (at == end) return false;
    if (input[at] != 0x1f) {
        fail("gzip data is followed by something else");
        return false;
    }
    inflateReset(&gzip);
    inside = true;
    return true;
}

std::size_t Decompressor::State::read_gzip(std::span<std::uint8_t> out) {
    gzip.next_out = out.data();
    gzip.avail_out = static_cast<uInt>(out.size());
    while (gzip.avail_out == out.size()) {
        if (!inside && !next_member()) return 0;
        if (!fill()) return fail("gzip data ends early");
        gzip.next_in = input.data() + at;
        gzip.avail_in = static_cast<uInt>(end - at);
        const int outcome = inflate(&gzip, Z_NO_FLUSH);
        at = end - gzip.avail_in;
        inside = outcome != Z_STREAM_END;
        if (outcome == Z_STREAM_END || outcome == Z_OK || outcome == Z_BUF_ERROR) continue;
        fail(std::string("gzip data is damaged (") + (gzip.msg ? gzip.msg : zError(outcome)) + ")");
        break;
    }
    return out.size() - gzip.avail_out;
}

std::size_t Decompressor::State::read_zstd(std::span<std::uint8_t> out) {
    ZSTD_outBuffer written{.dst = out.data(), .size = out.size(), .pos = 0};
    while (written.pos == 0) {
        const bool more = fill();
        if (!more && !inside) return 0;
        ZSTD_inBuffer taken{.src = input.data(), .size = end, .pos = at};
        const std::size_t outcome = ZSTD_decompressStream(zstd.get(), &written, &taken);
        at = taken.pos;
        if (ZSTD_isError(outcome)) {
            fail(std::string("zstd data is damaged (") + ZSTD_getErrorName(outcome) + ")");
            break;
        }
        inside = outcome != 0;
        // Without input the call only hands out what the decoder still holds.
        if (!more && written.pos == 0 && inside) return fail("zstd data ends early");
    }
    return written.pos;
}

Decompressor::Decompressor(Compression compression, OctetSource source, Buffer already_read)
    : state_(std::make_unique<State>(compression, std::move(source), std::move(already_read))) {}
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

std::size_t Decompressor::read(std::span<std::uint8_t> out) {
    if (state_->failed || out.empty()) return 0;
    return state_->compression == Compression::zstd ? state_->read_zstd(out) : state_->read_gzip(out);
}

const std::string& Decompressor::fault() const {
    return state_->fault;
}

const OctetSource& Decompressor::source() const {
    return state_->source;
}

}  // namespace glass::ip
