// Lesson 04: what cutting a packet and putting its octets together must do. What is expected of the first is
// computed from RFC 791's rule, piece by piece; of the second by a model with one entry an octet.
#include "lessons/frame/check.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "ip/datagram.h"
#include "ip/fragmentation.h"
#include "ip/fragments.h"
#include "ip/ipv4.h"

namespace {

using namespace glass;
using ip::Buffer;
using ip::Bytes;
using ip::FragmentDrop;
using ip::Ipv4Header;
using ip::OverlapPolicy;
using lesson::Check;
using lesson::hex;
using lesson::octets;
using lesson::show;

Buffer counted(std::size_t n) {
    Buffer data(n);
    for (std::size_t i = 0; i < n; ++i) data[i] = static_cast<std::uint8_t>(i * 7 + i / 256 + 1);
    return data;
}

Buffer packet_of(const Ipv4Header& h) {
    Buffer packet;
    h.serialize(packet);
    packet.shrink_to_fit();
    return packet;
}

std::string text_of(const Ipv4Header& h) {
    std::string text = show(h.payload.size()) + " octets of data";
    if (h.fragment_offset != 0) text += " at offset " + show(h.fragment_offset);
    if (h.more_fragments) text += ", more fragments";
    if (h.dont_fragment) text += ", don't fragment";
    if (h.reserved) text += ", the reserved bit";
    if (!h.options.empty()) text += ", options {" + octets(h.options) + "}";
    return text;
}

// ---- fragment_ipv4 ----
/// Those with the copied flag; the check's options are sound.
Buffer copied(Bytes options) {
    Buffer out;
    for (std::size_t at = 0; at < options.size() && options[at] != 0;) {
        const std::size_t length = options[at] == 1 ? 1 : options[at + 1];
        if (options[at] & 0x80)
            out.insert(out.end(), options.begin() + static_cast<std::ptrdiff_t>(at),
                       options.begin() + static_cast<std::ptrdiff_t>(at + length));
        at += length;
    }
    return out;
}

/// RFC 791 section 3.2: as long as more than the MTU is left, the largest piece of whole eights.
std::vector<Buffer> pieces_by_rule(const Ipv4Header& whole, std::size_t mtu) {
    std::vector<Buffer> pieces;
    const Buffer later = copied(whole.options);
    Ipv4Header h = whole;
    for (std::size_t at = 0; at < whole.payload.size(); at += h.payload.size()) {
        h.options = at == 0 ? whole.options : Bytes(later);
        h.fragment_offset = whole.fragment_offset + static_cast<std::uint32_t>(at);
        const std::size_t room = mtu - 20 - (h.options.size() + 3) / 4 * 4;
        const Bytes rest = whole.payload.subspan(at);
        h.payload = rest.size() <= room ? rest : rest.first(room - room % 8);
        h.more_fragments = whole.more_fragments || h.payload.size() < rest.size();
        pieces.push_back(packet_of(h));
    }
    return pieces;
}

std::vector<Check::Field> compared(Bytes expected, Bytes actual) {
    const Ipv4Header a = ip::read_ipv4(expected), b = ip::read_ipv4(actual);
    const auto sound = [](Bytes packet) { return show(ip::parse_ipv4(packet).has_value()); };
    return {{"octets in all", show(expected.size()), show(actual.size())},
            {"total length", show(a.total_length), show(b.total_length)},
            {"fragment offset", show(a.fragment_offset), show(b.fragment_offset)},
            {"more fragments", show(a.more_fragments), show(b.more_fragments)},
            {"don't fragment", show(a.dont_fragment), show(b.dont_fragment)},
            {"reserved", show(a.reserved), show(b.reserved)},
            {"identification", hex(a.identification), hex(b.identification)},
            {"type of service", hex(a.tos, 2), hex(b.tos, 2)},
            {"time to live", show(a.ttl), show(b.ttl)},
            {"protocol", show(a.protocol), show(b.protocol)},
            {"source", to_string(a.src), to_string(b.src)},
            {"destination", to_string(a.dst), to_string(b.dst)},
            {"options", octets(a.options), octets(b.options)},
            {"payload", octets(a.payload), octets(b.payload)},
            {"a sound packet", sound(expected), sound(actual)}};
}

std::string name_of(ip::Error error) {
    switch (error) {
        case ip::Error::truncated: return "truncated";
        case ip::Error::bad_checksum: return "bad_checksum";
        case ip::Error::bad_value: return "bad_value";
        case ip::Error::too_long: return "too_long";
        default: return "another error";
    }
}

/// The packet, its MTU, and what came of it.
bool cuts_packet(Check& check, const std::string& what, const Buffer& packet, const std::string& text,
                 std::size_t mtu, const std::vector<Buffer>& expected) {
    check.restart();
    check.step("fragment_ipv4(a packet of " + text + ", MTU " + show(mtu) + ")");
    const auto pieces = ip::fragment_ipv4(packet, mtu);
    check.then(pieces ? show(pieces->size()) + " pieces" : name_of(pieces.error()));
    if (!check.that(what + ": it can be cut", pieces.has_value(), "an error")) return false;
    for (const Buffer& piece : *pieces) check.frame({.packet = piece});
    for (std::size_t i = 0; i < std::min(expected.size(), pieces->size()); ++i) {
        const bool last = i + 1 == expected.size();
        if (!check.equal_fields(what + (i == 0 ? ": the first piece"
                                        : last ? ": the last piece"
                                               : ": a middle piece"),
                                compared(expected[i], (*pieces)[i])))
            return false;
        if (expected[i] == (*pieces)[i]) continue;
        check.step("piece " + show(i + 1));
        return check.equal_octets(what + ": every octet of the payload", expected[i], (*pieces)[i]);
    }
    return check.equal(what + ": pieces", expected.size(), pieces->size());
}

bool cuts(Check& check, const std::string& what, const Ipv4Header& h, std::size_t mtu) {
    return cuts_packet(check, what, packet_of(h), text_of(h), mtu, pieces_by_rule(h, mtu));
}

void refuses(Check& check, const std::string& what, const Buffer& packet, std::size_t mtu,
             const std::string& expected) {
    check.restart();
    check.step("fragment_ipv4({" + octets(packet) + "}, MTU " + show(mtu) + ")");
    const auto pieces = ip::fragment_ipv4(packet, mtu);
    check.equal(what, expected, pieces ? show(pieces->size()) + " pieces" : name_of(pieces.error()));
}

Ipv4Header plain(Bytes payload) {
    return {.tos = 0xb8,
            .identification = 0x483d,
            .ttl = 57,
            .protocol = 17,
            .src = {0x0a000001},
            .dst = {0x0a000002},
            .payload = payload};
}

LESSON_CASE("a packet that fits is left as it is",
            "RFC 791 section 3.2: if the total length is at most the MTU") {
    const Buffer data = counted(80);
    const Ipv4Header h = plain(data);
    const auto unchanged = [&](const std::string& what, const Ipv4Header& one, std::size_t mtu) {
        cuts_packet(check, what, packet_of(one), text_of(one), mtu, {packet_of(one)});
    };
    unchanged("below the MTU", h, 1500);
    unchanged("exactly the MTU", h, 100);
    unchanged("an MTU of more than 16 bits, as Linux's loopback has", h, 65536);
    Ipv4Header dont = h;
    dont.dont_fragment = true;
    unchanged("don't fragment, and nobody has to", dont, 100);
    Ipv4Header empty = plain({});
    unchanged("no payload at all", empty, 100);
    Buffer padded = packet_of(h);
    padded.insert(padded.end(), {0xee, 0xee, 0xee});
    cuts_packet(check, "padding behind it", padded, text_of(h) + ", and three octets of padding", 100,
                {packet_of(h)});
    Buffer fits = packet_of(dont);
    fits.insert(fits.end(), {0xee, 0xee, 0xee});
    cuts_packet(check, "padding behind it, and don't fragment", fits,
                text_of(dont) + ", and three octets of padding", 100, {packet_of(dont)});
}

LESSON_CASE("the examples", "RFC 791 section 3.2: a datagram of 472 octets over an MTU of 280") {
    const Buffer small = counted(452), ping = counted(4008);
    cuts(check, "RFC 791's example", plain(small), 280);
    cuts(check, "the ping of captures/fragments.pcap", plain(ping), 576);
    Ipv4Header odd = plain(small);
    odd.reserved = true;
    cuts(check, "what the rule does not change stays", odd, 280);
}

LESSON_CASE("all but the last carry whole eights",
            "RFC 791 section 3.2: the offset counts units of eight octets") {
    const Buffer data = counted(200);
    for (std::size_t mtu = 68; mtu < 76 && !check.failed(); ++mtu)
        cuts(check, "room of any size", plain(data), mtu);
    cuts(check, "eight octets a piece", plain(data), 28);
    for (std::size_t more = 0; more < 9 && !check.failed(); ++more)
        cuts(check, "the last has all the room there is", plain(Bytes(data).first(56 + 56 + more)), 83);
    cuts(check, "a whole number of pieces: none is empty", plain(Bytes(data).first(192)), 84);
    Buffer padded = packet_of(plain(data));
    padded.resize(padded.size() + 9, 0xee);
    cuts_packet(check, "padding behind it is no data", padded,
                "200 octets of data, and nine octets of padding", 100, pieces_by_rule(plain(data), 100));
}

LESSON_CASE("options",
            "RFC 791 section 3.1: the copied flag says whether an option stands in all fragments") {
    const Buffer data = counted(300);
    Ipv4Header h = plain(data);
    const Buffer none = {7, 7, 4, 0, 0, 0, 0, 0}, all = {148, 4, 0, 0},
                 some = {7, 7, 4, 0, 0, 0, 0, 1, 148, 4, 0, 0};
    h.options = none;
    cuts(check, "record route: in the first alone", h, 100);
    h.options = all;
    cuts(check, "router alert: in every piece", h, 100);
    h.options = some;
    cuts(check, "one of each kind", h, 100);
    Buffer most = {131, 7, 4, 192, 0, 2, 9, 1, 68, 28, 5, 0};
    most.resize(36);
    most.insert(most.end(), {148, 4, 0, 0});
    h.options = most;
    cuts(check, "forty octets, of which eleven are copied", h, 68);
    cuts(check, "forty octets, of which eleven are copied, and padded", h, 71);
}

LESSON_CASE("a fragment may be cut again", "RFC 791 section 3.2: on the way MTUs differ") {
    const Buffer data = counted(1480);
    Ipv4Header h = plain(data);
    h.fragment_offset = 2960;
    cuts(check, "a last fragment", h, 576);
    h.more_fragments = true;
    cuts(check, "a middle fragment: its last piece is not the last", h, 576);
    h.fragment_offset = 0;
    cuts(check, "a first fragment", h, 576);
    h.fragment_offset = 64000;
    h.payload = Bytes(data).first(1480);
    h.more_fragments = false;
    cuts(check, "far behind", h, 576);
}

LESSON_CASE("what cannot be cut",
            "RFC 791 section 3.2: don't fragment means do not; ip/fragmentation.h: the errors") {
    const Buffer data = counted(100);
    Ipv4Header h = plain(data);
    refuses(check, "no eight octets fit beside the header", packet_of(h), 27, "too_long");
    refuses(check, "nor if there are none, and the header does not fit", packet_of(plain({})), 19,
            "too_long");
    cuts(check, "eight octets just fit", h, 28);
    const Buffer options = {7, 7, 4, 0, 0, 0, 0, 0};
    h.options = options;
    refuses(check, "nor beside a header with options", packet_of(h), 35, "too_long");
    cuts(check, "eight octets just fit beside the options", h, 36);
    h.dont_fragment = true;
    refuses(check, "don't fragment", packet_of(h), 100, "bad_value");
    Buffer wrong = packet_of(plain(data));
    wrong[10] ^= 1;
    refuses(check, "a wrong checksum: not a packet to be cut", wrong, 68, "bad_checksum");
    refuses(check, "half a header", {wrong.begin(), wrong.begin() + 10}, 68, "truncated");
}

LESSON_CASE("any packet, any MTU", "RFC 791 section 3.2") {
    for (int i = 0; i < 300 && !check.failed(); ++i) {
        ip::Random& random = check.random();
        const Buffer data = counted(random.between(1, 3000));
        Ipv4Header h = plain(data);
        h.more_fragments = random.chance({1, 3});
        if (h.more_fragments)
            h.payload =
                h.payload.first(std::max<std::size_t>(8, h.payload.size() / 8 * 8) % (data.size() + 1));
        if (h.payload.empty()) h.more_fragments = false;
        h.fragment_offset = static_cast<std::uint32_t>(8 * random.below(4000));
        const Buffer options = {148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0};
        if (random.chance({1, 3})) h.options = options;
        const std::size_t mtu = random.between(68, 1500);
        if (20 + h.options.size() + h.payload.size() > mtu) cuts(check, "a random packet", h, mtu);
    }
}

// ---- FragmentPieces::add ----
struct Arrival {
    std::uint32_t offset;
    std::string text;
    bool more;
};

std::string text_of(const Arrival& a) {
    return "add(" + show(a.offset) + ", " + lesson::quoted(a.text) + ", " +
           (a.more ? "more fragments" : "the last") + ")";
}

std::string name_of(OverlapPolicy policy) {
    switch (policy) {
        case OverlapPolicy::forbidden: return "forbidden";
        case OverlapPolicy::must_agree: return "must_agree";
        default: return "first_wins";
    }
}

std::string name_of(FragmentDrop why) {
    switch (why) {
        case FragmentDrop::none: return "none";
        case FragmentDrop::duplicate: return "duplicate";
        case FragmentDrop::overlap: return "overlap";
        case FragmentDrop::bad_end: return "bad_end";
        default: return "another reason";
    }
}

/// What can be seen of a datagram. Octets and the frames they came in, "." where nothing is.
struct View {
    std::string outcome, octets, frames, end, pieces = "sound";
    std::size_t held = 0;
    bool complete = false, doomed = false;

