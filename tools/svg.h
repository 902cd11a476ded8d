// SVG writer: a drawing, element by element, that is well-formed whatever text it is given. SVG 1.1, XML 1.0.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace glass::tools {

/// A number for a drawing: at most two decimals, no exponent, 0 for what is not finite; within a million.
void append_svg_number(std::string& out, double value);
/// Text for XML: the five special characters as entities, U+FFFD for what XML 1.0 cannot hold (section 2.2).
void append_xml_escaped(std::string& out, std::string_view text);

/// A path, point by point (SVG 1.1 section 8.3).
class SvgPath {
public:
    void move_to(double x, double y) { append('M', x, y); }
    void line_to(double x, double y) { append('L', x, y); }
    void close() { text_ += 'Z'; }
    bool empty() const { return text_.empty(); }
    std::string_view text() const { return text_; }

private:
    void append(char command, double x, double y);

    std::string text_;
};

class Svg {
public:
    /// Opens in a browser by itself: a background, and colours for light and dark. Elements get their looks
    /// from classes of svg.cc's style sheet.
    Svg(double width, double height, std::string_view title);

    enum class Anchor { start, middle, end };

    void line(double x1, double y1, double x2, double y2, std::string_view classes);
    void rectangle(double x, double y, double width, double height, std::string_view classes);
    /// Nothing for an empty path.
    void path(const SvgPath& path, std::string_view classes);
    void text(double x, double y, std::string_view text, std::string_view classes,
              Anchor anchor = Anchor::start);
    /// Text turned clockwise around its place.
    void text_turned(double x, double y, double degrees, std::string_view text, std::string_view classes,
                     Anchor anchor);

    /// A line of text in several colours: pieces follow each other.
    void begin_text(double x, double y);
    void span(std::string_view text, std::string_view classes);
    void finish_text();

    /// What is drawn until the matching end belongs together; the title shows where the mouse rests.
    void begin_group(std::string_view classes, std::string_view title = {});
    void end_group();
    /// What is drawn until the group's end is cut off outside this rectangle.
    void begin_clipped(double x, double y, double width, double height);

    /// The drawing. Precondition: every group has ended. Nothing may follow.
    [[nodiscard]] std::string finish();

private:
    void attribute(std::string_view name, double value);
    void attribute(std::string_view name, std::string_view value);
    void end_text(std::string_view text, std::string_view classes, Anchor anchor);

    std::string out_;
    int clips_ = 0;
};

}  // namespace glass::tools
