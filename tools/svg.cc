#include "tools/svg.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "tools/text_value.h"

namespace glass::tools {
namespace {

// Colours of equal weight on white and on near-black, told apart by people who confuse red and green: blue
// and orange for the ends, a violet red for trouble.
constexpr std::string_view kStyle = R"(
svg { --paper: #ffffff; --ink: #1f2328; --faint: #656d76; --grid: #d8dee4; --client: #0969da;
  --server: #b35900; --trouble: #cf222e; --http: #8250df; --state: #1a7f37; --window: #9a7b00; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #e6edf3; --faint: #8d96a0; --grid: #30363d; --client: #58a6ff;
    --server: #f0883e; --trouble: #ff7b72; --http: #bc8cff; --state: #3fb950; --window: #d29922; } }
text { font-family: system-ui, "DejaVu Sans", Verdana, sans-serif; font-size: 12px; }
.title { font-size: 15px; font-weight: 600; }
.strong { font-weight: 600; }
.small { font-size: 11px; }
.mono { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 11.5px; }
.halo { paint-order: stroke; stroke: #ffffff; stroke: var(--paper); stroke-width: 4px;
  stroke-linejoin: round; }
.paper { fill: #ffffff; fill: var(--paper); }
text { fill: #1f2328; fill: var(--ink); }
text.faint, tspan.faint { fill: #656d76; fill: var(--faint); }
text.client { fill: #0969da; fill: var(--client); }
text.server { fill: #b35900; fill: var(--server); }
text.trouble, tspan.trouble { fill: #cf222e; fill: var(--trouble); }
text.state, tspan.state { fill: #1a7f37; fill: var(--state); }
tspan.http { fill: #8250df; fill: var(--http); }
line, path { fill: none; stroke: #1f2328; stroke: var(--ink); stroke-width: 1.2; }
line.faint, path.faint { stroke: #656d76; stroke: var(--faint); }
line.grid { stroke: #d8dee4; stroke: var(--grid); stroke-width: 1; }
.client line, line.client, path.client { stroke: #0969da; stroke: var(--client); }
.server line, line.server, path.server { stroke: #b35900; stroke: var(--server); }
.trouble line, line.trouble, path.trouble { stroke: #cf222e; stroke: var(--trouble); }
line.http, path.http { stroke: #8250df; stroke: var(--http); }
line.state, path.state { stroke: #1a7f37; stroke: var(--state); }
line.window, path.window { stroke: #9a7b00; stroke: var(--window); }
path.head { stroke: none; }
.client .head { fill: #0969da; fill: var(--client); }
.server .head { fill: #b35900; fill: var(--server); }
.trouble .head { fill: #cf222e; fill: var(--trouble); }
path.band { fill-opacity: 0.22; }
.thin { stroke-width: 1; }
.axis { stroke-width: 1.6; }
.thick { stroke-width: 2.4; }
path.bold { stroke-width: 4; }
.dashed { stroke-dasharray: 5 4; }
)";

constexpr double kLargest = 1e6;

}  // namespace

void append_svg_number(std::string& out, double value) {
    if (!std::isfinite(value)) value = 0;
    std::string text = fmt::format("{:.2f}", std::clamp(value, -kLargest, kLargest));
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    out += text == "-0" ? "0" : text;
}

void append_xml_escaped(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        const bool control = c.value < 0x20 && c.value != '\t' && c.value != '\n';
        if (!c.valid || control || c.value == 0xfffe || c.value == 0xffff)
            out += "\ufffd";
        else if (c.value == '&')
            out += "&amp;";
        else if (c.value == '<')
            out += "&lt;";
        else if (c.value == '>')
            out += "&gt;";
        else if (c.value == '"')
            out += "&quot;";
        else if (c.value == '\'')
            out += "&apos;";
        else
            out += text.substr(0, c.length);
        text.remove_prefix(c.length);
    }
}

void SvgPath::append(char command, double x, double y) {
    text_ += command;
    append_svg_number(text_, x);
    text_ += ' ';
    append_svg_number(text_, y);
}

Svg::Svg(double width, double height, std::string_view title) {
    out_ =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
        "version=\"1.1\"";
    attribute("width", width);
    attribute("height", height);
    std::string box = "0 0 ";
    append_svg_number(box, width);
    box += ' ';
    append_svg_number(box, height);
    attribute("viewBox", box);
    out_ += ">\n<title>";
    append_xml_escaped(out_, title);
    out_ += "</title>\n<style type=\"text/css\">";
    out_ += kStyle;
    out_ += "</style>\n";
    rectangle(0, 0, width, height, "paper");
}

void Svg::attribute(std::string_view name, double value) {
    out_.append(" ").append(name).append("=\"");
    append_svg_number(out_, value);
    out_ += '"';
}

void Svg::attribute(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out_.append(" ").append(name).append("=\"");
    append_xml_escaped(out_, value);
    out_ += '"';
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view classes) {
    out_ += "<line";
    attribute("x1", x1);
    attribute("y1", y1);
    attribute("x2", x2);
    attribute("y2", y2);
    attribute("class", classes);
    out_ += "/>\n";
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view classes) {
    out_ += "<rect";
    attribute("x", x);
    attribute("y", y);
    attribute("width", width);
    attribute("height", height);
    attribute("class", classes);
    out_ += "/>\n";
}

void Svg::path(const SvgPath& path, std::string_view classes) {
    if (path.empty()) return;
    out_ += "<path";
    attribute("class", classes);
    attribute("d", path.text());
    out_ += "/>\n";
}

void Svg::end_text(std::string_view text, std::string_view classes, Anchor anchor) {
    attribute("class", classes);
    if (anchor != Anchor::start) attribute("text-anchor", anchor == Anchor::end ? "end" : "middle");
    out_ += '>';
    append_xml_escaped(out_, text);
    out_ += "</text>\n";
}

void Svg::text(double x, double y, std::string_view text, std::string_view classes, Anchor anchor) {
    out_ += "<text";
    attribute("x", x);
    attribute("y", y);
    end_text(text, classes, anchor);
}

void Svg::text_turned(double x, double y, double degrees, std::string_view text, std::string_view classes,
                      Anchor anchor) {
    out_ += "<text transform=\"translate(";
    append_svg_number(out_, x);
    out_ += ' ';
    append_svg_number(out_, y);
    out_ += ") rotate(";
    append_svg_number(out_, degrees);
    out_ += ")\"";
    end_text(text, classes, anchor);
}

void Svg::begin_text(double x, double y) {
    out_ += "<text xml:space=\"preserve\"";
    attribute("x", x);
    attribute("y", y);
    out_ += '>';
}

void Svg::span(std::string_view text, std::string_view classes) {
    out_ += "<tspan";
    attribute("class", classes);
    out_ += '>';
    append_xml_escaped(out_, text);
    out_ += "</tspan>";
}

void Svg::finish_text() {
    out_ += "</text>\n";
}

void Svg::begin_group(std::string_view classes, std::string_view title) {
    out_ += "<g";
    attribute("class", classes);
    out_ += ">\n";
    if (title.empty()) return;
    out_ += "<title>";
    append_xml_escaped(out_, title);
    out_ += "</title>\n";
}

void Svg::end_group() {
    out_ += "</g>\n";
}

void Svg::begin_clipped(double x, double y, double width, double height) {
    const std::string name = fmt::format("clip{}", ++clips_);
    out_ += fmt::format("<clipPath id=\"{}\">", name);
    rectangle(x, y, width, height, {});
    out_ += fmt::format("</clipPath>\n<g clip-path=\"url(#{})\">\n", name);
}

std::string Svg::finish() {
    out_ += "</svg>\n";
    return std::move(out_);
}

}  // namespace glass::tools
