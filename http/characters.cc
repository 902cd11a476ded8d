#include "http/characters.h"

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace glass::http {

namespace {

constexpr bool is_visible(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet > 0x20 && octet < 0x7f;
}

#if defined(__SSE2__)
constexpr std::size_t kLane = 16;

__m128i load(const char* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}

/// A bit for each of sixteen octets: at most `limit` as unsigned numbers, or 0x7f.
unsigned low_or_delete(__m128i v, char limit) {
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(limit)), v);
    const __m128i del = _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, del)));
}
/// A bit for each of sixteen octets: from `first` to `last`.
__m128i between(__m128i v, char first, char last) {
    const __m128i shifted = _mm_sub_epi8(v, _mm_set1_epi8(first));
    const __m128i span = _mm_set1_epi8(static_cast<char>(last - first));
    return _mm_cmpeq_epi8(_mm_min_epu8(shifted, span), shifted);
}
/// A bit for each of sixteen octets: a letter, a digit or '-', as most tokens are made of.
unsigned plain(__m128i v) {
    const __m128i letters = between(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i digits = between(v, '0', '9');
    const __m128i hyphens = _mm_cmpeq_epi8(v, _mm_set1_epi8('-'));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, digits), hyphens)));
}
unsigned tabs(__m128i v) {
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\t'))));
}
#endif

}  // namespace

std::size_t token_length(std::string_view text) {
    std::size_t at = 0;
#if defined(__SSE2__)
    while (at + kLane <= text.size()) {
        const unsigned other = ~plain(load(text.data() + at)) & 0xffff;
        if (other == 0) {
            at += kLane;
            continue;
        }
        at += static_cast<std::size_t>(std::countr_zero(other));
        if (!is_token(text[at])) return at;
        ++at;  // one of the rarer octets of a token
    }
#endif
    while (at < text.size() && is_token(text[at])) ++at;
    return at;
}

std::size_t find_control(std::string_view text) {
    std::size_t at = 0;
#if defined(__SSE2__)
    for (; at + kLane <= text.size(); at += kLane) {
        const __m128i v = load(text.data() + at);
        unsigned found = low_or_delete(v, 0x1f);
        if (found != 0) found &= ~tabs(v);
        if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
    }
#endif
    while (at < text.size() && !is_control(text[at])) ++at;
    return at;
}

std::size_t find_not_visible(std::string_view text) {
    std::size_t at = 0;
#if defined(__SSE2__)
    for (; at + kLane <= text.size(); at += kLane) {
        const __m128i v = load(text.data() + at);
        const unsigned high = static_cast<unsigned>(_mm_movemask_epi8(v));  // the top bit of each octet
        const unsigned found = low_or_delete(v, ' ') | high;
        if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
    }
#endif
    while (at < text.size() && is_visible(text[at])) ++at;
    return at;
}

}  // namespace glass::http
