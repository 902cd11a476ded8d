// Live feed: the events for one open page, in the format of event streams (HTML, section 9.2).
//
//     retry: 1000
//
//     event: hello
//     data: {"feed": 1, "peer": "10.7.0.1:49152", ...}
//
//     id: 1a2b-417
//     data: {"at": 5020311, "follow": 3, "rows": [...], ...}
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "tools/json.h"
#include "tools/live_watch.h"

namespace glass::tools {

/// What is new in a watch since the last time, a few times a second, and no more of it than a page can draw:
/// of many segments those with a story come first, and the page counts the others from what the next row says
/// went before it.
class LiveFeed {
public:
    static constexpr ip::Duration kTick = std::chrono::milliseconds(100);
    /// While the only news are packets that carry events, which make packets, ...
    static constexpr ip::Duration kSlowTick = std::chrono::seconds(1);
    static constexpr ip::Duration kHeartbeat = std::chrono::seconds(10);
    /// Between two packets that are taken apart without having been asked for.
    static constexpr ip::Duration kPacketEvery = std::chrono::seconds(1);
    static constexpr ip::Duration kEventPacketEvery = std::chrono::seconds(5);
    static constexpr std::size_t kMostRows = 12;   ///< new ones in a batch
    static constexpr std::size_t kMostTracks = 8;  ///< summaries in a batch
    /// Octets of events on their way, above which it waits: news should be new.
    static constexpr std::size_t kMostWaiting = 6000;

    struct Setup {
        std::uint64_t number = 0;   ///< of this feed
        tcp::Endpoint peer;         ///< the page's end of the connection that carries it
        std::uint64_t session = 0;  ///< of this run of the program
        ip::Time epoch{};           ///< when that began: times count from there
        std::string last_id;        ///< of the last event that the page has seen, or empty
    };
    /// The watch must outlive it.
    LiveFeed(LiveWatch& watch, Setup setup);

    /// The connection that is shown from now on, from its first row that is left; 0: `usual`.
    void follow(std::uint64_t track);
    /// What is shown where nobody chose: 0: the one that carries the feed.
    void set_usual(std::uint64_t track) { usual_ = track; }
    /// JSON of the link, to be told whenever it is another.
    void set_link(std::string json) { link_ = std::move(json); }
    /// Octets of events that TCP has not sent yet.
    void set_waiting(std::size_t octets) { waiting_ = octets; }

    [[nodiscard]] std::uint64_t number() const { return setup_.number; }
    [[nodiscard]] const tcp::Endpoint& peer() const { return setup_.peer; }
    /// When to ask next, if nothing happens before.
    [[nodiscard]] ip::Time deadline() const { return next_; }
    /// Events, or nothing: it is not time yet, or there is nothing to tell.
    [[nodiscard]] std::string take(ip::Time now);

private:
    [[nodiscard]] bool has_news(ip::Time now) const;
    [[nodiscard]] std::string hello();
    [[nodiscard]] std::string batch(ip::Time now);
    [[nodiscard]] const LiveTrack* chosen() const;
    void write_tracks(JsonWriter& json);
    void write_followed(const LiveTrack& track, JsonWriter& json);
    void write_newest(const LiveTrack& track, ip::Time now, JsonWriter& json);
    [[nodiscard]] std::vector<const LiveRow*> pick_rows(const LiveTrack& track);

    LiveWatch& watch_;
    Setup setup_;
    bool greeted_ = false;
    std::uint64_t followed_ = 0, usual_ = 0;
    std::uint64_t seen_ = 0;                       ///< changes
    std::uint64_t shown_track_ = 0;                ///< whose rows the page has
    std::set<std::uint64_t> shown_;                ///< rows of it
    std::map<std::uint64_t, std::uint64_t> told_;  ///< changes of tracks, by number
    std::string link_, told_link_;
    std::size_t waiting_ = 0;
    std::uint64_t held_ = 0;                    ///< times that news waited for the link
    std::uint64_t newest_ = 0, packet_of_ = 0;  ///< row that was taken apart last, and its track
    ip::Time last_{}, next_{}, packet_at_{};
};

}  // namespace glass::tools
