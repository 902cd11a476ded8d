// Lesson 02: what reading, checking and writing an IPv4 header must do. What is expected is taken from the
// octets by the figure of RFC 791, one field after the other.
#include "lessons/frame/check.h"

#include <algorithm>

#include "ip/address.h"
#include "ip/ipv4.h"

namespace {

using namespace glass;
using ip::Buffer;
using ip::Bytes;
using ip::Ipv4Header;
using lesson::Check;
using lesson::hex;
using lesson::octets;
using lesson::show;

// ---- the figure ----
constexpr std::size_t kFixed = 20;

/// The octet at `at`; zero where the packet has none.
unsigned octet(Bytes packet, std::size_t at) {
    return at < packet.size() ? packet[at] : 0u;
}
unsigned word(Bytes packet, std::size_t at) {
    return octet(packet, at) * 256 + octet(packet, at + 1);
}
std::uint32_t long_word(Bytes packet, std::size_t at) {
    return word(packet, at) * 65536 + word(packet, at + 2);
}

/// Octets from `from` up to `to`, as far as they are there.
Bytes part(Bytes packet, std::size_t from, std::size_t to) {
    from = std::min(from, packet.size());
    to = std::clamp(to, from, packet.size());
    return packet.subspan(from, to - from);
}

std::string address(std::uint32_t a) {
    return std::to_string(a >> 24) + "." + std::to_string(a >> 16 & 255) + "." +
           std::to_string(a >> 8 & 255) + "." + std::to_string(a & 255);
}

/// RFC 1071 section 1, over the header with its checksum field as if it were zero.
unsigned checksum_of(Bytes header) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < header.size(); i += 2)
        if (i != 10) sum += word(header, i);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

/// A field that the packet's end cuts in two may come out either way.
struct Drawn : Check::Field {
    std::size_t begins, ends;
};

std::vector<Check::Field> drawn(Bytes packet, const Ipv4Header& mine) {
    const std::size_t header = std::max<std::size_t>((octet(packet, 0) & 15) * 4, kFixed);
    const std::size_t total = word(packet, 2);
    const std::size_t end = total == 0 ? packet.size() : total;
    const unsigned flags_offset = word(packet, 6);
    const std::vector<Drawn> all = {
        {{"version", show(octet(packet, 0) / 16), show(mine.version)}, 0, 1},
        {{"IHL", show(octet(packet, 0) % 16), show(mine.ihl)}, 0, 1},
        {{"type of service", hex(octet(packet, 1), 2), hex(mine.tos, 2)}, 1, 2},
        {{"total length", show(word(packet, 2)), show(mine.total_length)}, 2, 4},
        {{"identification", hex(word(packet, 4)), hex(mine.identification)}, 4, 6},
        {{"reserved", show(flags_offset >= 0x8000), show(mine.reserved)}, 6, 8},
        {{"don't fragment", show(flags_offset / 0x4000 % 2 == 1), show(mine.dont_fragment)}, 6, 8},
        {{"more fragments", show(flags_offset / 0x2000 % 2 == 1), show(mine.more_fragments)}, 6, 8},
        {{"fragment offset", show(flags_offset % 0x2000 * 8), show(mine.fragment_offset)}, 6, 8},
        {{"time to live", show(octet(packet, 8)), show(mine.ttl)}, 8, 9},
        {{"protocol", show(octet(packet, 9)), show(mine.protocol)}, 9, 10},
        {{"checksum", hex(word(packet, 10)), hex(mine.checksum)}, 10, 12},
        {{"source", address(long_word(packet, 12)), address(mine.src.value)}, 12, 16},
        {{"destination", address(long_word(packet, 16)), address(mine.dst.value)}, 16, 20},
        {{"options", octets(part(packet, kFixed, header)), octets(mine.options)}, 20, 20},
        {{"payload", octets(part(packet, header, end)), octets(mine.payload)}, 20, 20}};
    std::vector<Check::Field> fields;
    for (const Drawn& one : all) {
        const bool cut = one.begins < packet.size() && packet.size() < one.ends;
        fields.push_back({one.name, cut ? one.actual : one.expected, one.actual});
    }
    return fields;
}

