#include "tools/command_streams.h"

#include "tools/in_order.h"
#include "tools/notes.h"
#include "tools/output.h"
#include "tools/pager.h"
#include "tools/view_streams.h"

namespace glass::tools {
namespace {

class StreamsView {
public:
    StreamsView(const StreamsOptions& options, const Style& style, Output& output)
        : options_(options), style_(style), output_(output), json_(output.text()) {}

    void write(const StreamSummary& s) {
        if (!s.chosen) return;
        const bool first = written_++ == 0;
        if (options_.json) {
            write_stream_json(s, first, json_);
        } else {
            if (first) write_streams_heading(style_, output_.text());
            write_stream_line(s, style_, output_.text());
            if (options_.details) write_stream_details(s, style_, output_.text());
        }
        output_.end_line();
    }
    std::uint64_t written() const { return written_; }

private:
    const StreamsOptions& options_;
    const Style& style_;
    Output& output_;
    JsonWriter json_;
    std::uint64_t written_ = 0;
};

}  // namespace

int run_streams(const StreamsOptions& options) {
    const Style style = style_for_output(options.view.color);
    const Pager pager(options.view.pager && !options.json && options.capture.interface.empty());
    Output output;
    StreamsView view(options, style, output);
    InOrder<StreamSummary, std::function<void(StreamSummary &&)>> in_order(
        [&](StreamSummary&& s) { view.write(s); });
    const bool choose = !options.capture.filter.empty() && options.capture.interface.empty();
    StreamCollector collector({.hash = options.json && options.hash, .choose = choose},
                              [&](StreamSummary&& s) {
                                  const std::uint32_t number = s.stream;
                                  in_order.add(number, std::move(s));
                              });
    CaptureOptions capture = options.capture;
    capture.tcp.analyze = true;
    capture.tcp.sink = &collector;
    Notes notes;
    const int status = for_each_packet(capture, [&](const Packet& packet, const Decoder& decoder) {
        notes.observe(packet, decoder);
        if (choose && packet.tcp) collector.choose(*packet.tcp->conversation);
        return true;
    });
    in_order.finish();
    if (view.written() == 0 && !options.json && status == kAllRead)
        output.append(choose ? "no TCP connection matches the filter\n" : "no TCP connections\n");
    output.flush();
    notes.print();
    return status;
}

}  // namespace glass::tools
