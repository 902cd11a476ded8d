#include "http/server_work.h"

#include "http/characters.h"
#include "http/url.h"

namespace glass::http {

namespace {

/// A target's path, and whether it names what it says: nothing to decode, no dot segments.
struct Path {
    std::size_t size = 0;
    bool plain = true;
    bool backslash = false;
};

Path path_of(std::string_view target) {
    Path path;
    for (char before = 0; path.size < target.size(); ++path.size) {
        const char c = target[path.size];
        if (c == '?' || c == '#') break;
        path.plain = path.plain && c != '%' && !(c == '.' && before == '/');
        path.backslash = path.backslash || c == '\\';
        before = c;
    }
    return path;
}

std::string_view query_of(std::string_view behind_path) {
    if (!behind_path.starts_with('?')) return {};
    return behind_path.substr(1, behind_path.find('#') - 1);
}

}  // namespace

std::optional<ServerWork::Resource> ServerWork::name_resource(std::string_view target) {
    if (target == "*") return Resource{target, {}};
    const Path found = path_of(target);
    // Not an octet of a URI, and some take it for '/': RFC 3986 section 3.3.
    if (found.backslash) return {};
    Resource resource{target.substr(0, found.size), query_of(target.substr(found.size))};
    if (target.front() == '/' && found.plain) return resource;
    auto named = target_path(target);
    if (!named || find_control(*named) != named->size()) return {};
    path = std::move(*named);
    resource.path = path;
    return resource;
}

void ServerWork::keep(ip::Bytes octets) {
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(kept_at));
    kept_at = 0;
    kept.insert(kept.end(), octets.begin(), octets.end());
}

void ServerWork::clear() {
    reader.reset();
    kept.clear();
    kept_at = 0;
    out.clear();
    writer.drop();
    sink.reset();
}

}  // namespace glass::http
