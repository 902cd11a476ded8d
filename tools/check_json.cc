// Check report as JSON: its members are listed in tools/check_report.h.
#include "tools/check_report.h"
#include "tools/json.h"
#include "tools/view_json.h"

namespace glass::tools {
namespace {

void write_frames(JsonWriter& json, const Found& found) {
    json.key("frames").begin_array();
    for (const std::uint64_t n : found.frames) json.number(n);
    json.end_array();
}

/// {count, frames}, still open.
JsonWriter& begin_found(JsonWriter& json, std::string_view key, const Found& found) {
    json.key(key).begin_object().key("count").number(found.count);
    write_frames(json, found);
    return json;
}

void write_time(JsonWriter& json, std::string_view key, bool any, ip::Time time) {
    char text[kMaxSecondsText];
    json.key(key);
    if (any)
        json.text({text, static_cast<std::size_t>(write_seconds(text, time) - text)});
    else
        json.raw("null");
}

void write_file(JsonWriter& json, const FileFacts& file) {
    json.key("file")
        .text(file.name)
        .key("sound")
        .boolean(file.damage.empty())
        .key("verdict")
        .text(verdict(file));
    json.key("read_to_end").boolean(file.read_to_end).key("format").text(file.format).key("size");
    if (file.size)
        json.number(*file.size);
    else
        json.raw("null");
}

void write_damage(JsonWriter& json, const FileFacts& file) {
    json.key("damage").begin_array();
    for (const DamagedPlace& place : file.damage) {
        json.begin_object().key("offset").number(place.damage.offset).key("what").text(place.damage.what);
        json.key("lost_bytes").number(place.lost_bytes).key("resumed").boolean(place.resumed).end_object();
    }
    json.end_array()
        .key("damaged_places")
        .number(file.damaged_places)
        .key("lost_bytes")
        .number(file.lost_bytes);
    json.key("frames_after_damage").number(file.frames_after_damage);
}

void write_links(JsonWriter& json, const CheckFacts& facts) {
    json.key("links").begin_array();
    for (const auto& [place, frames] : facts.links()) {
        json.begin_object()
            .key("interface")
            .number(std::uint64_t{place.first})
            .key("link")
            .text(to_string(place.second));
        json.key("linktype").number(std::uint64_t{static_cast<std::uint32_t>(place.second)});
        json.key("frames").number(frames).end_object();
    }
    json.end_array();
}

void write_frame_facts(JsonWriter& json, const CheckFacts& facts) {
    const CheckFacts::Times& times = facts.times();
    json.key("frames").number(facts.frames());
    write_time(json, "start", times.any, times.first);
    write_time(json, "end", times.any, times.last);
    begin_found(json, "times_backwards", times.backwards)
        .key("largest_ns")
        .number(times.largest_step_back)
        .end_object();
    write_links(json, facts);
    begin_found(json, "cut", facts.cut().frames).key("missing_bytes").number(facts.cut().missing_bytes);
    json.key("longest").number(facts.cut().longest);
    begin_found(json, "in_header", facts.cut().headers).end_object().end_object();
    begin_found(json, "empty", facts.empty()).end_object();
    begin_found(json, "overlong", facts.overlong()).end_object();
}

void write_packet_facts(JsonWriter& json, const CheckFacts& facts) {
    json.key("faults").begin_array();
    for (const auto& [key, kind] : facts.faults()) {
        json.begin_object().key("proto").text(ip::name(key.first)).key("what").text(kind.example);
        json.key("count").number(kind.found.count);
        write_frames(json, kind.found);
        json.end_object();
    }
    json.end_array().key("checksums").begin_array();
    for (std::size_t i = 0; i < ip::kProtoCount; ++i) {
        const ChecksumTally& tally = facts.checksums()[i];
        if (!tally.any()) continue;
        json.begin_object()
            .key("proto")
            .text(ip::name(static_cast<ip::Proto>(i)))
            .key("good")
            .number(tally.good);
        json.key("bad").number(tally.bad.count).key("unverified").number(tally.unverified);
        json.key("absent").number(tally.absent);
        write_frames(json, tally.bad);
        json.end_object();
    }
    const ip::FragmentCounts& counts = facts.fragments();
    json.end_array().key("fragments").begin_object().key("complete").number(counts.complete);
    json.key("never_complete").number(facts.never_complete()).key("timed_out").number(counts.timed_out);
    json.key("evicted").number(counts.evicted).key("dropped").number(counts.dropped).end_object();
    json.key("notes").begin_array();
    for (const std::string& note : facts.notes()) json.text(note);
    json.end_array();
}

}  // namespace

void write_check_json(const FileFacts& file, const CheckFacts& facts, TextBuffer& out) {
    JsonWriter json(out);
    json.begin_object().key("schema").number(kJsonSchema);
    write_file(json, file);
    write_frame_facts(json, facts);
    write_damage(json, file);
    write_packet_facts(json, facts);
    if (!file.saved_to.empty()) {
        json.key("salvage")
            .begin_object()
            .key("file")
            .text(file.saved_to)
            .key("frames_before")
            .number(file.saved_before);
        json.key("frames_after")
            .number(file.saved_after)
            .key("left_out")
            .number(file.left_out)
            .key("skipped_bytes")
            .number(file.lost_bytes)
            .end_object();
    }
    json.end_object();
    out.append('\n');
}

}  // namespace glass::tools
