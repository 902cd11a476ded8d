#include "tools/markdown.h"

#include <md4c-html.h>
#include <stdexcept>

#include "http/html.h"
#include "tools/code_colors.h"

namespace glass::tools {
namespace {

std::string by_md4c(std::string_view text) {
    std::string out;
    const auto append = [](const MD_CHAR* piece, MD_SIZE size, void* to) {
        static_cast<std::string*>(to)->append(piece, size);
    };
    if (md_html(text.data(), static_cast<MD_SIZE>(text.size()), append, &out,
                MD_DIALECT_GITHUB | MD_FLAG_NOHTML, 0) != 0)
        throw std::runtime_error("md4c failed");  // out of memory
    return out;
}

struct Fence {
    std::string_view info;  ///< "cpp tcp/seq.h"
    std::string_view body;
};

std::string html_of(const Fence& fence) {
    if (fence.info == "states") return "<div id=\"states\"></div>\n";
    const std::string_view kind = fence.info.substr(0, fence.info.find(' '));
    const std::string_view file = fence.info.size() > kind.size() ? fence.info.substr(kind.size() + 1) : "";
    std::string out;
    if (!file.empty()) {
        const std::string name = http::html_text(file);
        out += "<p class=\"file\"><a href=\"/" + name + "\">" + name + "</a></p>\n";
    }
    const std::string code = kind == "cpp" ? cpp_as_html(fence.body) : http::html_text(fence.body);
    return out + "<pre class=\"" + http::html_text(kind) + "\">" + code + "</pre>\n";
}

/// The length of the line at the front, its newline included.
std::size_t line_length(std::string_view text) {
    return std::min(text.find('\n'), text.size() - 1) + 1;
}

}  // namespace

std::string markdown_as_html(std::string_view text) {
    constexpr std::string_view kFence = "```";
    std::string out, plain;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, line_length(text));
        text.remove_prefix(line.size());
        if (!line.starts_with(kFence)) {
            plain += line;
            continue;
        }
        out += by_md4c(plain);
        plain.clear();
        Fence fence{.info = line.substr(kFence.size()), .body = text};
        if (fence.info.ends_with('\n')) fence.info.remove_suffix(1);
        std::size_t length = 0;
        while (length < text.size() && !text.substr(length).starts_with(kFence))
            length += line_length(text.substr(length));
        fence.body = text.substr(0, length);
        out += html_of(fence);
        text.remove_prefix(length);
        if (!text.empty()) text.remove_prefix(line_length(text));
    }
    return out + by_md4c(plain);
}

}  // namespace glass::tools
