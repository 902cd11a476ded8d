#include "http/method.h"

#include <algorithm>

#include "http/characters.h"

namespace glass::http {

bool lists_method(std::string_view list, std::string_view method) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (trim(list.substr(0, comma)) == method) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

bool is_method(std::string_view method) {
    return lists_method("GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH", method);
}

}  // namespace glass::http
