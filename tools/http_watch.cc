#include "tools/http_watch.h"

#include <algorithm>

#include "http/recognize.h"
#include "tools/http_stream.h"

namespace glass::tools {
namespace {

/// Which side asks: what its first octets look like says it better than who opened the connection, which may not
/// have been captured.
unsigned asking_side(const tcp::Conversation& c, unsigned speaker, ip::Bytes first_octets) {
    if (http::recognize(http::Kind::response, first_octets) == http::Recognition::yes) return 1 - speaker;
    if (http::recognize(http::Kind::request, first_octets) == http::Recognition::yes) return speaker;
    return c.client();
}

HttpStream* stream_of(tcp::Conversation& c) {
    return static_cast<HttpStream*>(c.attachment.get());
}

}  // namespace

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
    if (!c.attachment)
        c.attachment = std::make_unique<HttpStream>(options_, taker_, c, asking_side(c, side, octets));
    HttpStream& stream = *stream_of(c);
    // The time is only known of the frame that is being looked at; of one that waited, its number is enough.
    stream.data(c, side, offset, octets, {frame, frame == c.last.number ? c.last.time : ip::Time{}});
    // A capture that begins later may begin within a body: then the next start line can be far away.
    constexpr std::uint64_t kPatience = 1 << 20, kPatienceFromStart = 1 << 16;
    const bool from_start = c.handshake() != tcp::Handshake::none;
    const bool enough = offset > (from_start ? kPatienceFromStart : kPatience);
    if (enough ? stream.unrecognized() : from_start && stream.hopeless()) c.wanted = false;
}

void HttpWatch::on_gap(tcp::Conversation& c, unsigned side, std::uint64_t, std::uint64_t length) {
    if (!c.wanted) return;
    if (!c.attachment) c.attachment = std::make_unique<HttpStream>(options_, taker_, c, c.client());
    stream_of(c)->gap(c, side, length);
}

void HttpWatch::on_end(tcp::Conversation& c, unsigned side, std::uint64_t) {
    if (c.wanted && c.attachment) stream_of(c)->end(c, side, http::StreamEnd::fin);
}

void HttpWatch::on_over(tcp::Conversation& c) {
    if (c.attachment && c.wanted) stream_of(c)->over(c);
    taker_.on_over(c);
}

}  // namespace glass::tools
