// The course as pages: coloured code loses nothing, texts become HTML, and nothing but texts and source is
// shown.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tools/code_colors.h"
#include "tools/lesson_pages.h"
#include "tools/markdown.h"

namespace {

using namespace glass;
using namespace glass::tools;

/// The text of HTML: no tags, no entities.
std::string text_of(const std::string& html) {
    std::string out;
    for (std::size_t i = 0; i < html.size(); ++i) {
        if (html[i] == '<') {
            i = html.find('>', i);
        } else if (html[i] == '&') {
            const std::string entity = html.substr(i, html.find(';', i) + 1 - i);
            out += entity == "&lt;"     ? '<'
                   : entity == "&gt;"   ? '>'
                   : entity == "&amp;"  ? '&'
                   : entity == "&quot;" ? '"'
                                        : '\'';
            i += entity.size() - 1;
        } else {
            out += html[i];
        }
    }
    return out;
}

TEST_CASE("code keeps every octet, and its parts are told apart") {
    CHECK(cpp_as_html("int x = 0x1f;  // n < 3") ==
          "<span class=\"k\">int</span> x = <span class=\"n\">0x1f</span>;  <span class=\"c\">// n &lt; "
          "3</span>");
    CHECK(cpp_as_html("#include \"a.h\"\n") ==
          "<span class=\"p\">#include</span> <span class=\"s\">&quot;a.h&quot;</span>\n");
    CHECK(cpp_as_html("a #b").find("class=\"p\"") == std::string::npos);
    CHECK(cpp_as_html("interval").find("span") == std::string::npos);
    for (const char* odd : {"", "\"", "'", "/*", "\"\\", "// x", "#", "/* a */ b", "'\\''", "\"a\nb\""})
        CHECK(text_of(cpp_as_html(odd)) == odd);
    for (const char* file :
         {"tcp/connection.cc", "ip/checksum.h", "tools/code_colors.cc", "tests/test_tools_json.cc"}) {
        std::ifstream in(file, std::ios::binary);
        const std::string code{std::istreambuf_iterator<char>(in), {}};
        CHECK(!code.empty());
        CHECK(text_of(cpp_as_html(code)) == code);
    }
}

TEST_CASE("texts: links, tables, fences; HTML in them is text") {
    const std::string html = markdown_as_html(
        "# One\n\n[two](x/README.md) <b>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```cpp tcp/seq.h\nint "
        "a;\n```\n```console\n$ x <\n```\n```states\n```\n");
    CHECK(html.find("<h1>One</h1>") != std::string::npos);
    CHECK(html.find("<a href=\"x/README.md\">two</a> &lt;b&gt;") != std::string::npos);
    CHECK(html.find("<td>1</td>") != std::string::npos);
    CHECK(html.find("<a href=\"/tcp/seq.h\">tcp/seq.h</a></p>\n<pre class=\"cpp\"><span "
                    "class=\"k\">int</span> a;\n</pre>") != std::string::npos);
    CHECK(html.find("<pre class=\"console\">$ x &lt;\n</pre>") != std::string::npos);
    CHECK(html.find("<div id=\"states\"></div>") != std::string::npos);
    CHECK(markdown_as_html("```\nnever closed").find("never closed") != std::string::npos);
    CHECK(markdown_as_html("").empty());
}

http::Response get(const std::string& path) {
    static const http::Message kMessage;
    LessonPages pages;
    return pages.handle({.message = kMessage, .path = path, .query = "", .peer = {}, .now = {}});
}

TEST_CASE("pages: texts and source, and nothing else") {
    const http::Response lesson = get("/lessons/03-checksum/");
    CHECK(lesson.status == 200);
    CHECK(lesson.content.find("<h1>Lesson 03: the Internet checksum</h1>") != std::string::npos);
    CHECK(lesson.content.find("<title>Lesson 03: the Internet checksum</title>") != std::string::npos);
    CHECK(get("/ip/checksum.cc").content.find("<span class=\"k\">") != std::string::npos);
    CHECK(get("/").status == 302);
    CHECK(get("/lessons").status == 301);
    CHECK(get("/page/live.css").status == 200);
    CHECK(get("/page/diagram.js").content.find("new States({\"states\":[\"CLOSED\"") != std::string::npos);
    for (const char* path :
         {"/nothing.md", "/.git/config", "/lessons/03-checksum/quiz", "/captures/ping.pcap", "/Makefile",
          "/.ci/run", "/lessons/.hidden.md", "/page/", "/page/x", "//etc/passwd", "/tests/", "/<b>.md"}) {
        CAPTURE(path);
        CHECK(get(path).status == 404);
        CHECK(get(path).content.find("<b>") == std::string::npos);
    }
    const std::string outside = "/" + std::filesystem::absolute("README.md").string();
    CHECK(get(outside).status == 404);
}

}  // namespace
