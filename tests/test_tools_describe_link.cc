// Descriptions of links and tunnels: every bit of a header belongs to a field, and each says what it should.
#include <doctest/doctest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ip/arp.h"
#include "ip/ethernet.h"
#include "ip/link_steps.h"
#include "ip/tunnel_steps.h"
#include "ip/wlan_steps.h"
#include "tests/fields_text.h"
#include "tests/hop_rows.h"
#include "tools/describe_link.h"
#include "tools/fixed_fields.h"

namespace {

using namespace glass::tools;
using namespace glass::tests;
namespace ip = glass::ip;

using Describe = void (*)(const Layer&, const Packet&, FieldList&);

struct Row {
    const char* name;
    ip::Step step;
    Describe describe;
    const char* bytes;
    std::string_view json;  ///< what fields_text() makes of the fields that are in JSON
};

const Row kRows[] = {
    {"eth", ip::step_eth, describe_eth, "ffffffffffff 020000000001 0800 45",
     "dst=ffffffffffff src=020000000001 type=2048"},
    {"eth, 802.3", ip::step_eth, describe_eth, "0180c2000000 020000000001 0003 424203",
     "dst=0180c2000000 src=020000000001 len=3"},
    {"vlan", ip::step_vlan, describe_vlan, "b123 86dd 60", "priority=5 id=291 type=34525"},
    {"llc", ip::step_llc, describe_llc, "42 43 03", "dsap=66 ssap=67 control=3"},
    {"llc, numbered", ip::step_llc, describe_llc, "f0 f0 01 02", "dsap=240 ssap=240 control=513"},
    {"llc, snap", ip::step_llc, describe_llc, "aa aa 03 000000 0800 45",
     "dsap=170 ssap=170 control=3 oui=0 type=2048"},
    {"llc, snap of others", ip::step_llc, describe_llc, "aa aa 03 00000c 2000 02",
     "dsap=170 ssap=170 control=3 oui=12 pid=8192"},
    {"arp", ip::step_arp, describe_arp, "0001 0800 06 04 0002 020000000001 0a000001 020000000002 0a000002",
     "hw.type=1 proto.type=2048 hw.size=6 proto.size=4 opcode=2 src.hw_mac=020000000001 "
     "src.proto_ipv4=10.0.0.1 "
     "dst.hw_mac=020000000002 dst.proto_ipv4=10.0.0.2"},
    {"arp, other hardware", ip::step_arp, describe_arp, "0007 0800 01 04 0001 01 0a000001 02 0a000002",
     "hw.type=7 proto.type=2048 hw.size=1 proto.size=4 opcode=1 src.hw=01 src.proto=0a000001 dst.hw=02 "
     "dst.proto=0a000002"},
    {"null", ip::step_null, describe_null, "1e000000 60", "type=30"},
    {"sll", ip::step_sll, describe_sll, "0004 0001 0006 020000000001 0000 0800 45",
     "pkttype=4 hatype=1 halen=6 src=020000000001 type=2048"},
    {"sll, no address", ip::step_sll, describe_sll, "0000 fffe 0000 0000000000000000 86dd 60",
     "pkttype=0 hatype=65534 halen=0 type=34525"},
    {"sll2", ip::step_sll2, describe_sll2, "0806 0000 00000002 0001 01 06 020000000001 0000 00",
     "type=2054 if_index=2 hatype=1 pkttype=1 halen=6 src=020000000001"},
    {"sll2, long address", ip::step_sll2, describe_sll2, "0800 0000 00000002 0020 00 14 0102030405060708 45",
     "type=2048 if_index=2 hatype=32 pkttype=0 halen=20 src=0102030405060708"},
    {"nflog", ip::step_nflog, describe_nflog, "02 00 002a 0500 0a00 00000000 0500 0900 45",
     "family=2 res_id=42 tlvs=[{length=5 type=10 value=00} {length=5 type=9}]"},
    {"ppp", ip::step_ppp, describe_ppp, "ff03 0021 45", "type=33"},
    {"ppp, short", ip::step_ppp, describe_ppp, "57 60", "type=87"},
    {"pppoe", ip::step_pppoe, describe_pppoe, "11 00 0011 0003 0021 45",
     "type=1 code=0 session_id=17 length=3"},
    {"pppoe, discovery", ip::step_pppoe, describe_pppoe, "11 09 0000 000a 0101 0000 0103 0002 abcd",
     "type=1 code=9 session_id=0 length=10 tags=[{type=257 length=0} {type=259 length=2 value=abcd}]"},
    {"chdlc", ip::step_chdlc, describe_chdlc, "8f 00 8035 00", "address=143 type=32821"},
    {"fr", ip::step_fr, describe_fr, "1841 03 cc 45", "dlci=100 nlpid=204"},
    {"fr, padded snap", ip::step_fr, describe_fr, "1841 03 00 80 0080c2 0007 02",
     "dlci=100 nlpid=128 snap.oui=32962 snap.pid=7"},
    {"fr, Cisco", ip::step_fr, describe_fr, "1841 0800 45", "dlci=100 type=2048"},
    {"fr, three octets", ip::step_fr, describe_fr, "fcf0 fd 03 cc 45", "dlci=65535 nlpid=204"},
    {"fr, four octets", ip::step_fr, describe_fr, "fcf0 fe fd 03 cc 45", "dlci=8388607 nlpid=204"},
    {"wlan", ip::step_wlan, describe_wlan,
     "8801 2c00 020000000001 020000000002 020000000003 1234 0000 aaaa03",
     "subtype=8 type=2 protected=false retry=false fromds=false tods=true duration=44 bssid=020000000001 "
     "sa=020000000002 da=020000000003 seq=833 frag=2"},
    {"wlan, four addresses, HT", ip::step_wlan, describe_wlan,
     "8883 2c00 020000000001 020000000002 020000000003 0000 020000000004 0000 00000000 aaaa03",
     "subtype=8 type=2 protected=false retry=false fromds=true tods=true duration=44 ra=020000000001 "
     "ta=020000000002 da=020000000003 sa=020000000004 seq=0 frag=0"},
    {"wlan, padded", ip::step_wlan, describe_wlan,
     "8801 2c00 020000000001 020000000002 020000000003 0000 0000 0000 aaaa03",
     "subtype=8 type=2 protected=false retry=false fromds=false tods=true duration=44 bssid=020000000001 "
     "sa=020000000002 da=020000000003 seq=0 frag=0"},
    {"wlan, acknowledgment", ip::step_wlan, describe_wlan, "d400 0000 020000000001",
     "subtype=13 type=1 protected=false retry=false fromds=false tods=false duration=0 ra=020000000001"},
    {"radiotap", ip::step_radiotap, describe_radiotap,
     "00 00 0900 02000000 10 d400 0000 020000000001 46435321", "version=0 length=9 present=2 fcs=true"},
    {"ppi", ip::step_ppi, describe_ppi, "00 00 0800 69000000 0801", "version=0 length=8 dlt=105 fcs=false"},
    {"mpls", ip::step_mpls, describe_mpls, "0001d dff 45", "label=29 exp=6 bottom=true ttl=255"},
    {"mpls, pseudowire", ip::step_mpls, describe_mpls, "00010140 | 00000005 | 020000000002 020000000001 0800",
     "label=16 exp=0 bottom=true ttl=64 control_word=5"},
    {"gre", ip::step_gre, describe_gre, "b000 0800 1234 0000 00000007 00000009 45",
     "flags_and_version=45056 type=2048 checksum=4660 key=7 sequence_number=9"},
    {"gre, routing", ip::step_gre, describe_gre,
     "4000 0800 0000 0000 | 0800 00 04 0a000001 | 0000 00 00 | 45",
     "flags_and_version=16384 type=2048 checksum=0 routing=080000040a00000100000000"},
    {"gre, PPTP", ip::step_gre, describe_gre, "3081 880b 0003 0007 00000001 00000002 | 0021 45",
     "flags_and_version=12417 type=34827 payload_length=3 call_id=7 sequence_number=1 ack_number=2"},
    {"gre, ERSPAN", ip::step_gre, describe_gre, "1000 88be 00000001 | 1001000000000000 | 02",
     "flags_and_version=4096 type=35006 sequence_number=1 inner=1001000000000000"},
    {"vxlan", ip::step_vxlan, describe_vxlan, "08 000000 000102 00 02", "flags=8 vni=258"},
    {"vxlan, policy", ip::step_vxlan, describe_vxlan, "88 00 0003 000102 00 02", "flags=136 gbp=3 vni=258"},
    {"vxlan, generic", ip::step_vxlan, describe_vxlan, "0c 0000 01 000102 00 45",
     "flags=12 next_proto=1 vni=258"},
    {"geneve", ip::step_geneve, describe_geneve, "02 40 6558 000102 00 | 0102 83 01 00000001 | 02",
     "version=0 proto_type=25944 vni=258 options=[{class=258 type=131 length=1 data=00000001}]"},
    {"gtp", ip::step_gtp, describe_gtp, "36 ff 0009 00000007 | 0001 02 85 | 01 1000 00 | 45",
     "flags=54 message=255 length=9 teid=7 seq_number=1 next=133 extensions=01100000"},
    {"l2tp", ip::step_l2tp, describe_l2tp, "4a02 0014 0001 0002 0003 0004 0002 0000 | 0021",
     "type=0 version=2 length=20 tunnel=1 session=2 Ns=3 Nr=4 offset=2"},
    {"l2tp, control", ip::step_l2tp, describe_l2tp,
     "c802 001b 0001 0000 0000 0000 | 8008 0000 0000 0006 | 4007 0001 0002 ff",
     "type=1 version=2 length=27 tunnel=1 session=0 Ns=0 Nr=0 avps=[{mandatory=true hidden=false length=8 "
     "vendor_id=0 "
     "type=0 message_type=6} {mandatory=false hidden=true length=7 vendor_id=1 type=2 data=ff}]"},
};

/// The layer as a walk makes it: all of it header where the step goes no further.
std::unique_ptr<Packet> packet_of(const Row& row, ip::Bytes bytes) {
    auto packet = std::make_unique<Packet>();
    const auto length = static_cast<std::uint32_t>(bytes.size());
    const ip::Hop hop = row.step(bytes, length);
    Layer& layer = packet->layer_storage[0];
    layer.header_length = hop.header_length == 0 ? length : hop.header_length;
    layer.wire_length = length;
    layer.bytes = bytes;
    packet->layer_count = 1;
    return packet;
}

void describe(const Row& row, ip::Bytes bytes, FieldList& out) {
    const auto packet = packet_of(row, bytes);
    out.start(bytes);
    row.describe(packet->layers()[0], *packet, out);
}

/// How many fields own each bit of the header; a field inside another one counts as its part, not as a second
/// owner. Empty where two fields overlap without one of them being a part of the other.
std::vector<bool> owned_bits(const FieldList& list, std::size_t header_bits) {
    std::vector<bool> owned(header_bits);
    const auto fields = list.fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Field& f = fields[i];
        const bool container = f.kind == Field::Kind::list_begin || f.kind == Field::Kind::object_begin;
        if (f.width == 0 || container) continue;
        for (std::size_t j = 0; j < i; ++j) {
            const Field& g = fields[j];
            const std::uint32_t f_end = f.bit + f.width, g_end = g.bit + g.width;
            const bool apart = g.width == 0 || f_end <= g.bit || g_end <= f.bit;
            const bool inside = g.bit <= f.bit && f_end <= g_end;
            if (!apart && !inside) return {};
        }
        for (std::uint32_t bit = f.bit; bit < f.bit + f.width && bit < header_bits; ++bit) owned[bit] = true;
    }
    return owned;
}

}  // namespace

