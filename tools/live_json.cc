#include "tools/live_json.h"

#include "tools/dissect.h"
#include "tools/glossary.h"
#include "tools/layer_places.h"
#include "tools/protocols.h"
#include "tools/sim_run.h"
#include "tools/text_value.h"
#include "tools/view_heading.h"

namespace glass::tools {
namespace {

/// Octets of a text that a field shows.
constexpr std::size_t kTextLimit = 80;

std::uint64_t micros(ip::Time at, ip::Time epoch) {
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(at - epoch).count();
    return since < 0 ? 0 : static_cast<std::uint64_t>(since);
}

std::uint64_t micros(ip::Duration duration) {
    return micros(ip::Time(duration), ip::Time{});
}

void write_state(EndState state, JsonWriter& json) {
    if (state)
        json.number(static_cast<std::uint64_t>(*state));
    else
        json.raw("null");
}

void write_counts(const LiveTrack::Counts& counts, JsonWriter& json) {
    json.begin_array().number(counts.segments).number(counts.octets);
    json.number(counts.repeated).number(counts.lost).end_array();
}

std::string_view name(LiveRow::Fate fate) {
    switch (fate) {
        case LiveRow::Fate::under_way: return "under way";
        case LiveRow::Fate::arrived: return "arrived";
        case LiveRow::Fate::damaged: return "damaged";
        case LiveRow::Fate::lost: return "lost";
    }
    return "";
}

std::string_view name(Tone tone) {
    switch (tone) {
        case Tone::plain: return "plain";
        case Tone::state: return "state";
        case Tone::http: return "http";
        case Tone::trouble: return "trouble";
        case Tone::detail: return "detail";
    }
    return "";
}

/// The word under which glass explain knows the field, if it does.
std::string_view word_for(const Field& field, ip::Proto proto) {
    if (!field.info) return {};
    for (const std::string& word :
         {std::string(name(proto)).append(".").append(field.info->key), std::string(field.info->label)})
        if (const Term* term = find_term(word)) return term->word;
    return {};
}

class PacketWriter {
public:
    PacketWriter(const Packet& packet, JsonWriter& json)
        : packet_(packet), json_(json), places_(place_layers(packet)) {}

    void write() {
        json_.key("layers").begin_array();
        for (std::size_t i = 0; i < packet_.layer_count; ++i) write_layer(i);
        json_.end_array();
    }

private:
    void write_layer(std::size_t index) {
        const Layer& layer = packet_.layers()[index];
        const LayerPlace& place = places_.layers[index];
        const ProtocolInfo& info = protocol(layer.proto);
        json_.begin_object().key("title").text(info.title).key("spec").text(info.spec);
        json_.key("proto").text(ip::name(layer.proto));
        json_.key("at").number(place.head.begin).key("end").number(place.head.end);
        json_.key("fields").begin_array();
        list_.start(layer.bytes);
        if (info.describe) info.describe(layer, packet_, list_);
        depth_ = 0;
        for (const Field& field : list_.fields()) write_field(field, layer.proto, place.origin);
        json_.end_array().end_object();
    }

    void write_field(const Field& field, ip::Proto proto, std::size_t origin) {
        using Kind = Field::Kind;
        if (field.kind == Kind::list_end || field.kind == Kind::object_end) {
            if (depth_ > 0) --depth_;
            return;
        }
        const bool group = field.kind == Kind::list_begin || field.kind == Kind::object_begin;
        json_.begin_object().key("d").number(std::uint64_t{depth_});
        if (field.width > 0)
            json_.key("bit")
                .number(std::uint64_t{origin * 8 + field.bit})
                .key("width")
                .number(std::uint64_t{field.width});
        json_.key("label").text(label_of(field));
        if (!group) json_.key("value").text(value_text(field, kTextLimit));
        if (!field.note.empty()) json_.key("note").text(field.note);
        if (const std::string_view word = word_for(field, proto); !word.empty()) json_.key("word").text(word);
        json_.end_object();
        depth_ += group;
    }

