// Answers questions about HTTP texts, one a line, for tests/http_vectors: what is read, and whether it is the
// same however the text is cut.
//
// In:  ID KIND POLICY EOF HEX [HEX]     out: one JSON object; texts in it are hexadecimal
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "http/authority.h"
#include "http/borders.h"
#include "http/chunked.h"
#include "http/date.h"
#include "http/entity_tag.h"
#include "http/files.h"
#include "http/ranges.h"
#include "http/start_line.h"
#include "http/url.h"
#include "tests/http_transcript.h"
#include "tests/memory_store.h"
#include "tests/server_talk.h"

using namespace glass;

namespace {

std::string unhex(const std::string& hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<char>(http::hex_value(hex[i]) * 16 + http::hex_value(hex[i + 1])));
    return out;
}

std::string hex(std::string_view text) {
    std::string out = "\"";
    char two[3];
    for (const char c : text) {
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
        out += two;
    }
    return out + "\"";
}

std::string json(const std::vector<http::Field>& fields) {
    std::string out = "[";
    for (const auto& field : fields)
        out += (out.size() > 1 ? "," : "") + ("[" + hex(field.name) + "," + hex(field.value) + "]");
    return out + "]";
}

/// A message as it is put together from events.
struct Built {
    std::string head, body, trailers = "[]";
    bool complete = false;
};

std::string head_json(const http::Message& m) {
    static constexpr const char* kHosts[] = {"ok", "missing", "duplicate", "invalid"};
    std::string out = "\"version\":[" + std::to_string(m.head.version.major) + "," +
                      std::to_string(m.head.version.minor) + "]";
    if (m.head.kind == http::Kind::request)
        out += ",\"method\":" + hex(m.head.method) + ",\"target\":" + hex(m.head.target) + ",\"host\":\"" +
               kHosts[static_cast<int>(m.host_check)] + "\"";
    else
        out += ",\"status\":" + std::to_string(m.head.status) + ",\"reason\":" + hex(m.head.reason);
    return out + ",\"headers\":" + json(m.head.fields) + ",\"framing\":\"" +
           std::string(to_string(m.framing)) + "\",\"keep_alive\":" + (m.keep_alive ? "true" : "false");
}

struct Reading {
    std::vector<Built> messages;
    std::string error;
    std::uint64_t rest = 0;
    void take(const http::Event& event) {
        using Type = http::Event::Type;
        switch (event.type) {
            case Type::head: messages.push_back({head_json(*event.message), "", "[]", false}); break;
            case Type::body: messages.back().body += http::text(event.data); break;
            case Type::trailers: messages.back().trailers = json(*event.trailers); break;
            case Type::end: messages.back().complete = event.ending == http::Ending::complete; break;
            case Type::error: break;
            default: rest += event.length;
        }
        if (event.error) error = to_string(*event.error);
    }
};

/// Whether every way to cut it gives the same events.
bool same_when_cut(http::Kind kind, http::Policy policy, const std::string& input,
                   std::optional<http::StreamEnd> end) {
    http::MessageReader whole(kind, policy);
    const auto expected = tests::transcript(whole, input, {}, end);
    http::MessageReader single(kind, policy);
    bool same = tests::transcript(single, input, tests::every_octet(input), end) == expected;
    for (std::size_t cut = 1; cut < input.size(); ++cut) {
        http::MessageReader reader(kind, policy);
        same = same && tests::transcript(reader, input, {cut}, end) == expected;
    }
    return same;
}

std::string read_messages(http::Kind kind, http::Policy policy, bool eof, const std::string& input) {
    http::MessageReader reader(kind, policy);
    Reading reading;
    reader.feed(http::octets(input));
    while (const auto event = reader.next()) reading.take(*event);
    const bool waiting = reader.in_message() || reader.kept() != 0;
    const auto end = eof ? std::optional(http::StreamEnd::fin) : std::nullopt;
    if (end) reader.feed_eof(*end);
    while (const auto event = reader.next()) reading.take(*event);
    bool complete = !reading.messages.empty() && (eof ? reading.messages.back().complete : !waiting);
    if (eof && !reading.messages.empty() && reader.offset() != input.size()) complete = false;
    std::string out = "\"outcome\":\"";
    out += !reading.error.empty() ? "reject" : complete ? "accept" : "incomplete";
    out +=
        "\",\"why\":\"" + reading.error + "\",\"rest\":" + std::to_string(reading.rest) + ",\"messages\":[";
    for (std::size_t i = 0; i < reading.messages.size(); ++i) {
        const Built& m = reading.messages[i];
        out += std::string(i ? "," : "") + "{" + m.head + ",\"body\":" + hex(m.body) +
               ",\"trailers\":" + m.trailers + ",\"complete\":" + (m.complete ? "true" : "false") + "}";
    }
    return out + "],\"same\":" + (same_when_cut(kind, policy, input, end) ? "true" : "false");
}

