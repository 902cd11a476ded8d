// Live watch: what passes between our host and its link, sorted by connections, for the page that shows it.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "tools/live_track.h"

namespace glass::tools {

/// Give its tap to pump and link; call update() before looking. Memory: bounded, whoever sends what.
class LiveWatch {
public:
    static constexpr std::size_t kMostTracks = 48;

    [[nodiscard]] LiveTap& tap() { return tap_; }

    /// Whether somebody looks. What was noted before is still there as far as the ring reaches.
    void set_watched(bool watched);
    [[nodiscard]] bool watched() const { return watched_; }
    /// Takes in what the tap has noted. To be called some ten times a second while somebody looks.
    void update(const tcp::Host& host, ip::Time now);

    /// Oldest first.
    [[nodiscard]] const std::vector<std::unique_ptr<LiveTrack>>& tracks() const { return tracks_; }
    /// The newest one with this other end, or null.
    [[nodiscard]] LiveTrack* track_of(const tcp::Endpoint& remote);
    [[nodiscard]] const LiveTrack* track(std::uint64_t number) const;

    /// The number of the last change of anything; see LiveTrack.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }
    [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }  ///< connections
    /// Notes that were gone before they were taken in, while somebody looked.
    [[nodiscard]] std::uint64_t unseen() const { return unseen_; }
    [[nodiscard]] ip::Time now() const { return now_; }

private:
    struct Place {
        std::uint64_t track = 0;  ///< number; 0: of no track
        std::uint64_t row = 0;
    };
    struct OnLink {
        std::uint64_t number = 0;
        Place place{};
    };
    /// Of one direction.
    struct Way {
        std::vector<OnLink> under_way{kMostOnLink};  ///< by packet number
        std::deque<Place> waiting;                   ///< noted at one point, not yet at the next
    };
    static constexpr std::size_t kMostOnLink = 8192;

    void take(const TapNote& note);
    void take_sent(const TapNote& note);
    void take_entered(const TapNote& note);
    void take_settled(const TapNote& note);
    void take_received(const TapNote& note);
    Place leave(const TapNote& note, const LiveSegment& live);
    Place match(std::deque<Place>& waiting, const LiveSegment& live);
    LiveTrack* find(std::uint64_t number) { return const_cast<LiveTrack*>(track(number)); }
    LiveTrack& track_for(const LiveSegment& live);
    void make_room();

    LiveTap tap_;
    std::vector<std::unique_ptr<LiveTrack>> tracks_;
    std::map<std::pair<tcp::Endpoint, tcp::Endpoint>, std::uint64_t> newest_;  ///< by remote and local end
    std::array<Way, 2> ways_;                                                  ///< by to_host
    bool linked_ = false, watched_ = false;
    std::uint64_t changes_ = 0, last_track_ = 0, forgotten_ = 0, unseen_ = 0;
    ip::Time now_{};
};

}  // namespace glass::tools
