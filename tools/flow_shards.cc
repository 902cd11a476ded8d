#include "tools/flow_shards.h"

#include <algorithm>
#include <array>

#include "ip/siphash.h"
#include "tools/ip_layer.h"
#include "tools/lone_frame.h"

namespace glass::tools {
namespace {

/// Public and always the same: whoever splits a capture on another machine must get the same parts.
constexpr ip::SipKey kKey{0x676c617373, 0x666c6f7773};
constexpr std::uint64_t kSeed = 0x676c617373;

/// What follows an IP header that is no transport, and names the next one in its first octet.
constexpr bool is_extension(const Layer& layer) {
    switch (layer.proto) {
        case ip::Proto::ipv6_hopopts:
        case ip::Proto::ipv6_routing:
        case ip::Proto::ipv6_fraghdr:
        case ip::Proto::ipv6_dstopts:
        case ip::Proto::ah: return true;
        default: return false;
    }
}

/// The index of the innermost IP layer whose fixed header is there.
std::optional<std::size_t> innermost_ip(const Packet& packet) {
    for (std::size_t i = packet.layer_count; i-- > 0;)
        if (has_addresses(packet.layers()[i])) return i;
    return std::nullopt;
}

/// TCP, UDP, DCCP, SCTP and UDP-Lite begin with their ports.
constexpr bool has_ports(std::uint8_t protocol) {
    return protocol == 6 || protocol == 17 || protocol == 33 || protocol == 132 || protocol == 136;
}

/// Without overflow, whatever times a file has.
bool is_near(ip::Time a, ip::Time b) {
    const auto [early, late] = std::minmax({a.time_since_epoch().count(), b.time_since_epoch().count()});
    return static_cast<std::uint64_t>(late) - static_cast<std::uint64_t>(early) <=
           static_cast<std::uint64_t>(FlowShards::kPatience.count());
}

/// The hash of a flow; without ports where the packet has, or tells, none.
std::uint64_t hash_of(const Packet& packet, std::size_t ip_index) {
    const std::span<const Layer> layers = packet.layers();
    const Layer& layer = layers[ip_index];
    std::uint8_t protocol = layer.proto == ip::Proto::ip ? layer.bytes[9] : layer.bytes[6];
    std::size_t i = ip_index + 1;
    for (; i < layers.size() && is_extension(layers[i]) && !layers[i].bytes.empty(); ++i)
        protocol = layers[i].bytes[0];

    struct End {
        ip::Address address;
        std::uint16_t port = 0;
        auto operator<=>(const End&) const = default;
    };
    std::array ends{End{first_source(packet, layer), 0}, End{final_destination(packet, layer), 0}};
    const bool is_fragment = fragment_in(packet, layers[i - 1]).value_or(ip::Fragment{}).offset != 0;
    if (!is_fragment && has_ports(protocol) && i < layers.size() && layers[i].bytes.size() >= 4) {
        ends[0].port = ip::load16(&layers[i].bytes[0]);
        ends[1].port = ip::load16(&layers[i].bytes[2]);
    }
    std::ranges::sort(ends);

    ip::Buffer message{protocol};
    ip::Writer writer(message);
    for (const End& end : ends) {
        writer.u8(end.address.version);
        writer.bytes(end.address.v6.octets);
        writer.u16(end.port);
    }
    return ip::siphash(kKey, message);
}

}  // namespace

std::uint64_t FlowShards::DatagramKey::hash(std::uint64_t seed) const {
    for (const ip::Address* address : {&key.src, &key.dst}) {
        seed = ip::mix(seed, ip::load64(&address->v6.octets[0]));
        seed = ip::mix(seed, ip::load64(&address->v6.octets[8]));
    }
    return ip::mix(seed, std::uint64_t{key.identification} << 8 | key.protocol);
}

FlowShards::FlowShards(std::uint32_t shards, Put put)
    : shards_(shards), put_(std::move(put)), datagrams_(kMaxHeldFrames, kSeed) {}

void FlowShards::look_at_fragment(const Layer& layer, Sighting& sighting) const {
    const auto fragment = fragment_in(packet_, layer);
    if (!fragment) return;
    const bool v4 = fragment->src.is_v4();
    const DatagramKey key{{.src = fragment->src,
                           .dst = fragment->dst,
                           .identification = fragment->identification,
                           .protocol = v4 ? fragment->protocol : std::uint8_t{0}}};
    if (fragment->offset != 0) {
        sighting.follows = key;
        sighting.may_wait = !layer.quoted;
    } else if (!layer.quoted) {
        sighting.leads.push_back(key);
    }
}

FlowShards::Sighting FlowShards::look(const ip::Frame& frame) {
    dissect_alone(packet_, frame);
    Sighting sighting;
    const auto ip_index = innermost_ip(packet_);
    if (!ip_index) return sighting;
    sighting.shard = static_cast<std::uint32_t>(hash_of(packet_, *ip_index) % shards_);
    for (const Layer& layer : packet_.layers()) look_at_fragment(layer, sighting);
    return sighting;
}

std::optional<std::uint32_t> FlowShards::settle(const Sighting& sighting, ip::Time time, bool give_up) {
    std::uint32_t shard = sighting.shard;
    if (sighting.follows) {
        const Datagram* known = datagrams_.find(*sighting.follows);
        const bool fits = known && is_near(time, known->time);
        if (!fits && sighting.may_wait && !give_up) return std::nullopt;
        if (fits) shard = known->shard;
    }
    for (const DatagramKey& key : sighting.leads) *datagrams_.find_or_insert(key).first = {shard, time};
    return shard;
}

ip::Written FlowShards::add(const ip::Frame& frame) {
    const Sighting sighting = look(frame);
    const auto shard = settle(sighting, frame.time, false);
    if (held_.empty() && shard) return put_(frame, *shard);
    hold(frame, sighting);
    return release(frame.time, false);
}

void FlowShards::hold(const ip::Frame& frame, const Sighting& sighting) {
    Held& held = held_.emplace_back(
        Held{frame, {frame.bytes.begin(), frame.bytes.end()}, std::string(frame.comment), sighting});
    held.frame.bytes = held.octets;
    held.frame.comment = held.comment;
    held_octets_ += frame.bytes.size() + frame.comment.size();
}

ip::Written FlowShards::release(ip::Time now, bool all) {
    while (!held_.empty()) {
        const Held& oldest = held_.front();
        const bool give_up = all || held_octets_ > kMaxHeld || held_.size() > kMaxHeldFrames ||
                             !is_near(now, oldest.frame.time);
        const auto shard = settle(oldest.sighting, oldest.frame.time, give_up);
        if (!shard) break;
        if (const ip::Written written = put_(oldest.frame, *shard); !written) return written;
        held_octets_ -= oldest.octets.size() + oldest.comment.size();
        held_.pop_front();
    }
    return {};
}

ip::Written FlowShards::finish() {
    return release({}, true);
}

}  // namespace glass::tools