    bool operator==(const View&) const = default;

    std::vector<Check::Field> against(const View& mine) const {
        return {{"add() returned", outcome, mine.outcome},
                {"octets held", octets, mine.octets},
                {"came in frame", frames, mine.frames},
                {"held", show(held), show(mine.held)},
                {"end", end, mine.end},
                {"complete()", show(complete), show(mine.complete)},
                {"by_offset", pieces, mine.pieces}};
    }
};

class Model {
public:
    explicit Model(OverlapPolicy policy) : policy_(policy) {}

    View arrives(const Arrival& a) {
        const auto whole = a.offset + static_cast<std::uint32_t>(a.text.size());
        View view;
        ++frame_;
        if (is_repetition(a, whole)) {
            view.outcome = "duplicate";
        } else if (const std::string doom = doom_of(a, whole); !doom.empty()) {
            view.outcome = doom;
            view.doomed = true;
        } else {
            view.outcome = take(a, whole) ? "none" : "duplicate";
            taken_.push_back(a);
        }
        for (const auto& [at, octet] : octets_) {
            view.octets.resize(at, '.');
            view.frames.resize(at, '.');
            view.octets += octet.first;
            view.frames += static_cast<char>('0' + octet.second % 10);
        }
        view.held = octets_.size();
        view.end = end_ ? show(*end_) : "not known";
        view.complete = end_ && octets_.size() == *end_;
        return view;
    }

private:
    bool is_repetition(const Arrival& a, std::uint32_t whole) const {
        return std::ranges::any_of(taken_, [&](const Arrival& b) {
            return a.offset == b.offset && a.text == b.text && (a.more || end_ == whole);
        });
    }
    /// "" where it may come in; both reasons where both are right.
    std::string doom_of(const Arrival& a, std::uint32_t whole) const {
        if (policy_ == OverlapPolicy::first_wins) return "";
        bool overlap = false;
        for (std::uint32_t i = 0; i < a.text.size(); ++i)
            if (const auto at = octets_.find(a.offset + i); at != octets_.end())
                overlap |= policy_ == OverlapPolicy::forbidden || at->second.first != a.text[i];
        const std::uint32_t last = octets_.empty() ? 0 : octets_.rbegin()->first + 1;
        const bool bad_end = end_ ? (a.more ? whole > *end_ : whole != *end_) : !a.more && last > whole;
        return overlap && bad_end ? "overlap or bad_end" : overlap ? "overlap" : bad_end ? "bad_end" : "";
    }
    bool take(const Arrival& a, std::uint32_t whole) {
        bool news = false;
        if (!a.more && !end_) {
            end_ = whole;
            octets_.erase(octets_.lower_bound(whole), octets_.end());
            news = true;
        }
        for (std::uint32_t i = 0; i < a.text.size(); ++i)
            if (!end_ || a.offset + i < *end_)
                news |= octets_.try_emplace(a.offset + i, a.text[i], frame_).second;
        return news;
    }

