#include "tools/lesson_pages.h"

#include <filesystem>
#include <fmt/format.h>

#include "http/html.h"
#include "tools/code_colors.h"
#include "tools/lesson_course.h"
#include "tools/live_assets.h"
#include "tools/live_json.h"
#include "tools/markdown.h"

namespace glass::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostOctets = 1 << 20;

constexpr std::string_view kLooks =
    "main{max-width:60rem;margin:0 auto;padding:1rem;line-height:1.55}"
    "main h1,main h2{margin:1.4em 0 .5em}main h2{font-size:1.35rem}main p,main ul,main ol,main table,main "
    "pre{margin:.7em 0}"
    "main ul,main ol{padding-left:1.5em;list-style:revert}"
    "main pre{background:var(--panel);border:1px solid "
    "var(--edge);border-radius:6px;padding:.8em;overflow:auto;"
    "font-size:.86em;line-height:1.4}main pre,main code{font-family:ui-monospace,'DejaVu Sans "
    "Mono',monospace}"
    "main table{border-collapse:collapse}main td,main th{border:1px solid var(--edge);padding:.3em "
    ".7em;text-align:left}"
    "main .file{margin-bottom:-.4em;font-size:.85em}main a{color:var(--us)}"
    ".c{color:var(--soft);font-style:italic}.s{color:var(--good)}.n{color:var(--again)}.k{color:var(--us)}"
    ".p{color:var(--peer)}";

http::Response answer(std::uint16_t status, std::string_view type, std::string content) {
    http::Response response{.status = status, .content = std::move(content)};
    response.add("Content-Type", type);
    response.add("Cache-Control", "no-cache");
    response.add("Content-Security-Policy",
                 "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self'");
    return response;
}

http::Response page(std::uint16_t status, std::string_view title, std::string_view body) {
    const bool diagram = body.find("id=\"states\"") != std::string_view::npos;
    return answer(status, "text/html; charset=utf-8",
                  fmt::format("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
                              "<meta name=\"viewport\" content=\"width=device-width\"><title>{}</title>\n"
                              "<link rel=\"stylesheet\" href=\"/page/live.css\"><style>{}</style>\n"
                              "<main><p><a href=\"/\">The course</a></p>\n{}</main>{}\n",
                              http::html_text(title), kLooks, body,
                              diagram ? "<script type=\"module\" src=\"/page/diagram.js\"></script>" : ""));
}

/// Its first line, a heading.
std::string_view title_of(std::string_view text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    return line.substr(std::min(line.find_first_not_of("# "), line.size()));
}

http::Response missing(std::string_view path) {
    return page(404, "Not here", "<h1>Not here</h1><p>There is no page " + http::html_text(path) + ".</p>");
}

/// The live page's looks and its state diagram, with the table of tcp/state as it is compiled.
http::Response asset(std::string_view name) {
    if (name == "diagram.js") {
        TextBuffer table;
        JsonWriter json(table);
        json.begin_object();
        write_state_table(json);
        json.end_object();
        return answer(200, "text/javascript",
                      fmt::format("import {{States}} from './states.js';\nnew States({});\n", table.view()));
    }
    const auto found = live_asset(name);
    if (!found || name.empty()) return missing(name);
    return answer(200, found->type, std::string(found->content));
}

}  // namespace

http::Response LessonPages::page_of(const std::string& file) const {
    const std::string extension = fs::path(file).extension().string();
    std::error_code error;
    const bool shown = extension == ".md" || extension == ".h" || extension == ".cc";
    if (!shown || !fs::is_regular_file(file, error) || fs::file_size(file, error) > kMostOctets)
        return missing(file);
    const std::string text = read_text_file(file);
    if (extension == ".md") return page(200, title_of(text), markdown_as_html(text));
    return page(200, file,
                "<h1>" + http::html_text(file) + "</h1><pre class=\"cpp\">" + cpp_as_html(text) + "</pre>");
}

http::Response LessonPages::handle(const http::Request& request) {
    // The path has no dot segments. What begins with a dot is nobody's business; "//x" would be an absolute
    // name.
    std::string file(request.path.substr(1));
    if (request.path.starts_with("//") || request.path.find("/.") != std::string_view::npos)
        return missing(request.path);
    if (file.starts_with("page/")) return asset(std::string_view(file).substr(5));
    if (file.empty()) {
        http::Response response = page(302, "The course", "<p><a href=\"/lessons/\">lessons</a></p>");
        response.add("Location", "/lessons/");
        return response;
    }
    std::error_code error;
    if (fs::is_directory(file, error)) {
        if (!file.ends_with('/')) {
            http::Response response = page(301, "Moved", "");
            response.add("Location", "/" + file + "/");
            return response;
        }
        file += "README.md";
    }
    return page_of(file);
}

}  // namespace glass::tools
