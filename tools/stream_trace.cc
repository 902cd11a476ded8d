#include "tools/stream_trace.h"

#include "tools/http_watch.h"
#include "tools/ip_layer.h"

namespace glass::tools {
namespace {

/// Of a start line nobody reads more on one row.
constexpr std::size_t kMaxStartLine = 256;

TraceSegment segment_of(const Packet& packet, const Layer& layer) {
    const tcp::Segment segment = tcp::read_segment(layer.bytes);
    const TcpContext& context = *packet.tcp;
    TraceSegment out;
    out.frame = {packet.frame.number, packet.frame.time};
    out.side = context.side;
    out.flags = segment.flags;
    out.seq = segment.seq;
    out.ack = segment.ack;
    out.relative_seq = context.relative_seq;
    out.relative_ack = context.relative_ack;
    out.length = layer.payload_wire_length();
    out.window_on_wire = segment.window;
    out.window = context.window;
    if (context.finding) out.finding = *context.finding;
    take_options(segment, out);
    if (packet.http && !packet.http->empty())
        out.http = packet.http->front().start_line().substr(0, kMaxStartLine);
    return out;
}

/// Puts segments into the trace; sides are those of the flow until finish().
class Collector {
public:
    Collector(std::uint32_t stream, StreamTrace& trace, const TraceWatch& watch)
        : stream_(stream), trace_(trace), watch_(watch) {}

    void take(const Packet& packet) {
        if (!packet.tcp || packet.tcp->stream != stream_) return;
        const Layer* layer = packet.innermost(ip::Proto::tcp);
        if (!layer) return;
        if (trace_.segments.empty()) set_endpoints(packet, *layer);
        if (trace_.segments.size() == StreamTrace::kMaxSegments) {
            ++trace_.left_out;
            return;
        }
        trace_.segments.push_back(segment_of(packet, *layer));
        if (watch_) watch_(packet, *layer);
    }

    /// Side 0 becomes the client.
    void finish() {
        trace_.stream = stream_;
        if (trace_.segments.empty() || client_side() == 0) return;
        std::swap(trace_.client, trace_.server);
        for (TraceSegment& segment : trace_.segments) segment.side = 1 - segment.side;
    }

private:
    /// As if the flow's side 0 were the client.
    void set_endpoints(const Packet& packet, const Layer& layer) {
        const Layer* outer = ip_around(packet, layer);
        if (!outer) return;
        const tcp::Segment segment = tcp::read_segment(layer.bytes);
        trace_.client = {source_of(*outer), segment.src_port};
        trace_.server = {final_destination(packet, *outer), segment.dst_port};
        if (packet.tcp->side == 1) std::swap(trace_.client, trace_.server);
    }

    unsigned client_side() const {
        for (const TraceSegment& segment : trace_.segments)
            if (segment.has(tcp::SYN) && !segment.has(tcp::ACK)) return segment.side;
        const TraceSegment& first = trace_.segments.front();
        return first.has(tcp::SYN | tcp::ACK) ? 1 - first.side : first.side;
    }

    std::uint32_t stream_;
    StreamTrace& trace_;
    const TraceWatch& watch_;
};

}  // namespace

void take_options(const tcp::Segment& segment, TraceSegment& out) {
    tcp::OptionReader reader(segment.options);
    while (const auto option = reader.next()) {
        if (const auto* times = option->as<tcp::Timestamps>()) out.timestamps = *times;
        if (const auto* sack = option->as<tcp::Sack>())
            out.sack.assign(sack->blocks.begin(), sack->blocks.begin() + sack->count);
        if (!segment.has(tcp::SYN)) continue;
        if (const auto* mss = option->as<tcp::MaximumSegmentSize>()) out.mss = mss->octets;
        if (const auto* scale = option->as<tcp::WindowScale>()) out.shift = scale->shift;
        if (option->as<tcp::SackPermitted>()) out.sack_permitted = true;
    }
}

LoadedTrace load_trace(const CaptureOptions& options, std::uint32_t stream, const TraceWatch& watch) {
    LoadedTrace loaded;
    Collector collector(stream, loaded.trace, watch);
    CaptureOptions analyzed = options;
    analyzed.tcp.analyze = true;
    analyzed.http = true;
    const auto take = [&](const Packet& packet, const Decoder&) {
        collector.take(packet);
        return true;
    };
    const auto done = [&](const Decoder& decoder) { loaded.streams = decoder.flows().count(); };
    loaded.status = for_each_packet(analyzed, take, done);
    collector.finish();
    return loaded;
}

}  // namespace glass::tools
