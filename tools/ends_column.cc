#include "tools/ends_column.h"

#include <algorithm>
#include <charconv>

#include "ip/bounded_map.h"
#include "ip/ethernet.h"
#include "tools/ip_layer.h"

namespace glass::tools {
namespace {

/// Wide enough for "192.168.100.200:49152" twice; longer ones push the rest of their own line to the right.
constexpr std::size_t kMaxWidth = 47;

/// The IP layer whose addresses the line shows, or null: that of a tunnel which carries frames is not it.
const Layer* innermost_ip(const Packet& packet) {
    const Layer* found = nullptr;
    for (const Layer& layer : packet.layers()) {
        if (layer.quoted) break;
        if (layer.proto == ip::Proto::eth && layer.bytes.size() >= ip::EthernetHeader::kLength)
            found = nullptr;
        if (has_addresses(layer)) found = &layer;
    }
    return found;
}

const Layer* transport(const Packet& packet, const Layer& ip_layer) {
    const Layer* const end = packet.layers().data() + packet.layer_count;
    for (const Layer* layer = &ip_layer + 1; layer < end && !layer->quoted; ++layer)
        if ((layer->proto == ip::Proto::tcp || layer->proto == ip::Proto::udp) && layer->bytes.size() >= 4)
            return layer;
    return nullptr;
}

std::string_view write_mac(std::array<char, ip::kMaxAddressText>& out, ip::Bytes octets) {
    ip::Reader in(octets);
    return {out.data(), ip::write_text(out.data(), ip::read_mac_address(in))};
}

char* write_padded(char* out, std::string_view text, std::size_t width) {
    out = std::copy(text.begin(), text.end(), out);
    return text.size() < width ? std::fill_n(out, width - text.size(), ' ') : out;
}

}  // namespace

std::size_t EndsColumn::write_end(char* out, const ip::Address& address, std::uint32_t port) {
    char* p = out;
    const bool bracket = !address.is_v4() && port != kNoPort;  // RFC 5952 section 6
    if (bracket) *p++ = '[';
    p = ip::write_text(p, address);
    if (bracket) *p++ = ']';
    if (port != kNoPort) {
        *p++ = ':';
        p = std::to_chars(p, p + 5, port).ptr;
    }
    return static_cast<std::size_t>(p - out);
}

EndsColumn::Ends EndsColumn::ends_of(const Packet& packet, const Layer& ip_layer) {
    Ends ends{source_of(ip_layer), destination_of(ip_layer)};
    if (const Layer* ports = transport(packet, ip_layer)) {
        ends.source_port = ip::load16(&ports->bytes[0]);
        ends.destination_port = ip::load16(&ports->bytes[2]);
    }
    return ends;
}

std::string_view EndsColumn::text_of(const Packet& packet) {
    if (const Layer* ip_layer = innermost_ip(packet)) return text_of(ends_of(packet, *ip_layer));
    std::array<char, ip::kMaxAddressText> source, destination;
    const Layer* eth = packet.innermost(ip::Proto::eth);
    if (eth && eth->bytes.size() >= 12)
        write(other_, write_mac(source, eth->bytes.subspan(6)), write_mac(destination, eth->bytes));
    else
        write(other_, {}, {});
    return {other_.text.data(), other_.size};
}

std::string_view EndsColumn::text_of(const Ends& ends) {
    const std::uint64_t ports = std::uint64_t{ends.source_port} << 32 | ends.destination_port;
    const std::uint64_t hash = ip::mix(ip::mix(ends.source.low_word(), ends.destination.low_word()), ports);
    Entry& entry = known_[hash % known_.size()];
    if (entry.size == 0 || entry.ends != ends) {
        std::array<char, kMaxEnd> source, destination;
        write(entry, {source.data(), write_end(source.data(), ends.source, ends.source_port)},
              {destination.data(), write_end(destination.data(), ends.destination, ends.destination_port)});
        entry.ends = ends;
    }
    return {entry.text.data(), entry.size};
}

/// Where a column grows, what is known of other ends is too narrow.
void EndsColumn::write(Entry& entry, std::string_view source, std::string_view destination) {
    const std::size_t width = source_width_ + destination_width_;
    source_width_ = std::clamp(source.size(), source_width_, kMaxWidth);
    destination_width_ = std::clamp(destination.size(), destination_width_, kMaxWidth);
    if (source_width_ + destination_width_ != width)
        for (Entry& known : known_) known.size = 0;
    const std::string_view arrow = source.empty() ? "   " : " → ";
    char* p = write_padded(entry.text.data(), source, source_width_);
    p = write_padded(std::copy(arrow.begin(), arrow.end(), p), destination, destination_width_);
    entry.size = static_cast<std::size_t>(p - entry.text.data());
}

}  // namespace glass::tools
