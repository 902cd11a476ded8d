#include "tools/view_box.h"

#include <algorithm>
#include <iterator>

#include "tools/box_cells.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

constexpr std::uint32_t kBits = 32;        ///< in a row
constexpr std::uint32_t kMaxRows = 48;     ///< of one header; what follows is counted
constexpr std::uint32_t kTallestCell = 6;  ///< rows of one cell; its middle is left out above that

constexpr std::string_view kTens = " 0                   1                   2                   3\n";
constexpr std::string_view kOnes = " 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1\n";

/// The part of a cell in one row: bits [begin, end) of the row.
struct Part {
    std::size_t cell = 0;
    std::uint32_t begin = 0, end = 0;
    std::vector<std::string> lines;

    std::size_t columns() const { return 2 * std::size_t{end - begin} - 1; }
};
struct Row {
    std::vector<Part> parts;
    bool elided = false;  ///< rows of the same cell are left out above this one
    std::uint32_t end() const { return parts.empty() ? 0 : parts.back().end; }
    /// The cell that has this bit, or none.
    std::size_t cell_at(std::uint32_t bit) const {
        for (const Part& part : parts)
            if (bit >= part.begin && bit < part.end) return part.cell;
        return static_cast<std::size_t>(-1);
    }
};

/// Whether this row lies in the middle of a cell that is too tall.
bool is_left_out(const Cell& cell, std::uint32_t row) {
    const std::uint32_t first = cell.begin / kBits, last = (cell.end - 1) / kBits;
    return last - first >= kTallestCell && row > first + 1 && row < last - 1;
}

std::vector<Row> rows_of(std::span<const Cell> cells) {
    std::vector<Row> rows;
    std::uint32_t current = 0xffffffff;
    bool left_out = false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Cell& cell = cells[i];
        for (std::uint32_t row = cell.begin / kBits; row <= (cell.end - 1) / kBits; ++row) {
            if (is_left_out(cell, row)) {
                row = (cell.end - 1) / kBits - 2;
                left_out = true;
                continue;
            }
            if (row != current) {
                rows.push_back({{}, left_out});
                left_out = false;
                current = row;
            }
            const std::uint32_t start = row * kBits;
            rows.back().parts.push_back(
                {i, std::max(cell.begin, start) - start, std::min(cell.end, start + kBits) - start, {}});
        }
    }
    return rows;
}

class Box {
public:
    Box(std::span<const Cell> cells, const Style& style, std::string& out)
        : cells_(cells), style_(style), out_(out), rows_(rows_of(cells)) {}

    void print() {
        const std::size_t hidden = rows_.size() > kMaxRows ? rows_.size() - kMaxRows : 0;
        rows_.resize(rows_.size() - hidden);
        place_texts();
        out_ += kTens;
        out_ += kOnes;
        const Row none;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            print_border(i == 0 ? none : rows_[i - 1], rows_[i]);
            print_row(rows_[i]);
        }
        if (!rows_.empty()) print_border(rows_.back(), none);
        print_legend(hidden);
    }