TEST_CASE("links and tunnels: fields and values") {
    for (const Row& row : kRows) {
        CAPTURE(std::string(row.name));
        const ip::Buffer bytes = octets(row.bytes);
        FieldList out(FieldList::For::columns);
        describe(row, bytes, out);
        CHECK(is_well_formed(out));
        CHECK(fields_text(out) == row.json);
    }
}

TEST_CASE("links and tunnels: every bit of a header belongs to a field, and fields do not overlap") {
    for (const Row& row : kRows) {
        CAPTURE(std::string(row.name));
        const ip::Buffer bytes = octets(row.bytes);
        FieldList out(FieldList::For::people);
        describe(row, bytes, out);
        const std::size_t bits = packet_of(row, bytes)->layers()[0].header_length * std::size_t{8};
        CHECK(owned_bits(out, bits) == std::vector<bool>(bits, true));
        bool within = true;
        for (const Field& field : out.fields()) within = within && field.bit + field.width <= bits;
        CHECK(within);
    }
}

TEST_CASE("links and tunnels: any prefix and any changed octet is described without harm") {
    for (const Row& row : kRows) {
        CAPTURE(std::string(row.name));
        const ip::Buffer whole = octets(row.bytes);
        FieldList out(FieldList::For::people);
        bool well_formed = true;
        const auto try_one = [&](const std::vector<std::uint8_t>& bytes) {
            describe(row, bytes, out);
            well_formed = well_formed && is_well_formed(out);
        };
        for (std::size_t n = 0; n <= whole.size(); ++n)
            try_one({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)});
        for (std::size_t i = 0; i < whole.size(); ++i) {
            for (int value = 0; value < 256; value += 5) {
                std::vector<std::uint8_t> changed = whole;
                changed[i] = static_cast<std::uint8_t>(value);
                try_one(changed);
            }
        }
        CHECK(well_formed);
    }
}

