// What must hold for a reader of HTTP messages whatever octets come: for the fuzz targets.
#pragma once

#include <cstdlib>
#include <string_view>

#include "http/content_coding.h"
#include "http/head.h"
#include "tests/http_transcript.h"

namespace glass::fuzz {

inline void require(bool holds) {
    if (!holds) std::abort();
}

/// Small, so that inputs of a few hundred octets reach them.
inline http::Limits small_limits() {
    return {.start_line = 300,
            .head = 600,
            .fields = 12,
            .trailers = 200,
            .chunk_line = 60,
            .chunk_overhead = 100,
            .body = 3000,
            .inflated = 1 << 16,
            .outstanding = 3};
}

/// A control octet: the policy, whether the limits are small, which requests wait.
struct Setting {
    explicit Setting(std::uint8_t control)
        : policy(control & 1 ? http::Policy::strict : http::Policy::lenient),
          limits(control & 2 ? small_limits() : http::Limits{}),
          head(control & 4),
          connect(control & 8) {}

    http::Policy policy;
    http::Limits limits;
    bool head, connect;
};

inline void prepare(http::MessageReader& reader, http::Kind kind, const Setting& setting) {
    if (kind == http::Kind::request) return;
    if (setting.head) reader.expect({.number = 0, .head = true});
    if (setting.connect) reader.expect({.number = 1, .connect = true});
}

/// Cuts that depend on the input only.
inline std::vector<std::size_t> some_cuts(std::string_view input) {
    std::vector<std::size_t> cuts;
    std::uint32_t state = static_cast<std::uint32_t>(input.size()) * 2654435761u;
    for (std::size_t at = 0; at < input.size();) {
        state = state * 1664525 + 1013904223 + static_cast<unsigned char>(input[at]);
        at += 1 + (state >> 24) % 23;
        if (at < input.size()) cuts.push_back(at);
    }
    return cuts;
}

/// Octet by octet, within the limits of memory; what was taken for a body decodes without harm.
inline void read_slowly(http::Kind kind, const Setting& setting, std::string_view input, std::size_t hole) {
    http::MessageReader reader(kind, setting.policy, setting.limits);
    prepare(reader, kind, setting);
    std::optional<http::ContentDecoder> decoder;
    ip::Buffer out;
    for (std::size_t at = 0; at < input.size(); ++at) {
        if (at == hole) reader.feed_gap(hole);
        while (reader.next()) continue;
        reader.feed(http::octets(input.substr(at, 1)));
        while (const auto event = reader.next()) {
            if (event->type == http::Event::Type::head)
                if (const auto codings = http::codings_of(event->message->head); codings)
                    decoder.emplace(*codings, setting.limits.inflated);
            if (event->type != http::Event::Type::body || !decoder) continue;
            ip::Bytes data = event->data;
            while (decoder->decode(data, out) == http::DecodeStatus::more) out.clear();
            out.clear();
        }
        require(reader.kept() <= setting.limits.head + setting.limits.trailers + 2);
    }
    reader.feed_eof(http::StreamEnd::cut);
    while (reader.next()) continue;
    require(reader.offset() == input.size() + (hole < input.size() ? hole : 0));
    require(reader.outstanding() <= setting.limits.outstanding);
}

/// What the strict policy takes for a head, the lenient one reads alike.
inline void compare_policies(http::Kind kind, std::string_view input) {
    const http::Limits limits;
    http::HeadParser strict(kind, http::Policy::strict, limits), lenient(kind, http::Policy::lenient, limits);
    if (strict.parse(http::octets(input)) != http::Status::done) return;
    require(lenient.parse(http::octets(input)) == http::Status::done && lenient.size() == strict.size());
    http::Head a, b;
    strict.view(http::octets(input), a);
    lenient.view(http::octets(input), b);
    require(a.method == b.method && a.target == b.target && a.status == b.status && a.reason == b.reason);
    require(a.fields == b.fields && a.version == b.version);
}

/// All of it, for one input: a control octet, and the stream.
inline int read_messages(http::Kind kind, ip::Bytes data) {
    if (data.empty()) return 0;
    const Setting setting(data.front());
    const std::string_view input = http::text(data.subspan(1));
    const auto read = [&](const std::vector<std::size_t>& cuts) {
        http::MessageReader reader(kind, setting.policy, setting.limits);
        prepare(reader, kind, setting);
        auto entries = tests::transcript(reader, input, cuts, http::StreamEnd::fin);
        require(reader.offset() == input.size());
        return entries;
    };
    const auto expected = read({});
    std::uint64_t offset = 0;
    for (const auto& entry : expected) {
        require(entry.offset >= offset && entry.offset + entry.length <= input.size() + entry.text.size());
        offset = entry.offset + (entry.type == http::Event::Type::body ? 0 : entry.length);
    }
    require(read(tests::every_octet(input)) == expected);
    require(read(some_cuts(input)) == expected);
    read_slowly(kind, setting, input, data.front() >> 4 << 4);
    compare_policies(kind, input);
    return 0;
}

}  // namespace glass::fuzz
