// What a reader of one direction says about octets, however they are cut: for comparing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/characters.h"
#include "http/connection.h"

namespace glass::tests {

/// An event that owns what it shows. Runs of body, tunnel and skipped octets are one entry.
struct Entry {
    http::Event::Type type = http::Event::Type::skipped;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::string text;  ///< octets; of heads, trailers and ends: what they say
    bool operator==(const Entry&) const = default;
};

inline std::string text_of(const std::vector<http::Field>& fields) {
    std::string out;
    for (const auto& field : fields) out.append(field.name).append(": ").append(field.value).append("\n");
    return out;
}

inline std::string text_of(const http::Message& m) {
    std::string out(m.head.version_text);
    if (m.head.kind == http::Kind::request)
        out.append(" ").append(m.head.method).append(" ").append(m.head.target).append(" @").append(m.host);
    else
        out.append(" ").append(std::to_string(m.head.status)).append(" ").append(m.head.reason);
    out.append(" ").append(to_string(m.framing));
    if (m.content_length) out.append(" ").append(std::to_string(*m.content_length));
    out.append(m.keep_alive ? " keep" : " close").append(" #").append(std::to_string(m.number));
    out.append(" from ").append(std::to_string(m.start));
    if (m.request) out.append(" answers ").append(std::to_string(*m.request));
    out.append(" notes ").append(std::to_string(static_cast<std::uint32_t>(m.head.notes))).append("\n");
    return out + text_of(m.head.fields);
}

inline Entry entry_of(const http::Event& event) {
    using Type = http::Event::Type;
    Entry entry{event.type, event.offset, event.length, std::string(http::text(event.data))};
    if (event.type == Type::head) entry.text = text_of(*event.message);
    if (event.type == Type::trailers) entry.text = text_of(*event.trailers);
    if (event.type == Type::end) entry.text = to_string(event.ending);
    if (event.type == Type::end && event.missing != 0)
        entry.text.append(" -").append(std::to_string(event.missing));
    if (event.type == Type::error) entry.text = std::to_string(event.error_offset);
    if (event.error) entry.text.append(" ").append(to_string(*event.error));
    return entry;
}

inline void append(std::vector<Entry>& entries, const http::Event& event) {
    using Type = http::Event::Type;
    const Entry entry = entry_of(event);
    const bool run = entry.type == Type::body || entry.type == Type::tunnel || entry.type == Type::skipped;
    if (run && !entries.empty() && entries.back().type == entry.type) {
        entries.back().length += entry.length;
        entries.back().text += entry.text;
    } else {
        entries.push_back(entry);
    }
}

/// All events there are for now.
inline void drain(http::MessageReader& reader, std::vector<Entry>& entries) {
    while (const auto event = reader.next()) append(entries, *event);
}

/// The whole input, cut before each of these places.
inline std::vector<Entry> transcript(http::MessageReader& reader, std::string_view input,
                                     const std::vector<std::size_t>& cuts,
                                     std::optional<http::StreamEnd> end = {}) {
    std::vector<Entry> entries;
    std::size_t from = 0;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const std::size_t to = i < cuts.size() ? cuts[i] : input.size();
        // A copy of its own: a sanitizer sees when an event points to what is no more.
        const std::string piece(input.substr(from, to - from));
        reader.feed(http::octets(piece));
        drain(reader, entries);
        from = to;
    }
    if (end) reader.feed_eof(*end);
    drain(reader, entries);
    return entries;
}

/// A cut before every octet.
inline std::vector<std::size_t> every_octet(std::string_view input) {
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i < input.size(); ++i) cuts.push_back(i);
    return cuts;
}

}  // namespace glass::tests
