#include "http/server_work.h"

#include "http/characters.h"
#include "http/url.h"

namespace glass::http {

namespace {

/// Nothing to decode and no dot segments: the path names what it says.
bool is_plain(std::string_view path) {
    return path.find('%') == std::string_view::npos && path.find("/.") == std::string_view::npos &&
           find_not_visible(path) == path.size();
}

}  // namespace

std::optional<ServerWork::Resource> ServerWork::name_resource(std::string_view target) {
    if (target == "*") return Resource{target, {}};
    const std::size_t end = std::min(target.find_first_of("?#"), target.size());
    Resource resource{target.substr(0, end), {}};
    if (end < target.size() && target[end] == '?') {
        resource.query = target.substr(end + 1);
        resource.query = resource.query.substr(0, resource.query.find('#'));
    }
    // Not an octet of a URI, and some take it for '/': RFC 3986 section 3.3.
    if (resource.path.find('\\') != std::string_view::npos) return {};
    if (target.front() == '/' && is_plain(resource.path)) return resource;
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
