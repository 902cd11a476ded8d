#include "tools/summary_tcp.h"

#include <algorithm>

#include "tcp/options.h"
#include "tcp/segment.h"

namespace glass::tools {
namespace {

void word_and_number(TextBuffer& out, std::string_view word, std::uint64_t number) {
    out.append(word);
    out.number(number);
}

/// In the order in which people say them: SYN ACK, PSH ACK, FIN ACK; nothing at all is "(no flags)".
std::size_t write_spoken_flags(std::uint16_t flags, TextBuffer& out) {
    struct Name {
        std::uint16_t bit;
        std::string_view text;
    };
    static constexpr Name kNames[] = {{tcp::SYN, "SYN"}, {tcp::FIN, "FIN"}, {tcp::RST, "RST"},
                                      {tcp::PSH, "PSH"}, {tcp::URG, "URG"}, {tcp::ACK, "ACK"},
                                      {tcp::ECE, "ECE"}, {tcp::CWR, "CWR"}, {tcp::AE, "AE"}};
    const std::size_t start = out.size();
    for (const Name& name : kNames) {
        if (!(flags & name.bit)) continue;
        if (out.size() > start) out.append(' ');
        out.append(name.text);
    }
    if (out.size() == start) out.append("(no flags)");
    return out.size() - start;
}

/// At least one blank.
void pad(TextBuffer& out, std::size_t written, std::size_t width) {
    out.fill(' ', written < width ? width - written : 1);
}

/// Relative numbers where the connection is known, else what stands in the header.
struct Numbers {
    std::uint32_t seq;
    std::uint32_t ack;
    std::uint32_t window;
};
Numbers numbers_of(const Packet& packet, const Layer& layer, const tcp::Segment& segment, bool absolute) {
    const bool known = packet.tcp && !layer.quoted;
    const std::uint32_t window = known && packet.tcp->window ? *packet.tcp->window : segment.window;
    if (!known || absolute) return {segment.seq.value(), segment.ack.value(), window};
    return {packet.tcp->relative_seq, packet.tcp->relative_ack, window};
}

void write_syn_options(ip::Bytes options, TextBuffer& out) {
    tcp::OptionReader reader(options);
    out.append(' ');
    while (const auto option = reader.next()) {
        if (const auto* mss = option->as<tcp::MaximumSegmentSize>())
            word_and_number(out, " mss ", mss->octets);
        else if (const auto* scale = option->as<tcp::WindowScale>())
            word_and_number(out, " ws ", scale->shift);
        else if (option->as<tcp::SackPermitted>())
            out.append(" sack");
        else if (option->as<tcp::Timestamps>())
            out.append(" ts");
        else if (option->as<tcp::FastOpen>())
            out.append(" tfo");
        else if (option->as<tcp::Multipath>())
            out.append(" mptcp");
        else if (option->as<tcp::Md5Signature>())
            out.append(" md5");
        else if (option->as<tcp::Authentication>())
            out.append(" ao");
        else if (option->as<tcp::UserTimeout>())
            out.append(" uto");
    }
}

/// The blocks in the numbers of the acknowledgments around them.
void write_sack(const tcp::Sack& sack, std::uint32_t offset, TextBuffer& out) {
    out.append("  sack");
    for (std::size_t i = 0; i < sack.count; ++i) {
        word_and_number(out, " ", sack.blocks[i].left.value() - offset);
        word_and_number(out, "..", sack.blocks[i].right.value() - offset - 1);
    }
}

}  // namespace

void summarize_tcp(const Packet& packet, const Layer& layer, bool absolute_seq, TextBuffer& out) {
    if (layer.bytes.size() < tcp::Segment::kFixedLength)
        return out.append("TCP");  // remarks say what is missing
    const tcp::Segment segment = tcp::read_segment(layer.bytes);
    const Numbers n = numbers_of(packet, layer, segment, absolute_seq);
    const std::uint32_t length = layer.payload_wire_length();
    std::size_t width = out.size();
    write_spoken_flags(segment.flags, out);
    if (length > 0) {
        word_and_number(out, " ", length);
        out.append(" B");
    }
    width = out.size() - width;
    pad(out, width, 14);
    const bool takes_sequence_space = length > 0 || segment.flags & (tcp::SYN | tcp::FIN | tcp::RST);
    if (takes_sequence_space) word_and_number(out, " seq ", n.seq);
    if (length > 0) word_and_number(out, "..", static_cast<std::uint32_t>(n.seq + length - 1));
    if (segment.has(tcp::ACK)) word_and_number(out, " ack ", n.ack);
    word_and_number(out, " win ", n.window);
    if (segment.has(tcp::URG)) word_and_number(out, " urg ", segment.urgent_pointer);
    if (segment.has(tcp::SYN)) return write_syn_options(segment.options, out);
    constexpr auto kSack = static_cast<std::uint8_t>(tcp::OptionKind::sack);
    const bool may_have_sack = std::ranges::find(segment.options, kSack) != segment.options.end();
    if (!may_have_sack) return;  // nearly always, and cheaper than reading timestamps for nothing
    if (const auto sack = tcp::find_option<tcp::Sack>(segment.options))
        write_sack(*sack, segment.ack.value() - n.ack, out);
}

}  // namespace glass::tools
