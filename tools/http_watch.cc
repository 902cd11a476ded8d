#include "tools/http_watch.h"

#include <algorithm>
#include <array>

#include "http/recognize.h"
#include "tools/http_stream.h"

namespace glass::tools {
namespace {

/// Which side asks: what its octets look like says it better than who opened the connection, which may not
/// have been captured. `otherwise`: where they do not look like HTTP.
unsigned asking_side(unsigned speaker, ip::Bytes octets, unsigned otherwise) {
    if (http::recognize(http::Kind::response, octets) == http::Recognition::yes) return 1 - speaker;
    if (http::recognize(http::Kind::request, octets) == http::Recognition::yes) return speaker;
    return otherwise;
}

HttpStream* stream_of(tcp::Conversation& c) {
    return static_cast<HttpStream*>(c.attachment.get());
}

}  // namespace

HttpWatch::HttpWatch(const Options& options, HttpTaker& taker)
    : options_(options), taker_(taker), decoders_(std::make_unique<ContentDecoders>()) {}
HttpWatch::~HttpWatch() = default;

std::string_view HttpMessage::field(std::string_view name) const {
    const auto alike = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    for (const auto& [key, value] : fields)
        if (std::ranges::equal(key, name, alike)) return value;
    return {};
}

std::string HttpMessage::start_line() const {
    if (is_request()) return method + " " + uri + " " + version;
    return version + " " + std::to_string(status) + (reason.empty() ? "" : " ") + reason;
}

void HttpWatch::on_data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                        std::uint64_t frame) {
    if (!c.wanted) return;
    if (!c.attachment || stream_of(c)->unrecognized()) {
        const unsigned client = asking_side(side, octets, c.attachment ? stream_of(c)->client() : c.client());
        if (!c.attachment || stream_of(c)->client() != client) begin(c, client, side, offset);
    }
    HttpStream& stream = *stream_of(c);
    // The time is only known of the frame that is being looked at; of one that waited, its number is enough.
    stream.data(c, side, offset, octets, {frame, frame == c.last.number ? c.last.time : ip::Time{}});
    // A capture that begins later may begin within a body: then the next start line can be far away.
    constexpr std::uint64_t kPatience = 1 << 20, kPatienceFromStart = 1 << 16;
    const bool from_start = c.handshake() != tcp::Handshake::none;
    const bool enough = offset > (from_start ? kPatienceFromStart : kPatience);
    if (enough ? stream.unrecognized() : from_start && stream.hopeless()) forget(c);
}

/// Anew where octets have been taken the wrong way round: the capture began within a body, and who sent that
/// was taken for the client.
void HttpWatch::begin(tcp::Conversation& c, unsigned client, unsigned side, std::uint64_t offset) {
    std::array<std::uint64_t, 2> offsets{c.sides[0].stream.next(), c.sides[1].stream.next()};
    offsets[side] = offset;
    if (!c.attachment && !spare_.empty()) {
        c.attachment = std::move(spare_.back());
        spare_.pop_back();
    }
    if (c.attachment)
        stream_of(c)->restart(c, client);
    else
        c.attachment = std::make_unique<HttpStream>(options_, taker_, *decoders_, c, client);
    stream_of(c)->start_at(offsets);
}

void HttpWatch::on_gap(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) {
    if (!c.wanted) return;
    if (!c.attachment) begin(c, c.client(), side, offset);
    stream_of(c)->gap(c, side, length);
}

void HttpWatch::on_end(tcp::Conversation& c, unsigned side, std::uint64_t) {
    if (!c.wanted || !c.attachment) return;
    stream_of(c)->end(c, side, http::StreamEnd::fin);
    if (stream_of(c)->ended()) forget(c);
}

void HttpWatch::on_over(tcp::Conversation& c) {
    if (!c.attachment) return;
    stream_of(c)->over(c);
    forget(c);
}

/// The connection is remembered for long after, for late segments; what there is to say of it has been said.
void HttpWatch::forget(tcp::Conversation& c) {
    taker_.on_over(c);
    if (spare_.size() < kMostSpare) spare_.push_back(std::move(c.attachment));
    c.attachment.reset();
    c.wanted = false;
}

}  // namespace glass::tools
