// Flow shards: which of N files a frame belongs in, so that all frames of a connection are in one.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ip/bounded_map.h"
#include "ip/capture_writer.h"
#include "ip/fragments.h"
#include "tools/packet.h"

namespace glass::tools {

/// Sorts frames by a hash of addresses, protocol and ports of the innermost IP packet, in either direction;
/// the same in every run and on every machine. An ICMP error goes with the packet it quotes, a fragment with
/// the first one of its datagram. Without ports the addresses and the protocol decide; without an IP packet
/// it is shard 0.
///
/// Fragments that come before the first one of their datagram wait for it, and so do all frames after them:
/// the order stays. They wait for kPatience of the capture's time, and as long as kMaxHeld octets and
/// kMaxHeldFrames are not exceeded; then they go where the addresses say.
class FlowShards {
public:
    static constexpr ip::Duration kPatience = std::chrono::seconds(60);  ///< RFC 8200 4.5
    static constexpr std::size_t kMaxHeld = std::size_t{16} << 20;
    static constexpr std::size_t kMaxHeldFrames = 65'536;

    /// Takes a frame and its shard; the frame's octets are borrowed.
    using Put = std::function<ip::Written(const ip::Frame&, std::uint32_t)>;

    FlowShards(std::uint32_t shards, Put put);

    /// Puts the frame and those before it, as far as their shards are known.
    ip::Written add(const ip::Frame& frame);
    /// Puts all that is left.
    ip::Written finish();

private:
    struct DatagramKey {
        ip::FragmentKey key;
        bool operator==(const DatagramKey&) const = default;
        std::uint64_t hash(std::uint64_t seed) const;
    };
    struct Datagram {
        std::uint32_t shard = 0;
        ip::Time time;  ///< of the first fragment: identifications come round again
    };
    /// Where a frame belongs, as far as it tells by itself.
    struct Sighting {
        std::uint32_t shard = 0;
        std::optional<DatagramKey> follows;  ///< it is not the first fragment of this datagram
        std::vector<DatagramKey> leads;      ///< but that of these: in tunnels there may be several
        bool may_wait = false;               ///< for `follows`; what an ICMP error quotes need not come
    };
    struct Held {
        ip::Frame frame;
        ip::Buffer octets;
        std::string comment;
        Sighting sighting;
    };

    Sighting look(const ip::Frame& frame);
    void look_at_fragment(const Layer& layer, Sighting& sighting) const;
    /// The shard where it is known by now; `give_up`: in any case.
    std::optional<std::uint32_t> settle(const Sighting& sighting, ip::Time time, bool give_up);
    void hold(const ip::Frame& frame, const Sighting& sighting);
    ip::Written release(ip::Time now, bool all);

    std::uint32_t shards_;
    Put put_;
    Packet packet_;
    ip::BoundedMap<DatagramKey, Datagram> datagrams_;
    std::deque<Held> held_;
    std::size_t held_octets_ = 0;
};

}  // namespace glass::tools
