// The fields view: chosen fields as columns, for sort, awk and spreadsheets.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "ip/protocol.h"
#include "tools/field.h"
#include "tools/packet.h"
#include "tools/text_buffer.h"

namespace glass::tools {

/// What a column shows.
struct FieldColumn {
    std::string name;  ///< as the user wrote it
    bool of_frame = false;
    ip::Proto proto = ip::Proto::data;
    std::string_view key;  ///< the field's, or the frame's
};

/// A row a packet: tab separated, a field that several layers have in one cell with commas, outermost first.
/// What a layer lacks is left out. Tabs, newlines and backslashes in text come out as \t, \n and \\.
class FieldsView {
public:
    /// `list`: names as proto.field ("tcp.seq_raw"), of the frame itself "frame.number", "frame.time",
    /// "frame.len", "frame.cap_len", "frame.comment". The error names what is unknown, and what comes near
    /// it.
    [[nodiscard]] static std::expected<std::vector<FieldColumn>, std::string> parse(std::string_view list);

    explicit FieldsView(std::vector<FieldColumn> columns)
        : columns_(std::move(columns)), cells_(columns_.size()) {}

    void write_header(TextBuffer& out) const;
    void write(const Packet& packet, TextBuffer& out);

private:
    void fill_from_frame(const Packet& packet);
    void fill_from_layer(const Packet& packet, const Layer& layer);
    bool wants(ip::Proto proto) const;

    std::vector<FieldColumn> columns_;
    std::vector<TextBuffer> cells_;  ///< of the row being written, one a column
    FieldList fields_{FieldList::For::columns};
};

/// All names that --fields takes.
[[nodiscard]] std::vector<std::string> all_field_names();

}  // namespace glass::tools
