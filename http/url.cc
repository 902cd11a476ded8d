#include "http/url.h"

#include "http/authority.h"
#include "http/characters.h"

namespace glass::http {

namespace {

/// RFC 3986 section 3.1; the length before the colon, 0 where there is no scheme.
std::size_t scheme_length(std::string_view text) {
    const auto is_letter = [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; };
    if (text.empty() || !is_letter(text.front())) return 0;
    std::size_t at = 1;
    while (at < text.size() && (is_letter(text[at]) || is_digit(text[at]) || text[at] == '+' ||
                                text[at] == '-' || text[at] == '.'))
        ++at;
    return at < text.size() && text[at] == ':' ? at : 0;
}

/// Takes what stands before the first of `ends` off the front.
std::string_view take_until(std::string_view& text, std::string_view ends) {
    const std::size_t at = std::min(text.find_first_of(ends), text.size());
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at);
    return taken;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out.push_back(plus_is_space && text[at] == '+' ? ' ' : text[at]);
            continue;
        }
        const int high = text.size() - at > 2 ? hex_value(text[at + 1]) : -1;
        const int low = text.size() - at > 2 ? hex_value(text[at + 2]) : -1;
        if (high < 0 || low < 0) return {};
        out.push_back(static_cast<char>(high * 16 + low));
        at += 2;
    }
    return out;
}

/// Whether a path, segment by segment, ever leads above its start.
bool leaves_root(std::string_view path) {
    std::size_t depth = 0;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const std::string_view segment = take_until(path, "/");
        if (segment == "..") {
            if (depth-- == 0) return true;
        } else if (segment != "." && !segment.empty()) {
            ++depth;
        }
    }
    return false;
}

/// RFC 3986 section 5.2.3.
std::string merge(const Url& base, std::string_view path) {
    if (base.has_authority && base.path.empty()) return "/" + std::string(path);
    const std::size_t slash = base.path.rfind('/');
    const std::size_t kept = slash == std::string_view::npos ? 0 : slash + 1;
    return std::string(base.path.substr(0, kept)) + std::string(path);
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    if (find_not_visible(text) != text.size()) return {};
    Url url;
    if (const std::size_t length = scheme_length(text); length != 0) {
        url.scheme = text.substr(0, length);
        text.remove_prefix(length + 1);
    }
    if (text.starts_with("//")) {
        text.remove_prefix(2);
        url.has_authority = true;
        url.authority = take_until(text, "/?#");
        if (!check_authority(url.authority, false)) return {};
    }
    url.path = take_until(text, "?#");
    if (text.starts_with('?')) {
        text.remove_prefix(1);
        url.has_query = true;
        url.query = take_until(text, "#");
    }
    if (text.starts_with('#')) {
        url.has_fragment = true;
        url.fragment = text.substr(1);
    }
    // RFC 3986 section 4.2: a colon in the first segment of a relative path would make it a scheme.
    const std::string_view segment = url.path.substr(0, url.path.find('/'));
    if (url.scheme.empty() && !url.has_authority && segment.find(':') != std::string_view::npos) return {};
    return url;
}

std::string remove_dot_segments(std::string_view path) {
    std::string out;
    const auto up = [&out] { out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/')); };
    while (!path.empty()) {
        if (path.starts_with("../")) {
            path.remove_prefix(3);
        } else if (path.starts_with("./") || path.starts_with("/./")) {
            path.remove_prefix(2);
        } else if (path == "/.") {
            path = "/";
        } else if (path.starts_with("/../")) {
            path.remove_prefix(3);
            up();
        } else if (path == "/..") {
            path = "/";
            up();
        } else if (path == "." || path == "..") {
            path = {};
        } else {
            const std::size_t next = std::min(path.find('/', 1), path.size());
            out.append(path.substr(0, next));
            path.remove_prefix(next);
        }
    }
    return out;
}

std::string to_text(const Url& url) {
    std::string out;
    if (!url.scheme.empty()) out.append(url.scheme).push_back(':');
    if (url.has_authority) out.append("//").append(url.authority);
    out.append(url.path);
    if (url.has_query) out.append("?").append(url.query);
    if (url.has_fragment) out.append("#").append(url.fragment);
    return out;
}

std::string resolve(const Url& base, const Url& reference) {
    Url target = reference;
    std::string path;
    if (!reference.scheme.empty() || reference.has_authority) {
        path = remove_dot_segments(reference.path);
    } else {
        target.has_authority = base.has_authority;
        target.authority = base.authority;
        if (reference.path.empty()) {
            path = base.path;
            if (!reference.has_query) {
                target.has_query = base.has_query;
                target.query = base.query;
            }
        } else {
            const bool rooted = reference.path.starts_with('/');
            path = remove_dot_segments(rooted ? std::string(reference.path) : merge(base, reference.path));
        }
    }
    if (reference.scheme.empty()) target.scheme = base.scheme;
    target.path = path;
    return to_text(target);
}

std::string encode_odd(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::size_t visible = find_not_visible(text.substr(at));
        out.append(text.substr(at, visible));
        at += visible;
        if (at == text.size()) break;
        const auto octet = static_cast<unsigned char>(text[at]);
        out.append({'%', kDigits[octet >> 4], kDigits[octet & 15]});
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
    return decode(text, false);
}

std::optional<std::string> form_decode(std::string_view text) {
    return decode(text, true);
}

std::string percent_encode(std::string_view path) {
    static constexpr auto kPlain = detail::table_of("-._~/", true);
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(path.size());
    for (const char c : path) {
        const auto octet = static_cast<unsigned char>(c);
        if (kPlain[octet])
            out.push_back(c);
        else
            out.append({'%', kDigits[octet >> 4], kDigits[octet & 15]});
    }
    return out;
}

std::optional<std::string> target_path(std::string_view target) {
    // An origin-form target is a path, also where it starts with two slashes: RFC 9112 section 3.2.1.
    std::string_view path = target.substr(0, target.find_first_of("?#"));
    if (!target.starts_with('/')) {
        const auto url = parse_url(target);
        if (!url || url->scheme.empty() || !url->has_authority) return {};
        path = url->path;
    }
    if (path.empty()) path = "/";
    const auto decoded = percent_decode(path);
    if (!decoded || find_not_visible(path) != path.size()) return {};
    if (decoded->find('\0') != std::string::npos || !decoded->starts_with('/') || leaves_root(*decoded))
        return {};
    return remove_dot_segments(*decoded);
}

}  // namespace glass::http
