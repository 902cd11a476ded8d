#include "http/media_type.h"

#include <algorithm>
#include <array>
#include <string>

#include "http/characters.h"

namespace glass::http {

namespace {

struct Known {
    std::string_view extension;
    MediaType type;
};

// In the order of the extensions.
constexpr std::array kKnown{
    Known{"7z", {"application/x-7z-compressed", false}},
    Known{"aac", {"audio/aac", false}},
    Known{"avi", {"video/x-msvideo", false}},
    Known{"avif", {"image/avif", false}},
    Known{"bin", {"application/octet-stream", false}},
    Known{"bmp", {"image/bmp", true}},
    Known{"bz2", {"application/x-bzip2", false}},
    Known{"c", {"text/plain; charset=utf-8", true}},
    Known{"cc", {"text/plain; charset=utf-8", true}},
    Known{"conf", {"text/plain; charset=utf-8", true}},
    Known{"cpp", {"text/plain; charset=utf-8", true}},
    Known{"css", {"text/css; charset=utf-8", true}},
    Known{"csv", {"text/csv; charset=utf-8", true}},
    Known{"deb", {"application/vnd.debian.binary-package", false}},
    Known{"eot", {"application/vnd.ms-fontobject", true}},
    Known{"epub", {"application/epub+zip", false}},
    Known{"flac", {"audio/flac", false}},
    Known{"gif", {"image/gif", false}},
    Known{"gz", {"application/gzip", false}},
    Known{"h", {"text/plain; charset=utf-8", true}},
    Known{"hpp", {"text/plain; charset=utf-8", true}},
    Known{"htm", {"text/html; charset=utf-8", true}},
    Known{"html", {"text/html; charset=utf-8", true}},
    Known{"ico", {"image/x-icon", true}},
    Known{"ics", {"text/calendar; charset=utf-8", true}},
    Known{"ini", {"text/plain; charset=utf-8", true}},
    Known{"iso", {"application/octet-stream", false}},
    Known{"jar", {"application/java-archive", false}},
    Known{"java", {"text/plain; charset=utf-8", true}},
    Known{"jpeg", {"image/jpeg", false}},
    Known{"jpg", {"image/jpeg", false}},
    Known{"js", {"text/javascript; charset=utf-8", true}},
    Known{"json", {"application/json", true}},
    Known{"jsonl", {"application/x-ndjson", true}},
    Known{"jsonld", {"application/ld+json", true}},
    Known{"log", {"text/plain; charset=utf-8", true}},
    Known{"m4a", {"audio/mp4", false}},
    Known{"m4v", {"video/mp4", false}},
    Known{"map", {"application/json", true}},
    Known{"md", {"text/markdown; charset=utf-8", true}},
    Known{"mjs", {"text/javascript; charset=utf-8", true}},
    Known{"mkv", {"video/x-matroska", false}},
    Known{"mov", {"video/quicktime", false}},
    Known{"mp3", {"audio/mpeg", false}},
    Known{"mp4", {"video/mp4", false}},
    Known{"mpeg", {"video/mpeg", false}},
    Known{"oga", {"audio/ogg", false}},
    Known{"ogg", {"audio/ogg", false}},
    Known{"ogv", {"video/ogg", false}},
    Known{"opus", {"audio/ogg", false}},
    Known{"otf", {"font/otf", true}},
    Known{"pcap", {"application/vnd.tcpdump.pcap", true}},
    Known{"pcapng", {"application/x-pcapng", true}},
    Known{"pdf", {"application/pdf", false}},
    Known{"png", {"image/png", false}},
    Known{"py", {"text/plain; charset=utf-8", true}},
    Known{"rs", {"text/plain; charset=utf-8", true}},
    Known{"rtf", {"application/rtf", true}},
    Known{"sh", {"text/plain; charset=utf-8", true}},
    Known{"svg", {"image/svg+xml", true}},
    Known{"tar", {"application/x-tar", true}},
    Known{"tgz", {"application/gzip", false}},
    Known{"tif", {"image/tiff", false}},
    Known{"tiff", {"image/tiff", false}},
    Known{"toml", {"text/plain; charset=utf-8", true}},
    Known{"ttf", {"font/ttf", true}},
    Known{"txt", {"text/plain; charset=utf-8", true}},
    Known{"vtt", {"text/vtt; charset=utf-8", true}},
    Known{"wasm", {"application/wasm", true}},
    Known{"wav", {"audio/wav", true}},
    Known{"weba", {"audio/webm", false}},
    Known{"webm", {"video/webm", false}},
    Known{"webmanifest", {"application/manifest+json", true}},
    Known{"webp", {"image/webp", false}},
    Known{"woff", {"font/woff", false}},
    Known{"woff2", {"font/woff2", false}},
    Known{"xhtml", {"application/xhtml+xml", true}},
    Known{"xml", {"application/xml", true}},
    Known{"xz", {"application/x-xz", false}},
    Known{"yaml", {"application/yaml", true}},
    Known{"yml", {"application/yaml", true}},
    Known{"zip", {"application/zip", false}},
    Known{"zst", {"application/zstd", false}},
};
static_assert(std::ranges::is_sorted(kKnown, {}, &Known::extension));
constexpr std::size_t kLongest =
    std::ranges::max(kKnown, {}, [](const Known& known) { return known.extension.size(); }).extension.size();

}  // namespace

MediaType media_type(std::string_view path) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    constexpr MediaType kUnknown{"application/octet-stream", false};
    if (dot == std::string_view::npos || name.size() - dot - 1 > kLongest) return kUnknown;
    std::string extension(name.substr(dot + 1));
    for (char& c : extension) c = lower(c);
    const auto* found = std::ranges::lower_bound(kKnown, extension, {}, &Known::extension);
    return found != kKnown.end() && found->extension == extension ? found->type : kUnknown;
}

}  // namespace glass::http
