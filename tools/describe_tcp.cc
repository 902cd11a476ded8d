#include "tools/describe_tcp.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <string_view>

#include "tcp/finding.h"
#include "tcp/options.h"
#include "tcp/segment.h"

namespace glass::tools {
namespace {

using tcp::Segment;

constexpr std::size_t kUpToFlags = 14;  ///< octets of a header cut so short that the flags are its last

/// What is inside an option. An option is an object; these are its members.
constexpr FieldInfo kOption[] = {
    {"kind", "Kind", 0, 8},
    {"length", "Length", 0, 8, Show::people_only},
    {"name", "Name"},
    {"value", "Value", 0, 16},
    {"shift", "Shift Count", 0, 8},
    {"edges", "Blocks"},
    {"block", "Block"},
    {"left", "Left Edge", 0, 32},
    {"right", "Right Edge", 0, 32},
    {"tsval", "TS Value", 0, 32},
    {"tsecr", "TS Echo Reply", 0, 32},
    {"digest", "Digest"},
    {"minutes", "Granularity", 0, 1},
    {"keyid", "KeyID", 0, 8},
    {"rnextkeyid", "RNextKeyID", 0, 8},
    {"mac", "MAC"},
    {"subtype", "Subtype", 0, 4},
    {"exid", "ExID", 0, 16, Show::everywhere, Radix::hex},
    {"cookie", "Cookie"},
    {"data", "Data"},
    {"malformed", "Malformed"},
};

/// A title for tree views, by type of value: the order of tcp::OptionValue.
constexpr FieldInfo kTitles[] = {
    {"eol", "End of Option List"},        {"nop", "No-Operation"},
    {"mss", "Maximum Segment Size"},      {"wscale", "Window Scale"},
    {"sack_permitted", "SACK Permitted"}, {"sack", "SACK"},
    {"timestamps", "Timestamps"},         {"md5", "MD5 Signature"},
    {"user_timeout", "User Timeout"},     {"ao", "TCP Authentication"},
    {"mptcp", "Multipath TCP"},           {"fast_open", "TCP Fast Open"},
    {"experiment", "Experiment"},         {"unknown", "Unknown Option"},
    {"malformed", "Malformed Option"},
};
static_assert(std::size(kTitles) == std::variant_size_v<tcp::OptionValue>);

std::string_view service_of(std::uint16_t port) {
    switch (port) {
        case 20: return "ftp-data";
        case 21: return "ftp";
        case 22: return "ssh";
        case 23: return "telnet";
        case 25: return "smtp";
        case 53: return "domain";
        case 80: return "http";
        case 110: return "pop3";
        case 143: return "imap";
        case 179: return "bgp";
        case 443: return "https";
        case 445: return "microsoft-ds";
        case 587: return "submission";
        case 853: return "domain over TLS";
        case 993: return "imaps";
        case 3306: return "mysql";
        case 3389: return "rdp";
        case 5432: return "postgresql";
        case 6379: return "redis";
        case 8080: return "http-alt";
        default: return {};
    }
}

void add_port(FieldList& out, Placed at, std::uint16_t port) {
    out.number(at, port);
    if (const std::string_view service = service_of(port); !service.empty()) out.note("{}", service);
}

/// Adds what is inside one option, after its kind, length and name.
struct AddValue {
    FieldList& out;
    std::size_t at;      ///< the octet of the layer where the option's data starts
    std::size_t length;  ///< octets of data

    Placed place(const FieldInfo& info, std::size_t offset, std::size_t octets) const {
        return at_octets(info, at + offset, octets);
    }
    Placed bits(const FieldInfo& info, std::size_t bit, std::uint32_t width) const {
        return {info, static_cast<std::uint32_t>(at * 8 + bit), width};
    }
    /// The octets at the end of the option's data.
    void add_octets(const FieldInfo& info, ip::Bytes octets) const {
        if (!octets.empty()) out.octets(place(info, length - octets.size(), octets.size()), octets);
    }

