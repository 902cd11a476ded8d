#include "http/content_coding.h"

#include <algorithm>
#include <new>
#include <zlib.h>

#include "http/characters.h"

namespace glass::http {

namespace {

constexpr std::size_t kMostCodings = 4;
constexpr int kWindow = 15;          // the largest there is
constexpr int kGzip = kWindow + 16;  // as inflateInit2() has it
constexpr int kRaw = -kWindow;

/// False for a coding that is not known.
bool add_coding(std::string_view name, std::vector<Coding>& codings) {
    if (name.empty() || same_name(name, "identity") || same_name(name, "chunked")) return true;
    const bool gzip = same_name(name, "gzip") || same_name(name, "x-gzip");
    if (!gzip && !same_name(name, "deflate")) return false;
    codings.push_back(gzip ? Coding::gzip : Coding::deflate);
    return true;
}

/// RFC 1950 section 2.2: CM and CINFO, and a checksum.
bool is_zlib_header(std::uint8_t first, std::uint8_t second) {
    return (first & 0x0f) == 8 && first >> 4 <= 7 && (first << 8 | second) % 31 == 0;
}

}  // namespace

std::string_view to_string(DecodeStatus status) {
    switch (status) {
        case DecodeStatus::ok: return "decoded";
        case DecodeStatus::more: return "more to come";
        case DecodeStatus::bad_data: return "malformed coded content";
        case DecodeStatus::too_long: return "decoded content over the limit";
        case DecodeStatus::cut: return "coded content without its end";
    }
    return "unknown";
}

std::optional<std::vector<Coding>> codings_of(const Head& head) {
    std::vector<Coding> content, transfer;
    for (const Field& field : head.fields) {
        const bool of_content = same_name(field.name, "Content-Encoding");
        if (!of_content && !same_name(field.name, "Transfer-Encoding")) continue;
        for (std::size_t at = 0; at <= field.value.size();) {
            const std::size_t comma = std::min(field.value.find(',', at), field.value.size());
            if (!add_coding(trim(field.value.substr(at, comma - at)), of_content ? content : transfer))
                return {};
            at = comma + 1;
        }
        if (content.size() + transfer.size() > kMostCodings) return {};
    }
    // They are listed in the order in which they were applied.
    std::vector<Coding> codings(transfer.rbegin(), transfer.rend());
    codings.insert(codings.end(), content.rbegin(), content.rend());
    return codings;
}

/// zlib's state points back to the stream: it must not move.
struct Inflater::Zlib {
    Zlib() = default;
    Zlib(const Zlib&) = delete;
    Zlib& operator=(const Zlib&) = delete;
    ~Zlib() {
        if (running) inflateEnd(&stream);
    }

    z_stream stream{};
    std::uint8_t seen[2]{};  ///< the first octets: they say which format it is
    std::size_t seen_size = 0;
    bool running = false;
    bool ended = false;  ///< at the end of a member, or beyond the last
    bool gzip = false;
    bool again = false;  ///< in a member after the first
};

Inflater::Inflater(Coding coding) : coding_(coding), zlib_(std::make_unique<Zlib>()) {}
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;
Inflater::~Inflater() = default;

/// Gathers the first two octets and starts. False where there are not two yet, or they cannot be gzip's.
bool Inflater::sniff(ip::Bytes& in) {
    Zlib& z = *zlib_;
    while (z.seen_size < 2 && !in.empty()) {
        z.seen[z.seen_size++] = in.front();
        in = in.subspan(1);
    }
    if (z.seen_size < 2) return false;
    z.gzip = z.seen[0] == 0x1f && z.seen[1] == 0x8b;
    const bool zlib = is_zlib_header(z.seen[0], z.seen[1]);
    if (!z.gzip && !zlib && coding_ == Coding::gzip) return false;
    const int window = z.gzip ? kGzip : zlib ? kWindow : kRaw;
    if (inflateInit2(&z.stream, window) != Z_OK) throw std::bad_alloc();
    z.running = true;
    return true;
}

DecodeStatus Inflater::decode(ip::Bytes& in, ip::Buffer& out, std::size_t room) {
    Zlib& z = *zlib_;
    if (!z.running) {
        if (!sniff(in)) return z.seen_size < 2 ? DecodeStatus::ok : DecodeStatus::bad_data;
        ip::Bytes first(z.seen, 2);
        if (const auto status = run(first, out, room); status != DecodeStatus::ok) return status;
    }
    return run(in, out, room);
}

DecodeStatus Inflater::run(ip::Bytes& in, ip::Buffer& out, std::size_t room) {
    Zlib& z = *zlib_;
    if (z.ended && !next_member(in)) return DecodeStatus::ok;
    const std::size_t before = out.size();
    const ip::Bytes taken = ip::first(in, UINT32_MAX);
    out.resize(before + room);
    z.stream.next_in = const_cast<Bytef*>(taken.data());  // zlib only reads it; its type is older than const
    z.stream.avail_in = static_cast<uInt>(taken.size());
    z.stream.next_out = out.data() + before;
    z.stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&z.stream, Z_NO_FLUSH);
    in = in.subspan(taken.size() - z.stream.avail_in);
    out.resize(out.size() - z.stream.avail_out);
    z.ended = status == Z_STREAM_END;
    if (z.ended) return in.empty() ? DecodeStatus::ok : DecodeStatus::more;
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    // Z_BUF_ERROR: nothing to do now, which is no error.
    if (status != Z_OK && status != Z_BUF_ERROR) return end_of_members(in);
    return z.stream.avail_out == 0 || !in.empty() ? DecodeStatus::more : DecodeStatus::ok;
}

