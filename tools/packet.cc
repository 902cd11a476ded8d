#include "tools/packet.h"

namespace glass::tools {

std::string_view to_string(ChecksumStatus status) {
    switch (status) {
        case ChecksumStatus::none: return "none";
        case ChecksumStatus::good: return "good";
        case ChecksumStatus::bad: return "bad";
        case ChecksumStatus::unverified: return "unverified";
        case ChecksumStatus::absent: return "absent";
    }
    return "none";
}

const Layer* Packet::innermost(ip::Proto proto) const {
    for (std::size_t i = layer_count; i-- > 0;)
        if (layer_storage[i].proto == proto && !layer_storage[i].quoted) return &layer_storage[i];
    return nullptr;
}

const Reassembled* Packet::reassembled_at(std::size_t layer) const {
    for (const Reassembled& datagram : reassembled)
        if (datagram.layer == layer) return &datagram;
    return nullptr;
}

}  // namespace glass::tools
