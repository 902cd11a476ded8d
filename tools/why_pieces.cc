// Why a packet is only a piece, or damaged: fragments and the rest of their datagram, wrong checksums, cut
// frames.
#include <algorithm>
#include <map>

#include "tools/fault_text.h"
#include "tools/ip_layer.h"
#include "tools/lone_frame.h"
#include "tools/protocols.h"
#include "tools/verify.h"
#include "tools/why_packet.h"

namespace glass::tools {
namespace {

std::optional<ip::Fragment> outermost_fragment(const Packet& packet) {
    for (const Layer& layer : packet.layers()) {
        if (layer.quoted) return std::nullopt;
        if (const auto fragment = fragment_in(packet, layer)) return fragment;
    }
    return std::nullopt;
}

/// What was seen of one datagram.
struct Pieces {
    struct Piece {
        std::uint32_t end;
        tcp::FrameRef frame;
    };
    std::map<std::uint32_t, Piece> by_offset;  ///< the first of each offset
    std::optional<std::uint32_t> total;
    tcp::FrameRef error;  ///< an ICMP error that quotes one of them

    void add(const ip::Fragment& f, tcp::FrameRef frame) {
        by_offset.try_emplace(f.offset, Piece{f.offset + f.length, frame});
        if (!f.more_fragments) total = f.offset + f.length;
    }
    /// The first octets that are missing; none where it is whole.
    std::optional<std::pair<std::uint32_t, std::optional<std::uint32_t>>> missing() const {
        std::uint32_t next = 0;
        for (const auto& [offset, piece] : by_offset) {
            if (offset > next) return std::pair{next, std::optional(offset - 1)};
            next = std::max(next, piece.end);
        }
        if (total && next >= *total) return std::nullopt;
        return std::pair{next, total ? std::optional(*total - 1) : std::nullopt};
    }
};

/// An ICMP error about a fragment of the same datagram.
bool quotes(const Packet& packet, const ip::Fragment& f) {
    for (const Layer& layer : packet.layers()) {
        const auto other = layer.quoted ? fragment_in(packet, layer) : std::nullopt;
        if (other && other->src == f.src && other->dst == f.dst && other->identification == f.identification)
            return true;
    }
    return false;
}

Pieces collect(const ip::Fragment& f, const Reread& reread) {
    Pieces pieces;
    // The fragment's addresses are borrowed from nothing; its payload is not looked at.
    reread([&](const Packet& p) {
        const auto other = outermost_fragment(p);
        const bool same = other && other->src == f.src && other->dst == f.dst &&
                          other->identification == f.identification &&
                          (f.src.version == 6 || other->protocol == f.protocol);
        if (same) pieces.add(*other, {p.frame.number, p.frame.time});
        if (quotes(p, f)) pieces.error = {p.frame.number, p.frame.time};
        return true;
    });
    return pieces;
}

/// How this sender's checksums of this protocol are, all over the file.
struct Habits {
    std::uint64_t good = 0, bad = 0;
};
Habits habits_of(const ip::Address& sender, ip::Proto proto, const Reread& reread) {
    Habits habits;
    reread([&](const Packet& p) {
        const Layer* layer = p.innermost(proto);
        const Layer* outer = !layer ? nullptr : proto == ip::Proto::ip ? layer : ip_around(p, *layer);
        if (outer && !has_addresses(*outer)) return true;
        if (!outer || source_of(*outer) != sender) return true;
        // Offload turns "bad" into "unverified" once it is recognized: whole frames only.
        const bool whole = layer->bytes.size() == layer->wire_length;
        if (layer->checksum == ChecksumStatus::good) ++habits.good;
        if (layer->checksum == ChecksumStatus::bad ||
            (layer->checksum == ChecksumStatus::unverified && whole))
            ++habits.bad;
        return true;
    });
    return habits;
}

void tell_wrong(const Packet& packet, const Layer& layer, const Reread& reread, Story& story) {
    const Layer* outer = layer.proto == ip::Proto::ip ? &layer : ip_around(packet, layer);
    if (!outer || !has_addresses(*outer)) return;
    const std::string_view title = protocol(layer.proto).title;
    const std::string sender = to_string(source_of(*outer));
    story.say("The {} checksum of packet {} is wrong.", title, packet.frame.number);
    if (layer.proto != ip::Proto::ip && is_partial_checksum(packet, layer))
        return story.so(
            "no damage: {} leaves it to its network card (checksum offload); the field holds the sum of the "
            "pseudo-header alone.",
            sender);
    const Habits habits = habits_of(source_of(*outer), layer.proto, reread);
    if (habits.good == 0 && habits.bad > 1)
        return story.so(
            "no damage, as it seems: all {} {} checksums of {} are wrong in this file: the network card was "
            "to "
            "fill them in, or addresses were rewritten.",
            habits.bad, title, sender);
    if (habits.bad == 1 && habits.good == 0)
        return story.so(
            "damage on the way, or checksum offload: {} sends nothing else in this file that could be "
            "compared.",
            sender);
    story.so(
        "damaged, and the receiver drops it without a word: {} of {} other {} checksums of {} are right.",
        habits.good, habits.good + habits.bad - 1, title, sender);
}

}  // namespace

bool tell_fragment(const Packet& packet, const Reread& reread, Story& story) {
    const auto f = outermost_fragment(packet);
    if (!f) return false;
    const Pieces pieces = collect(*f, reread);
    story.say("Packet {} is a fragment: bytes {}..{} of the datagram with id 0x{:04x} from {} to {}.",
              packet.frame.number, f->offset, f->offset + std::max(f->length, 1u) - 1, f->identification,
              to_string(f->src), to_string(f->dst));
    for (const auto& [offset, piece] : pieces.by_offset)
        story.row(piece.frame.number == packet.frame.number ? "this one" : "belongs to it", piece.frame,
                  fmt::format("bytes {}..{}", offset, std::max(piece.end, offset + 1) - 1));
    if (pieces.error) story.row("ICMP error", pieces.error, "quotes this datagram");
    const auto missing = pieces.missing();
    if (!missing) {
        std::uint64_t last = 0;
        for (const auto& [offset, piece] : pieces.by_offset) last = std::max(last, piece.frame.number);
        story.so("all {} bytes are in the file; #{} completes the datagram{}.", pieces.total.value_or(0),
                 last, pieces.error ? ", but on the way to its destination something happened to it" : "");
    } else if (missing->second) {
        story.so("bytes {}..{} are not in the file: where they did not come, the whole datagram is lost.",
                 missing->first, *missing->second);
    } else {
        story.so(
            "what follows byte {} is not in the file: where it did not come, the whole datagram is lost.",
            missing->first == 0 ? 0 : missing->first - 1);
    }
    return true;
}

bool tell_checksums(const Packet& packet, const Reread& reread, Story& story) {
    bool told = false;
    for (const Layer& layer : packet.layers()) {
        if (layer.quoted) break;
        const bool judged = layer.proto == ip::Proto::tcp || layer.proto == ip::Proto::udp;
        const bool whole = layer.bytes.size() == layer.wire_length && !packet.fault;
        const bool offload = judged && whole && layer.checksum == ChecksumStatus::unverified &&
                             is_partial_checksum(packet, layer);
        if (layer.checksum != ChecksumStatus::bad && !offload) continue;
        told = true;
        if (judged || layer.proto == ip::Proto::ip) {
            tell_wrong(packet, layer, reread, story);
        } else {
            story.say("The {} checksum of packet {} is wrong.", protocol(layer.proto).title,
                      packet.frame.number);
            story.so("whoever receives it drops it without a word.");
        }
    }
    return told;
}

void tell_damage(const Packet& packet, Story& story) {
    const std::size_t captured = packet.frame.bytes.size();
    const bool quoted = std::ranges::any_of(packet.layers(), &Layer::quoted);  // cut by whoever quotes it
    if (packet.fault && !quoted)
        story.say("Something is wrong with its {} header: {}.", protocol(packet.fault->proto).title,
                  to_string(packet.fault->fault));
    if (captured < packet.frame.length)
        story.say("Only {} of its {} bytes were captured (snap length).", captured, packet.frame.length);
}

}  // namespace glass::tools
