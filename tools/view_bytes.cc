#include "tools/view_bytes.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

#include "tools/byte_plan.h"
#include "tools/layer_places.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

constexpr std::size_t kDumpGrid = 16;      ///< octets in a row of a dump
constexpr std::size_t kWideColumns = 110;  ///< from here on, fields have 16 octets a row, too
constexpr std::size_t kNarrowest = 24;     ///< columns left for text
constexpr std::size_t kSmallGap = 16;      ///< octets of no field that are shown like a field

/// A line at the right of the bar.
struct RightLine {
    std::string text;
    std::size_t note_at;  ///< the rest is a note
};

/// Breaks sayings into lines. Short ones without notes share a line, as the bits of an octet of flags do.
class RightSide {
public:
    explicit RightSide(std::size_t columns) : columns_(columns) {}

    void add(const Saying& saying) {
        const std::size_t indent = 2 * saying.depth;
        if (joins_ && indent == indent_) {
            std::string joined = lines_.back().text + ", " + saying.text;
            const std::size_t note = saying.note.empty() ? 0 : 3 + display_columns(saying.note);
            if (display_columns(joined) + note <= columns_) {
                lines_.pop_back();
                return add_wrapped(joined, saying.note, indent, true);
            }
        }
        add_wrapped(std::string(indent, ' ') + saying.text, saying.note, indent, false);
    }
    const std::vector<RightLine>& lines() const { return lines_; }

private:
    void add_wrapped(const std::string& text, const std::string& note, std::size_t indent, bool joined) {
        const std::string whole = note.empty() ? text : text + " — " + note;
        const std::size_t before = lines_.size();
        const std::size_t hanging = std::min(indent + 2, columns_ - 1);
        const std::size_t skip = std::min(indent, whole.size());
        for (const std::string_view line :
             wrap(std::string_view(whole).substr(skip), columns_ - indent, columns_ - hanging)) {
            const std::size_t at = static_cast<std::size_t>(line.data() - whole.data());
            const std::size_t margin = lines_.size() == before ? indent : hanging;
            const std::size_t plain = std::min(line.size(), std::max(text.size(), at) - at);
            lines_.push_back({std::string(margin, ' ').append(line), margin + plain});
        }
        joins_ = note.empty() && (joined || lines_.size() == before + 1);
        indent_ = indent;
    }

    std::size_t columns_;
    std::vector<RightLine> lines_;
    bool joins_ = false;      ///< the next saying may go on in the last line
    std::size_t indent_ = 0;  ///< of the last saying
};

class BytesPrinter {
public:
    BytesPrinter(const Packet& packet, const Style& style, ProtocolTable table, std::string& out)
        : packet_(packet),
          style_(style),
          table_(table),
          out_(out),
          grid_(style.columns() < kWideColumns ? 8 : 16) {}

    void print() {
        append_frame_heading(packet_, style_, out_);
        for (const Region& region : places_.regions) print_region(region);
        append_fault_without_layer(packet_, style_, out_);
    }

private:
    void print_region(const Region& region) {
        bytes_ = region.bytes;
        offset_digits_ = std::max<std::size_t>(4, fmt::formatted_size("{:x}", bytes_.size()));
        if (region.first_layer > 0) print_reassembled_heading(region);
        color_ = {};
        print_dump("Not decoded", region.before);
        for (std::size_t i = region.first_layer; i < region.end_layer; ++i) print_head(i);
        for (std::size_t i = region.end_layer; i-- > region.first_layer;) print_tail(i);
        color_ = {};
        print_dump("Padding after the last header's payload", region.after);
        append_rest_of_datagram(packet_, region, style_, out_);
    }

    void print_reassembled_heading(const Region& region) {
        style_.put(out_, Ink::strong, reassembled_title(packet_, region));
        out_ += '\n';
    }

    void print_head(std::size_t index) {
        const Layer& layer = packet_.layers()[index];
        const LayerPlace& place = places_.layers[index];
        const ProtocolInfo& info = table_(layer.proto);
        color_ = style_.start(layer.proto);
        style_.put(out_, layer.proto, layer_title(layer, info));
        out_ += '\n';
        append_fault(packet_, index, style_, 2, out_);
        if (layer.proto == ip::Proto::data) return print_rows(place.head, kDumpGrid);
        const std::size_t header =
            std::clamp(place.origin + layer.header_length, place.head.begin, place.head.end);
        cursor_ = place.head.begin;
        for (const Unit& unit : plan_of(index))
            if (!in_tail(unit, place)) print_unit(unit, place.origin, place.head.end, header);
        print_gap(place.head.end, header);
    }

    void print_tail(std::size_t index) {
        const LayerPlace& place = places_.layers[index];
        if (place.tail.empty()) return;
        color_ = style_.start(packet_.layers()[index].proto);
        const std::string what = padding_title(packet_, index, table_);
        const std::vector<Unit> units = plan_of(index);
        const bool described = std::ranges::any_of(units, [&](const Unit& u) { return in_tail(u, place); });
        if (!described) return print_dump(what, place.tail);
        cursor_ = place.tail.begin;
        for (const Unit& unit : units)
            if (in_tail(unit, place)) print_unit(unit, place.origin, place.tail.end, place.tail.end);
        print_dump(what, {cursor_, place.tail.end});
    }

