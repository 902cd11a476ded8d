#include "tools/live_feed.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "tools/live_json.h"

namespace glass::tools {
namespace {

/// A row that is worth its place among many.
bool has_story(const LiveRow& row) {
    constexpr std::uint16_t kControl = tcp::SYN | tcp::FIN | tcp::RST;
    const auto tells = [](const Remark& r) { return r.tone != Tone::detail; };
    return row.segment.flags & kControl || row.repeats || row.fate == LiveRow::Fate::lost ||
           row.fate == LiveRow::Fate::damaged || std::ranges::any_of(row.remarks, tells);
}

std::string event(std::string_view id, std::string_view name, std::string_view data) {
    std::string out;
    if (!id.empty()) out += fmt::format("id: {}\n", id);
    if (!name.empty()) out += fmt::format("event: {}\n", name);
    return out.append("data: ").append(data).append("\n\n");
}

}  // namespace

/// A page that comes back goes on where it was.
LiveFeed::LiveFeed(LiveWatch& watch, Setup setup) : watch_(watch), setup_(std::move(setup)) {
    const std::string prefix = fmt::format("{:x}-", setup_.session);
    if (!setup_.last_id.starts_with(prefix)) return;
    const char* const end = setup_.last_id.data() + setup_.last_id.size();
    std::uint64_t seen = 0;
    if (std::from_chars(setup_.last_id.data() + prefix.size(), end, seen).ptr == end)
        seen_ = std::min(seen, watch_.changes());
}

void LiveFeed::follow(std::uint64_t track) {
    followed_ = track;
    next_ = {};
}

const LiveTrack* LiveFeed::chosen() const {
    for (const std::uint64_t wanted : {followed_, usual_})
        if (const LiveTrack* track = wanted > 0 ? watch_.track(wanted) : nullptr) return track;
    return watch_.track_of(setup_.peer);
}

std::string LiveFeed::take(ip::Time now) {
    if (!greeted_) {
        greeted_ = true;
        next_ = last_ = now;
        return hello();
    }
    if (now < next_) return {};
    next_ = now + kTick;
    if (!has_news(now)) {
        if (now - last_ < kHeartbeat) return {};
        last_ = now;
        return ":\n\n";
    }
    if (waiting_ > kMostWaiting) {
        ++held_;
        return {};
    }
    last_ = now;
    return batch(now);
}

/// Packets that carry events alone are told in time, and not as soon as can be.
bool LiveFeed::has_news(ip::Time now) const {
    if (link_ != told_link_) return true;
    const LiveTrack* const shown = chosen();
    if (shown && shown->number() != shown_track_) return true;
    bool slow = false;
    for (const auto& track : watch_.tracks()) {
        if (track->change() <= seen_) continue;
        if (!track->carries_events()) return true;
        slow = true;
    }
    return slow && now - last_ >= kSlowTick;
}

std::string LiveFeed::hello() {
    TextBuffer text;
    JsonWriter json(text);
    json.begin_object().key("feed").number(setup_.number).key("peer").text(endpoint_text(setup_.peer));
    json.key("session").text(fmt::format("{:x}", setup_.session)).key("resumed").boolean(seen_ > 0);
    json.end_object();
    return "retry: 1000\n\n" + event({}, "hello", text.view());
}

std::string LiveFeed::batch(ip::Time now) {
    TextBuffer text;
    JsonWriter json(text);
    const auto at = std::chrono::duration_cast<std::chrono::microseconds>(now - setup_.epoch);
    json.begin_object().key("at").number(static_cast<std::uint64_t>(std::max<std::int64_t>(at.count(), 0)));
    if (link_ != told_link_) json.key("link").raw(told_link_ = link_);
    json.key("held").number(held_).key("unseen").number(watch_.unseen());
    json.key("forgotten").number(watch_.forgotten());
    write_tracks(json);
    if (const LiveTrack* track = chosen()) {
        write_followed(*track, json);
        write_newest(*track, now, json);
    }
    json.end_object();
    seen_ = watch_.changes();
    return event(fmt::format("{:x}-{}", setup_.session, seen_), {}, text.view());
}

/// Those that were not told for longest come first.
void LiveFeed::write_tracks(JsonWriter& json) {
    std::vector<const LiveTrack*> changed;
    for (const auto& track : watch_.tracks())
        if (told_[track->number()] < track->change()) changed.push_back(track.get());
    const LiveTrack* const shown = chosen();
    std::ranges::stable_sort(changed, {}, [&](const LiveTrack* track) {
        return std::pair(track != shown, told_[track->number()]);
    });
    if (changed.size() > kMostTracks) changed.resize(kMostTracks);
    json.key("tracks").begin_array();
    for (const LiveTrack* track : changed) {
        write_track(*track, json);
        told_[track->number()] = track->change();
    }
    json.end_array().key("gone").begin_array();
    std::erase_if(told_, [&](const auto& entry) {
        if (watch_.track(entry.first)) return false;
        json.number(entry.first);
        return true;
    });
    json.end_array();
}

/// A page that changes to another connection gets all there is of its moves and samples, and the last rows.
void LiveFeed::write_followed(const LiveTrack& track, JsonWriter& json) {
    const bool other = track.number() != shown_track_;
    if (other) shown_.clear();
    const std::uint64_t since = other && shown_track_ > 0 ? 0 : seen_;
    shown_track_ = track.number();
    json.key("follow").number(track.number()).key("rows").begin_array();
    for (const LiveRow* row : pick_rows(track)) {
        write_row(*row, setup_.epoch, json);
        shown_.insert(row->number);
    }
    json.end_array().key("moves").begin_array();
    for (const LiveMove& move : track.moves())
        if (move.change > since) write_move(move, setup_.epoch, json);
    json.end_array().key("samples").begin_array();
    for (const LiveSample& sample : track.samples())
        if (sample.change > since) write_sample(sample, setup_.epoch, json);
    json.end_array();
}

/// The newest one with text or options to look at, else the newest.
void LiveFeed::write_newest(const LiveTrack& track, ip::Time now, JsonWriter& json) {
    const ip::Duration every = track.carries_events() ? kEventPacketEvery : kPacketEvery;
    if (track.rows().empty() || (now - packet_at_ < every && track.number() == packet_of_)) return;
    const auto& rows = track.rows();
    const auto found = std::find_if(rows.rbegin(), rows.rend(), has_story);
    const bool recent = found != rows.rend() && found->number + kMostRows >= rows.back().number;
    const LiveRow& row = recent ? *found : rows.back();
    if (row.number == newest_ && track.number() == packet_of_) return;
    packet_at_ = now;
    packet_of_ = track.number();
    newest_ = row.number;
    json.key("packet");
    write_packet(track, row, json);
}

/// Those that the page has and that changed, all; of new ones those with a story, and the newest.
std::vector<const LiveRow*> LiveFeed::pick_rows(const LiveTrack& track) {
    const auto& rows = track.rows();
    if (!rows.empty()) shown_.erase(shown_.begin(), shown_.lower_bound(rows.front().number));
    std::vector<const LiveRow*> picked, plain;
    std::size_t room = shown_.empty() ? 3 * kMostRows : kMostRows;
    for (const LiveRow& row : rows) {
        const bool known = shown_.contains(row.number);
        if (known ? row.change > seen_ : row.change > seen_ && has_story(row) && room > 0) {
            picked.push_back(&row);
            room -= known ? 0 : 1;
        } else if (!known && (row.change > seen_ || shown_.empty())) {
            plain.push_back(&row);
        }
    }
    const std::size_t more = std::min(room, plain.size());
    picked.insert(picked.end(), plain.end() - static_cast<std::ptrdiff_t>(more), plain.end());
    std::ranges::sort(picked, {}, &LiveRow::number);
    return picked;
}

}  // namespace glass::tools
