#include "tools/decoder.h"

#include "ip/fragments.h"
#include "ip/ipv6_extensions.h"
#include "tools/dissect.h"
#include "tools/http_heads.h"
#include "tools/ip_layer.h"
#include "tools/verify.h"

namespace glass::tools {
namespace {

// The layers of a plain frame after its link header.
constexpr std::size_t kPlainIp = 1, kPlainUpper = 2;

/// A fragment in this layer: of an IPv4 header, or an IPv6 fragment header.
std::optional<ip::Fragment> fragment_in(const Packet& packet, std::size_t index) {
    const Layer& layer = packet.layers()[index];
    if (layer.quoted || layer.header_length == 0) return std::nullopt;
    const std::uint32_t length = layer.payload_wire_length();
    if (layer.proto == ip::Proto::ip && layer.header_length >= ip::Ipv4Header::kMinLength)
        return ip::fragment_of(ip::read_ipv4(layer.bytes), length);
    if (layer.proto != ip::Proto::ipv6_fraghdr) return std::nullopt;
    const Layer* outer = ip_around(packet, layer);
    if (!outer) return std::nullopt;
    return ip::fragment_of(ip::read_ipv6(outer->bytes), ip::read_ipv6_fragment_header(layer.bytes),
                           layer.payload(), length);
}

tcp::Conversations::Options with_http(tcp::Conversations::Options options, HttpHeads* http) {
    if (http) options.sink = &http->sink();
    return options;
}

}  // namespace

Decoder::Decoder(const Options& options)
    : options_(options),
      fragments_(std::make_unique<ip::FragmentReassembler>(ip::FragmentLimits{
          .overlap_v4 = ip::OverlapPolicy::first_wins, .overlap_v6 = ip::OverlapPolicy::first_wins})),
      http_(options.http ? std::make_unique<HttpHeads>() : nullptr),
      conversations_(with_http(options.tcp, http_.get())),
      checksums_(options.tcp.seed) {}

Decoder::~Decoder() = default;

const Packet& Decoder::decode(const ip::Frame& frame) {
    packet_.frame = frame;
    packet_.fault.reset();
    packet_.tcp.reset();
    packet_.reassembled.clear();
    checksum_note_.reset();
    plain_ = dissect_plain(packet_, options_.verify_checksums);
    if (!plain_) {
        dissect(packet_, options_.verify_checksums);
        reassemble();
    }
    if (options_.verify_checksums) judge_checksum();
    if (http_) http_->next_frame();
    place_in_flow();
    if (http_) add_http_layers();
    return packet_;
}

/// Tunnels may nest fragments in fragments: each completed datagram is walked, and its layers looked at in
/// turn.
void Decoder::reassemble() {
    datagrams_.clear();
    for (std::size_t i = 0; i < packet_.layer_count; ++i) {
        const auto fragment = fragment_in(packet_, i);
        if (!fragment) continue;
        fragments_->expire(packet_.frame.time);
        const ip::FragmentOutcome outcome =
            fragments_->add(*fragment, packet_.frame.time, packet_.frame.number);
        if (outcome.status != ip::FragmentOutcome::Status::complete) return;
        packet_.reassembled.push_back({i,
                                       static_cast<std::uint32_t>(outcome.payload.size()),
                                       {outcome.frames.begin(), outcome.frames.end()}});
        // The reassembler's copy lasts until its next fragment, which may be inside this very datagram.
        const ip::Buffer& datagram = datagrams_.emplace_back(outcome.payload.begin(), outcome.payload.end());
        dissect_reassembled(packet_, i, ip::proto_of_ip_protocol(outcome.protocol), datagram,
                            options_.verify_checksums);
    }
}

void Decoder::place_in_flow() {
    if (plain_) {
        const Layer& outer = packet_.layer_storage[kPlainIp];
        const Layer& layer = packet_.layer_storage[kPlainUpper];
        if (layer.proto == ip::Proto::tcp) {
            place_in_flow(layer, {source_of(outer), ip::load16(&layer.bytes[0])},
                          {destination_of(outer), ip::load16(&layer.bytes[2])});
        }
        return;
    }
    const Layer* layer = packet_.innermost(ip::Proto::tcp);
    if (!layer || layer->bytes.size() < tcp::Segment::kFixedLength) return;
    const Layer* outer = ip_around(packet_, *layer);
    if (!outer) return;
    place_in_flow(*layer, {source_of(*outer), ip::load16(&layer->bytes[0])},
                  {final_destination(packet_, *outer), ip::load16(&layer->bytes[2])});
}

/// Inline: this runs for every segment, and nothing is copied that can be built in place.
inline void Decoder::place_in_flow(const Layer& layer, const tcp::Endpoint& source,
                                   const tcp::Endpoint& destination) {
    tcp::CapturedSegment captured{.source = source,
                                  .destination = destination,
                                  .segment = tcp::read_segment(layer.bytes),
                                  .length = layer.payload_wire_length(),
                                  .damaged = layer.checksum == ChecksumStatus::bad,
                                  .frame = {packet_.frame.number, packet_.frame.time}};
    tcp::Segment& segment = captured.segment;
    if (segment.data_offset > layer.wire_length) segment.data_offset = 0;  // not cut short, but no header
    const tcp::Conversations::Seen seen = conversations_.observe(captured);
    const auto& [flow, side, new_flow, reused_ports, slot] = seen.sighting;
    TcpContext& context = packet_.tcp.emplace();
    context.stream = flow->stream;
    context.side = side;
    context.new_flow = new_flow;
    context.slot = slot;
    context.relative_seq = segment.seq - flow->sides[side].base;
    context.relative_ack = segment.has(tcp::ACK) ? segment.ack - flow->sides[1 - side].base : 0;
    context.window = seen.window;
    context.finding = seen.finding;
    context.conversation = seen.conversation;
}

/// The first takes the place of the segment's text; further ones in the same segment have no octets of their
/// own.
void Decoder::add_http_layers() {
    packet_.http = &http_->heads();
    for (std::size_t i = 0; i < packet_.http->size() && packet_.layer_count < Packet::kMaxLayers; ++i) {
        Layer* const last =
            packet_.layer_count == 0 ? nullptr : &packet_.layer_storage[packet_.layer_count - 1];
        const bool text = i == 0 && last && last->proto == ip::Proto::data && !last->quoted;
        Layer& layer = text ? *last : packet_.layer_storage[packet_.layer_count++] = Layer{};
        layer.proto = ip::Proto::http;
    }
}

void Decoder::judge_checksum() {
    if (plain_) {
        Layer& layer = packet_.layer_storage[kPlainUpper];
        if (layer.checksum == ChecksumStatus::good || layer.checksum == ChecksumStatus::bad)
            judge_checksum(layer, source_of(packet_.layer_storage[kPlainIp]));
        return;
    }
    for (std::size_t i = packet_.layer_count; i-- > 0;) {
        Layer& layer = packet_.layers()[i];
        const bool judged = layer.proto == ip::Proto::tcp || layer.proto == ip::Proto::udp;
        const bool known = layer.checksum == ChecksumStatus::good || layer.checksum == ChecksumStatus::bad;
        if (!judged || !known || layer.quoted) continue;
        if (const Layer* outer = ip_around(packet_, layer)) judge_checksum(layer, source_of(*outer));
        return;
    }
}

/// A wrong checksum of a host that offloads is as good as not verified.
inline void Decoder::judge_checksum(Layer& layer, const ip::Address& source) {
    using Verdict = ChecksumWatch::Verdict;
    const Verdict verdict = checksums_.judge(source, layer.checksum == ChecksumStatus::good,
                                             [&] { return is_partial_checksum(packet_, layer); });
    if (verdict != Verdict::good && verdict != Verdict::damaged) layer.checksum = ChecksumStatus::unverified;
    const bool partial = verdict == Verdict::newly_partial;
    if (partial || verdict == Verdict::newly_all_wrong) checksum_note_ = ChecksumNote{source, partial};
}

}  // namespace glass::tools
