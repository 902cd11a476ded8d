#include "http/transfer_coding.h"

#include "http/characters.h"

namespace glass::http {

namespace {

/// The length of a quoted string at the front, 0 where there is none: RFC 9110 section 5.6.4.
std::size_t quoted_length(std::string_view text) {
    if (!text.starts_with('"')) return 0;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return 0;
}

/// Where the element at the front ends: at a comma that is not in a quoted string.
std::size_t element_length(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == ',') return at;
        if (const std::size_t quoted = quoted_length(text.substr(at)); quoted != 0)
            at += quoted - 1;
        else if (text[at] == '"')
            return text.size();
    }
    return text.size();
}

/// *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )
bool are_parameters(std::string_view text) {
    while (!(text = trim(text)).empty()) {
        if (text.front() != ';') return false;
        text = trim(text.substr(1));
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || !is_token(trim(text.substr(0, equals)))) return false;
        text = trim(text.substr(equals + 1));
        std::size_t length = quoted_length(text);
        if (length == 0)
            while (length < text.size() && is_token(text[length])) ++length;
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace

void TransferCodings::add(std::string_view value) {
    while (!value.empty()) {
        const std::size_t length = element_length(value);
        if (const std::string_view coding = trim(value.substr(0, length)); !coding.empty()) add_one(coding);
        value.remove_prefix(std::min(length + 1, value.size()));
    }
}

void TransferCodings::add_one(std::string_view coding) {
    std::size_t name = 0;
    while (name < coding.size() && is_token(coding[name])) ++name;
    ++count_;
    last_chunked_ = same_name(coding.substr(0, name), "chunked");
    chunked_count_ += last_chunked_;
    unknown_count_ += !last_chunked_;
    // RFC 9112 section 7.1: parameters of chunked ought to be treated as an error.
    if (name == 0 || (last_chunked_ && name != coding.size()) || !are_parameters(coding.substr(name)))
        malformed_ = true;
}

std::optional<Error> TransferCodings::error(bool request) const {
    if (count_ == 0 || malformed_) return Error::bad_transfer_coding;
    if (chunked_count_ > 1) return Error::chunked_twice;
    if (request && chunked_count_ == 1 && !last_chunked_) return Error::chunked_not_last;
    if (unknown_count_ != 0 && (request || last_chunked_)) return Error::unknown_transfer_coding;
    return {};
}

}  // namespace glass::http