private:
    void place_texts() {
        std::vector<std::vector<Part*>> parts(cells_.size());
        for (Row& row : rows_)
            for (Part& part : row.parts) parts[part.cell].push_back(&part);
        for (std::size_t i = 0; i < cells_.size(); ++i)
            if (!parts[i].empty()) place_text(cells_[i], parts[i]);
    }

    /// The text goes into the widest part, the middle one of several. Where label and value do not fit there
    /// together, they go into two parts.
    void place_text(const Cell& cell, std::span<Part* const> parts) {
        const std::size_t columns = (*std::ranges::max_element(parts, {}, &Part::columns))->columns();
        std::vector<Part*> widest;
        std::ranges::copy_if(parts, std::back_inserter(widest),
                             [&](Part* p) { return p->columns() == columns; });
        Part& middle = *widest[(widest.size() - 1) / 2];
        const std::size_t together = display_columns(cell.label) + 1 + display_columns(cell.value);
        if (parts.size() > 1 && together > middle.columns() && !cell.value.empty()) {
            Cell name = cell;
            name.value.clear();
            set(*parts[0], name);
            Cell value = cell;
            value.label = {};
            parts[1]->lines = fit_cell(value, parts[1]->columns()).lines;
        } else {
            set(middle, cell);
        }
    }

    void set(Part& part, const Cell& cell) {
        CellText text = fit_cell(cell, part.columns());
        if (text.shortened) note_legend(cell, text.abbreviation);
        part.lines = std::move(text.lines);
    }

    void note_legend(const Cell& cell, const std::string& abbreviation) {
        std::string entry;
        if (!abbreviation.empty()) {
            entry = abbreviation + ": ";
            entry += cell.label;
        } else {
            entry = "bit" + std::string(cell.width() > 1 ? "s " : " ") + std::to_string(cell.begin);
            if (cell.width() > 1) entry += "-" + std::to_string(cell.end - 1);
            entry.append(": ").append(cell.label);
            if (!cell.value.empty()) entry.append(" ").append(cell.value);
        }
        if (std::ranges::find(legend_, entry) == legend_.end()) legend_.push_back(std::move(entry));
    }

    void print_border(const Row& above, const Row& below) {
        const std::uint32_t end = std::max(above.end(), below.end());
        if (below.elided) return print_elision(below);
        std::string line;
        for (std::uint32_t bit = 0; bit <= end; ++bit) {
            const bool left = bit > 0 && separates(above, below, bit - 1);
            const bool right = bit < end && separates(above, below, bit);
            const bool edge = bit == 0 || bit == end || left || right || crosses(above, below, bit);
            line += edge ? '+' : ' ';
            if (bit < end) line += right ? '-' : ' ';
        }
        style_.put(out_, Ink::dim, line);
        out_ += '\n';
    }

    /// Whether different cells meet under this bit.
    static bool separates(const Row& above, const Row& below, std::uint32_t bit) {
        return above.cell_at(bit) != below.cell_at(bit);
    }
    /// Whether a line goes straight down at the left of this bit.
    static bool crosses(const Row& above, const Row& below, std::uint32_t bit) {
        return bit > 0 &&
               (above.cell_at(bit - 1) != above.cell_at(bit) || below.cell_at(bit - 1) != below.cell_at(bit));
    }

    void print_elision(const Row& row) {
        std::string line(2 * std::size_t{row.end()} + 1, ' ');
        constexpr std::string_view kDots = ". . .";
        line.front() = line.back() = '/';
        line.replace(line.size() / 2 - kDots.size() / 2, kDots.size(), kDots);
        style_.put(out_, Ink::dim, line);
        out_ += '\n';
    }

    void print_row(const Row& row) {
        std::size_t height = 1;
        for (const Part& part : row.parts) height = std::max(height, part.lines.size());
        for (std::size_t line = 0; line < height; ++line) {
            style_.put(out_, Ink::dim, "|");
            for (const Part& part : row.parts) {
                print_centered(part, line, height);
                style_.put(out_, Ink::dim, "|");
            }
            out_ += '\n';
        }
    }

    void print_centered(const Part& part, std::size_t line, std::size_t height) {
        const std::size_t spare = height - part.lines.size();
        const std::size_t above = part.columns() == 1 ? spare : spare / 2;  // bits of flags stand in one line
        const bool empty = line < above || line - above >= part.lines.size();
        const std::string_view text = empty ? std::string_view{} : part.lines[line - above];
        const std::size_t used = std::min(display_columns(text), part.columns());
        const std::size_t left = (part.columns() - used) / 2;
        out_.append(left, ' ');
        out_ += text;
        out_.append(part.columns() - used - left, ' ');
    }

    void print_legend(std::size_t hidden) {
        std::string line;
        for (const std::string& entry : legend_) {
            if (!line.empty()) line += ", ";
            line += entry;
        }
        if (!line.empty()) append_paragraph(line, {}, 0, style_, out_);
        if (hidden > 0)
            append_paragraph("… and " + std::to_string(hidden) + " rows more", {}, 0, style_, out_);
    }

    std::span<const Cell> cells_;
    const Style& style_;
    std::string& out_;
    std::vector<Row> rows_;
    std::vector<std::string> legend_;
};

}  // namespace

void print_box(const Packet& packet, const Style& style, std::string& out, ProtocolTable table) {
    append_frame_heading(packet, style, out);
    FieldList list(FieldList::For::people);
    for (std::size_t i = 0; i < packet.layer_count; ++i) {
        const Layer& layer = packet.layers()[i];
        const ProtocolInfo& info = table(layer.proto);
        list.start(layer.bytes);
        if (info.describe) info.describe(layer, packet, list);
        const std::vector<Cell> cells = cut_into_cells(list.fields(), layer.header());
        if (cells.empty()) continue;
        out += '\n';
        style.put(out, layer.proto, layer_title(layer, info));
        out += '\n';
        append_fault(packet, i, style, 0, out);
        Box(cells, style, out).print();
    }
    append_fault_without_layer(packet, style, out);
}

}  // namespace glass::tools