/// RFC 1952 section 2.2: gzip members may follow each other. Anything else behind the end is left out.
bool Inflater::next_member(ip::Bytes& in) {
    Zlib& z = *zlib_;
    if (z.gzip && !in.empty() && in.front() == 0x1f) {
        z.again = inflateReset(&z.stream) == Z_OK;
        z.ended = !z.again;
    }
    if (z.ended) in = {};
    return !z.ended;
}

/// What looked like one more member, and was not, is left out like anything else behind the end.
DecodeStatus Inflater::end_of_members(ip::Bytes& in) {
    Zlib& z = *zlib_;
    if (!z.again || z.stream.total_out != 0) return DecodeStatus::bad_data;
    z.ended = true;
    z.gzip = false;
    in = {};
    return DecodeStatus::ok;
}

bool Inflater::at_end() const {
    return zlib_->ended || zlib_->seen_size == 0;
}

ContentDecoder::ContentDecoder(std::span<const Coding> codings, std::uint64_t max_octets) : max_(max_octets) {
    for (const Coding coding : codings) stages_.push_back({Inflater(coding), {}, 0, false, 0});
}

DecodeStatus ContentDecoder::decode(ip::Bytes& in, ip::Buffer& out) {
    if (stages_.empty()) {
        const ip::Bytes taken = ip::first(in, kRoom);
        out.insert(out.end(), taken.begin(), taken.end());
        in = in.subspan(taken.size());
        return in.empty() ? DecodeStatus::ok : DecodeStatus::more;
    }
    const std::size_t before = out.size();
    while (failed_ == DecodeStatus::ok && out.size() == before) {
        // The last stage that has something to do: no stage gets more before the next one has used up what it
        // made.
        std::size_t stage = stages_.size();
        while (stage != 0 && !ready(stage - 1, in)) --stage;
        if (stage == 0) return DecodeStatus::ok;
        run(stage - 1, in, out);
    }
    return failed_ == DecodeStatus::ok ? DecodeStatus::more : failed_;
}

bool ContentDecoder::ready(std::size_t stage, ip::Bytes in) const {
    if (stages_[stage].more) return true;
    if (stage == 0) return !in.empty();
    return stages_[stage - 1].read < stages_[stage - 1].out.size();
}

void ContentDecoder::run(std::size_t stage, ip::Bytes& in, ip::Buffer& out) {
    Stage& self = stages_[stage];
    Stage* before = stage == 0 ? nullptr : &stages_[stage - 1];
    ip::Bytes input = before == nullptr ? in : ip::Bytes(before->out).subspan(before->read);
    const bool last = stage + 1 == stages_.size();
    ip::Buffer& output = last ? out : self.out;
    if (!last) {
        output.clear();
        self.read = 0;
    }
    const std::size_t had = output.size();
    const DecodeStatus status = self.inflater.decode(input, output, kRoom);
    if (before == nullptr)
        in = input;
    else
        before->read = before->out.size() - input.size();
    self.more = status == DecodeStatus::more;
    self.made += output.size() - had;
    if (status == DecodeStatus::bad_data) failed_ = status;
    if (self.made > max_) {
        output.resize(output.size() - static_cast<std::size_t>(self.made - max_));
        failed_ = DecodeStatus::too_long;
    }
}

DecodeStatus ContentDecoder::finish() const {
    if (failed_ != DecodeStatus::ok) return failed_;
    for (const Stage& stage : stages_)
        if (!stage.inflater.at_end()) return DecodeStatus::cut;
    return DecodeStatus::ok;
}

}  // namespace glass::http
