#include "tools/http_stream.h"

#include <algorithm>
#include <fmt/format.h>

namespace glass::tools {
namespace {

std::vector<std::pair<std::string, std::string>> owned(const std::vector<http::Field>& fields) {
    std::vector<std::pair<std::string, std::string>> copy;
    copy.reserve(fields.size());
    for (const http::Field& field : fields) copy.emplace_back(field.name, field.value);
    return copy;
}

std::vector<std::pair<std::string, std::string>> line_fields(const std::vector<http::Field>& fields) {
    std::vector<std::pair<std::string, std::string>> copy;
    for (const std::string_view name : kLineFields)
        if (const auto value = http::find(fields, name)) copy.emplace_back(name, *value);
    return copy;
}

/// The capture has both directions from their first octets.
bool from_start(const tcp::Conversation& c) {
    return c.handshake() != tcp::Handshake::none;
}

std::string error_text(const http::Event& event) {
    switch (event.ending) {
        case http::Ending::complete: return {};
        case http::Ending::no_fin: return "the connection was not seen to close: there may be more";
        case http::Ending::cut: return "cut short";
        case http::Ending::hole: return fmt::format("{} bytes are missing", event.missing);
        case http::Ending::error:
            return event.error ? std::string(to_string(*event.error)) : std::string("malformed");
    }
    return {};
}

}  // namespace

HttpStream::HttpStream(const HttpWatch::Options& options, HttpTaker& taker, ContentDecoders& decoders,
                       const tcp::Conversation& c, unsigned client)
    : options_(options), taker_(taker), decoders_(decoders), client_(client), exchange_(from_start(c)) {}

void HttpStream::restart(const tcp::Conversation& c, unsigned client) {
    client_ = client;
    exchange_.reset(from_start(c));
    for (Direction& direction : directions_) {
        decoders_.remove(direction.decoder);
        direction.pieces.clear();
        direction.open = direction.ended = false;
        direction.decoder = 0;
    }
    requests_.clear();
}

void HttpStream::data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                      tcp::FrameRef frame) {
    Direction& direction = directions_[static_cast<std::size_t>(kind_of(side))];
    if (direction.ended) return;
    direction.pieces.push_back({offset + octets.size(), frame});
    exchange_.may_begin(kind_of(side));
    exchange_.feed(kind_of(side), octets);
    drain(c);
    forget_pieces(direction, exchange_.reader(kind_of(side)).offset());
}

void HttpStream::gap(tcp::Conversation& c, unsigned side, std::uint64_t length) {
    if (directions_[static_cast<std::size_t>(kind_of(side))].ended) return;
    exchange_.feed_gap(kind_of(side), length);
    drain(c);
}

void HttpStream::start_at(std::array<std::uint64_t, 2> offsets) {
    for (unsigned side = 0; side < 2; ++side) {
        if (offsets[side] == 0) continue;
        exchange_.feed_gap(kind_of(side), offsets[side]);
        while (exchange_.next()) {
        }
    }
}

void HttpStream::end(tcp::Conversation& c, unsigned side, http::StreamEnd how) {
    Direction& direction = directions_[static_cast<std::size_t>(kind_of(side))];
    if (std::exchange(direction.ended, true)) return;
    exchange_.feed_eof(kind_of(side), how);
    drain(c);
}

void HttpStream::over(tcp::Conversation& c) {
    for (unsigned side : {client_, 1 - client_}) end(c, side, http::StreamEnd::cut);
}

void HttpStream::drain(tcp::Conversation& c) {
    while (const auto happening = exchange_.next())
        take(c, directions_[static_cast<std::size_t>(happening->direction)], happening->event);
}

void HttpStream::take(tcp::Conversation& c, Direction& direction, const http::Event& event) {
    switch (event.type) {
        case http::Event::Type::head: return begin(c, direction, *event.message);
        case http::Event::Type::body: return body(c, direction, event.data);
        case http::Event::Type::trailers: direction.message.trailers = owned(*event.trailers); return;
        case http::Event::Type::end: return finish(c, direction, event);
        case http::Event::Type::error:
        case http::Event::Type::gap:
        case http::Event::Type::tunnel:
        case http::Event::Type::skipped: return;
    }
}