    const Packet& packet_;
    JsonWriter& json_;
    LayerPlaces places_;
    FieldList list_{FieldList::For::people};
    std::uint32_t depth_ = 0;
};

}  // namespace

void write_state_table(JsonWriter& json) {
    json.key("states").begin_array();
    for (std::size_t i = 0; i < tcp::kStateCount; ++i) json.text(to_string(static_cast<tcp::State>(i)));
    json.end_array().key("moves").begin_array();
    for (const tcp::Move& move : tcp::legal_moves()) {
        json.begin_array()
            .number(static_cast<std::uint64_t>(move.from))
            .number(static_cast<std::uint64_t>(move.to));
        json.text(move.event).end_array();
    }
    json.end_array();
}

void write_track(const LiveTrack& track, JsonWriter& json) {
    json.begin_object().key("c").number(track.number());
    json.key("peer")
        .text(endpoint_text(track.tuple().remote))
        .key("local")
        .text(endpoint_text(track.tuple().local));
    json.key("text").text(track.text()).key("opened").text(track.we_opened() ? "us" : "peer");
    json.key("state");
    write_state(track.state(), json);
    json.key("peer_state");
    write_state(track.peer_state(), json);
    if (track.over()) json.key("over").boolean(true);
    if (track.carries_events()) json.key("events").boolean(true);
    json.key("out");
    write_counts(track.counts(true), json);
    json.key("in");
    write_counts(track.counts(false), json);
    json.end_object();
}

void write_row(const LiveRow& row, ip::Time epoch, JsonWriter& json) {
    json.begin_object().key("n").number(row.number).key("us").boolean(row.ours);
    json.key("s").number(micros(row.sent, epoch)).key("f").text(name(row.fate));
    if (row.fate != LiveRow::Fate::under_way) json.key("a").number(micros(row.settled, epoch));
    if (row.fate == LiveRow::Fate::lost) json.key("w").text(to_string(row.why));
    if (row.repeats) json.key("g").number(row.again);
    json.key("fl")
        .number(std::uint64_t{row.segment.flags})
        .key("len")
        .number(std::uint64_t{row.segment.length});
    json.key("l").text(row.label).key("m").begin_array();
    for (const Remark& remark : row.remarks)
        json.begin_array().text(name(remark.tone)).text(remark.text).end_array();
    json.end_array().key("b").begin_array();
    for (const bool ours : {true, false})
        json.number(row.before[ours].segments).number(row.before[ours].octets);
    json.end_array().end_object();
}

void write_move(const LiveMove& move, ip::Time epoch, JsonWriter& json) {
    json.begin_array().number(micros(move.at, epoch)).boolean(move.ours);
    json.number(static_cast<std::uint64_t>(move.from))
        .number(static_cast<std::uint64_t>(move.to))
        .end_array();
}

void write_sample(const LiveSample& sample, ip::Time epoch, JsonWriter& json) {
    const auto number_or_null = [&json](bool there, std::uint64_t value) {
        if (there)
            json.number(value);
        else
            json.raw("null");
    };
    json.begin_array().number(micros(sample.at, epoch)).number(std::uint64_t{sample.cwnd});
    number_or_null(sample.ssthresh < SimFlow::kNoThreshold, sample.ssthresh);
    json.number(std::uint64_t{sample.flight}).number(std::uint64_t{sample.snd_wnd}).number(sample.queued);
    json.number(micros(sample.rto));
    number_or_null(sample.srtt > ip::Duration::zero(), micros(sample.srtt));
    json.end_array();
}

void write_packet(const LiveTrack& track, const LiveRow& row, JsonWriter& json) {
    Packet packet;
    packet.frame.number = row.number;
    packet.frame.time = row.sent;
    packet.frame.link = ip::LinkType::raw;
    packet.frame.bytes = row.octets;
    packet.frame.length = row.packet_length;
    dissect(packet, true);
    packet.tcp = TcpContext{.side = row.segment.side,
                            .relative_seq = row.segment.relative_seq,
                            .relative_ack = row.segment.relative_ack,
                            .window = row.segment.window};
    json.begin_object().key("c").number(track.number()).key("n").number(row.number);
    json.key("us").boolean(row.ours).key("l").text(row.label);
    json.key("length").number(std::uint64_t{row.packet_length});
    json.key("hex").hex({reinterpret_cast<const char*>(row.octets.data()), row.octets.size()});
    PacketWriter(packet, json).write();
    json.end_object();
}

}  // namespace glass::tools