std::string verdict(bool accepted, const std::string& more = {}) {
    return std::string("\"outcome\":\"") + (accepted ? "accept" : "reject") + "\"" + more;
}

std::string read_chunked(http::Policy policy, const std::string& input) {
    http::ChunkedDecoder decoder(policy, {});
    std::string body;
    ip::Bytes left = http::octets(input);
    for (;;) {
        const auto step = decoder.step(left);
        body += http::text(step.data);
        left = left.subspan(step.consumed);
        const bool waits = step.status == http::Status::need_more;
        if (waits && !left.empty()) continue;
        if (step.status == http::Status::error) return verdict(false, ",\"body\":" + hex(body));
        return std::string("\"outcome\":\"") + (waits ? "incomplete" : "accept") +
               "\",\"body\":" + hex(body) + ",\"rest\":" + std::to_string(left.size());
    }
}

std::string read_url(const std::string& input) {
    const auto url = http::parse_url(input);
    if (!url) return verdict(false);
    return verdict(true, ",\"schema\":" + hex(url->scheme) + ",\"host\":" + hex(url->authority) +
                             ",\"path\":" + hex(url->path) + ",\"query\":" + hex(url->query) +
                             ",\"fragment\":" + hex(url->fragment));
}

/// `length` is the representation's.
std::string read_ranges(const std::string& input, const std::string& length) {
    const auto ranges = http::parse_ranges(input, std::stoull(length));
    std::string out;
    for (const auto& range : ranges.value_or(std::vector<http::ByteRange>{}))
        out += (out.empty() ? "[" : ",[") + std::to_string(range.first) + "," + std::to_string(range.length) +
               "]";
    return verdict(!out.empty(), ",\"ranges\":[" + out + "]");
}

/// The status that a server of one file, "f" or "testdata/file", answers with.
std::string read_served(const std::string& target, const std::string& range, std::size_t size) {
    constexpr ip::Time kNow = tests::ServerTalk::kStart;
    tests::MemoryStore store;
    store.put("f", std::string(size, 'x'), kNow - std::chrono::hours(1));
    store.put("testdata/file", std::string(size, 'x'), kNow - std::chrono::hours(1));
    http::Files files(store);
    http::Server server(files);
    tests::ServerTalk talk(server);
    const std::string field = range.empty() ? "" : "Range: " + range + "\r\n";
    talk.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + field + "\r\n");
    return verdict(true, ",\"status\":" + talk.answer().substr(9, 3));
}

std::string read_tag(const std::string& input) {
    std::string_view rest = input;
    const auto tag = http::take_entity_tag(rest);
    return verdict(tag.has_value(), ",\"etag\":" + hex(tag ? tag->text : ""));
}

template <class T>
std::string read_text(const T& result) {
    return result ? verdict(true, ",\"result\":" + hex(*result)) : verdict(false);
}

std::string answer(const std::string& kind, http::Policy policy, bool eof, const std::string& input,
                   const std::string& other) {
    if (kind == "request") return read_messages(http::Kind::request, policy, eof, input);
    if (kind == "response") return read_messages(http::Kind::response, policy, eof, input);
    if (kind == "chunked") return read_chunked(policy, input);
    if (kind == "url") return read_url(input);
    if (kind == "request_target") return verdict(http::target_form("GET", input).has_value());
    if (kind == "http_version") return verdict(http::parse_version(input).has_value());
    if (kind == "content_length") return verdict(http::parse_content_length(input).has_value());
    if (kind == "date") return verdict(http::parse_date(input, 2026).has_value());
    if (kind == "range") return read_ranges(input, other);
    if (kind == "serve_range") return read_served("/f", input, std::stoull(other));
    if (kind == "dotdot") return read_served(input, "", 10);
    if (kind == "etag") return read_tag(input);
    if (kind == "has_token") return verdict(http::has_element(input, other));
    if (kind == "percent_decode_query") return read_text(http::form_decode(input));
    if (kind == "normalize_target") return read_text(http::target_path(input));
    if (kind == "host") {
        const auto parsed = http::parse_host_port(input);
        return parsed ? verdict(true, ",\"host\":" + hex(parsed->host)) : verdict(false);
    }
    if (kind == "resolve") {
        const auto base = http::parse_url(other), reference = http::parse_url(input);
        return base && reference ? verdict(true, ",\"result\":" + hex(http::resolve(*base, *reference)))
                                 : verdict(false);
    }
    return "\"outcome\":\"not asked\"";
}

}  // namespace

int main() {
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream in(line);
        std::string id, kind, policy, eof, input, other;
        in >> id >> kind >> policy >> eof >> input >> other;
        const auto how = policy == "strict" ? http::Policy::strict : http::Policy::lenient;
        const auto of = [](const std::string& s) { return s == "-" ? std::string() : unhex(s); };
        std::cout << "{\"id\":\"" << id << "\"," << answer(kind, how, eof == "1", of(input), of(other))
                  << "}\n";
    }
}
