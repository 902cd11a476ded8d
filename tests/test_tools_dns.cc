// DNS messages for display: RFC 1035, and the record types that came after it.
#include <doctest/doctest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fields_text.h"
#include "tools/describe_dns.h"
#include "tools/dns.h"
#include "tools/dns_data.h"
#include "tools/protocols.h"
#include "tools/view_bytes.h"
#include "tools/view_tree.h"

namespace {

using namespace glass::tools;
using namespace glass::tests;
namespace ip = glass::ip;

template <std::size_t N>
ip::Buffer octets(const char (&literal)[N]) {
    return {literal, literal + N - 1};
}

ip::Buffer operator+(ip::Buffer a, const ip::Buffer& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// The name at the end of a message that begins with `before`.
ip::Result<std::string> name_after(const ip::Buffer& before, const ip::Buffer& name) {
    std::string text;
    const auto length = read_dns_name(before + name, before.size(), text);
    if (!length) return std::unexpected(length.error());
    return text;
}

/// "www.example.org A", with the name spelled out at octet 12.
const ip::Buffer kQuery = octets(
    "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    "\x03www\x07"
    "example\x03org\x00\x00\x01\x00\x01");

/// The answer: a CNAME to web.example.org, its two addresses, a name server, and EDNS.
const ip::Buffer kAnswer = octets(
    "\x12\x34\x81\x80\x00\x01\x00\x03\x00\x01\x00\x01"
    "\x03www\x07"
    "example\x03org\x00\x00\x01\x00\x01"
    "\xc0\x0c\x00\x05\x00\x01\x00\x00\x0e\x10\x00\x06\x03web\xc0\x10"
    "\xc0\x2d\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01"
    "\xc0\x2d\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x02"
    "\xc0\x10\x00\x02\x00\x01\x00\x01\x51\x80\x00\x05\x02ns\xc0\x10"
    "\x00\x00\x29\x04\xd0\x00\x00\x80\x00\x00\x00");

TEST_CASE("names, RFC 1035 section 4.1.4 and RFC 4343 section 2.1") {
    struct Row {
        const char* what;
        ip::Buffer name;
        const char* text;
    };
    const ip::Buffer before = octets(
        "\x07"
        "example\x03org\x00\xc0\x00");  // 0: example.org, 8: org, 13: a pointer to 0
    const Row rows[] = {
        {"the root", octets("\x00"), "."},
        {"labels",
         octets("\x01"
                "a\x02"
                "bc\x00"),
         "a.bc"},
        {"a pointer alone", octets("\xc0\x08"), "org"},
        {"labels, then a pointer",
         octets("\x03"
                "www\xc0\x00"),
         "www.example.org"},
        {"a pointer to a pointer",
         octets("\x03"
                "www\xc0\x0d"),
         "www.example.org"},
        {"a pointer to the root",
         octets("\x03"
                "org\xc0\x0c"),
         "org"},
        {"a dot in a label",
         octets("\x03"
                "a.b\x01"
                "c\x00"),
         "a\\.b.c"},
        {"a backslash",
         octets("\x03"
                "a\\b\x00"),
         "a\\\\b"},
        {"space, control and high octets", octets("\x05 \x01\x7f\x80\xff\x00"), "\\032\\001\\127\\128\\255"},
        {"no escape where none is needed",
         octets("\x05"
                "_a-Z~\x00"),
         "_a-Z~"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto text = name_after(before, row.name);
        REQUIRE(text);
        CHECK(*text == row.text);
    }
}

TEST_CASE("a name takes up its octets in place, pointer included") {
    std::string text;
    CHECK(read_dns_name(octets("\x01"
                               "a\x00rest"),
                        0, text) == 3U);
    CHECK(read_dns_name(octets("\x01"
                               "a\x00\x01"
                               "b\xc0\x00rest"),
                        3, text) == 4U);
    CHECK(text == "ab.a");
}

TEST_CASE("names that are refused") {
    struct Row {
        const char* what;
        ip::Buffer name;
        ip::Error error;
    };
    ip::Buffer longest;  // 3 labels of 63 and one of 61: 255 octets with the root
    for (const std::uint8_t n : {63, 63, 63, 61}) longest = longest + ip::Buffer{n} + ip::Buffer(n, 'x');
    const ip::Buffer before = octets(
        "\x01"
        "a\x00");
    const Row rows[] = {
        {"nothing", {}, ip::Error::truncated},
        {"no root label",
         octets("\x01"
                "a"),
         ip::Error::truncated},
        {"a label past the end",
         octets("\x05"
                "abcd"),
         ip::Error::truncated},
        {"half a pointer", octets("\xc0"), ip::Error::truncated},
        {"a pointer to itself", octets("\xc0\x03"), ip::Error::loop},
        {"a pointer to its own labels",
         octets("\x01"
                "b\xc0\x03"),
         ip::Error::loop},
        {"a pointer forward",
         octets("\xc0\x05\x01"
                "b\x00"),
         ip::Error::loop},
        {"a pointer past the end", octets("\xff\xff"), ip::Error::loop},
        {"label type 01, RFC 6891 section 5",
         octets("\x41"
                "a\x00"),
         ip::Error::bad_value},
        {"label type 10",
         octets("\x81"
                "a\x00"),
         ip::Error::bad_value},
        {"256 octets",
         ip::Buffer{longest} + octets("\x01"
                                      "b\x00"),
         ip::Error::too_long},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto text = name_after(before, row.name);
        REQUIRE_FALSE(text);
        CHECK(text.error() == row.error);
    }
    CHECK(name_after(before, longest + octets("\x00")).value().size() == 253);
    CHECK(name_after(before, longest + octets("\xc0\x00")).error() == ip::Error::too_long);
}

TEST_CASE("two pointers that lead to each other are a loop") {
    const ip::Buffer message = octets("\xc0\x02\xc0\x00");
    std::string text;
    CHECK(read_dns_name(message, 0, text).error() == ip::Error::loop);
    CHECK(read_dns_name(message, 2, text).error() == ip::Error::loop);
}

TEST_CASE("a whole message, RFC 1035 section 4.1") {
    const DnsMessage m = read_dns(kAnswer);
    CHECK_FALSE(m.fault);
    CHECK(m.header.id == 0x1234);
    CHECK(m.header.has(DnsHeader::QR));
    CHECK(m.header.has(DnsHeader::RD));
    CHECK(m.header.has(DnsHeader::RA));
    CHECK_FALSE(m.header.has(DnsHeader::AA));
    CHECK(m.header.opcode() == 0);
    CHECK(m.header.rcode() == 0);
    struct Row {
        DnsSection section;
        const char* name;
        std::uint32_t at;
        std::uint32_t length;
        const char* type;
        std::uint32_t ttl;
        const char* data;
    };
    const Row rows[] = {
        {DnsSection::question, "www.example.org", 12, 21, "A", 0, ""},
        {DnsSection::answer, "www.example.org", 33, 18, "CNAME", 3600, "web.example.org"},
        {DnsSection::answer, "web.example.org", 51, 16, "A", 60, "192.0.2.1"},
        {DnsSection::answer, "web.example.org", 67, 16, "A", 60, "192.0.2.2"},
        {DnsSection::authority, "example.org", 83, 17, "NS", 86400, "ns.example.org"},
        {DnsSection::additional, ".", 100, 11, "OPT", 0x8000, "UDP 1232, version 0, DO"},
    };
    REQUIRE(m.records.size() == std::size(rows));
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        CAPTURE(i);
        const DnsRecord& record = m.records[i];
        CHECK(record.section == rows[i].section);
        CHECK(record.name == rows[i].name);
        CHECK(record.at == rows[i].at);
        CHECK(record.length() == rows[i].length);
        CHECK(dns_type_name(record.type) == rows[i].type);
        CHECK(record.ttl == rows[i].ttl);
        if (!record.is_question()) CHECK(dns_data_text(kAnswer, record) == std::string(rows[i].data));
    }
    CHECK(m.records.back().at + m.records.back().length() == kAnswer.size());
}

/// A record of this type and data, as the answer to nothing.
ip::Result<std::string> data_text(std::uint16_t type, const ip::Buffer& data) {
    const ip::Buffer head = octets(
        "\0\0\x80\0\0\0\0\1\0\0\0\0\x01"
        "z\0");
    const ip::Buffer type_and_class = {static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type),
                                       0, 1};
    const ip::Buffer ttl_and_length = {0, 0, 0, 9, 0, static_cast<std::uint8_t>(data.size())};
    const ip::Buffer message = head + type_and_class + ttl_and_length + data;
    const DnsMessage read = read_dns(message);
    REQUIRE(read.records.size() == 1);
    return dns_data_text(message, read.records[0]);
}

TEST_CASE("data by type") {
    struct Row {
        const char* what;
        std::uint16_t type;
        ip::Buffer data;
        const char* text;
    };
    const Row rows[] = {
        {"RFC 1035 3.4.1", 1, {192, 0, 2, 7}, "192.0.2.7"},
        {"RFC 1035 3.3.11", 2, octets("\x02ns\xc0\x0c"), "ns.z"},
        {"RFC 1035 3.3.12", 12, octets("\xc0\x0c"), "z"},
        {"RFC 1035 3.3.13", 6,
         octets("\x01"
                "a\0\x01"
                "b\0\x78\xaf\x2b\x01\0\0\x1c\x20\0\0\x0e\x10\0\x12\x75\0\0\0\x01\x2c"),
         "a b 2024745729 7200 3600 1209600 300"},
        {"RFC 1035 3.3.9", 15, octets("\0\x0a\x04mail\xc0\x0c"), "10 mail.z"},
        {"RFC 1035 3.3.14", 16,
         octets("\x03"
                "a\"b\x02\\\xff\0"),
         "\"a\\\"b\" \"\\\\\\255\" \"\""},
        {"RFC 3596 2.2", 28, octets("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"), "2001:db8::1"},
        {"RFC 2782", 33, octets("\0\1\0\2\x13\xc4\x03sip\xc0\x0c"), "1 2 5060 sip.z"},
        {"RFC 6672 2.1", 39, octets("\x01y\0"), "y"},
        {"RFC 6891 6.1.2", 41,
         octets("\0\x0a\0\x08"
                "12345678\0\x63\0\0"),
         "UDP 1, version 0, COOKIE 10 (8 octets), option 99 (0 octets)"},
        {"RFC 4034 5.1", 43, octets("\x30\x39\x0d\x02\xca\xfe"), "12345 13 2 CAFE"},
        {"RFC 4034 3.1", 46,
         octets("\0\1\x0d\x02\0\0\0\x3c\0\0\0\x02\0\0\0\x01\x30\x39\x01z\0"
                "sig"),
         "A 13 2 60 2 1 12345 z (3 octets)"},
        {"RFC 4034 2.1", 48,
         octets("\x01\x01\x03\x0d"
                "key."),
         "257 3 13 (4 octets)"},
        {"RFC 9460 2.2", 65, octets("\0\1\0\0\1\0\3\2h2\0\4\0\4\xc0\0\2\1\x02\0\0\0"),
         "1 . alpn ipv4hint key512"},
        {"RFC 8659 4.1", 257, octets("\x80\x05issueca.example"), "128 issue \"ca.example\""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto text = data_text(row.type, row.data);
        REQUIRE(text);
        CHECK(*text == row.text);
    }
    for (const Row& row : rows) {
        CAPTURE(row.what);
        for (std::size_t n = 0; n < row.data.size(); ++n)  // no prefix crashes, whatever it says
            (void)data_text(row.type, {row.data.begin(), row.data.begin() + static_cast<std::ptrdiff_t>(n)});
    }
}

TEST_CASE("data that is not what its type asks for") {
    CHECK(data_text(1, {192, 0, 2}).error() == ip::Error::bad_length);
    CHECK(data_text(1, {192, 0, 2, 1, 0}).error() == ip::Error::bad_length);
    CHECK(data_text(28, {1, 2, 3}).error() == ip::Error::bad_length);
    CHECK(data_text(2, octets("\xc0\xff")).error() == ip::Error::loop);
    CHECK(data_text(2, octets("\x01")).error() == ip::Error::truncated);
    CHECK(data_text(16, octets("\x05"
                               "abc"))
              .error() == ip::Error::bad_length);
    CHECK(data_text(16, {}).error() == ip::Error::bad_length);
    CHECK(data_text(41, octets("\0\x0a\0\x08"
                               "1234"))
              .error() == ip::Error::bad_length);
    CHECK(data_text(65535, {1, 2, 3}).error() == ip::Error::bad_value);
    CHECK(dns_type_name(65535) == "TYPE65535");
}

TEST_CASE("every prefix keeps what was read and says where it ends") {
    const DnsMessage whole = read_dns(kAnswer);
    for (std::size_t n = 0; n < kAnswer.size(); ++n) {
        CAPTURE(n);
        const std::vector<std::uint8_t> exact(kAnswer.begin(),
                                              kAnswer.begin() + static_cast<std::ptrdiff_t>(n));
        const DnsMessage part = read_dns(exact);
        REQUIRE(part.fault);
        CHECK(part.fault->why == ip::Error::truncated);
        std::size_t fit = 0;
        while (fit < whole.records.size() && whole.records[fit].at + whole.records[fit].length() <= n) ++fit;
        CHECK(part.records.size() == (n < 12 ? 0 : fit));
        CHECK((part.fault->number == 0) == (n < 12));
        if (n >= 12) CHECK(part.fault->section == whole.records[fit].section);
    }
    CHECK(to_string(*read_dns(ip::first(kAnswer, 60)).fault) == "answer 2: truncated");
}

TEST_CASE("a message with more records than the limit ends there") {
    ip::Buffer many = octets("\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff");
    many.resize(60000);  // 9,598 questions of five octets, in the root
    const DnsMessage read = read_dns(many);
    CHECK(read.records.size() == DnsMessage::kMaxRecords);
    REQUIRE(read.fault);
    CHECK(read.fault->why == ip::Error::too_long);
    CHECK(read.fault->number == DnsMessage::kMaxRecords + 1);
}

TEST_CASE("summaries in one line") {
    struct Row {
        ip::Buffer message;
        const char* text;
    };
    const ip::Buffer question = octets(
        "\x07"
        "example\x03org\x00\x00\x01\x00\x01");
    const Row rows[] = {
        {kQuery, "query A www.example.org"},
        {kAnswer, "answer A www.example.org 192.0.2.1 +2"},
        {octets("\0\1\x81\x83\0\1\0\0\0\0\0\0") + question, "answer A example.org NXDOMAIN"},
        {octets("\0\1\x81\x8c\0\1\0\0\0\0\0\0") + question, "answer A example.org RCODE12"},
        {octets("\0\1\x81\x80\0\1\0\0\0\0\0\0") + question, "answer A example.org no records"},
        {octets("\0\1\x81\x80\0\1\0\0\0\0\0\1") + question + octets("\0\0\x29\2\0\1\0\0\0\0\0"),
         "answer A example.org BADVERS"},
        {octets("\0\1\x81\x80\0\1\0\1\0\0\0\0") + question +
             octets("\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x03\x01z\x00"),
         "answer A example.org CNAME z"},
        {octets("\0\1\x81\x80\0\0\0\1\0\0\0\0\x01z\x00\x00\x0d\x00\x01\x00\x00\x00\x3c\x00\x02"
                "ab"),
         "answer HINFO z (2 octets)"},
        {octets("\0\1\x20\x00\0\1\0\0\0\0\0\0") + question, "NOTIFY A example.org"},
        {octets("\0\1\xa0\x00\0\0\0\0\0\0\0\0"), "NOTIFY answer no records"},
        {octets("\0\1\x01\x00\0\1\0\0\0\0\0\0\x07"
                "exam"),
         "query (question 1: truncated)"},
        {octets("\0\1"), "DNS header cut short"},
        {{}, "DNS header cut short"},
    };
    for (const Row& row : rows) CHECK(dns_summary(row.message) == row.text);
    const ip::Buffer text =
        octets("\0\1\x81\x80\0\0\0\1\0\0\0\0\0\x00\x10\x00\x01\0\0\0\0\x00\xc9\xc8") + ip::Buffer(200, 'x');
    CHECK(dns_summary(text).size() == std::string_view("answer TXT . ").size() + 80);
    CHECK(dns_summary(text).ends_with("xxx..."));
}

std::string described(ip::Bytes message) {
    static const auto packet = std::make_unique<Packet>();
    Layer layer;
    layer.bytes = message;
    FieldList out(FieldList::For::columns);
    out.start(message);
    describe_dns(layer, *packet, out);
    CHECK(is_well_formed(out));
    return fields_text(out);
}

TEST_CASE("described by the names of the JSON contract") {
    CHECK(described(kQuery) ==
          "id=4660 flags=256 response=false opcode=0 rcode=0 qdcount=1 ancount=0 nscount=0 arcount=0 "
          "queries=[{name=www.example.org type=1 type_name=A class=1}]");
    CHECK(described(kAnswer) ==
          "id=4660 flags=33152 response=true opcode=0 rcode=0 qdcount=1 ancount=3 nscount=1 arcount=1 "
          "queries=[{name=www.example.org type=1 type_name=A class=1}] "
          "answers=[{name=www.example.org type=5 type_name=CNAME class=1 ttl=3600 data=web.example.org} "
          "{name=web.example.org type=1 type_name=A class=1 ttl=60 data=192.0.2.1} "
          "{name=web.example.org type=1 type_name=A class=1 ttl=60 data=192.0.2.2}] "
          "authorities=[{name=example.org type=2 type_name=NS class=1 ttl=86400 data=ns.example.org}] "
          "additionals=[{name=. type=41 type_name=OPT class=1232 ttl=32768 data=UDP 1232, version 0, DO}]");
    CHECK(described(ip::first(kQuery, 20)) ==
          "id=4660 flags=256 response=false opcode=0 rcode=0 qdcount=1 ancount=0 nscount=0 arcount=0 "
          "error=question 1: truncated");
    for (std::size_t n = 0; n < kAnswer.size(); ++n) {
        const std::vector<std::uint8_t> exact(kAnswer.begin(),
                                              kAnswer.begin() + static_cast<std::ptrdiff_t>(n));
        CHECK(described(exact).find("error=") != std::string::npos);
    }
}

TEST_CASE("fields lie at their octets") {
    static const auto packet = std::make_unique<Packet>();
    Layer layer;
    layer.bytes = kAnswer;
    FieldList out(FieldList::For::people);
    out.start(kAnswer);
    describe_dns(layer, *packet, out);
    CHECK(find_field(out, "answers")->bit == 33 * 8);
    CHECK(find_field(out, "answers")->width == 50 * 8);
    CHECK(find_field(out, "ttl")->bit == 39 * 8);
    CHECK(find_field(out, "data")->bit == 45 * 8);
    CHECK(find_field(out, "data")->width == 6 * 8);
    CHECK(find_field(out, "record")->note == "www.example.org A");
    CHECK(find_field(out, "rcode")->note == "NOERROR");
}

TEST_CASE("every changed octet of a message is survived") {
    for (std::size_t at = 0; at < kAnswer.size(); ++at) {
        for (const int value : {0, 1, 0x3f, 0x40, 0xc0, 0xff, kAnswer[at] ^ 1}) {
            ip::Buffer changed = kAnswer;
            changed[at] = static_cast<std::uint8_t>(value);
            CHECK_FALSE(described(changed).empty());
            CHECK_FALSE(dns_summary(changed).empty());
        }
    }
}

TEST_CASE("one hop of a walk: the message is all header") {
    const ip::Hop hop = step_dns(kQuery, 500);
    CHECK_FALSE(hop.fault);
    CHECK(hop.header_length == kQuery.size());  // the rest of the 500 was not captured
    CHECK(hop.next == ip::Proto::data);
    CHECK(step_dns(ip::first(kQuery, 11), 11).fault);
    CHECK(step_dns(ip::first(kQuery, 11), 11).header_length == 0);
}

TEST_CASE("names and texts are escaped once in every view, RFC 1035 section 5.1 and RFC 4343 section 2.1") {
    const ip::Buffer message = octets(
        "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
        "\x03"
        "a.b\x00\x00\x10\x00\x01"
        "\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x3c\x00\x04\x03"
        "c\"\x07");
    Packet packet;
    packet.frame.bytes = message;
    packet.layer_storage[0] = {.proto = ip::Proto::dns,
                               .header_length = static_cast<std::uint32_t>(message.size()),
                               .wire_length = static_cast<std::uint32_t>(message.size()),
                               .bytes = message};
    packet.layer_count = 1;
    Style style;
    std::string tree, bytes;
    print_tree(packet, style, tree, protocol);
    print_bytes(packet, style, bytes, protocol);
    for (const std::string& view : {tree, bytes}) {
        CAPTURE(view);
        CHECK(view.find(R"(a\.b)") != std::string::npos);
        CHECK(view.find(R"("c\"\007")") != std::string::npos);
        CHECK(view.find(R"(\\)") == std::string::npos);
    }
}

}  // namespace
