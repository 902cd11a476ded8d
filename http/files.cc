#include "http/files.h"

#include <chrono>
#include <cstdio>

#include "http/accept_encoding.h"
#include "http/directory_page.h"
#include "http/error_page.h"
#include "http/gzip.h"
#include "http/multipart.h"
#include "http/uploads.h"
#include "http/url.h"

namespace glass::http {

namespace {

constexpr std::string_view kIndex = "index.html";

std::string_view within_store(std::string_view path) {
    return path.substr(1);
}

int year_of(ip::Time now) {
    const auto day = std::chrono::floor<std::chrono::days>(now.time_since_epoch());
    return static_cast<int>(std::chrono::year_month_day(std::chrono::sys_days(day)).year());
}

Validators validators_of(const CachedFile& file, const Representation& chosen) {
    return {chosen.entity_tag(), file.modified, file.settled};
}

Response not_modified(const Representation& chosen) {
    Response response{.status = 304};
    response.fields = chosen.common;
    return response;
}

Response not_satisfiable(std::uint64_t size) {
    Response response = error_page(416);
    response.add("Content-Range", "bytes */" + std::to_string(size));
    return response;
}

}  // namespace

Response file_error_page(FileError error) {
    switch (error) {
        case FileError::not_found: return error_page(404);
        case FileError::denied: return error_page(403);
        case FileError::exists: return error_page(409, "There is something of this name.");
        case FileError::full: return error_page(507);
        case FileError::too_many: return error_page(503);
        case FileError::failed: break;
    }
    return error_page(500);
}

std::string_view Files::methods(const Request& request) {
    if (!options_.uploads) return "GET, HEAD, OPTIONS";
    return request.path.ends_with('/') ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS, PUT";
}

/// Names that begin with '.' are not shown, and a path with empty segments names nothing: as a redirection's
/// target, "//host" would be another server (RFC 3986 section 4.2).
bool Files::is_served(std::string_view path) const {
    for (std::size_t at = 0; at + 1 < path.size(); ++at)
        if (path[at] == '/' && (path[at + 1] == '/' || (path[at + 1] == '.' && !options_.hidden)))
            return false;
    return true;
}

std::expected<std::unique_ptr<BodySink>, Response> Files::accept(const Request& request) {
    const std::string_view method = request.method();
    if (method != "PUT" && method != "POST") return nullptr;
    if (!is_served(request.path)) return std::unexpected(error_page(403));
    return begin_upload(request, store_);
}

Response Files::handle(const Request& request) {
    const std::string_view path = request.path;
    if (!is_served(path)) return error_page(404);
    const bool names_directory = path.ends_with('/');
    auto found = names_directory ? cache_.find(std::string(within_store(path)).append(kIndex), request.now)
                                 : cache_.find(within_store(path), request.now);
    if (!found) {
        if (names_directory && found.error() == FileError::not_found) return list(request);
        return file_error_page(found.error());
    }
    switch ((*found)->facts.kind) {
        case FileFacts::Kind::file: return serve(request, **found);
        case FileFacts::Kind::directory: break;
        case FileFacts::Kind::other: return error_page(403);
    }
    if (names_directory) return list(request);
    std::string location = percent_encode(path) + "/";
    if (!request.query.empty()) location.append("?").append(request.query);
    return redirect_page(301, location);
}

Response Files::serve(const Request& request, CachedFile& file) {
    const auto& fields = request.message.head.fields;
    const ConditionFields conditions(fields);
    // A range is of the file as it is: RFC 9110 section 14.2 lets the server choose the representation.
    const bool zipped = file.varies && !conditions.range && prefers_gzip(fields) && cache_.zip(file);
    const Representation& chosen = zipped ? file.zipped : file.plain;
    if (!conditions.any) return whole(file, chosen);
    const Validators current = validators_of(file, chosen);
    const int year = year_of(request.now);
    switch (evaluate(fields, conditions, request.method(), &current, year)) {
        case Outcome::failed: return error_page(412);
        case Outcome::not_modified: return not_modified(chosen);
        case Outcome::proceed: break;
    }
    if (request.method() == "GET" && range_applies(conditions, current, year))
        if (auto response = partial(*conditions.range, file)) return std::move(*response);
    return whole(file, chosen);
}

Response Files::whole(const CachedFile& file, const Representation& chosen) const {
    Response response;
    response.prepared = chosen.whole;
    if (!response.prepared->content.empty() || file.facts.size == 0) return response;
    response.source = file.part(0, file.facts.size);
    if (&chosen == &file.zipped)
        response.source = std::make_unique<GzipSource>(std::move(response.source));
    else
        response.length = file.facts.size;
    return response;
}

/// Nothing: the whole is to be sent.
std::optional<Response> Files::partial(std::string_view range, const CachedFile& file) const {
    const std::uint64_t size = file.facts.size;
    const auto asked = parse_ranges(range, size);
    // Who asks for more than there is, is not short of a part: RFC 9110 section 14.2.
    if (!asked || total(*asked) > size) return {};
    if (asked->empty()) return not_satisfiable(size);
    const auto ranges = coalesce(*asked);
    Response response{.status = 206};
    if (ranges.size() == 1) {
        response.prepared = file.plain.whole;
        response.add("Content-Range", content_range(ranges.front(), size));
        response.length = ranges.front().length;
        response.source = file.part(ranges.front().first, ranges.front().length);
        return response;
    }
    const std::string& tag = file.plain.tag;
    char boundary[17];
    std::snprintf(boundary, sizeof boundary, "%016llx",
                  static_cast<unsigned long long>(ip::siphash(
                      options_.key, {reinterpret_cast<const std::uint8_t*>(tag.data()), tag.size()})));
    auto source = std::make_unique<MultipartSource>(
        ranges, size, file.type.text, boundary,
        [file](const ByteRange& part) { return file.part(part.first, part.length); });
    response.add("Content-Type", "multipart/byteranges; boundary=" + std::string(boundary));
    response.fields += file.plain.common;
    response.length = source->length();
    response.source = std::move(source);
    return response;
}

Response Files::list(const Request& request) {
    auto listing = store_.list(within_store(request.path), options_.listed);
    if (!listing) return file_error_page(listing.error());
    std::erase_if(listing->entries, [this](const DirectoryEntry& entry) {
        return entry.facts.kind == FileFacts::Kind::other ||
               (!options_.hidden && entry.name.starts_with('.'));
    });
    Response response;
    response.add("Content-Type", "text/html; charset=utf-8");
    response.content = directory_page(request.path, std::move(*listing));
    return response;
}

}  // namespace glass::http
