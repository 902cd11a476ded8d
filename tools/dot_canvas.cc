#include "tools/dot_canvas.h"

#include <algorithm>
#include <cmath>

namespace glass::tools {

DotCanvas::Cell* DotCanvas::at(std::int64_t x, std::int64_t y) {
    if (x < 0 || y < 0 || x >= static_cast<std::int64_t>(width()) || y >= static_cast<std::int64_t>(height()))
        return nullptr;
    return &cells_[static_cast<std::size_t>(y / 4) * columns_ + static_cast<std::size_t>(x / 2)];
}

void DotCanvas::dot(std::int64_t x, std::int64_t y, std::uint8_t ink) {
    static constexpr std::uint8_t kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell* const cell = at(x, y);
    if (!cell) return;
    cell->dots |= kBits[y % 4][x % 2];
    cell->ink = std::max(cell->ink, ink);
}

void DotCanvas::upright(std::int64_t x, std::int64_t y1, std::int64_t y2, std::uint8_t ink) {
    if (y2 < y1) std::swap(y1, y2);
    y1 = std::max<std::int64_t>(y1, 0);
    y2 = std::min<std::int64_t>(y2, static_cast<std::int64_t>(height()) - 1);
    for (std::int64_t y = y1; y <= y2; ++y) dot(x, y, ink);
}

void DotCanvas::across(std::int64_t x1, std::int64_t x2, std::int64_t y, std::uint8_t ink) {
    if (x2 < x1) std::swap(x1, x2);
    x1 = std::max<std::int64_t>(x1, 0);
    x2 = std::min<std::int64_t>(x2, static_cast<std::int64_t>(width()) - 1);
    for (std::int64_t x = x1; x <= x2; ++x) dot(x, y, ink);
}

void DotCanvas::line(double x1, double y1, double x2, double y2, std::uint8_t ink) {
    const double most = static_cast<double>(width() + height());
    const double steps = std::clamp(std::ceil(std::max(std::abs(x2 - x1), std::abs(y2 - y1))), 1.0, 2 * most);
    for (double i = 0; i <= steps; ++i)
        dot(std::llround(x1 + (x2 - x1) * i / steps), std::llround(y1 + (y2 - y1) * i / steps), ink);
}

void DotCanvas::letter(std::int64_t x, std::int64_t y, char letter, std::uint8_t ink) {
    Cell* const cell = at(x, y);
    if (!cell || cell->ink > ink) return;
    cell->letter = letter;
    cell->ink = ink;
}

void append_cell(const DotCanvas::Cell& cell, std::string& out) {
    if (cell.letter) {
        out += cell.letter;
    } else if (cell.dots == 0) {
        out += ' ';
    } else {  // U+2800 and the dots, in UTF-8
        out += '\xe2';
        out += static_cast<char>(0xa0 | cell.dots >> 6);
        out += static_cast<char>(0x80 | (cell.dots & 0x3f));
    }
}

}  // namespace glass::tools