// ---- packets ----
/// The SYN of captures/http-get.pcap, frame 1, without its TCP options.
Buffer syn() {
    return {0x45, 0x00, 0x00, 0x28, 0xef, 0xb7, 0x40, 0x00, 0x40, 0x06, 0x37, 0x16, 0x0a, 0x00,
            0x00, 0x01, 0x0a, 0x00, 0x00, 0x02, 0x93, 0xa2, 0x00, 0x50, 0xec, 0xfb, 0x8d, 0x8b,
            0x00, 0x00, 0x00, 0x00, 0x50, 0x02, 0xfa, 0xf0, 0x00, 0x00, 0x00, 0x00};
}

/// The ping of captures/ip-options.pcap, frame 1: no operation, and a record route with room for nine
/// addresses. Its data is left out.
Buffer recorded_route() {
    Buffer packet = {0x4f, 0x00, 0x00, 0x44, 0x56, 0xea, 0x40, 0x00, 0x40, 0x01, 0x00, 0x00, 0x0a, 0x00,
                     0x00, 0x01, 0xc0, 0x00, 0x02, 0x01, 0x01, 0x07, 0x27, 0x08, 0x0a, 0x00, 0x00, 0x01};
    packet.resize(60);
    packet.insert(packet.end(), {0x08, 0x00, 0x2c, 0x4b, 0x5b, 0x3e, 0x00, 0x01});
    return packet;
}

/// With a checksum that holds over as much of the header as there is, and in memory of exactly its size:
/// whoever reads on is seen.
Buffer summed(Buffer packet) {
    const std::size_t header = std::min<std::size_t>((packet[0] & 15) * 4u, packet.size());
    const unsigned sum = checksum_of(Bytes(packet).first(std::max<std::size_t>(header, 12)));
    packet[10] = static_cast<std::uint8_t>(sum >> 8);
    packet[11] = static_cast<std::uint8_t>(sum);
    packet.shrink_to_fit();
    return packet;
}

Buffer with(Buffer packet, std::size_t at, unsigned value) {
    packet[at] = static_cast<std::uint8_t>(value >> 8);
    packet[at + 1] = static_cast<std::uint8_t>(value);
    return packet;
}

Buffer cut(const Buffer& packet, std::size_t size) {
    return {packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)};
}

Buffer random_octets(ip::Random& random, std::size_t size) {
    Buffer data(size);
    for (auto& one : data) one = static_cast<std::uint8_t>(random.next());
    data.shrink_to_fit();
    return data;
}

// ---- read_ipv4 ----
bool reads(Check& check, const std::string& what, const Buffer& packet) {
    check.restart();
    check.frame({.packet = packet});
    check.step("read_ipv4({" + octets(packet) + "})");
    return check.equal_fields(what, drawn(packet, ip::read_ipv4(packet)));
}

LESSON_CASE("the fields of a packet", "RFC 791 section 3.1: the figure of the internet header") {
    reads(check, "the first packet of captures/http-get.pcap", syn());
    Buffer all_different(28);
    for (std::size_t i = 0; i < all_different.size(); ++i)
        all_different[i] = static_cast<std::uint8_t>(0x45 + 9 * i);
    reads(check, "octets that are all different", with(all_different, 2, 28));
    reads(check, "the highest value of every field", Buffer(60, 0xff));
}

