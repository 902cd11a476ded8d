#include "http/entity_tag.h"

#include "http/characters.h"

namespace glass::http {

namespace {

/// etagc: RFC 9110 section 8.8.3.
bool is_tag_octet(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet >= 0x21 && octet != '"' && octet != 0x7f;
}

}  // namespace

std::optional<EntityTag> take_entity_tag(std::string_view& text) {
    const bool weak = text.starts_with("W/");  // case-sensitive
    const std::string_view quoted = text.substr(weak ? 2 : 0);
    if (!quoted.starts_with('"')) return {};
    std::size_t end = 1;
    while (end < quoted.size() && is_tag_octet(quoted[end])) ++end;
    if (end == quoted.size() || quoted[end] != '"') return {};
    text = quoted.substr(end + 1);
    return EntityTag{weak, quoted.substr(0, end + 1)};
}

bool matches(const EntityTag& a, const EntityTag& b, Comparison how) {
    return a.text == b.text && (how == Comparison::weak || (!a.weak && !b.weak));
}

bool lists_tag(std::string_view list, const EntityTag& tag, Comparison how) {
    for (;;) {
        while (!list.empty() && (is_space(list.front()) || list.front() == ',')) list.remove_prefix(1);
        const auto one = take_entity_tag(list);
        if (!one) return false;
        if (matches(*one, tag, how)) return true;
    }
}

}  // namespace glass::http
