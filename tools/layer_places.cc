#include "tools/layer_places.h"

#include <algorithm>
#include <cstdint>

namespace glass::tools {
namespace {

std::uintptr_t address(const std::uint8_t* octet) {
    return reinterpret_cast<std::uintptr_t>(octet);
}

/// No octets are inside of anything.
bool is_inside(ip::Bytes inner, ip::Bytes outer) {
    if (inner.empty()) return true;
    const std::uintptr_t begin = address(outer.data());
    return address(inner.data()) >= begin && address(inner.data()) + inner.size() <= begin + outer.size();
}

/// Places the layers of one region: each inside of the one before, whatever its octets claim.
void place_region(std::span<const Layer> layers, Region& region, std::span<LayerPlace> places) {
    Extent outer{0, region.bytes.size()};
    Extent* head = &region.before;
    Extent* tail = &region.after;
    for (std::size_t i = region.first_layer; i < region.end_layer; ++i) {
        const ip::Bytes bytes = layers[i].bytes;
        const std::size_t origin =
            bytes.empty() ? outer.end : static_cast<std::size_t>(bytes.data() - region.bytes.data());
        const std::size_t begin = std::clamp(origin, outer.begin, outer.end);
        const std::size_t end = std::clamp(origin + bytes.size(), begin, outer.end);
        *head = {outer.begin, begin};
        *tail = {end, outer.end};
        places[i].origin = origin;
        outer = {begin, end};
        head = &places[i].head;
        tail = &places[i].tail;
    }
    *head = outer;
    *tail = {outer.end, outer.end};
}

}  // namespace

LayerPlaces place_layers(const Packet& packet) {
    const std::span<const Layer> layers = packet.layers();
    LayerPlaces out;
    out.layers.resize(layers.size());
    out.regions.push_back({packet.frame.bytes, 0, 0, {}, {}});
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!is_inside(layers[i].bytes, out.regions.back().bytes))
            out.regions.push_back({layers[i].bytes, i, i, {}, {}});
        out.regions.back().end_layer = i + 1;
    }
    for (Region& region : out.regions) place_region(layers, region, out.layers);
    return out;
}

}  // namespace glass::tools
