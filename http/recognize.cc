#include "http/recognize.h"

#include <string_view>

#include "http/characters.h"

namespace glass::http {

namespace {

constexpr std::string_view kVersion = "HTTP/1.";
constexpr std::string_view kName = "HTTP/";
constexpr std::size_t kNowhere = SIZE_MAX;  ///< this word is not the version

}  // namespace

Recognition Recognizer::feed(ip::Bytes octets) {
    for (used_ = 0; used_ < octets.size() && answer_ == Recognition::need_more; ++used_)
        answer_ = take(static_cast<char>(octets[used_]));
    return answer_;
}

Recognition Recognizer::take(char c) {
    if (++size_ > max_line_) return Recognition::no;
    return kind_ == Kind::request ? take_request(c) : take_response(c);
}

Recognition Recognizer::take_request(char c) {
    if (words_ == 0) {
        if (c == ' ' && size_ > 1) ++words_;
        const bool method = is_token(c) && size_ <= kLongestMethod;
        return method || words_ == 1 ? Recognition::need_more : Recognition::no;
    }
    if (is_control(c)) return Recognition::no;
    if (c == ' ') {
        ++words_;
        matched_ = 0;
    } else if (words_ >= 2 && matched_ == kVersion.size()) {
        return is_digit(c) ? Recognition::yes : Recognition::no;
    } else if (words_ >= 2 && matched_ < kVersion.size()) {
        matched_ = c == kVersion[matched_] ? matched_ + 1 : kNowhere;
    }
    return Recognition::need_more;
}

/// matched_ counts "HTTP/" first, then the digits of the status.
Recognition Recognizer::take_response(char c) {
    if (matched_ < kName.size()) return c == kName[matched_++] ? Recognition::need_more : Recognition::no;
    const bool digit = is_digit(c);
    if (words_ == 0) {  // the version
        if (is_space(c) && size_ > kName.size() + 1) ++words_;
        const bool version = c > ' ' && c < 0x7f && size_ <= kName.size() + 5;
        return version || words_ == 1 ? Recognition::need_more : Recognition::no;
    }
    if (is_space(c) && matched_ == kName.size()) return Recognition::need_more;
    if (!digit) return Recognition::no;
    return ++matched_ == kName.size() + 3 ? Recognition::yes : Recognition::need_more;
}

Recognition recognize(Kind kind, ip::Bytes octets) {
    while (!octets.empty() && (octets.front() == '\r' || octets.front() == '\n')) octets = octets.subspan(1);
    return Recognizer(kind).feed(octets);
}

}  // namespace glass::http
