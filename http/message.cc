#include "http/message.h"

#include "http/characters.h"

namespace glass::http {

std::optional<std::string_view> find(const std::vector<Field>& fields, std::string_view name) {
    for (const Field& field : fields)
        if (same_name(field.name, name)) return field.value;
    return std::nullopt;
}

bool has_element(std::string_view list, std::string_view element) {
    if (element.empty()) return false;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        if (same_name(trim(list.substr(at, comma - at)), element)) return true;
        at = comma + 1;
    }
    return false;
}

bool has_element(const std::vector<Field>& fields, std::string_view name, std::string_view element) {
    for (const Field& field : fields)
        if (same_name(field.name, name) && has_element(field.value, element)) return true;
    return false;
}

std::string_view to_string(Framing framing) {
    switch (framing) {
        case Framing::none: return "none";
        case Framing::content_length: return "content-length";
        case Framing::chunked: return "chunked";
        case Framing::close: return "close";
        case Framing::tunnel: return "upgrade";
    }
    return "unknown";
}

}  // namespace glass::http
