// Check facts: what `glass check` finds out about the packets of a file while they go by, in memory that does
// not grow with it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ip/fragments.h"
#include "tools/decoder.h"
#include "tools/notes.h"

namespace glass::tools {

/// How many frames, and the numbers of the first ones.
struct Found {
    static constexpr std::size_t kNamed = 8;

    std::uint64_t count = 0;
    std::vector<std::uint64_t> frames;

    void note(std::uint64_t number) {
        ++count;
        if (frames.size() < kNamed) frames.push_back(number);
    }
};

/// One kind of thing that is wrong with headers of one protocol.
struct FaultKind {
    Found found;
    std::string example;  ///< in words, of the first one
};

struct ChecksumTally {
    std::uint64_t good = 0, unverified = 0, absent = 0;
    Found bad;

    bool any() const { return good + unverified + absent + bad.count > 0; }
};

class CheckFacts {
public:
    void observe(const Packet& packet, const Decoder& decoder);
    /// At the end: what the decoder still waits for.
    void finish(const Decoder& decoder);

    struct Times {
        bool any = false;
        ip::Time first, last;                 ///< the earliest and the latest
        Found backwards;                      ///< frames earlier than the one before them
        std::uint64_t largest_step_back = 0;  ///< nanoseconds
    };
    struct Cut {
        Found frames;  ///< fewer octets captured than were on the wire
        std::uint64_t missing_bytes = 0;
        std::uint64_t longest = 0;  ///< octets captured of a frame that is cut: the snap length, as a rule
        Found headers;              ///< of these, frames that end inside of a header
    };
    using Links = std::map<std::pair<std::uint32_t, ip::LinkType>, std::uint64_t>;  ///< frames by interface
    using Faults = std::map<std::pair<ip::Proto, std::string_view>, FaultKind>;
    using Checksums = std::array<ChecksumTally, ip::kProtoCount>;

    std::uint64_t frames() const { return frames_; }
    const Times& times() const { return times_; }
    const Cut& cut() const { return cut_; }
    /// Frames of no octets at all. Where they have no time either, a part of the file was overwritten with
    /// zeros.
    const Found& empty() const { return empty_; }
    /// Frames said to be shorter on the wire than what was captured of them.
    const Found& overlong() const { return overlong_; }
    const Links& links() const { return links_; }
    const Faults& faults() const { return faults_; }
    const Checksums& checksums() const { return checksums_; }
    const ip::FragmentCounts& fragments() const { return fragments_; }
    /// Datagrams of which fragments were seen, but not all.
    std::uint64_t never_complete() const { return fragments_.timed_out + fragments_.evicted + pending_; }
    std::vector<std::string> notes() const { return notes_.lines(); }

private:
    /// Wrong, but perhaps only until its host turns out to leave checksums to its network card.
    struct Suspect {
        ip::Address host;
        ip::Proto proto = ip::Proto::data;
        std::uint64_t frame = 0;
    };
    static constexpr std::size_t kMaxSuspects = 10'000;
    static constexpr std::size_t kMaxLinks = 1'000;

    void observe_time(const ip::Frame& frame);
    void observe_fault(const Packet& packet);
    void observe_checksums(const Packet& packet);
    void acquit(const ip::Address& host);

    std::uint64_t frames_ = 0;
    Times times_;
    ip::Time previous_;
    Cut cut_;
    Found empty_;
    Found overlong_;
    Links links_;
    Faults faults_;
    Checksums checksums_;
    std::vector<Suspect> suspects_;
    ip::FragmentCounts fragments_;
    std::uint64_t pending_ = 0;
    Notes notes_;
};

}  // namespace glass::tools