LESSON_CASE("flags and fragment offset share 16 bits",
            "RFC 791 section 3.1: three flags, then 13 bits that count units of eight octets") {
    reads(check, "reserved alone", with(syn(), 6, 0x8000));
    reads(check, "don't fragment alone", with(syn(), 6, 0x4000));
    reads(check, "more fragments alone", with(syn(), 6, 0x2000));
    reads(check, "offset 1: eight octets", with(syn(), 6, 0x0001));
    reads(check, "the third fragment of captures/fragments.pcap", with(syn(), 6, 0x208a));
    reads(check, "the largest offset", with(syn(), 6, 0x1fff));
    // A mask or a shift that is wrong shows where one bit or two are set, or one or two are not.
    for (unsigned one = 1; one < 0x10000 && !check.failed(); one *= 2)
        for (unsigned other = 1; other <= one && !check.failed(); other *= 2)
            for (const unsigned bits : {one | other, 0xffff & ~(one | other)})
                reads(check, "any flags and offset", with(syn(), 6, bits));
}

LESSON_CASE("options lie between the header and the payload",
            "RFC 791 section 3.1: IHL is the length of the header in 32-bit words") {
    reads(check, "IHL 15: forty octets of options", recorded_route());
    for (unsigned words = 6; words <= 14; ++words) {
        Buffer packet = recorded_route();
        packet[0] = static_cast<std::uint8_t>(0x40 | words);
        reads(check, "IHL " + show(words), packet);
    }
    Buffer packet = syn();
    packet[0] = 0x43;
    reads(check, "IHL 3, which cannot be: read as 5, for whoever shows it", packet);
}

LESSON_CASE(
    "the packet ends where its total length says",
    "RFC 791 section 3.1, RFC 1042: an Ethernet frame has at least 46 octets, a packet of 40 is padded") {
    Buffer padded = syn();
    padded.insert(padded.end(), {0xee, 0xee, 0xee, 0xee, 0xee, 0xee});
    reads(check, "six octets of padding", padded);
    reads(check, "total length 20: no payload at all", with(syn(), 2, 20));
    reads(check, "total length 0, as segmentation offload leaves it: to the end", with(syn(), 2, 0));
    reads(check, "total length below the header's: no payload", with(syn(), 2, 7));
    reads(check, "total length beyond what is there", with(syn(), 2, 1500));
    reads(check, "with options, total length within them", with(recorded_route(), 2, 40));
}

LESSON_CASE("octets that are not there are zeros", "ip/ipv4.h: reads what is there, zeros beyond it") {
    for (const Buffer& whole : {syn(), recorded_route()})
        for (std::size_t size = 0; size < whole.size() && !check.failed(); ++size)
            reads(check, "a packet cut short", cut(whole, size));
}

LESSON_CASE("any octets can be read", "ip/ipv4.h: checks nothing") {
    for (int i = 0; i < 1000 && !check.failed(); ++i)
        reads(check, "random octets", random_octets(check.random(), check.random().below(80)));
    const Buffer packet = syn();
    const Ipv4Header h = ip::read_ipv4(packet);
    check.restart();
    check.step("read_ipv4(the SYN), whose payload begins at octet 20 of the packet");
    check.that("payload is borrowed: it points into the packet", h.payload.data() == packet.data() + kFixed,
               "it points elsewhere");
}

// ---- parse_ipv4 ----
/// What is wrong with it, in the order of ip/ipv4.h.
std::string verdict(Bytes packet) {
    const std::size_t header = (octet(packet, 0) & 15) * 4;
    if (packet.size() < kFixed) return "truncated";
    if (packet[0] >> 4 != 4) return "bad_version";
    if (header < kFixed || header > packet.size()) return "bad_header_length";
    if (word(packet, 2) < header || word(packet, 2) > packet.size()) return "bad_length";
    // All ones in sum: where 0x0000 does that, 0xffff does, too.
    const unsigned right = checksum_of(packet.first(header)), there = word(packet, 10);
    return there == right || (right == 0 && there == 0xffff) ? "a header" : "bad_checksum";
}