    OverlapPolicy policy_;
    std::map<std::uint32_t, std::pair<char, std::uint64_t>> octets_;
    std::optional<std::uint32_t> end_;
    std::vector<Arrival> taken_;
    std::uint64_t frame_ = 0;
};

/// The exercise.
class Exercise {
public:
    explicit Exercise(OverlapPolicy policy) : policy_(policy) {}

    View arrives(const Arrival& a) {
        View view;
        {
            Buffer gone(a.text.begin(), a.text.end());  // after this call: octets are copied
            gone.shrink_to_fit();
            view.outcome = name_of(pieces.add(a.offset, gone, a.more, ++frame_, policy_));
        }
        for (const auto& [at, piece] : pieces.by_offset) {
            if (piece.octets.empty()) view.pieces = "an empty piece at " + show(at);
            if (at < view.octets.size()) {
                view.pieces = "the piece at " + show(at) + " begins within the one before";
                break;
            }
            view.octets.resize(at, '.');
            view.frames.resize(at, '.');
            view.octets.append(piece.octets.begin(), piece.octets.end());
            view.frames.append(piece.octets.size(), static_cast<char>('0' + piece.frame % 10));
        }
        view.held = pieces.held;
        view.end = pieces.end ? show(*pieces.end) : "not known";
        view.complete = pieces.complete();
        return view;
    }

