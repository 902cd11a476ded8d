#include "http/framing.h"

#include "http/authority.h"
#include "http/characters.h"
#include "http/start_line.h"
#include "http/transfer_coding.h"
#include "http/url.h"

namespace glass::http {

namespace {

/// The fields that frame a message, gathered in one pass.
struct FramingFields {
    bool close = false;       ///< of Connection
    bool keep_alive = false;  ///< of Connection
    bool has_length = false;
    bool has_coding = false;
    std::optional<std::uint64_t> length;
    std::optional<Error> length_error;
    bool repeated_length = false;
    TransferCodings codings;
    std::size_t hosts = 0;
    std::string_view host;
};

void add_one_length(FramingFields& f, std::string_view text) {
    const auto length = parse_content_length(text);
    if (!length)
        f.length_error = Error::bad_content_length;
    else if (f.length && *f.length != *length)
        f.length_error = Error::several_content_lengths;
    f.repeated_length = f.repeated_length || f.length.has_value();
    if (length && !f.length) f.length = length;
}

/// RFC 9110 section 8.6: a list of numbers is several Content-Length in one line.
void add_length(FramingFields& f, std::string_view value) {
    f.has_length = true;
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t comma = std::min(value.find(',', at), value.size());
        add_one_length(f, trim(value.substr(at, comma - at)));
        at = comma + 1;
    }
}

void add(FramingFields& f, const Field& field) {
    switch (field.name.size()) {
        case 4:
            if (!same_name(field.name, "Host")) return;
            if (f.hosts++ == 0) f.host = field.value;
            return;
        case 10:
            if (!same_name(field.name, "Connection")) return;
            f.close = f.close || has_element(field.value, "close");
            f.keep_alive = f.keep_alive || has_element(field.value, "keep-alive");
            return;
        case 14:
            if (same_name(field.name, "Content-Length")) add_length(f, field.value);
            return;
        case 17:
            if (!same_name(field.name, "Transfer-Encoding")) return;
            f.has_coding = true;
            f.codings.add(field.value);
            return;
        default: return;
    }
}

std::unexpected<Error> no(Error error) {
    return std::unexpected(error);
}

/// RFC 9112 section 3.2, and 3.2.2: the target's authority counts, where it has one.
void take_host(Message& m, const FramingFields& f) {
    m.host = f.host;
    if (f.hosts > 1)
        m.host_check = HostCheck::repeated;
    else if (f.hosts == 0)
        m.host_check = m.head.version >= Version{1, 1} ? HostCheck::missing : HostCheck::ok;
    else
        m.host_check = check_host(f.host) ? HostCheck::ok : HostCheck::invalid;
    if (m.head.target.starts_with('/')) return;
    if (m.head.method == "CONNECT") {
        m.host = m.head.target;
    } else if (const auto url = parse_url(m.head.target); url && url->has_authority) {
        m.host = without_userinfo(url->authority);
    }
}

/// RFC 9112 section 6.3, steps 3 and 4. Says whether the codings frame the body.
Result<bool> frame_by_coding(Message& m, const FramingFields& f, Policy policy) {
    if (!f.has_coding) return false;
    const bool request = m.head.kind == Kind::request;
    if (policy == Policy::strict) {
        if (f.has_length) return no(Error::length_and_coding);
        if (m.head.version < Version{1, 1}) return no(Error::transfer_coding_in_1_0);
        if (const auto error = f.codings.error(request)) return no(*error);
    }
    if (f.has_length) m.head.notes |= Note::length_and_coding;
    if (m.head.version < Version{1, 1}) m.head.notes |= Note::coding_in_1_0;
    if (f.codings.error(true)) m.head.notes |= Note::odd_coding;
    if (f.codings.chunked()) {
        m.framing = Framing::chunked;
        return true;
    }
    // Codings that a lenient reader cannot make sense of leave the length to frame the body.
    if (policy == Policy::lenient && (request || f.has_length)) return false;
    m.framing = Framing::close;
    return true;
}

/// RFC 9112 section 6.3, steps 5 to 8.
Result<void> frame_by_length(Message& m, const FramingFields& f, Policy policy) {
    const bool request = m.head.kind == Kind::request;
    if (f.length_error || f.repeated_length) {
        if (policy == Policy::strict) return no(f.length_error.value_or(Error::several_content_lengths));
        m.head.notes |= f.length_error ? Note::bad_length : Note::repeated_length;
    }
    if (f.length && !f.length_error)
        m.framing = Framing::content_length;
    else
        m.framing = request ? Framing::none : Framing::close;
    return {};
}

/// RFC 9112 section 6.3, steps 1 and 2: what the fields cannot change.
bool frame_by_kind(Message& m, const RequestContext* context) {
    if (m.head.kind == Kind::request) {
        if (m.head.method == "CONNECT") m.framing = Framing::tunnel;
        return m.framing == Framing::tunnel;
    }
    const int status = m.head.status;
    const bool connected = context != nullptr && context->connect && status / 100 == 2;
    if (status == 101 || connected) {
        m.framing = Framing::tunnel;
        return true;
    }
    return status / 100 == 1 || status == 204 || status == 304 || (context != nullptr && context->head);
}

}  // namespace

std::optional<std::uint64_t> parse_content_length(std::string_view text) {
    constexpr std::uint64_t kMax = INT64_MAX;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return {};
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (kMax - digit) / 10) return {};
        value = value * 10 + digit;
    }
    return text.empty() ? std::nullopt : std::optional(value);
}

Result<void> frame(Message& m, const RequestContext* context, Policy policy) {
    FramingFields f;
    for (const Field& field : m.head.fields) add(f, field);
    m.framing = Framing::none;
    m.content_length = f.length_error ? std::nullopt : f.length;
    m.keep_alive = !f.close && (m.head.version >= Version{1, 1} || f.keep_alive);
    m.host = {};
    m.host_check = HostCheck::ok;
    if (m.head.kind == Kind::request) take_host(m, f);
    if (frame_by_kind(m, context)) return {};
    const auto coded = frame_by_coding(m, f, policy);
    if (!coded) return no(coded.error());
    if (!*coded)
        if (const auto framed = frame_by_length(m, f, policy); !framed) return framed;
    if (m.framing == Framing::close) m.keep_alive = false;
    // RFC 9112 section 6.1: after framing as doubtful as this the connection must end.
    if (has(m.head.notes, Note::length_and_coding | Note::coding_in_1_0)) m.keep_alive = false;
    return {};
}

}  // namespace glass::http
