// Style: the colour and the width of what people read, and how many columns a text takes on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ip/protocol.h"

namespace glass::tools {

enum class ColorChoice : std::uint8_t { automatic, always, never };

/// Whether to colour what goes to a file descriptor. `always` and `never` decide; `automatic` wants a
/// terminal, NO_COLOR unset or empty, and TERM neither unset nor "dumb".
[[nodiscard]] bool use_color(ColorChoice choice, int descriptor);
/// The same decision with the environment handed in (null: not set).
[[nodiscard]] bool use_color(ColorChoice choice, bool terminal, const char* no_color, const char* term);

/// What a piece of text is, beside the colours of layers and streams.
enum class Ink : std::uint8_t {
    plain,
    strong,  ///< headings
    dim,     ///< notes, offsets, borders
    bad,     ///< faults
};

/// How to dress text for a terminal. Without colour every code is empty, so callers never ask.
class Style {
public:
    static constexpr std::size_t kColumns = 80;

    /// No colour, 80 columns: what files and tests get.
    constexpr Style() = default;
    constexpr explicit Style(bool color, std::size_t columns = kColumns) : color_(color), columns_(columns) {}

    constexpr bool color() const { return color_; }
    /// Lines are wrapped to fit in this many columns, where that can be done.
    constexpr std::size_t columns() const { return columns_; }

    /// SGR sequences (ECMA-48 8.3.117) that start a colour, and the one that ends any.
    [[nodiscard]] std::string_view start(Ink ink) const;
    [[nodiscard]] std::string_view start(ip::Proto layer) const;
    [[nodiscard]] std::string_view start_stream(std::uint32_t stream) const;
    [[nodiscard]] std::string_view stop() const { return color_ ? "\x1b[0m" : ""; }

    /// Appends `text` in a colour.
    void put(std::string& out, Ink ink, std::string_view text) const { dress(out, start(ink), text); }
    void put(std::string& out, ip::Proto layer, std::string_view text) const {
        dress(out, start(layer), text);
    }

private:
    void dress(std::string& out, std::string_view code, std::string_view text) const;

    bool color_ = false;
    std::size_t columns_ = kColumns;
};

/// For standard output: in colour as `choice` says, as wide as its terminal.
[[nodiscard]] Style style_for_output(ColorChoice choice);

/// Columns that UTF-8 text takes: two for wide East Asian characters and emoji, none for combining marks.
/// Text must not contain control characters.
[[nodiscard]] std::size_t display_columns(std::string_view text);

/// Lines of at most `columns` columns (`rest` for all but the first), broken at spaces, or inside a word that
/// alone is too long. The lines borrow from `text`; there is always one.
[[nodiscard]] std::vector<std::string_view> wrap(std::string_view text, std::size_t columns,
                                                 std::size_t rest);

/// Appends blanks until the text from `start` on takes `columns` columns.
void pad_to(std::string& out, std::size_t start, std::size_t columns);

}  // namespace glass::tools