std::string verdict(const ip::Result<Ipv4Header>& h) {
    if (h) return "a header";
    switch (h.error()) {
        case ip::Error::truncated: return "truncated";
        case ip::Error::bad_version: return "bad_version";
        case ip::Error::bad_header_length: return "bad_header_length";
        case ip::Error::bad_length: return "bad_length";
        case ip::Error::bad_checksum: return "bad_checksum";
        default: return "another error";
    }
}

bool parses(Check& check, const std::string& what, const Buffer& packet) {
    check.restart();
    check.frame({.packet = packet});
    check.step("parse_ipv4({" + octets(packet) + "})");
    const auto h = ip::parse_ipv4(packet);
    check.then(verdict(h));
    if (!check.equal(what, verdict(Bytes(packet)), verdict(h))) return false;
    return !h || check.equal_fields(what + ": its fields", drawn(packet, *h));
}

LESSON_CASE("sound packets are believed", "RFC 1122 section 3.2.1: what a host must receive") {
    parses(check, "a SYN", summed(syn()));
    parses(check, "forty octets of options", summed(recorded_route()));
    parses(check, "no payload", summed(with(cut(syn(), 20), 2, 20)));
    parses(check, "a last fragment", summed(with(syn(), 6, 0x01cb)));
    parses(check, "the reserved bit, which a host does not look at", summed(with(syn(), 6, 0x8000)));
    Buffer padded = summed(syn());
    padded.resize(46, 0xee);
    parses(check, "six octets of padding", padded);
    Buffer last_ttl = syn();
    last_ttl[8] = 1;
    parses(check, "TTL 1: it is for us, nobody forwards it", summed(last_ttl));
    const Buffer none = with(syn(), 4, 0);
    const Buffer zero = with(with(none, 4, checksum_of(Bytes(none).first(kFixed))), 10, 0);
    parses(check, "a checksum that is zero, and right", zero);
    parses(check, "0xffff in its place, as routers after RFC 1141 leave it: all ones all the same",
           with(zero, 10, 0xffff));
}

LESSON_CASE("what a host refuses", "RFC 1122 sections 3.2.1.1 and 3.2.1.2; the order is that of ip/ipv4.h") {
    parses(check, "nothing at all", {});
    parses(check, "nineteen octets", cut(syn(), 19));
    Buffer packet = syn();
    packet[0] = 0x65;
    parses(check, "version 6", summed(packet));
    packet[0] = 0x44;
    parses(check, "IHL 4: below the fixed header", summed(packet));
    packet[0] = 0x40;
    parses(check, "IHL 0", summed(packet));
    packet[0] = 0x4b;
    parses(check, "IHL 11: beyond the 40 octets there are", summed(packet));
    packet[0] = 0x4a;
    parses(check, "IHL 10: exactly the 40 octets there are", summed(packet));
    parses(check, "total length one below the header's", summed(with(syn(), 2, 19)));
    parses(check, "total length within the options", summed(with(recorded_route(), 2, 59)));
    parses(check, "total length 0", summed(with(syn(), 2, 0)));
    parses(check, "total length one beyond the packet", summed(with(syn(), 2, 41)));
    parses(check, "total length 65535", summed(with(syn(), 2, 0xffff)));
    parses(check, "a checksum of zero", with(syn(), 10, 0));
    parses(check, "a checksum that is one off", with(syn(), 10, 0x3717));
    packet[0] = 0x64;
    parses(check, "version 6 and IHL 4: the version is told", summed(packet));
    packet[0] = 0x44;
    parses(check, "IHL 4 and total length 10: IHL is told", summed(with(packet, 2, 10)));
    parses(check, "total length 41 of 40 and a wrong checksum: the length is told", with(syn(), 2, 41));
}