    ip::FragmentPieces pieces;

private:
    OverlapPolicy policy_;
    std::uint64_t frame_ = 0;
};

void tell(Check& check, const Arrival& a) {
    check.step(text_of(a));
    const Buffer data(a.text.begin(), a.text.end());
    Ipv4Header h = plain(data);
    h.more_fragments = a.more;
    h.fragment_offset = a.offset;
    check.frame({.packet = packet_of(h), .comment = text_of(a)});
}

bool plays(Check& check, const std::string& what, OverlapPolicy policy,
           const std::vector<Arrival>& arrivals) {
    check.restart();
    check.step("a FragmentPieces, overlaps " + name_of(policy));
    Model model(policy);
    Exercise exercise(policy);
    for (const Arrival& a : arrivals) {
        if (check.tells()) tell(check, a);
        const View expected = model.arrives(a);
        View actual = exercise.arrives(a);
        check.then(actual.outcome);
        if (expected.doomed && expected.outcome.find(actual.outcome) != std::string::npos)
            actual.outcome = expected.outcome;
        actual.doomed = expected.doomed;  // of the model's own
        if (actual != expected && !check.equal_fields(what, expected.against(actual))) return false;
        if (expected.doomed) return true;  // the datagram is given up here
    }
    return true;
}

constexpr OverlapPolicy kAll[] = {OverlapPolicy::forbidden, OverlapPolicy::must_agree,
                                  OverlapPolicy::first_wins};

struct Row {
    const char* what;
    std::vector<Arrival> arrivals;
};

void play(Check& check, const std::vector<Row>& rows, std::initializer_list<OverlapPolicy> policies) {
    for (const Row& row : rows)
        for (const OverlapPolicy policy : policies)
            if (!plays(check, row.what, policy, row.arrivals)) break;
}

LESSON_CASE("fragments in any order",
            "RFC 791 section 3.2: complete when the last has come and nothing is missing") {
    play(check,
         {{"in order", {{0, "AAAAAAAA", true}, {8, "BBBBBBBB", true}, {16, "C", false}}},
          {"the last first", {{16, "C", false}, {8, "BBBBBBBB", true}, {0, "AAAAAAAA", true}}},
          {"the last second: a hole is left",
           {{0, "AAAAAAAA", true}, {16, "CCC", false}, {8, "BBBBBBBB", true}}},
          {"the first is missing", {{8, "BBBBBBBB", true}, {16, "C", false}}},
          {"the last is missing", {{0, "AAAAAAAA", true}, {8, "BBBBBBBB", true}}},
          {"two holes",
           {{32, "E", false},
            {16, "CCCCCCCC", true},
            {0, "AAAAAAAA", true},
            {24, "DDDDDDDD", true},
            {8, "BBBBBBBB", true}}}},
         {OverlapPolicy::forbidden, OverlapPolicy::must_agree, OverlapPolicy::first_wins});
}

LESSON_CASE("the same fragment twice", "RFC 8200 section 4.5: exact duplicates may be left out alone") {
    play(check,
         {{"the first again", {{0, "AAAAAAAA", true}, {0, "AAAAAAAA", true}, {8, "B", false}}},
          {"the last again", {{8, "BBB", false}, {8, "BBB", false}, {0, "AAAAAAAA", true}}},
          {"a middle one again and again",
           {{8, "BBBBBBBB", true},
            {8, "BBBBBBBB", true},
            {8, "BBBBBBBB", true},
            {24, "D", false},
            {0, "AAAAAAAA", true},
            {16, "CCCCCCCC", true}}}},
         {OverlapPolicy::forbidden, OverlapPolicy::must_agree, OverlapPolicy::first_wins});
}

LESSON_CASE("overlaps forbidden", "RFC 5722 section 4: any overlap dooms the datagram") {
    play(check,
         {{"into the one before", {{0, "AAAAAAAAAAAAAAAA", true}, {8, "AAAAAAAAB", false}}},
          {"into the one behind", {{8, "BBBBBBBB", true}, {0, "AAAAAAAABBBBBBBB", true}}},
          {"around another", {{8, "BBBBBBBB", true}, {0, "AAAAAAAABBBBBBBBCCCCCCCC", true}}},
          {"within another", {{0, "AAAAAAAABBBBBBBBCCCCCCCC", true}, {8, "BBBBBBBB", true}}},
          {"the same start, shorter", {{0, "AAAAAAAAAAAAAAAA", true}, {0, "AAAAAAAA", true}}},
          {"the same start, longer", {{0, "AAAAAAAA", true}, {0, "AAAAAAAAAAAAAAAA", true}}},
          {"the same place, other octets", {{0, "AAAAAAAA", true}, {0, "AAAAAAAB", true}}},
          {"teardrop", {{0, "AAAAAAAAAAAAAAAAAAAAAAAA", true}, {8, "BBBB", false}}},
          {"neighbours do not overlap", {{8, "BBBBBBBB", true}, {0, "AAAAAAAA", true}, {16, "C", false}}}},
         {OverlapPolicy::forbidden});
}

LESSON_CASE("overlaps that must agree", "RFC 791 section 3.2: a retransmission may be cut in other places") {
    play(
        check,
        {{"equal, one step on", {{0, "AAAAAAAABBBBBBBB", true}, {8, "BBBBBBBBC", false}}},
         {"equal, and fills two gaps",
          {{8, "BBBBBBBB", true}, {24, "D", false}, {0, "AAAAAAAABBBBBBBBCCCCCCCC", true}}},
         {"equal, and nothing new", {{0, "AAAAAAAABBBBBBBB", true}, {8, "BBBBBBBB", true}, {16, "C", false}}},
         {"equal, over two others",
          {{0, "AAAAAAAA", true},
           {8, "BBBBBBBB", true},
           {0, "AAAAAAAABBBBBBBBCCCCCCCC", true},
           {24, "D", false}}},
         {"the same again, now as the last",
          {{0, "AAAAAAAA", true}, {8, "BBBBBBBB", true}, {8, "BBBBBBBB", false}}},
         {"equal, and tells the end", {{0, "AAAAAAAABBBBBBBB", true}, {8, "BBBBBBBB", false}}},
         {"the first octet differs", {{0, "AAAAAAAABBBBBBBB", true}, {8, "xBBBBBBBC", false}}},
         {"the last octet differs", {{8, "BBBBBBBB", true}, {0, "AAAAAAAABBBBBBBx", true}}},
         {"differs behind a gap",
          {{8, "BBBBBBBB", true}, {24, "DDDDDDDD", true}, {0, "AAAAAAAABBBBBBBBCCCCCCCCxDDDDDDD", true}}},
         {"differs in the third that it covers",
          {{0, "AAAAAAAA", true},
           {8, "BBBBBBBB", true},
           {16, "CCCCCCCC", true},
           {0, "AAAAAAAABBBBBBBBCCCCCCCx", true}}},
         {"the same place, other octets: a port written over",
          {{0, "port 80 ", true}, {0, "port 22 ", true}}},
         {"teardrop", {{0, "AAAAAAAAAAAAAAAAAAAAAAAA", true}, {8, "BBBB", false}}}},
        {OverlapPolicy::must_agree});
}

LESSON_CASE("the first wins",
            "ip/fragmentation.h: for captures, octets that came first stay, later ones fill the gaps") {
    play(
        check,
        {{"into the one before", {{0, "AAAAAAAAAAAAAAAA", true}, {8, "BBBBBBBBC", false}}},
         {"around another", {{8, "BBBBBBBB", true}, {24, "D", false}, {0, "AAAAAAAAAAAAAAAAAAAAAAAA", true}}},
         {"around two others",
          {{8, "BBBBBBBB", true},
           {24, "DDDDDDDD", true},
           {0, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", true},
           {40, "F", false}}},
         {"the last one ends before what is held", {{0, "AAAAAAAAAAAAAAAA", true}, {8, "BB", false}}},
         {"the last one ends before a piece that is held",
          {{0, "AAAAAAAA", true}, {24, "DDDDDDDD", true}, {8, "BB", false}}},
         {"data beyond the end", {{8, "BB", false}, {16, "CCCCCCCC", true}, {0, "AAAAAAAA", true}}},
         {"data across the end", {{8, "BB", false}, {0, "AAAAAAAAAAAAAAAAAAAAAAAA", true}}},
         {"a second, later end", {{8, "BB", false}, {8, "BBBBCCCC", false}, {0, "AAAAAAAA", true}}},
         {"a second, earlier end", {{8, "BBBB", false}, {8, "CC", false}, {0, "AAAAAAAA", true}}}},
        {OverlapPolicy::first_wins});
}

LESSON_CASE("fragments that disagree on the end",
            "ip/fragmentation.h: bad_end, two ends or data beyond the end") {
    play(check,
         {{"data beyond the end", {{8, "BB", false}, {16, "CCCCCCCC", true}}},
          {"data across the end", {{16, "CC", false}, {16, "CCCCCCCC", true}}},
          {"an end before data", {{16, "CCCCCCCC", true}, {8, "BB", false}}},
          {"two ends, the second later", {{16, "CC", false}, {24, "DD", false}}},
          {"two ends, the second earlier", {{16, "CC", false}, {8, "BB", false}}},
          {"data up to the end", {{16, "C", false}, {8, "BBBBBBBB", true}, {0, "AAAAAAAA", true}}},
          {"more fragments promised, but nothing beyond the end: let in",
           {{16, "CCCCCCCC", false}, {8, "BBBBBBBBCCCCCCCC", true}}}},
         {OverlapPolicy::forbidden, OverlapPolicy::must_agree});
}

/// A fragment of the text, which is the same for all, or now and then not.
Arrival random_arrival(ip::Random& random, bool honest) {
    constexpr std::uint32_t kEights = 8;
    const auto from = static_cast<std::uint32_t>(random.below(kEights));
    const auto to = static_cast<std::uint32_t>(random.between(from + 1, kEights));
    Arrival a{.offset = 8 * from, .text = {}, .more = to < kEights};
    for (std::uint32_t i = 8 * from; i < 8 * to; ++i) a.text += static_cast<char>('a' + i / 8);
    if (!a.more) a.text.resize(a.text.size() - 3);
    if (honest) return a;
    if (random.chance({1, 6})) a.text[random.below(a.text.size())] = 'x';
    if (random.chance({1, 10})) a.more = false;
    return a;
}

LESSON_CASE("any fragments in any order", "RFC 791 section 3.2, RFC 5722") {
    for (const OverlapPolicy policy : kAll) {
        for (int i = 0; i < 250 && !check.failed(); ++i) {
            const bool honest = i % 2 == 0;
            std::vector<Arrival> arrivals;
            for (int n = 0; n < 20; ++n) {
                Arrival a = random_arrival(check.random(), honest);
                // Whether the same octets with another flag are an exact duplicate is nobody's to say.
                const bool odd = std::ranges::any_of(arrivals, [&](const Arrival& b) {
                    return a.offset == b.offset && a.text == b.text && a.more != b.more;
                });
                if (!odd) arrivals.push_back(std::move(a));
            }
            const std::string what = "random fragments, overlaps " + name_of(policy);
            check.smallest(arrivals, [&](const std::vector<Arrival>& some, Check& one) {
                plays(one, what, policy, some);
            });
        }
    }
}

LESSON_CASE("cut, shuffled, repeated, put together",
            "RFC 791 section 3.2: both functions, under the reassembler of ip/fragments.h") {
    for (int i = 0; i < 60 && !check.failed(); ++i) {
        ip::Random& random = check.random();
        const Buffer data = counted(random.between(1600, 9000));
        const std::size_t mtu = random.between(68, 1500);
        check.restart();
        check.step("fragment_ipv4(a packet of " + show(data.size()) + " octets of data, MTU " + show(mtu) +
                   ")");
        auto pieces = ip::fragment_ipv4(packet_of(plain(data)), mtu);
        if (!check.that("the packet can be cut", pieces.has_value(), "an error")) return;
        check.step("its " + show(pieces->size()) +
                   " pieces, shuffled and some repeated, one by one into the reassembler");
        for (std::size_t n = pieces->size() / 3; n > 0; --n)
            pieces->push_back((*pieces)[random.below(pieces->size())]);
        for (std::size_t n = pieces->size(); n > 1; --n)
            std::swap((*pieces)[n - 1], (*pieces)[random.below(n)]);
        ip::FragmentReassembler reassembler;
        bool complete = false;
        for (const Buffer& piece : *pieces) {
            const auto d = ip::parse_datagram(piece);
            if (!check.that("every piece is a fragment", d && d->fragment, "it is none")) return;
            const auto outcome = reassembler.add(*d->fragment, ip::Time{}, 1);
            if (outcome.status != ip::FragmentOutcome::Status::complete) continue;
            complete = true;
            check.equal_octets("what is put together", data, outcome.payload);
            break;
        }
        check.that("the datagram is complete once all has come", complete, "it is not");
    }
}

}  // namespace
