#include "tools/summary_marks.h"

#include <fmt/format.h>

namespace glass::tools {
namespace {

using tcp::Mark;

template <class... Args>
void add(TextBuffer& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::memory_buffer text;
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    out.append({text.data(), text.size()});
}

void write_frame(std::string_view before, const tcp::FrameRef& frame, std::string_view otherwise,
                 TextBuffer& out) {
    if (frame)
        add(out, "{}#{}", before, frame.number);
    else
        out.append(otherwise);
}

void write_retransmission(const tcp::Finding& f, TextBuffer& out) {
    write_frame("  ⟲ repeats ", f.original, "  ⟲ sent again", out);
    if (f.marks.has(Mark::fast_retransmission)) add(out, " after {} duplicate ACKs", f.duplicate_acks);
    if (f.marks.has(Mark::spurious_retransmission))
        write_frame(", needlessly: acknowledged by ", f.acknowledged_by, "", out);
}

void write_mark(Mark mark, const tcp::Finding& f, TextBuffer& out) {
    switch (mark) {
        case Mark::retransmission:
        case Mark::fast_retransmission:
        case Mark::spurious_retransmission: return write_retransmission(f, out);
        case Mark::out_of_order:
            return write_frame("  out of order: belongs before ", f.highest, "  out of order", out);
        case Mark::lost_segment: return add(out, "  {} bytes before it not captured", f.missing);
        case Mark::ack_lost_segment:
            return add(out, "  acknowledges {} bytes that were not captured", f.missing);
        case Mark::duplicate_ack:
            add(out, "  duplicate ACK {}", f.duplicate_acks);
            return write_frame(" of ", f.original, "", out);
        case Mark::window_update: return out.append("  window update");
        case Mark::window_full: return out.append("  fills the window");
        case Mark::zero_window: return out.append("  zero window");
        case Mark::zero_window_probe: return out.append("  zero window probe");
        case Mark::zero_window_probe_ack:
            return write_frame("  answers probe ", f.original, "  answers a probe", out);
        case Mark::keep_alive: return out.append("  keep-alive");
        case Mark::keep_alive_ack:
            return write_frame("  answers keep-alive ", f.original, "  answers a keep-alive", out);
        case Mark::reused_ports: return out.append("  ports used before");
        case Mark::count_: return;
    }
}

}  // namespace

void write_marks(const tcp::Finding& finding, TextBuffer& out) {
    if (!finding.marks.any()) return;
    for (std::size_t i = 0; i < tcp::kMarkCount; ++i)
        if (finding.marks.has(static_cast<Mark>(i))) write_mark(static_cast<Mark>(i), finding, out);
}

}  // namespace glass::tools
