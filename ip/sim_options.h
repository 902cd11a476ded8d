// Options of a simulated link: what happens to the packets that go one way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ip/random.h"
#include "ip/time.h"

namespace glass::ip {

/// Which packets something happens to: by chance, and by number. Packets are numbered from 1 on as send() got
/// them.
struct Chosen {
    Ratio chance{};
    std::vector<std::uint64_t> numbers{};  ///< ascending
    bool none() const { return chance.never() && numbers.empty(); }
};

/// Losses in bursts, after Gilbert and Elliott: a link that is good or bad, and may change before each
/// packet. A burst of bad packets has 1 / to_good packets on average. Starts good; off while to_bad is 0.
struct BurstLoss {
    Ratio to_bad{};
    Ratio to_good{1, 1};
    Ratio loss_when_good{};
    Ratio loss_when_bad{1, 1};
};

/// Random Early Detection (Floyd and Jacobson, 1993) with the "gentle" slope above its upper threshold.
struct RedOptions {
    std::uint64_t lower = 30'000;        ///< octets; an average below it marks nothing
    std::uint64_t upper = 90'000;        ///< octets; twice that drops everything
    Ratio highest_chance = {1, 10};      ///< at `upper`
    unsigned weight_shift = 9;           ///< a new sample counts 1 / 2^weight_shift
    std::uint64_t typical_packet = 500;  ///< octets; how fast the average falls while the queue is empty
};

/// CoDel, RFC 8289 sections 4.2 to 4.4.
struct CodelOptions {
    Duration target = std::chrono::milliseconds(5);
    Duration interval = std::chrono::milliseconds(100);
    std::uint64_t largest_packet = 1500;  ///< octets; with no more than that waiting nothing is dropped
};

/// What waits while another packet is transmitted. Matters only where the link has a rate.
struct SimQueueOptions {
    enum class Discipline : std::uint8_t { drop_tail, red, codel };
    Discipline discipline = Discipline::drop_tail;
    std::uint64_t packets = 1000;  ///< most that wait, whatever the discipline; 0: no limit but the other's
    std::uint64_t octets = 0;      ///< the same, in octets of packets; 0: no limit but the other's
    bool ecn = false;              ///< RED and CoDel mark what is ECN-capable rather than drop it (RFC 3168)
    RedOptions red{};
    CodelOptions codel{};
};

struct SimLinkOptions {
    Duration delay{};            ///< of propagation
    Duration jitter{};           ///< at most so much more, uniform; the order of packets is kept
    std::uint64_t rate = 0;      ///< bits per second; 0: transmission takes no time
    std::uint32_t overhead = 0;  ///< octets that the link adds to every packet it transmits (Ethernet: 38)
    std::uint32_t mtu = 0;       ///< octets; 0: any packet that IP can have
    bool silent_mtu = false;     ///< a black hole: too large packets vanish, and nobody is told
    std::uint64_t memory = 64 << 20;  ///< octets held, 128 a packet included; what comes on top is dropped

    SimQueueOptions queue{};
    Chosen loss{};  ///< on the wire: what is lost was in the queue and took its time to transmit
    BurstLoss burst_loss{};
    Chosen duplicate{};
    Duration duplicate_delay{};  ///< how long after the packet its copy comes
    Chosen reorder{};
    /// Reordered packets arrive when as many later ones have overtaken them, but no more than reorder_delay
    /// late. With 0, exactly reorder_delay late.
    std::uint64_t reorder_distance = 0;
    Duration reorder_delay{};
    Chosen corrupt{};
    std::uint32_t corrupt_bits = 1;  ///< how many bits of a corrupt packet are flipped, each once
};

/// Largest packets: 65535 octets of payload and an IPv6 header.
inline constexpr std::size_t kMaxSimPacket = 65535 + 40;

/// What cannot be, in one line without the link's name ("a rate below 1 kbit/s", ...); empty where all is
/// well.
[[nodiscard]] std::string why_impossible(const SimLinkOptions& options);

}  // namespace glass::ip