    void operator()(const tcp::EndOfList&) const {}
    void operator()(const tcp::NoOperation&) const {}
    void operator()(const tcp::SackPermitted&) const {}
    void operator()(const tcp::MaximumSegmentSize& v) const {
        out.number(place(in(kOption, "value"), 0, 2), v.octets);
    }
    void operator()(const tcp::WindowScale& v) const {
        out.number(place(in(kOption, "shift"), 0, 1), v.shift);
        if (v.shift <= tcp::WindowScale::kMax)
            out.note("x {}", 1U << v.shift);
        else
            out.note("more than 14, and taken for it (RFC 7323 section 2.3)");
    }
    void operator()(const tcp::Sack& v) const {
        out.begin_list(place(in(kOption, "edges"), 0, length));
        for (std::size_t i = 0; i < v.count; ++i) {
            const tcp::SackBlock& block = v.blocks[i];
            out.begin_list(place(in(kOption, "block"), 8 * i, 8));
            out.note("{} octets", block.right - block.left);
            out.number(place(in(kOption, "left"), 8 * i, 4), block.left.value());
            out.number(place(in(kOption, "right"), 8 * i + 4, 4), block.right.value());
            out.end_list();
        }
        out.end_list();
    }
    void operator()(const tcp::Timestamps& v) const {
        out.number(place(in(kOption, "tsval"), 0, 4), v.tsval);
        out.number(place(in(kOption, "tsecr"), 4, 4), v.tsecr);
    }
    void operator()(const tcp::Md5Signature& v) const { add_octets(in(kOption, "digest"), v.digest); }
    void operator()(const tcp::UserTimeout& v) const {
        out.boolean(bits(in(kOption, "minutes"), 0, 1), v.minutes);
        out.number(bits(in(kOption, "value"), 1, 15), v.value);
        out.note("{}", v.minutes ? "minutes" : "seconds");
    }
    void operator()(const tcp::Authentication& v) const {
        out.number(place(in(kOption, "keyid"), 0, 1), v.key_id);
        out.number(place(in(kOption, "rnextkeyid"), 1, 1), v.r_next_key_id);
        add_octets(in(kOption, "mac"), v.mac);
    }
    void operator()(const tcp::Multipath& v) const {
        out.number(bits(in(kOption, "subtype"), 0, 4), v.subtype);
        add_octets(in(kOption, "data"), v.data);
    }
    void operator()(const tcp::FastOpen& v) const {
        if (v.experimental) out.number(place(in(kOption, "exid"), 0, 2), tcp::FastOpen::kExId);
        add_octets(in(kOption, "cookie"), v.cookie);
        if (v.cookie.empty()) out.note("asks for a cookie");
    }
    void operator()(const tcp::Experiment& v) const {
        out.number(place(in(kOption, "exid"), 0, 2), v.ex_id);
        add_octets(in(kOption, "data"), v.data);
    }
    void operator()(const tcp::UnknownOption& v) const { add_octets(in(kOption, "data"), v.data); }
    void operator()(const tcp::MalformedOption& v) const {
        out.boolean(in(kOption, "malformed"), true);
        out.note("this option cannot have this length");
        add_octets(in(kOption, "data"), ip::after(v.data, 1));
    }
};

void add_option(FieldList& out, const tcp::Option& option) {
    const std::size_t at = Segment::kFixedLength + option.at;
    out.begin_object(at_octets(kTitles[option.value.index()], at, option.length));
    out.number(at_octets(in(kOption, "kind"), at, 1), option.kind);
    if (option.length > 1) {
        const std::uint8_t length = out.captured()[at + 1];
        out.number(at_octets(in(kOption, "length"), at + 1, 1), length);
        if (length > option.length) out.note("only {} octets are left", option.length);
    }
    out.text(in(kOption, "name"), tcp::option_name(option.kind));
    const std::size_t data = option.length > 2 ? option.length - 2U : 0;
    std::visit(AddValue{out, at + 2, data}, option.value);
    out.end_object();
}

void add_options(FieldList& out, ip::Bytes options) {
    if (options.empty()) return;
    out.begin_list(at_octets(in(kTcp, "options"), Segment::kFixedLength, options.size()));
    tcp::OptionReader reader(options);
    while (const auto option = reader.next()) add_option(out, *option);
    out.end_list();
    if (const ip::Bytes padding = reader.padding(); !padding.empty()) {
        const std::size_t at = Segment::kFixedLength + options.size() - padding.size();
        out.octets(at_octets(in(kTcp, "padding"), at, padding.size()), padding);
        if (std::ranges::any_of(padding, std::identity{})) out.note("should be zero (RFC 9293 MUST-69)");
    }
}

void add_flags(FieldList& out, std::uint16_t flags) {
    std::array<char, tcp::kMaxFlagsText> buffer;
    const char* const end = tcp::write_flags(buffer.data(), flags);
    const std::string_view words = out.store({buffer.data(), end});
    out.number(in(kTcp, "flags"), flags);
    if (out.verbose()) out.note("{}", words.empty() ? "none" : words);
    out.number(in(kTcp, "flags.res"), flags >> 9);
    out.boolean(in(kTcp, "flags.ae"), flags & tcp::AE);
    out.boolean(in(kTcp, "flags.cwr"), flags & tcp::CWR);
    out.boolean(in(kTcp, "flags.ece"), flags & tcp::ECE);
    out.boolean(in(kTcp, "flags.urg"), flags & tcp::URG);
    out.boolean(in(kTcp, "flags.ack"), flags & tcp::ACK);
    out.boolean(in(kTcp, "flags.push"), flags & tcp::PSH);
    out.boolean(in(kTcp, "flags.reset"), flags & tcp::RST);
    out.boolean(in(kTcp, "flags.syn"), flags & tcp::SYN);
    out.boolean(in(kTcp, "flags.fin"), flags & tcp::FIN);
    out.text(in(kTcp, "flags_str"), words);
}

void add_window(FieldList& out, std::uint16_t window, const TcpContext* context) {
    out.number(in(kTcp, "window_size_value"), window);
    if (!context || !context->window) return;
    out.number(in(kTcp, "window_size"), *context->window);
    if (window == 0 || *context->window <= window) return;
    const std::uint32_t factor = *context->window / window;
    out.note("scale {}: {} x {}", std::bit_width(factor) - 1, window, factor);
}

void add_sequence(FieldList& out, const Segment& segment, const TcpContext* context) {
    out.number(in(kTcp, "seq_raw"), segment.seq.value());
    if (context) out.number(in(kTcp, "seq"), context->relative_seq);
    out.number(in(kTcp, "ack_raw"), segment.ack.value());
    if (!segment.has(tcp::ACK)) out.note("not significant: ACK is not set");
    if (context) out.number(in(kTcp, "ack"), context->relative_ack);
}

/// Only what is worth a line in a tree, but always there for programs: an empty list says that nothing is.
void add_analysis(FieldList& out, const tcp::Finding& finding) {
    out.begin_list(in(kTcp, "analysis"));
    for (std::size_t i = 0; i < tcp::kMarkCount; ++i) {
        const auto mark = static_cast<tcp::Mark>(i);
        if (finding.marks.has(mark)) out.text(in(kTcp, "mark"), name(mark));
    }
    out.end_list();
}

}  // namespace

void describe_tcp(const Layer& layer, const Packet& packet, FieldList& out) {
    const Segment segment = tcp::read_segment(layer.bytes);
    const bool in_context = packet.tcp && packet.innermost(ip::Proto::tcp) == &layer;
    const TcpContext* const context = in_context ? &*packet.tcp : nullptr;
    if (context) out.number(in(kTcp, "stream"), context->stream);
    add_port(out, in(kTcp, "srcport"), segment.src_port);
    add_port(out, in(kTcp, "dstport"), segment.dst_port);
    add_sequence(out, segment, context);
    if (layer.bytes.size() < kUpToFlags) return;
    out.number(in(kTcp, "hdr_len"), segment.data_offset);
    out.note("{} x 4 octets", segment.data_offset / 4);
    add_flags(out, segment.flags);
    add_window(out, segment.window, context);
    out.number(in(kTcp, "checksum"), segment.checksum);
    if (layer.checksum != ChecksumStatus::none)
        out.text(in(kTcp, "checksum_status"), to_string(layer.checksum));
    out.number(in(kTcp, "urgent_pointer"), segment.urgent_pointer);
    if (segment.urgent_pointer != 0 && !segment.has(tcp::URG)) out.note("not significant: URG is not set");
    add_options(out, segment.options);
    const bool header_fits =
        segment.data_offset >= Segment::kFixedLength && segment.data_offset <= layer.wire_length;
    if (header_fits) out.number(in(kTcp, "len"), layer.wire_length - segment.data_offset);
    if (context && context->finding) add_analysis(out, *context->finding);
}

}  // namespace glass::tools