void HttpStream::begin(tcp::Conversation& c, Direction& direction, const http::Message& message) {
    const http::Head& head = message.head;
    HttpMessage& m = direction.message = {};
    direction.open = true;
    m.kind = head.kind;
    m.stream = c.stream;
    m.number = message.number;
    for (const Piece& piece : direction.pieces)
        if (piece.end > message.start) {
            m.start = piece.frame;
            break;
        }
    m.head = m.completed = c.last;
    m.method = head.method;
    m.uri = head.target;
    m.host = message.host;
    m.version = head.version_text;
    m.status = head.status;
    m.reason = head.reason;
    m.fields = options_.all_fields ? owned(head.fields) : line_fields(head.fields);
    m.framing = message.framing;
    m.content_length = message.content_length;
    if (head.notes != http::Note::none) m.odd = to_string(head.notes);
    pair(m, message);
    direction.decoder = 0;
    direction.decoded = http::DecodeStatus::ok;
    if (options_.bodies && message.framing != http::Framing::none) {
        const auto codings = http::codings_of(head);
        if (codings && !codings->empty()) direction.decoder = decoders_.add(*codings);
    }
    if (options_.hash) direction.hash = {};
    taker_.on_head(c, m);
}

void HttpStream::pair(HttpMessage& m, const http::Message& message) {
    if (m.is_request()) {
        if (requests_.size() == kMaxRequests) requests_.erase(requests_.begin());
        requests_[m.number] = m.completed;
        return;
    }
    if (!message.request) return;
    const auto it = requests_.find(*message.request);
    if (it == requests_.end()) return;
    m.request_number = it->first;
    m.request = it->second;
    if (!message.interim()) requests_.erase(it);
}

void HttpStream::body(tcp::Conversation& c, Direction& direction, ip::Bytes octets) {
    if (!options_.bodies) return;
    if (direction.decoder == 0) return deliver(c, direction, octets);
    http::ContentDecoder* const decoder = decoders_.find(direction.decoder);
    if (direction.decoded != http::DecodeStatus::ok || !decoder) return;
    do {
        decoders_.content.clear();
        direction.decoded = decoder->decode(octets, decoders_.content);
        deliver(c, direction, decoders_.content);
    } while (direction.decoded == http::DecodeStatus::more);
}

void HttpStream::deliver(tcp::Conversation& c, Direction& direction, ip::Bytes octets) {
    if (octets.empty()) return;
    direction.message.octets += octets.size();
    if (options_.hash) direction.hash.update(octets);
    taker_.on_body(c, direction.message, octets);
}

void HttpStream::finish(tcp::Conversation& c, Direction& direction, const http::Event& event) {
    if (!std::exchange(direction.open, false)) return;
    HttpMessage& m = direction.message;
    m.completed = c.last;
    m.complete = event.ending == http::Ending::complete;
    m.error = error_text(event);
    m.wire_octets = event.wire_octets;
    if (m.error.empty()) m.error = coding_error(direction);
    decoders_.remove(std::exchange(direction.decoder, 0));
    if (options_.hash && options_.bodies) m.sha256 = direction.hash.finish();
    if (m.is_request())
        if (const auto it = requests_.find(m.number); it != requests_.end()) it->second = m.completed;
    taker_.on_message(c, std::move(m));
}

std::string HttpStream::coding_error(const Direction& direction) {
    if (direction.decoder == 0) return {};
    const http::ContentDecoder* const decoder = decoders_.find(direction.decoder);
    if (!decoder) return "content coding: too many messages at a time";
    const http::DecodeStatus status =
        direction.decoded == http::DecodeStatus::ok ? decoder->finish() : direction.decoded;
    return status == http::DecodeStatus::ok ? std::string()
                                            : fmt::format("content coding: {}", to_string(status));
}

void HttpStream::forget_pieces(Direction& direction, std::uint64_t offset) {
    const auto first =
        std::ranges::find_if(direction.pieces, [&](const Piece& piece) { return piece.end > offset; });
    direction.pieces.erase(direction.pieces.begin(), first);
}

}  // namespace glass::tools
