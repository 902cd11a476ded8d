// glass decode: every packet, as a line, a tree, annotated bytes, JSON or chosen fields.
#include <fmt/format.h>
#include <memory>
#include <utility>

#include "ip/capture_writer.h"
#include "tools/commands.h"
#include "tools/notes.h"
#include "tools/output.h"
#include "tools/output_file.h"
#include "tools/pager.h"
#include "tools/protocols.h"
#include "tools/view_bytes.h"
#include "tools/view_fields.h"
#include "tools/view_json.h"
#include "tools/view_tree.h"

namespace glass::tools {
namespace {

/// Writes one packet in the chosen form.
using View = std::function<void(const Packet&, TextBuffer&)>;

View line_view(const DecodeOptions& options, const Style& style) {
    auto view = std::make_shared<LineView>(options.view.line, style);
    return [view](const Packet& packet, TextBuffer& out) { view->write(packet, out); };
}

View json_view() {
    auto fields = std::make_shared<FieldList>(FieldList::For::json);
    return [fields, first = true](const Packet& packet, TextBuffer& out) mutable {
        JsonWriter json(out);
        write_json_line(packet, *fields, json, std::exchange(first, false));
    };
}

/// A view that appends to a string, with an empty line between packets.
View string_view_of(void (*print)(const Packet&, const Style&, std::string&, ProtocolTable),
                    const Style& style) {
    auto text = std::make_shared<std::string>();
    return [print, &style, text](const Packet& packet, TextBuffer& out) {
        text->clear();
        print(packet, style, *text, protocol);
        *text += '\n';
        out.append(*text);
    };
}

View fields_view(std::vector<FieldColumn> columns, TextBuffer& out) {
    auto view = std::make_shared<FieldsView>(std::move(columns));
    view->write_header(out);
    return [view](const Packet& packet, TextBuffer& text) { view->write(packet, text); };
}

std::expected<View, std::string> make_view(const DecodeOptions& options, const Style& style,
                                           TextBuffer& out) {
    switch (options.how) {
        case DecodeOptions::View::json: return json_view();
        case DecodeOptions::View::tree: return string_view_of(print_tree, style);
        case DecodeOptions::View::bytes: return string_view_of(print_bytes, style);
        case DecodeOptions::View::fields: {
            auto columns = FieldsView::parse(options.fields);
            if (!columns) return std::unexpected(columns.error());
            return fields_view(std::move(*columns), out);
        }
        case DecodeOptions::View::line: break;
    }
    return line_view(options, style);
}

/// Where -w writes to. The file is made when the first frame has come: until then the input, the filter and
/// the fields may turn out wrong, and an old file must not be lost for that.
class Copy {
public:
    explicit Copy(const std::string& path) : path_(path) {}

    ip::Written write(const ip::Frame& frame) {
        if (path_.empty()) return {};
        if (const ip::Written made = make(); !made) return made;
        return writer_->write(frame);
    }
    ip::Written close() {
        if (path_.empty()) return {};
        if (const ip::Written made = make(); !made) return made;
        return writer_->close();
    }

private:
    ip::Written make() {
        if (writer_) return {};
        auto opened = ip::CaptureWriter::create(path_);
        if (!opened) return std::unexpected(opened.error());
        writer_.emplace(std::move(*opened));
        return {};
    }

    std::string path_;
    std::optional<ip::CaptureWriter> writer_;
};

std::optional<std::string> mistake(const DecodeOptions& options) {
    if (options.write_to == "-")
        return "-w -: the packets are shown on standard output; glass cut writes frames there";
    if (options.write_to.empty()) return std::nullopt;
    return why_not_write(options.capture.file, options.write_to);
}

}  // namespace

int run_decode(const DecodeOptions& options) {
    if (const auto wrong = mistake(options)) {
        complain(*wrong);
        return kCannotRead;
    }
    const Style style = style_for_output(options.view.color);
    const bool for_people =
        options.how != DecodeOptions::View::json && options.how != DecodeOptions::View::fields;
    const Pager pager(options.view.pager && for_people && options.capture.interface.empty());
    Output output;
    const auto view = make_view(options, style, output.text());
    if (!view) {
        complain(view.error());
        return kCannotRead;
    }
    Copy copy(options.write_to);
    Notes notes;
    ip::Written written;
    CaptureOptions capture = options.capture;
    capture.tcp.analyze = true;
    capture.http = true;
    const int status = for_each_packet(capture, [&](const Packet& packet, const Decoder& decoder) {
        (*view)(packet, output.text());
        output.end_line();
        notes.observe(packet, decoder);
        written = copy.write(packet.frame);
        return written.has_value();
    });
    output.flush();
    notes.print();
    if (status == kCannotRead) return status;
    if (written) written = copy.close();
    if (written) return status;
    complain(written.error());
    return kCannotRead;
}

}  // namespace glass::tools
