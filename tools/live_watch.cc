#include "tools/live_watch.h"

#include <algorithm>

namespace glass::tools {

namespace {

/// What is worth least goes first: what is over, what never opened, what has been quiet for longest.
auto worth(const LiveTrack& track) {
    const bool opened = track.state() && tcp::is_synchronized(*track.state());
    return std::tuple(!track.over(), opened, track.last_at());
}

}  // namespace

void LiveWatch::set_watched(bool watched) {
    if (watched == watched_) return;
    (void)tap_.drain([this](const TapNote& note) { take(note); });
    watched_ = watched;
    tap_.set_watched(watched);
}

void LiveWatch::update(const tcp::Host& host, ip::Time now) {
    now_ = std::max(now_, now);
    const std::uint64_t lost = tap_.drain([this](const TapNote& note) { take(note); });
    unseen_ += lost;
    for (const auto& track : tracks_)
        if (track->connection() && !track->over()) track->set_state(host.state(track->connection()), now_);
}

void LiveWatch::take(const TapNote& note) {
    switch (note.kind) {
        case TapNote::Kind::sent: return take_sent(note);
        case TapNote::Kind::received: return take_received(note);
        case TapNote::Kind::entered: return take_entered(note);
        case TapNote::Kind::delivered:
        case TapNote::Kind::dropped: return take_settled(note);
    }
}

/// Our host's packets are noted when it makes them, then when they come to the link.
void LiveWatch::take_sent(const TapNote& note) {
    const auto live = segment_in(note);
    if (!live) return;
    const Place place = leave(note, *live);
    find(place.track)->learn(place.row, note);
    if (!linked_) {
        TapNote arrival = note;
        arrival.kind = TapNote::Kind::delivered;
        find(place.track)->settled(place.row, arrival);
        return;
    }
    auto& waiting = ways_[false].waiting;
    waiting.push_back(place);
    if (waiting.size() > kMostOnLink) waiting.pop_front();
}

void LiveWatch::take_entered(const TapNote& note) {
    linked_ = true;
    Way& way = ways_[note.to_host];
    OnLink& entry = way.under_way[note.number % kMostOnLink];
    entry = {.number = note.number};
    const auto live = segment_in(note);
    if (!live) return;
    if (!note.to_host) entry.place = match(way.waiting, *live);
    if (entry.place.track == 0) entry.place = leave(note, *live);
}

void LiveWatch::take_settled(const TapNote& note) {
    Way& way = ways_[note.to_host];
    const OnLink& entry = way.under_way[note.number % kMostOnLink];
    if (entry.number != note.number || entry.place.track == 0) return;
    if (LiveTrack* track = find(entry.place.track)) track->settled(entry.place.row, note);
    if (!note.to_host || note.kind == TapNote::Kind::dropped) return;
    way.waiting.push_back(entry.place);
    if (way.waiting.size() > kMostOnLink) way.waiting.pop_front();
}

/// The other end's packets are noted when they come to the link, when they leave it, and when our host has
/// dealt with them.
void LiveWatch::take_received(const TapNote& note) {
    const auto live = segment_in(note);
    if (!live) return;
    Place place = match(ways_[true].waiting, *live);
    if (place.track == 0) {
        place = leave(note, *live);
        TapNote arrival = note;
        arrival.kind = TapNote::Kind::delivered;
        find(place.track)->settled(place.row, arrival);
    }
    find(place.track)->learn(place.row, note);
}

/// The oldest that waits, as a rule; what does not match was not noted further on.
LiveWatch::Place LiveWatch::match(std::deque<Place>& waiting, const LiveSegment& live) {
    while (!waiting.empty()) {
        const Place place = waiting.front();
        waiting.pop_front();
        const LiveTrack* track = find(place.track);
        if (track && track->is(place.row, live)) return place;
    }
    return {};
}

LiveWatch::Place LiveWatch::leave(const TapNote& note, const LiveSegment& live) {
    LiveTrack& track = track_for(live);
    return {track.number(), track.left(note, live)};
}

/// A SYN from one end that is not the one before begins another connection.
LiveTrack& LiveWatch::track_for(const LiveSegment& live) {
    const auto key = std::pair(live.tuple.remote, live.tuple.local);
    const auto known = newest_.find(key);
    if (known != newest_.end()) {
        LiveTrack& track = *find(known->second);
        const bool opens = live.segment.has(tcp::SYN) && !live.segment.has(tcp::ACK);
        if (!opens || !(track.over() || track.state() == tcp::State::time_wait)) return track;
    }
    if (tracks_.size() >= kMostTracks) make_room();
    tracks_.push_back(std::make_unique<LiveTrack>(++last_track_, live.tuple, changes_));
    newest_[key] = last_track_;
    return *tracks_.back();
}

void LiveWatch::make_room() {
    const auto least =
        std::ranges::min_element(tracks_, [](const auto& a, const auto& b) { return worth(*a) < worth(*b); });
    const auto key = std::pair((*least)->tuple().remote, (*least)->tuple().local);
    if (const auto newest = newest_.find(key);
        newest != newest_.end() && newest->second == (*least)->number())
        newest_.erase(newest);
    tracks_.erase(least);
    ++forgotten_;
}

LiveTrack* LiveWatch::track_of(const tcp::Endpoint& remote) {
    const auto found = newest_.lower_bound({remote, {}});
    return found != newest_.end() && found->first.first == remote ? find(found->second) : nullptr;
}

const LiveTrack* LiveWatch::track(std::uint64_t number) const {
    const auto found =
        std::ranges::lower_bound(tracks_, number, {}, [](const auto& t) { return t->number(); });
    return found != tracks_.end() && (*found)->number() == number ? found->get() : nullptr;
}

}  // namespace glass::tools
