// Box cells: a header cut into the cells of an RFC diagram, each with a name and this packet's value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/field.h"

namespace glass::tools {

/// Bits [begin, end) of a header. Neighbours in their list meet: every bit is in one cell.
struct Cell {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string_view label;  ///< borrowed from the field's info; empty for bits of no field
    std::string_view key;
    std::string value;  ///< as it stands on the wire: a header length is 5, not 20 octets

    constexpr std::uint32_t width() const { return end - begin; }
};

/// The finest cells that do not overlap: of two fields that share bits, the narrower one. `header` is as much
/// of it as was captured. Empty where no field has a fixed place: that header has no diagram.
[[nodiscard]] std::vector<Cell> cut_into_cells(std::span<const Field> fields, ip::Bytes header);

/// Lines of text for a cell that is `columns` wide; `shortened` where the label is not there in full, so that
/// a legend must say it.
struct CellText {
    std::vector<std::string> lines;
    std::string abbreviation;  ///< of the label, where one is used
    bool shortened = false;
};
/// At most four lines, five where letters stand above each other: "label value", else the label's words and
/// then the value, else an abbreviation and the value, else the value, else a star.
[[nodiscard]] CellText fit_cell(const Cell& cell, std::size_t columns);

}  // namespace glass::tools
