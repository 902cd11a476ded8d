// Events of a simulated link: everything that happens to a packet on it, for whoever watches.
#pragma once

#include <cstdint>
#include <string_view>

#include "ip/bytes.h"
#include "ip/time.h"

namespace glass::ip {

/// Why a packet did not arrive.
enum class Drop : std::uint8_t {
    too_big,     ///< larger than the MTU; whoever sent it can be told
    black_hole,  ///< larger than the MTU, and nobody is told
    memory,      ///< the link holds as much as it may
    queue_full,
    red,
    codel,
    loss,        ///< by chance
    burst_loss,  ///< the link was bad
    listed,      ///< its number is on the list
    count_,      ///< how many there are; not a reason
};
/// "too big for the link", "queue full", ...
[[nodiscard]] std::string_view to_string(Drop why);

/// A packet on the link, and what happened to it so far.
struct SimPacket {
    Buffer octets{};
    std::uint64_t number = 0;  ///< 1 for the first one sent this way
    std::uint64_t order = 0;   ///< the place among those that arrive at one moment
    Time sent{};
    Time arrives{};           ///< once it has departed; of a reordered one, the latest it can be
    bool marked = false;      ///< congestion experienced, set on this link
    bool corrupt = false;     ///< bits were flipped on this link
    bool reordered = false;   ///< others may overtake it
    bool duplicated = false;  ///< there is a copy of it
    bool copy = false;        ///< it is the copy
};

struct SimEvent {
    enum class Kind : std::uint8_t {
        sent,       ///< came to the link
        departed,   ///< left the queue, and was not lost: arrives, marked, corrupt, ... are final
        delivered,  ///< came out; once for each copy
        dropped,    ///< why says so
    };
    Kind kind;
    Time at;
    const SimPacket& packet;           ///< borrowed until the observer returns
    Drop why{};                        ///< of a dropped one
    std::uint64_t queued_packets = 0;  ///< waiting after this
    std::uint64_t queued_octets = 0;
};

class SimObserver {
public:
    virtual ~SimObserver() = default;
    virtual void on_event(const SimEvent& event) = 0;
};

}  // namespace glass::ip
