// Layer places: which octets of a frame belong to which layer, each to exactly one.
//
//     |<- head of eth ->|<- head of ip ->|<- head of tcp: header and payload ->|<- tail of ip ->|<- tail of
//     eth ->|
//
// A head ends where the next layer starts; a tail is what follows the end of the next layer: padding, as a
// rule.
#pragma once

#include <optional>
#include <vector>

#include "ip/bytes.h"
#include "tools/packet.h"

namespace glass::tools {

/// Octets [begin, end) of a region.
struct Extent {
    std::size_t begin = 0;
    std::size_t end = 0;

    constexpr std::size_t size() const { return end - begin; }
    constexpr bool empty() const { return begin == end; }
};

struct LayerPlace {
    std::size_t origin = 0;  ///< where the layer's header starts in its region
    Extent head, tail;
};

/// Octets in one piece: the frame, or a datagram that was put together from several frames.
struct Region {
    ip::Bytes bytes;
    std::size_t first_layer = 0;  ///< layers [first_layer, end_layer) lie in it
    std::size_t end_layer = 0;
    Extent before, after;  ///< octets of no layer
};

struct LayerPlaces {
    std::vector<LayerPlace> layers;  ///< one for each layer of the packet
    std::vector<Region> regions;     ///< the frame first, even when it has no layer
};

/// Borrows the packet's octets. In every region the heads, the tails, `before` and `after` hold every octet
/// once.
[[nodiscard]] LayerPlaces place_layers(const Packet& packet);

}  // namespace glass::tools
