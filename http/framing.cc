#include "http/framing.h"

#include "http/authority.h"
#include "http/borders.h"
#include "http/characters.h"
#include "http/transfer_coding.h"
#include "http/url.h"

namespace glass::http {

namespace {

/// The fields about host and connection, gathered in one pass.
struct ConnectionFields {
    bool close = false;       ///< of Connection
    bool keep_alive = false;  ///< of Connection
    std::size_t hosts = 0;
    std::string_view host;
};

void add(ConnectionFields& f, const Field& field) {
    if (same_name(field.name, "Host")) {
        if (f.hosts++ == 0) f.host = field.value;
    } else if (same_name(field.name, "Connection")) {
        f.close = f.close || has_element(field.value, "close");
        f.keep_alive = f.keep_alive || has_element(field.value, "keep-alive");
    }
}

/// RFC 9112 section 3.2, and 3.2.2: the target's authority counts, where it has one.
void take_host(Message& m, const ConnectionFields& f) {
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

// ---- lenient: a body that frame_body() refuses ----

/// All that is said of the length, in however many fields.
struct Lengths {
    bool any = false;
    bool bad = false;
    bool repeated = false;
    std::optional<std::uint64_t> length;  ///< the first
};

/// RFC 9110 section 8.6: a list of numbers is several Content-Length in one line.
void add_lengths(Lengths& l, std::string_view value) {
    l.any = true;
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t comma = std::min(value.find(',', at), value.size());
        const auto length = parse_content_length(trim(value.substr(at, comma - at)));
        l.bad = l.bad || !length || (l.length && *l.length != *length);
        l.repeated = l.repeated || l.length.has_value();
        if (!l.length) l.length = length;
        at = comma + 1;
    }
}

/// Whether the codings frame the body; where they make no sense the length does.
bool frame_by_odd_codings(Message& m, const TransferCodings& codings, bool has_length) {
    if (has_length) m.head.notes |= Note::length_and_coding;
    if (m.head.version < Version{1, 1}) m.head.notes |= Note::coding_in_1_0;
    if (codings.error(true)) m.head.notes |= Note::odd_coding;
    if (codings.chunked()) m.framing = Framing::chunked;
    return codings.chunked();
}

/// What most programs would make of it, with notes of what is odd.
void frame_odd_body(Message& m) {
    Lengths l;
    TransferCodings codings;
    bool has_codings = false;
    for (const Field& field : m.head.fields) {
        if (same_name(field.name, "Content-Length")) add_lengths(l, field.value);
        if (!same_name(field.name, "Transfer-Encoding")) continue;
        has_codings = true;
        codings.add(field.value);
    }
    m.content_length = l.bad ? std::nullopt : l.length;
    if (has_codings && frame_by_odd_codings(m, codings, l.any)) return;
    if (l.bad) m.head.notes |= Note::bad_length;
    if (l.repeated && !l.bad) m.head.notes |= Note::repeated_length;
    const Framing without = m.head.kind == Kind::request ? Framing::none : Framing::close;
    m.framing = m.content_length ? Framing::content_length : without;
}

}  // namespace

Result<void> frame(Message& m, const RequestContext* context, Policy policy) {
    ConnectionFields f;
    for (const Field& field : m.head.fields) add(f, field);
    m.keep_alive = !f.close && (m.head.version >= Version{1, 1} || f.keep_alive);
    m.host = {};
    m.host_check = HostCheck::ok;
    if (m.head.kind == Kind::request) take_host(m, f);
    const auto framed = frame_body(m, context);
    if (policy == Policy::strict && !framed) return framed;
    if (policy == Policy::lenient && (!framed || m.framing == Framing::close)) frame_odd_body(m);
    if (m.framing == Framing::close) m.keep_alive = false;
    // RFC 9112 section 6.1: after framing as doubtful as this the connection must end.
    if (has(m.head.notes, Note::length_and_coding | Note::coding_in_1_0)) m.keep_alive = false;
    return {};
}

}  // namespace glass::http
