// Dot canvas: a picture of braille characters (Unicode 2800 to 28FF), two dots wide and four high in every
// cell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glass::tools {

class DotCanvas {
public:
    DotCanvas(std::size_t columns, std::size_t rows)
        : columns_(columns), rows_(rows), cells_(columns * rows) {}

    std::size_t width() const { return 2 * columns_; }  ///< in dots
    std::size_t height() const { return 4 * rows_; }

    /// Later inks win a cell's colour. Dots outside are left out; (0, 0) is at the top left.
    void dot(std::int64_t x, std::int64_t y, std::uint8_t ink);
    /// Along a column; both ends included.
    void upright(std::int64_t x, std::int64_t y1, std::int64_t y2, std::uint8_t ink);
    void across(std::int64_t x1, std::int64_t x2, std::int64_t y, std::uint8_t ink);
    /// Any straight line.
    void line(double x1, double y1, double x2, double y2, std::uint8_t ink);
    /// A letter instead of the dots of a cell.
    void letter(std::int64_t x, std::int64_t y, char letter, std::uint8_t ink);

    struct Cell {
        std::uint8_t dots = 0, ink = 0;
        char letter = 0;
    };
    const Cell& cell(std::size_t column, std::size_t row) const { return cells_[row * columns_ + column]; }

private:
    Cell* at(std::int64_t x, std::int64_t y);

    std::size_t columns_, rows_;
    std::vector<Cell> cells_;
};

/// What a cell shows.
void append_cell(const DotCanvas::Cell& cell, std::string& out);

}  // namespace glass::tools
