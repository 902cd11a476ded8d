// Quick tally: counts for `glass stats` what plain frames (plain_frame.h) repeat a million times: one more
// segment or datagram between the same two endpoints. Taking each apart, finding its connection and both its
// addresses again takes some 100 ns a frame; this takes a tenth of it, and comes to the same result.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/decoder.h"
#include "tools/plain_frame.h"
#include "tools/tally.h"

namespace glass::tools {

/// What the decoder has found of a frame goes for the next one with the same addresses and ports, if that is
/// whole and its checksums are right, and TCP neither opens nor closes anything: then counting is all there
/// is to do. Frames that are not known in this way are to be decoded, and shown to learn().
///
/// Two things are a little less exact than frame by frame, and show only where something is forgotten: a
/// connection is said to the flow table again only every kTrust, which may change whom that forgets first, of
/// too many, or of many that are silent for a day; and an address is said to the tally when its place here is
/// needed (the same, of more than 65536).
class QuickTally {
public:
    QuickTally(Tally& tally, bool verify_checksums)
        : tally_(tally), verify_(verify_checksums), known_(kSets) {}

    /// Whether nothing but counting is left to do; then it has been done, if the frame is `wanted`.
    bool take(const ip::Frame& frame, bool wanted);
    /// Every packet that was decoded, because take() did not take it, has to come here.
    void learn(const Packet& packet, const Decoder& decoder);
    /// Hands on what has not been: before the tally is read.
    void finish();

private:
    /// Who speaks to whom: the octets as they stand in the headers.
    struct Ends {
        std::uint64_t addresses = 0;
        std::uint64_t ports_and_protocol = 0;  ///< 0: nobody

        bool operator==(const Ends& o) const {
            return ((addresses ^ o.addresses) | (ports_and_protocol ^ o.ports_and_protocol)) == 0;
        }
    };
    struct alignas(64) Known {
        Ends ends;
        std::uint32_t slot = 0, stream = 0;  ///< of TCP: good as long as stream_in_[slot] says the same
        ip::Time since;                      ///< when the decoder has seen them last
        std::array<Count, 2> counts;         ///< not yet said to the tally: without, and with a payload
    };
    static_assert(sizeof(Known) == 64, "a cache line");
    using Set = std::array<Known, 2>;
    /// 4096 conversations in one direction, in 256 KiB: two for each value of a hash.
    static constexpr std::size_t kSets = 2048;
    static constexpr ip::Duration kTrust = std::chrono::seconds(10);
    static constexpr std::uint32_t kNone = 0xffffffff;

    static Ends ends_of(const PlainFrame& plain);
    Set& set_of(const Ends& ends);
    Known* find(const Ends& ends);
    bool may_count(const Known& known, const PlainFrame& plain, ip::Time now) const;
    bool checksums_are_good(const PlainFrame& plain) const;
    bool is_exemplary(const Packet& packet, const PlainFrame& plain) const;
    void flush(Known& known);

    Tally& tally_;
    bool verify_;
    std::vector<Set> known_;
    std::vector<std::uint32_t> stream_in_;  ///< by slot of the flow table
};

}  // namespace glass::tools
