#include "tools/http_view.h"

#include <algorithm>
#include <fmt/compile.h>

#include "ip/elapsed.h"
#include "tools/duration_text.h"
#include "tools/utf8.h"
#include "tools/view_json.h"
#include "tools/view_streams.h"

namespace glass::tools {
namespace {

constexpr std::size_t kShortest = 20;  ///< columns that a target gets in any case
constexpr std::size_t kLongest = 30;   ///< columns of what the answer says
constexpr std::size_t kRoom = 200;     ///< octets that nearly all lines fit in

/// Cut in the middle of the line rather than wrapped: the end of a target tells less than what comes after
/// it.
std::string shortened(std::string text, std::size_t columns) {
    if (display_columns(text) <= columns) return text;
    const auto lines = wrap(text, columns - 1, columns - 1);
    return std::string(lines.front()) + "…";
}

std::string request_text(const HttpMessage& request, std::size_t columns) {
    const bool origin_form = request.uri.starts_with('/');
    std::string text = harmless_text(request.method, false) + " ";
    const std::size_t room = columns - std::min(columns, display_columns(text));
    std::string target = origin_form ? harmless_text(request.host, false) : std::string();
    target += harmless_text(request.uri, false);
    return text += shortened(std::move(target), std::max(kShortest, room));
}

/// " → 200  6.2 kB  text/html  20.5 ms"
std::string answer_text(const HttpTransaction& t) {
    std::string text;
    text.reserve(kRoom);
    if (t.request && t.request->octets > 0) text = fmt::format("  {} sent", octets_text(t.request->octets));
    if (!t.response) return text + " → no answer";
    fmt::format_to(std::back_inserter(text), FMT_COMPILE(" → {}"), t.response->status);
    if (t.response->framing != http::Framing::none) (text += "  ") += octets_text(t.response->octets);
    const std::string_view type = t.response->field("Content-Type");
    if (!type.empty())
        (text += "  ") += shortened(harmless_text(type.substr(0, type.find(';')), false), kLongest);
    if (t.request)
        (text += "  ") += duration_text(ip::elapsed(t.request->head.time, t.response->completed.time));
    return text;
}

/// What is wrong with it, or nothing.
std::string trouble(const HttpMessage& message) {
    if (!message.error.empty()) return message.error;
    return message.complete ? message.odd : "incomplete";
}

void write_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, JsonWriter& json) {
    json.begin_array();
    for (const auto& [name, value] : pairs) json.begin_array().text(name).text(value).end_array();
    json.end_array();
}

void write_start_line(const HttpMessage& m, JsonWriter& json) {
    if (m.is_request()) {
        json.key("method").text(m.method).key("uri").text(m.uri).key("version").text(m.version);
        json.key("host").text(m.host);
    } else {
        json.key("version").text(m.version).key("status").number(std::uint64_t{m.status});
        json.key("reason").text(m.reason);
    }
}

}  // namespace

std::string harmless_text(std::string_view text, bool lines) {
    std::string out;
    for (;;) {
        // Nearly all text is printable ASCII.
        const auto plain = static_cast<std::size_t>(
            std::ranges::find_if_not(text, [](char c) { return c >= ' ' && c < 0x7f; }) - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) return out;
        const std::size_t length = std::max<std::size_t>(1, utf8_length(text));
        const std::string_view character = text.substr(0, length);
        const auto lead = static_cast<std::uint8_t>(character[0]);
        const bool control = length == 1 ? lead < 0x20 || lead >= 0x7f
                                         : lead == 0xc2 && static_cast<std::uint8_t>(character[1]) < 0xa0;
        text.remove_prefix(length);
        if (lines && character == "\r" && text.starts_with('\n')) continue;
        const bool kept = lines && (character == "\n" || character == "\t");
        out += control && !kept ? std::string_view(".") : character;
    }
}

void write_http_heading(const Style& style, TextBuffer& out) {
    std::string dressed;
    style.put(dressed, Ink::strong,
              fmt::format("{:>5} {:>8} {:>3}  what, and the answer", "frame", "time", "N"));
    out.append(dressed);
    out.append('\n');
}

void write_http_line(const HttpTransaction& t, ip::Time start, const Style& style, TextBuffer& out) {
    const HttpMessage& first = t.request ? *t.request : *t.response;
    const std::chrono::duration<double> time = ip::elapsed(start, first.head.time);
    std::string line;
    line.reserve(kRoom);
    fmt::format_to(std::back_inserter(line), FMT_COMPILE("{:>5} {:>8.3f} {:>3}  "), first.head.number,
                   time.count(), first.stream);
    const std::string answer = answer_text(t);
    const std::size_t used = display_columns(line) + display_columns(answer);
    line += style.start_stream(first.stream);
    line += t.request ? request_text(*t.request, style.columns() - std::min(used, style.columns()))
                      : "(request not captured)";
    line += style.stop();
    line += answer;
    if (const std::string_view location = t.response ? t.response->field("Location") : ""; !location.empty())
        line += "  → " + shortened(harmless_text(location, false), kLongest);
    for (const HttpMessage* m : {t.request, t.response})
        if (m && !trouble(*m).empty())
            style.put(line, Ink::bad,
                      fmt::format("  ✗ {}{}", m->is_request() ? "request: " : "", trouble(*m)));
    out.append(line);
    out.append('\n');
}

void write_http_head(const HttpMessage& message, const Style& style, TextBuffer& out) {
    const char mark = message.is_request() ? '>' : '<';
    std::string text;
    style.put(text, Ink::strong,
              fmt::format("       {} {}", mark, harmless_text(message.start_line(), false)));
    for (const auto& [name, value] : message.fields)
        text +=
            fmt::format("\n       {} {}: {}", mark, harmless_text(name, false), harmless_text(value, false));
    for (const auto& [name, value] : message.trailers)
        text += fmt::format("\n       {} {}: {}  (trailer)", mark, harmless_text(name, false),
                            harmless_text(value, false));
    out.append(text);
    out.append('\n');
}

void write_http_json(const HttpMessage& m, bool first, const std::string& exported, JsonWriter& json) {
    char time[kMaxSecondsText];
    const char* const end = write_seconds(time, m.completed.time);
    json.begin_object();
    if (first) json.key("schema").number(kJsonSchema);
    json.key("type")
        .text(m.is_request() ? "request" : "response")
        .key("stream")
        .number(std::uint64_t{m.stream});
    json.key("frame").number(m.completed.number).key("start_frame").number(m.start.number);
    json.key("time").text({time, static_cast<std::size_t>(end - time)});
    write_start_line(m, json);
    write_pairs(m.fields, json.key("headers"));
    json.key("framing").text(to_string(m.framing));
    if (m.content_length) json.key("content_length").number(*m.content_length);
    json.key("body_len").number(m.octets);
    if (!m.sha256.empty()) json.key("body_sha256").text(m.sha256);
    json.key("wire_body_len").number(m.wire_octets);
    write_pairs(m.trailers, json.key("trailers"));
    json.key("complete").boolean(m.complete);
    if (m.request) json.key("request_frame").number(m.request->number);
    if (!m.error.empty()) json.key("error").text(m.error);
    if (!m.odd.empty()) json.key("odd").text(m.odd);
    if (!exported.empty()) json.key("exported").text(exported);
    json.end_object().out().append('\n');
    json.start_line();
}

}  // namespace glass::tools
