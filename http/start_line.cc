#include "http/start_line.h"

#include "http/authority.h"
#include "http/characters.h"
#include "http/url.h"

namespace glass::http {

namespace {

constexpr std::string_view kName = "HTTP/";

std::unexpected<Error> no(Error error) {
    return std::unexpected(error);
}

/// HTTP/ and anything: what a lenient reader takes for a version.
bool take_odd_version(std::string_view text, Head& head) {
    if (!text.starts_with(kName) || text.size() == kName.size()) return false;
    head.notes |= Note::odd_version;
    head.version_text = text;
    head.version = text.starts_with("HTTP/1.0") ? Version{1, 0} : Version{1, 1};
    return true;
}

Result<void> take_version(std::string_view text, Policy policy, Head& head) {
    const auto version = parse_version(text);
    if (version && version->major == 1) {
        head.version = *version;
        head.version_text = text;
        return {};
    }
    if (policy == Policy::lenient && take_odd_version(text, head)) return {};
    return no(version ? Error::unsupported_version : version.error());
}

bool is_absolute(std::string_view target) {
    const auto url = parse_url(target);
    return url && !url->scheme.empty() && url->has_authority && check_authority(url->authority, true);
}

/// A lenient reader takes the last word for the version and all between the first and it for the target.
Result<void> parse_odd_request_line(std::string_view line, Head& head) {
    const std::string_view trimmed = trim(line);
    const std::size_t method_end = trimmed.find_first_of(" \t");
    const std::size_t version_at = trimmed.find_last_of(" \t");
    if (method_end == std::string_view::npos || method_end == version_at) return no(Error::bad_request_line);
    head.method = trimmed.substr(0, method_end);
    head.target = trim(trimmed.substr(method_end, version_at - method_end));
    if (!is_token(head.method)) return no(Error::bad_method);
    if (head.target.empty()) return no(Error::bad_target);
    head.notes |= Note::odd_spaces;
    return take_version(trimmed.substr(version_at + 1), Policy::lenient, head);
}

}  // namespace

Result<Version> parse_version(std::string_view text) {
    if (text.size() != kName.size() + 3 || !text.starts_with(kName)) return no(Error::bad_version);
    const char major = text[kName.size()], dot = text[kName.size() + 1], minor = text[kName.size() + 2];
    if (!is_digit(major) || dot != '.' || !is_digit(minor)) return no(Error::bad_version);
    return Version{static_cast<std::uint8_t>(major - '0'), static_cast<std::uint8_t>(minor - '0')};
}

Result<TargetForm> target_form(std::string_view method, std::string_view target) {
    if (target.empty() || target.find('#') != std::string_view::npos) return no(Error::bad_target);
    if (method == "CONNECT") {
        if (!check_host_and_port(target)) return no(Error::bad_target);  // RFC 9110 section 9.3.6
        return TargetForm::authority;
    }
    if (target.front() == '/') return TargetForm::origin;
    if (target == "*" && method == "OPTIONS") return TargetForm::asterisk;
    if (is_absolute(target)) return TargetForm::absolute;
    return no(Error::bad_target);
}

Result<void> parse_request_line(std::string_view line, Policy policy, Head& head) {
    if (line == "PRI * HTTP/2.0") return no(Error::http2_preface);
    const std::size_t method_end = line.find(' ');
    const std::size_t target_at = method_end == std::string_view::npos ? line.size() : method_end + 1;
    const std::size_t target_end = target_at + find_not_visible(line.substr(target_at));
    head.method = line.substr(0, method_end);
    head.target = line.substr(target_at, target_end - target_at);
    const bool plain = target_end < line.size() && line[target_end] == ' ' &&
                       line.find(' ', target_end + 1) == std::string_view::npos;
    if (!plain || !is_token(head.method)) {
        if (policy == Policy::lenient) return parse_odd_request_line(line, head);
        return no(!head.method.empty() && !is_token(head.method) ? Error::bad_method
                                                                 : Error::bad_request_line);
    }
    if (const auto version = take_version(line.substr(target_end + 1), policy, head); !version)
        return version;
    if (!target_form(head.method, head.target)) {
        if (policy == Policy::strict || head.target.empty()) return no(Error::bad_target);
        head.notes |= Note::odd_target;
    }
    return {};
}

Result<void> parse_status_line(std::string_view line, Policy policy, Head& head) {
    const bool lenient = policy == Policy::lenient;
    const std::size_t version_end = std::min(line.find_first_of(lenient ? " \t" : " "), line.size());
    if (const auto version = take_version(line.substr(0, version_end), policy, head); !version)
        return version;
    std::size_t at = version_end + 1;
    while (lenient && at < line.size() && is_space(line[at])) ++at;
    if (at != version_end + 1) head.notes |= Note::odd_spaces;
    if (at + 3 > line.size()) return no(Error::bad_status_line);
    const std::string_view digits = line.substr(at, 3);
    if (!is_digit(digits[0]) || !is_digit(digits[1]) || !is_digit(digits[2]))
        return no(Error::bad_status_line);
    head.status =
        static_cast<std::uint16_t>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
    const std::string_view rest = line.substr(at + 3);
    if (!rest.empty() && rest.front() != ' ' && !(lenient && rest.front() == '\t'))
        return no(Error::bad_status_line);
    if (rest.empty() && !lenient) return no(Error::bad_status_line);
    if (rest.empty()) head.notes |= Note::no_reason;
    head.reason = rest.empty() ? rest : rest.substr(1);
    if (find_control(head.reason) != head.reason.size()) {
        if (!lenient) return no(Error::bad_status_line);
        head.notes |= Note::control_octets;
    }
    return {};
}

}  // namespace glass::http