TEST_CASE("links and tunnels: notes in words") {
    const auto note_of = [](Describe describe_it, ip::Step step, const char* bytes, std::string_view key) {
        const Row row{"note", step, describe_it, bytes, {}};
        const ip::Buffer octets_there = octets(bytes);
        FieldList out(FieldList::For::people);
        describe(row, octets_there, out);
        const Field* field = find_field(out, key);
        return std::string(field ? field->note : std::string_view("no such field"));
    };
    CHECK(note_of(describe_eth, ip::step_eth, "ffffffffffff 020000000001 0800", "dst") == "broadcast");
    CHECK(note_of(describe_eth, ip::step_eth, "01005e000001 020000000001 0800", "dst")
              .starts_with("IPv4 multicast"));
    CHECK(note_of(describe_eth, ip::step_eth, "333300000001 020000000001 86dd", "type") == "IPv6");
    CHECK(note_of(describe_arp, ip::step_arp,
                  "0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002",
                  "opcode") == "request: who has 10.0.0.2? tell 10.0.0.1");
    CHECK(note_of(describe_arp, ip::step_arp,
                  "0001 0800 06 04 0001 020000000001 00000000 000000000000 0a000002",
                  "opcode") == "request, a probe: is anybody using 10.0.0.2?");
    CHECK(note_of(describe_wlan, ip::step_wlan, "8000 0000 ffffffffffff 020000000002 020000000002 1000",
                  "subtype") == "beacon");
    CHECK(note_of(describe_mpls, ip::step_mpls, "00000140 45", "label") == "IPv4 explicit null");
    CHECK(note_of(describe_l2tp, ip::step_l2tp, "c802 0014 0001 0000 0000 0000 | 8008 0000 0000 0006",
                  "message_type") == "HELLO");
    CHECK(note_of(describe_l2tp, ip::step_l2tp, "0003 0000 00000001 45", "version")
              .starts_with("not the version of RFC 2661"));
}

TEST_CASE("raw: the type that the first four bits stand for") {
    const auto text = [](const char* bytes) {
        const Row row{"raw", ip::step_raw, describe_raw, bytes, {}};
        const ip::Buffer there = octets(bytes);
        FieldList out(FieldList::For::columns);
        describe(row, there, out);
        return fields_text(out);
    };
    CHECK(text("45") == "type=2048");
    CHECK(text("60") == "type=34525");
    CHECK(text("12") == "");
}

TEST_CASE("bits_at: runs of bits in network order") {
    const ip::Buffer bytes = octets("12 34 56 78 9a bc de f0 12");
    CHECK(bits_at(bytes, 0, 4) == 0x1);
    CHECK(bits_at(bytes, 4, 12) == 0x234);
    CHECK(bits_at(bytes, 7, 1) == 0);
    CHECK(bits_at(bytes, 0, 64) == 0x123456789abcdef0);
    CHECK(bits_at(bytes, 4, 64) == 0x23456789abcdef01);
    CHECK(bits_at(bytes, 68, 4) == 0x2);
    CHECK(bits_at(bytes, 68, 5) == 0);  // not all there
}
