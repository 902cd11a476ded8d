#include "tools/get_request.h"

#include <algorithm>
#include <fmt/format.h>
#include <nettle/base64.h>

#include "http/characters.h"
#include "http/http_url.h"
#include "http/url.h"

namespace glass::tools {
namespace {

/// The last segment of a URL's path, decoded; nothing where that is no name for a file.
std::optional<std::string> last_name(const std::string& url) {
    const auto parts = http::parse_url(url);
    if (!parts) return {};
    auto name = http::percent_decode(parts->path.substr(parts->path.rfind('/') + 1));
    const bool odd = !name || name->empty() || *name == "." || *name == ".." ||
                     name->find_first_of(std::string_view("/\0", 2)) != std::string::npos;
    return odd ? std::nullopt : std::move(name);
}

}  // namespace

std::expected<std::string, std::string> url_meant(const GetCommand& command, const std::string& word) {
    const bool bare = word.find("://") == std::string::npos;
    std::string url = http::encode_odd((bare ? "http://" : "") + word);
    // The characters of a host are nobody's to encode: what has some is refused as it is.
    const auto parsed = http::parse_http_url(url);
    if (!parsed) return std::unexpected(fmt::format("{}: {}", word, to_string(parsed.error())));
    if (command.upload.empty() || command.upload == "-" || !url.ends_with('/')) return url;
    const std::size_t slash = command.upload.rfind('/');
    return url + http::encode_odd(command.upload.substr(slash + 1));
}

std::expected<std::string, std::string> output_name(const GetCommand& command, const std::string& url) {
    if (!command.output.empty()) return command.output;
    if (!command.remote_name) return command.json ? "" : "-";
    if (const auto name = last_name(url)) return *name;
    return std::unexpected(fmt::format("{}: no name for a file in it: use -o FILE", url));
}

std::string method_meant(const GetCommand& command) {
    if (!command.method.empty()) return command.method;
    if (command.head) return "HEAD";
    if (!command.upload.empty()) return "PUT";
    return command.data ? "POST" : "GET";
}

bool has_body(const GetCommand& command) {
    return command.data || !command.upload.empty();
}

std::expected<Upload, std::string> open_body(LiveLoop& loop, const GetCommand& command, bool& wakes) {
    if (!command.upload.empty()) return open_upload(loop, command.upload, wakes);
    if (command.data->starts_with('@')) return open_upload(loop, command.data->substr(1), wakes);
    return Upload{std::make_unique<http::TextBody>(*command.data), command.data->size()};
}

bool has_field(const http::ClientRequest& request, std::string_view name) {
    return std::ranges::any_of(request.fields,
                               [name](const auto& f) { return http::same_name(f.first, name); });
}

void add_fields(const GetCommand& command, const http::Redirect& now, http::ClientRequest& request) {
    request.fields = {{"User-Agent", "glass"}, {"Accept", "*/*"}};
    for (const auto& [name, value] : command.fields) {
        if (http::same_name(name, "Host")) {
            if (now.same_origin) request.host = value;
            continue;
        }
        if (!now.same_origin && http::is_credential(name)) continue;
        if (has_body(command) && !now.body && http::is_about_content(name)) continue;
        std::erase_if(request.fields, [&name](const auto& f) {
            return (f.first == "User-Agent" || f.first == "Accept") && http::same_name(f.first, name);
        });
        if (!value.empty()) request.fields.emplace_back(name, value);
    }
}

std::string basic_credentials(const std::string& userinfo) {
    if (userinfo.empty()) return {};
    std::string out(BASE64_ENCODE_RAW_LENGTH(userinfo.size()), '\0');
    base64_encode_raw(out.data(), userinfo.size(), reinterpret_cast<const std::uint8_t*>(userinfo.data()));
    return "Basic " + out;
}

}  // namespace glass::tools