    /// Trailers, as a frame check sequence: fields after the payload.
    static bool in_tail(const Unit& unit, const LayerPlace& place) {
        const std::size_t begin = place.origin + unit.octets.begin;
        return !unit.octets.empty() && !place.tail.empty() && begin >= place.tail.begin;
    }

    std::vector<Unit> plan_of(std::size_t index) {
        const Layer& layer = packet_.layers()[index];
        const ProtocolInfo& info = table_(layer.proto);
        list_.start(layer.bytes);
        if (info.describe) info.describe(layer, packet_, list_);
        return plan_bytes(list_.fields());
    }

    /// A unit, after the octets between it and the one before. Octets past `end` belong to the next layer.
    void print_unit(const Unit& unit, std::size_t origin, std::size_t end, std::size_t header) {
        const std::size_t from = std::clamp(origin + unit.octets.begin, cursor_, end);
        const Extent octets{from, std::clamp(origin + unit.octets.end, from, end)};
        if (!octets.empty()) print_gap(octets.begin, header);
        print_beside({0, 0}, right_side(unit.above));
        if (unit.dump) {
            print_beside({0, 0}, right_side(unit.beside));
            print_rows(octets, kDumpGrid);
        } else {
            print_beside(octets, right_side(unit.beside));
        }
        print_beside({0, 0}, right_side(unit.below));
        if (!octets.empty()) cursor_ = octets.end;
    }

    RightSide right_side(std::span<const Saying> sayings) const {
        RightSide right(text_columns());
        for (const Saying& saying : sayings) right.add(saying);
        return right;
    }

    /// Octets up to `end` that no field describes; from `header` on they are payload.
    void print_gap(std::size_t end, std::size_t header) {
        const std::size_t middle = std::clamp(header, std::min(cursor_, end), end);
        const Extent rest{std::min(cursor_, end), middle};
        if (rest.size() > kSmallGap) {
            print_dump("Not decoded", rest);
        } else if (!rest.empty()) {
            print_beside(rest, right_side(std::array{Saying{0, "not decoded", {}}}));
        }
        print_dump("Payload", {middle, end});
        cursor_ = std::max(cursor_, end);
    }

    /// A heading, and rows with the octets as text.
    void print_dump(std::string_view what, Extent octets) {
        if (octets.empty()) return;
        std::string line(what);
        line += ", ";
        append_count(octets.size(), "byte", line);
        out_ += color_;
        out_ += line;
        if (!color_.empty()) out_ += style_.stop();
        out_ += '\n';
        print_rows(octets, kDumpGrid);
    }

    void print_rows(Extent octets, std::size_t grid) {
        for (std::size_t at = octets.begin; at < octets.end; at += grid) {
            const Extent row{at, std::min(at + grid, octets.end)};
            print_left(row, 0, grid);
            std::string text;
            append_ascii(bytes_.subspan(row.begin, row.size()), text);
            style_.put(out_, Ink::dim, text);
            out_ += '\n';
        }
    }

    /// Octets in their columns, and the lines that say what they are: as many rows as the longer of both
    /// needs.
    void print_beside(Extent octets, const RightSide& right) {
        std::size_t line = 0;
        for (std::size_t at = octets.begin; at < octets.end;) {
            const Extent row{at, std::min(octets.end, at - at % grid_ + grid_)};
            print_left(row, at % grid_, grid_);
            print_right(right, line++);
            at = row.end;
        }
        while (line < right.lines().size()) {
            print_left({0, 0}, 0, grid_);
            print_right(right, line++);
        }
    }

    void print_left(Extent row, std::size_t column, std::size_t grid) {
        if (row.empty()) {
            out_.append(offset_digits_ + 2 + 3 * grid, ' ');
        } else {
            style_.put(out_, Ink::dim, fmt::format("{:0{}x}", row.begin, offset_digits_));
            out_.append(2 + 3 * column, ' ');
            out_ += color_;
            append_hex(bytes_.subspan(row.begin, row.size()), out_);
            if (!color_.empty()) out_ += style_.stop();
            out_.append(3 * (grid - column - row.size()) + 1, ' ');
        }
        style_.put(out_, Ink::dim, "│");
        out_ += ' ';
    }

    void print_right(const RightSide& right, std::size_t index) {
        if (index < right.lines().size()) {
            const RightLine& line = right.lines()[index];
            out_ += std::string_view(line.text).substr(0, line.note_at);
            style_.put(out_, Ink::dim, std::string_view(line.text).substr(line.note_at));
        }
        while (out_.back() == ' ') out_.pop_back();
        out_ += '\n';
    }

    std::size_t text_columns() const {
        const std::size_t left = offset_digits_ + 2 + 3 * grid_ + 2;
        return std::max(style_.columns(), left + kNarrowest) - left;
    }

    const Packet& packet_;
    const Style& style_;
    ProtocolTable table_;
    std::string& out_;
    const std::size_t grid_;  ///< octets in a row
    LayerPlaces places_ = place_layers(packet_);
    FieldList list_{FieldList::For::people};
    ip::Bytes bytes_;  ///< of the region that is being printed
    std::size_t offset_digits_ = 4;
    std::size_t cursor_ = 0;  ///< octets before it are printed
    std::string_view color_;  ///< of the octets
};

}  // namespace

void print_bytes(const Packet& packet, const Style& style, std::string& out, ProtocolTable table) {
    BytesPrinter(packet, style, table, out).print();
}

}  // namespace glass::tools
