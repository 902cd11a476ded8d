// describe_tcp: a segment's fields by the names of the JSON contract, each at its bits.
#include <doctest/doctest.h>
#include <memory>
#include <string>

#include "tcp/segment.h"
#include "tests/fields_text.h"
#include "tools/describe_tcp.h"

namespace {

using namespace glass::tools;
using namespace glass::tests;
namespace ip = glass::ip;

/// A SYN of 40 octets, all of them header.
const ip::Buffer kSyn = {
    0xc0, 0x00, 0x00, 0x50, 0x3a, 0xba, 0x5c, 0x01, 0x00, 0x00, 0x00, 0x00, 0xa0, 0x02,
    0xfa, 0xf0, 0x46, 0x47, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a,
    0x00, 0xb1, 0xc2, 0xd3, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

/// An ACK with these options, padded by the caller to a multiple of four.
ip::Buffer ack_with(const ip::Buffer& options) {
    ip::Buffer out;
    glass::tcp::Segment{
        .src_port = 50000, .dst_port = 443, .flags = glass::tcp::ACK, .window = 502, .options = options}
        .serialize(out, ip::Ipv4Address{1}, ip::Ipv4Address{2});
    return out;
}

/// A packet that is one TCP header.
std::unique_ptr<Packet> packet_of(ip::Bytes octets, std::uint32_t wire_length) {
    auto packet = std::make_unique<Packet>();
    const ip::Hop hop = glass::tcp::step_tcp(octets, wire_length);
    packet->layer_storage[0] = {.proto = ip::Proto::tcp,
                                .quoted = false,
                                .checksum = ChecksumStatus::none,
                                .header_length = hop.header_length,
                                .wire_length = wire_length,
                                .bytes = octets};
    packet->layer_count = 1;
    return packet;
}

std::string described(ip::Bytes octets, std::uint32_t wire_length = 0) {
    const auto packet =
        packet_of(octets, wire_length ? wire_length : static_cast<std::uint32_t>(octets.size()));
    FieldList out(FieldList::For::columns);
    out.start(octets);
    describe_tcp(packet->layers()[0], *packet, out);
    CHECK(is_well_formed(out));
    return fields_text(out);
}

std::string options_of(const ip::Buffer& options) {
    const std::string all = described(ack_with(options));
    const std::size_t begin = all.find("options=");
    return all.substr(begin, all.rfind(" len=") - begin);
}

TEST_CASE("a SYN without context has what stands in the header") {
    CHECK(described(kSyn) ==
          "srcport=49152 dstport=80 seq_raw=985291777 ack_raw=0 hdr_len=40 flags=2 flags_str=SYN "
          "window_size_value=64240 checksum=17991 urgent_pointer=0 options=[{kind=2 name=mss value=1460} "
          "{kind=4 name=sack_permitted} {kind=8 name=timestamps tsval=11649747 tsecr=0} {kind=1 name=nop} "
          "{kind=3 name=wscale shift=7}] len=0");
}

TEST_CASE("what the connection knows is added, for the innermost header that is not quoted") {
    const auto packet = packet_of(kSyn, 1000);
    packet->layer_storage[0].checksum = ChecksumStatus::unverified;
    packet->tcp = TcpContext{.stream = 3, .relative_seq = 7, .relative_ack = 9, .window = 64240 * 128};
    FieldList out(FieldList::For::people);
    out.start(kSyn);
    describe_tcp(packet->layers()[0], *packet, out);
    CHECK(find_field(out, "stream")->number == 3);
    CHECK(find_field(out, "seq")->number == 7);
    CHECK(find_field(out, "ack")->number == 9);
    CHECK(find_field(out, "window_size")->number == 64240 * 128);
    CHECK(find_field(out, "window_size")->note == "scale 7: 64240 x 128");
    CHECK(find_field(out, "dstport")->note == "http");
    CHECK(find_field(out, "checksum_status")->text == "unverified");
    CHECK(find_field(out, "len")->number == 960);

    packet->tcp->window.reset();
    out.start(kSyn);
    describe_tcp(packet->layers()[0], *packet, out);
    CHECK_FALSE(find_field(out, "window_size"));

    packet->layer_storage[0].quoted = true;
    out.start(kSyn);
    describe_tcp(packet->layers()[0], *packet, out);
    CHECK_FALSE(find_field(out, "stream"));
    CHECK_FALSE(find_field(out, "seq"));
}

TEST_CASE("each flag is a field of one bit where RFC 9293 section 3.1 draws it") {
    struct Row {
        const char* key;
        std::uint32_t bit;
        std::uint16_t flag;
    };
    using namespace glass::tcp;
    const Row rows[] = {{"flags.fin", 111, FIN},  {"flags.syn", 110, SYN}, {"flags.reset", 109, RST},
                        {"flags.push", 108, PSH}, {"flags.ack", 107, ACK}, {"flags.urg", 106, URG},
                        {"flags.ece", 105, ECE},  {"flags.cwr", 104, CWR}, {"flags.ae", 103, AE}};
    for (const Row& row : rows) {
        CAPTURE(row.key);
        ip::Buffer octets;
        Segment{.flags = row.flag}.serialize(octets, ip::Ipv4Address{1}, ip::Ipv4Address{2});
        CHECK((octets[row.bit / 8] >> (7 - row.bit % 8) & 1) == 1);
        const auto packet = packet_of(octets, 20);
        FieldList out(FieldList::For::columns);
        out.start(octets);
        describe_tcp(packet->layers()[0], *packet, out);
        CHECK(find_field(out, "flags")->bit == 100);
        CHECK(find_field(out, "flags")->width == 12);
        CHECK(find_field(out, "flags")->number == row.flag);
        for (const Row& other : rows) {
            const Field* field = find_field(out, other.key);
            REQUIRE(field);
            CHECK(field->bit == other.bit);
            CHECK(field->width == 1);
            CHECK(field->number == (other.flag == row.flag));
        }
    }
}

TEST_CASE("options, each an object at its octets") {
    struct Row {
        ip::Buffer options;
        const char* text;
    };
    const Row rows[] = {
        {{1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 9},
         "options=[{kind=1 name=nop} {kind=1 name=nop} {kind=5 name=sack edges=[block=[left=1 right=2] "
         "block=[left=4294967295 right=9]]}]"},
        {{28, 4, 0x80, 5}, "options=[{kind=28 name=user_timeout minutes=true value=5}]"},
        {{34, 2, 1, 1}, "options=[{kind=34 name=fast_open} {kind=1 name=nop} {kind=1 name=nop}]"},
        {{254, 8, 0xf9, 0x89, 1, 2, 3, 4}, "options=[{kind=254 name=experiment exid=63881 cookie=01020304}]"},
        {{253, 4, 0x12, 0x34}, "options=[{kind=253 name=experiment exid=4660}]"},
        {{29, 8, 1, 2, 0xab, 0xcd, 0xef, 0x01},
         "options=[{kind=29 name=ao keyid=1 rnextkeyid=2 mac=abcdef01}]"},
        {{30, 4, 0x81, 2}, "options=[{kind=30 name=mptcp subtype=8 data=8102}]"},
        {{99, 4, 0xbe, 0xef}, "options=[{kind=99 name=unknown data=beef}]"},
        {{2, 3, 5, 1}, "options=[{kind=2 name=mss malformed=true data=05} {kind=1 name=nop}]"},
        {{2, 0, 5, 1}, "options=[{kind=2 name=mss malformed=true data=0501}]"},
        {{1, 1, 1, 3},
         "options=[{kind=1 name=nop} {kind=1 name=nop} {kind=1 name=nop} {kind=3 name=wscale "
         "malformed=true}]"},
        {{3, 3, 7, 0, 1, 2, 3, 4}, "options=[{kind=3 name=wscale shift=7} {kind=0 name=eol}]"},
    };
    for (const Row& row : rows) CHECK(options_of(row.options) == row.text);
}

TEST_CASE("an option's parts lie at its octets") {
    const ip::Buffer octets = ack_with({1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6});
    const auto packet = packet_of(octets, 32);
    FieldList out(FieldList::For::people);
    out.start(octets);
    describe_tcp(packet->layers()[0], *packet, out);
    const Field* options = find_field(out, "options");
    CHECK(options->bit == 20 * 8);
    CHECK(options->width == 12 * 8);
    const Field* object = find_field(out, "timestamps");
    CHECK(object->bit == 22 * 8);
    CHECK(object->width == 10 * 8);
    CHECK(find_field(out, "tsval")->bit == 24 * 8);
    CHECK(find_field(out, "tsecr")->bit == 28 * 8);
    CHECK(find_field(out, "tsecr")->number == 6);
}

TEST_CASE("every prefix of a header is described as far as it goes") {
    for (std::size_t n = 0; n <= kSyn.size(); ++n) {
        CAPTURE(n);
        const std::vector<std::uint8_t> exact(kSyn.begin(), kSyn.begin() + static_cast<std::ptrdiff_t>(n));
        const std::string text = described(exact, 1040);
        CHECK((text.find("dstport") != std::string::npos) == (n >= 4));
        CHECK((text.find("flags_str=SYN") != std::string::npos) == (n >= 14));
        CHECK((text.find("len=1000") != std::string::npos) == (n >= 14));
        CHECK((text.find("urgent_pointer") != std::string::npos) == (n >= 20));
    }
}

TEST_CASE("a header length that cannot be leaves the length of the data open") {
    ip::Buffer octets = kSyn;
    octets[12] = 0x40;
    CHECK(described(octets).ends_with("urgent_pointer=0"));
    octets[12] = 0xf0;
    CHECK(described(octets).find(" len=") == std::string::npos);
}

}  // namespace