LESSON_CASE("the checksum covers the header, options and all, and nothing else",
            "RFC 791 section 3.1: a checksum on the header only") {
    for (const Buffer& good : {summed(syn()), summed(recorded_route())}) {
        for (std::size_t bit = 0; bit < 8 * good.size() && !check.failed(); ++bit) {
            Buffer packet = good;
            packet[bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
            const std::size_t header = (good[0] & 15) * 4u;
            parses(check,
                   bit / 8 < header ? "one bit of the header flipped" : "one bit of the payload flipped",
                   packet);
        }
    }
}

LESSON_CASE("any prefix, any octets", "RFC 1122 section 3.2.1: hostile input is input") {
    for (const Buffer& whole : {summed(syn()), summed(recorded_route())})
        for (std::size_t size = 0; size <= whole.size() && !check.failed(); ++size)
            parses(check, "a packet cut short", cut(whole, size));
    for (int i = 0; i < 5000 && !check.failed(); ++i) {
        Buffer packet = random_octets(check.random(), check.random().between(20, 90));
        packet[0] = static_cast<std::uint8_t>(0x40 | check.random().below(16));
        packet[2] = 0;
        packet[3] = static_cast<std::uint8_t>(check.random().below(100));
        parses(check, "random octets with a good checksum", summed(packet));
    }
}

// ---- serialize_header ----
Buffer drawn_header(const Ipv4Header& h, std::size_t payload_length) {
    const std::size_t length = kFixed + (h.options.size() + 3) / 4 * 4;
    const auto put = [](Buffer& to, std::size_t value) {
        to.push_back(static_cast<std::uint8_t>(value / 256));
        to.push_back(static_cast<std::uint8_t>(value % 256));
    };
    Buffer out = {static_cast<std::uint8_t>(h.version * 16 + length / 4), h.tos};
    put(out, length + payload_length);
    put(out, h.identification);
    put(out, h.reserved * 0x8000u + h.dont_fragment * 0x4000u + h.more_fragments * 0x2000u +
                 h.fragment_offset / 8);
    put(out, h.ttl * 256u + h.protocol);
    put(out, 0);
    for (const std::uint32_t a : {h.src.value, h.dst.value}) {
        put(out, a >> 16);
        put(out, a & 0xffff);
    }
    out.insert(out.end(), h.options.begin(), h.options.end());
    out.resize(length);
    return with(out, 10, checksum_of(out));
}

std::string text_of(const Ipv4Header& h) {
    std::string text = address(h.src.value) + " > " + address(h.dst.value) + ", protocol " +
                       show(h.protocol) + ", TTL " + show(h.ttl) + ", id " + hex(h.identification);
    if (h.tos != 0) text += ", TOS " + hex(h.tos, 2);
    if (h.reserved) text += ", reserved";
    if (h.dont_fragment) text += ", DF";
    if (h.more_fragments) text += ", MF";
    if (h.fragment_offset != 0) text += ", offset " + show(h.fragment_offset);
    if (!h.options.empty()) text += ", options {" + octets(h.options) + "}";
    return text;
}

bool writes(Check& check, const std::string& what, const Ipv4Header& h, std::size_t payload_length,
            const Buffer& before = {}) {
    check.restart();
    check.step("a header: " + text_of(h));
    if (!before.empty()) check.step("out holds {" + octets(before) + "} already");
    check.step("serialize_header(out, " + show(payload_length) + ")");
    Buffer expected = before, out = before;
    const Buffer header = drawn_header(h, payload_length);
    expected.insert(expected.end(), header.begin(), header.end());
    h.serialize_header(out, payload_length);
    if (out.size() > before.size())
        check.frame({.packet = Buffer(out.begin() + static_cast<std::ptrdiff_t>(before.size()), out.end())});
    return check.equal_octets(what, expected, out);
}

const Ipv4Header kPlain{
    .identification = 0xefb7, .dont_fragment = true, .protocol = 6, .src = {0x0a000001}, .dst = {0x0a000002}};

LESSON_CASE("a header as the figure draws it", "RFC 791 section 3.1") {
    writes(check, "the SYN of captures/http-get.pcap", kPlain, 20);
    writes(check, "every field different",
           {.tos = 0xbb,
            .identification = 0x1234,
            .ttl = 57,
            .protocol = 17,
            .src = {0xc0000207},
            .dst = {0xc6336402}},
           1001);
    writes(check, "the longest packet", kPlain, 65515);
    Ipv4Header zero = kPlain;
    zero.identification = 0;
    zero.identification = static_cast<std::uint16_t>(checksum_of(drawn_header(zero, 20)));
    writes(check, "a checksum that comes out as zero: only UDP sends 0xffff instead", zero, 20);
    writes(check, "behind what is in the buffer already", kPlain, 0, {0x02, 0x00, 0x00, 0x00, 0x08});
}

LESSON_CASE("what the header says of itself is computed",
            "ip/ipv4.h: serialize() derives IHL, total length, checksum") {
    Ipv4Header stale = kPlain;
    stale.checksum = 0x3716;
    writes(check, "a checksum left over from reading", stale, 40);
    stale.total_length = 9999;
    writes(check, "a total length left over from reading", stale, 40);
    stale.ihl = 15;
    writes(check, "an IHL left over from reading", stale, 40);
    Ipv4Header carries = kPlain;
    carries.src = carries.dst = {0xffffffff};
    carries.identification = 0xffff;
    writes(check, "a sum with carries", carries, 65000);
}

LESSON_CASE("flags and offset are written", "RFC 791 section 3.1: the offset counts units of eight octets") {
    for (const bool reserved : {false, true})
        for (const bool dont : {false, true})
            for (const bool more : {false, true})
                for (const std::uint32_t offset : {0u, 8u, 1104u, 65528u}) {
                    Ipv4Header h = kPlain;
                    h.reserved = reserved;
                    h.dont_fragment = dont;
                    h.more_fragments = more;
                    h.fragment_offset = offset;
                    const std::string flags =
                        std::string(reserved ? "reserved " : "") + (dont ? "DF " : "") + (more ? "MF " : "");
                    writes(check, "flags " + flags + "and offset " + show(offset), h, 8);
                }
}

LESSON_CASE("options are padded with zeros", "RFC 791 section 3.1: the header ends on a 32 bit boundary") {
    Buffer many(40);
    for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<std::uint8_t>(0x90 + i);
    for (std::size_t size = 1; size <= 40; ++size) {
        Ipv4Header h = kPlain;
        const Buffer options = cut(many, size);
        h.options = options;
        const char* const rest[] = {"a multiple of four", "one octet over", "two octets over",
                                    "three octets over"};
        writes(check, std::string("options, ") + rest[size % 4], h, 12,
               size % 2 == 1 ? Buffer{0xaa} : Buffer{});
    }
}

LESSON_CASE("what is written reads back", "RFC 791 section 3.1, both ways") {
    for (int i = 0; i < 1000 && !check.failed(); ++i) {
        ip::Random& random = check.random();
        const Buffer options = random_octets(random, 4 * random.below(11));
        const Buffer payload = random_octets(random, random.below(40));
        const auto flags = random.below(8);
        const Ipv4Header h{.tos = static_cast<std::uint8_t>(random.next()),
                           .identification = static_cast<std::uint16_t>(random.next()),
                           .reserved = (flags & 4) != 0,
                           .dont_fragment = (flags & 2) != 0,
                           .more_fragments = (flags & 1) != 0,
                           .fragment_offset = static_cast<std::uint32_t>(8 * random.below(8192)),
                           .ttl = static_cast<std::uint8_t>(random.next()),
                           .protocol = static_cast<std::uint8_t>(random.next()),
                           .src = {static_cast<std::uint32_t>(random.next())},
                           .dst = {static_cast<std::uint32_t>(random.next())},
                           .options = options,
                           .payload = payload};
        if (!writes(check, "a random header", h, payload.size())) return;
        Buffer packet;
        h.serialize(packet);
        parses(check, "a random header read back", packet);
    }
}

}  // namespace
