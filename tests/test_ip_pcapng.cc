// Tests of CaptureReader with pcapng files (draft-ietf-opsawg-pcapng).
#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <string>

#include "ip/pcapng_format.h"
#include "tests/capture_bytes.h"

using namespace std::string_literals;
using namespace glass;
using namespace glass::test;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

FileBytes new_section(bool big_endian = false) {
    FileBytes file{big_endian, {}};
    add_section(file);
    return file;
}

/// Two interfaces, a packet of each, one with a comment, and a block of a kind nobody knows between them.
FileBytes small_pcapng(bool big_endian = false) {
    FileBytes file = new_section(big_endian);
    add_interface(file, 1);
    add_packet(file, 0, 1'000'002, "first");
    add_interface(file, 113, 9);
    add_block(file, 0x0bad, FileBytes{big_endian, {}}.u32(32473).text("something else"));
    FileBytes body = packet_body(big_endian, 1, 3'000'000'004, "second!", 1500);
    add_option(add_option(body, 1, "look here"), 0, "");
    add_block(file, 6, std::move(body));
    return file;
}

/// What a file with one interface and this packet block says about it.
Reading with_block(std::uint32_t type, FileBytes body) {
    FileBytes file = new_section();
    add_interface(file, 1);
    add_block(file, type, std::move(body));
    return read_all(file.out);
}

}  // namespace

TEST_CASE("pcapng: interfaces of different link types and resolutions, in both byte orders (4.2, 4.3)") {
    for (const bool big_endian : {false, true}) {
        CAPTURE(big_endian);
        const Reading reading = read_all(small_pcapng(big_endian).out);
        CHECK(reading.error == "");
        CHECK(reading.format == "pcapng");
        CHECK_FALSE(reading.damage);
        REQUIRE(reading.frames.size() == 2);
        CHECK(reading.frames[0] == Seen{1, 1'000'002'000, 5, 1, 0, "first", "", 48});
        CHECK(reading.frames[1] == Seen{2, 3'000'000'004, 1500, 113, 1, "second!", "look here", 152});
    }
}

TEST_CASE("pcapng: a new section starts anew, with its own byte order and interfaces (4.1)") {
    FileBytes file = small_pcapng(false);
    const FileBytes other = small_pcapng(true);
    const std::size_t start = file.out.size();
    file.out.insert(file.out.end(), other.out.begin(), other.out.end());
    const Reading reading = read_all(file.out);
    REQUIRE(reading.frames.size() == 4);
    CHECK_FALSE(reading.damage);
    CHECK(reading.frames[2] == Seen{3, 1'000'002'000, 5, 1, 0, "first", "", start + 48});
    add_section(file);
    add_packet(file, 0, 1, "of no interface");
    CHECK(read_all(file.out).damage->what == "packet of interface 0, of which the section has 0");
}

TEST_CASE("if_tsresol and if_tsoffset: any power of ten or two (4.2)") {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
    constexpr std::uint64_t kAllOnes = ~std::uint64_t{0};
    struct Row {
        int resolution;
        std::int64_t offset;
        std::uint64_t timestamp;
        std::int64_t nanoseconds;
    };
    const Row rows[] = {
        {0, 0, 5, 5 * kSecond},
        {3, 0, 5001, 5 * kSecond + 1'000'000},
        {6, 0, 1'500'000, kSecond + kSecond / 2},
        {9, 0, 1'500'000'001, 1'500'000'001},
        {12, 0, 1'500'000'001'999, 1'500'000'001},
        {19, 0, kAllOnes, 1'844'674'407},
        {28, 0, 10'000'000'000'000'000'000u, 1},
        {127, 0, kAllOnes, 0},
        {0x80, 0, 5, 5 * kSecond},
        {0x80 | 1, 0, 3, kSecond + kSecond / 2},
        {0x80 | 10, 0, 1025, kSecond + 976'562},
        {0x80 | 32, 0, std::uint64_t{7} << 32 | 1u << 31, 7 * kSecond + kSecond / 2},
        {0x80 | 63, 0, std::uint64_t{1} << 63, kSecond},
        {0x80 | 64, 0, std::uint64_t{1} << 63, kSecond / 2},
        {0x80 | 127, 0, kAllOnes, 0},
        {6, 100, 1, 100 * kSecond + 1000},
        {6, -100, 1, -100 * kSecond + 1000},
        {0, 0, kAllOnes, kMax},
        {6, kMax, kAllOnes, kMax},
        {6, kMin, 0, kMin},
    };
    for (const Row& row : rows) {
        CAPTURE(row.resolution);
        CAPTURE(row.timestamp);
        FileBytes file = new_section();
        add_interface(file, 1, row.resolution, row.offset);
        add_packet(file, 0, row.timestamp, "x");
        const Reading reading = read_all(file.out);
        REQUIRE(reading.frames.size() == 1);
        CHECK(reading.frames[0].nanoseconds == row.nanoseconds);
    }
}

TEST_CASE(
    "pcapng: the Simple Packet Block (4.4) has no time, and its length comes from the snapshot length") {
    for (const std::uint32_t snapshot : {0u, 4u, 100u}) {
        FileBytes file = new_section();
        add_block(file, 1, interface_body(false, 101, snapshot));
        add_block(file, 3, FileBytes{}.u32(6).text(snapshot == 4 ? "abcd" : "abcdef"));
        const Reading reading = read_all(file.out);
        REQUIRE(reading.frames.size() == 1);
        CHECK(reading.frames[0] == Seen{1, 0, 6, 101, 0, snapshot == 4 ? "abcd" : "abcdef", "", 48, false});
    }
}

TEST_CASE("pcapng: a packet at 0 has a time, also after one that has none") {
    FileBytes file = new_section();
    add_interface(file, 1);
    add_block(file, 3, FileBytes{}.u32(2).text("ab"));
    add_packet(file, 0, 0, "cd");
    const Reading reading = read_all(file.out);
    REQUIRE(reading.frames.size() == 2);
    CHECK_FALSE(reading.frames[0].has_time);
    CHECK(reading.frames[1].has_time);
}

TEST_CASE("pcapng: a section with more interfaces than are kept says so once, and its packets are read on") {
    constexpr std::uint32_t kMany = 100'000;
    FileBytes file = new_section();
    for (std::uint32_t i = 0; i < kMany; ++i) add_interface(file, 1);
    add_packet(file, 65535, 0, "of the last one that is kept");
    add_packet(file, kMany - 1, 0, "of one that is not");
    add_packet(file, 0, 0, "of the first one");
    auto reader = ip::CaptureReader::from_memory(file.out);
    REQUIRE(reader);
    std::vector<std::string> texts, damages;
    ip::Frame frame;
    do {
        while (reader->next(frame)) texts.emplace_back(frame.bytes.begin(), frame.bytes.end());
        if (reader->damage()) damages.push_back(reader->damage()->what);
    } while (reader->damage() && reader->resume_after_damage({}).found);
    CHECK(texts == std::vector<std::string>{"of the last one that is kept", "of the first one"});
    CHECK(damages == std::vector<std::string>{"more than 65536 interfaces",
                                              "packet of interface 99999, of which the section has 65536"});
}

TEST_CASE("pcapng: the obsolete Packet Block (appendix A) has a shorter interface number and a drop count") {
    FileBytes body{};
    body.u16(0).u16(77).u32(0).u32(1'000'000).u32(4).u32(60).text("data");
    add_option(add_option(body, 1, "old"), 0, "");
    const Reading reading = with_block(2, body);
    REQUIRE(reading.frames.size() == 1);
    CHECK(reading.frames[0] == Seen{1, kSecond, 60, 1, 0, "data", "old", 48});
}

TEST_CASE("pcapng: comments (3.5)") {
    struct Row {
        const char* name;
        std::vector<std::pair<std::uint16_t, std::string>> options;
        const char* comment;
    };
    const Row rows[] = {{"one", {{1, "a"}, {0, ""}}, "a"},
                        {"after other options", {{2, "\1\0\0\0"s}, {1, "b"}, {0, ""}}, "b"},
                        {"several", {{1, "a"}, {1, "bcde"}, {1, ""}, {1, "f"}, {0, ""}}, "a\nbcde\n\nf"},
                        {"after the end of options", {{0, ""}, {1, "no"}}, ""},
                        {"no end of options", {{1, "a"}}, "a"},
                        {"empty", {{1, ""}, {0, ""}}, ""}};
    for (const Row& row : rows) {
        CAPTURE(row.name);
        FileBytes body = packet_body(false, 0, 1, "xyz", 3);
        for (const auto& [code, value] : row.options) add_option(body, code, value);
        const Reading reading = with_block(6, body);
        REQUIRE(reading.frames.size() == 1);
        CHECK(reading.frames[0].comment == row.comment);
        CHECK_FALSE(reading.damage);
    }
    FileBytes too_long = packet_body(false, 0, 1, "xyz", 3);
    too_long.u16(1).u16(100).text("shorter than it says");
    CHECK(with_block(6, too_long).frames.at(0) == Seen{1, 1000, 3, 1, 0, "xyz", "", 48});
}

TEST_CASE("pcapng: damage, named with the offset of its block") {
    struct Row {
        const char* what;
        std::uint32_t type;
        FileBytes body;
    };
    const Row rows[] = {
        {"packet of interface 1, of which the section has 1", 6, packet_body(false, 1, 1, "abc", 3)},
        {"packet of interface 4294967295, of which the section has 1", 6,
         packet_body(false, ~0u, 1, "abc", 3)},
        {"packet block of 24 bytes is too short", 6, FileBytes{}.u32(0).u32(0).u32(0)},
        {"packet claims 5 bytes in a block with 4", 6, FileBytes{}.u32(0).u64(0).u32(5).u32(5).text("abcd")},
        {"packet claims 4294967295 bytes in a block with 4", 6,
         FileBytes{}.u32(0).u64(0).u32(~0u).u32(5).text("abcd")},
        {"packet claims 9 bytes in a block with 4", 3, FileBytes{}.u32(9).text("abcd")},
        {"simple packet block is too short", 3, FileBytes{}},
        {"interface description is too short", 1, FileBytes{}.u32(0)},
        {"interface description has an option that exceeds it", 1,
         interface_body(false, 1).u16(2).u16(9).u32(0)},
        {"if_tsresol has a wrong length", 1, interface_body(false, 1).u16(9).u16(2).u32(0)},
        {"if_tsoffset has a wrong length", 1, interface_body(false, 1).u16(14).u16(4).u32(0)},
        {"section header has no byte-order magic", 0x0a0d0d0a, FileBytes{}.u32(0).u64(0).u64(0)},
        {"section header is too short", 0x0a0d0d0a, FileBytes{}.u32(0x1a2b3c4d).u32(1)},
        {"not readable: says it is pcapng version 2.0", 0x0a0d0d0a,
         FileBytes{}.u32(0x1a2b3c4d).u16(2).u16(0).u64(0)},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const Reading reading = with_block(row.type, row.body);
        REQUIRE(reading.damage);
        CHECK(reading.damage->what == row.what);
        CHECK(reading.damage->offset == 48);
        CHECK(reading.frames.empty());
    }
}

TEST_CASE("pcapng: block lengths that cannot be") {
    struct Row {
        std::uint32_t type, length, again;
        const char* what;
    };
    const Row rows[] = {
        {6, 0, 0, "block claims 0 bytes, which no block can have"},
        {6, 11, 11, "block claims 11 bytes, which no block can have"},
        {6, 38, 38, "block claims 38 bytes, which no block can have"},
        {6, 0xfffffffc, 0xfffffffc, "block claims 4294967292 bytes"},
        {6, 40, 40, "file ends inside a block, after 36 of 40 bytes"},
        {6, 36, 32, "block claims 36 bytes at its start and 32 at its end"},
        {99, 36, 32, "block claims 36 bytes at its start and 32 at its end"},
        {99, 0xfffffffc, 0xfffffffc, "file ends inside a block of 4294967292 bytes"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        FileBytes file = new_section();
        add_interface(file, 1);
        add_packet(file, 0, 1, "good");
        file.u32(row.type).u32(row.length).u32(0).u64(0).u32(4).u32(4).text("last").u32(row.again);
        const Reading reading = read_all(file.out);
        CHECK(reading.frames.size() == 1);
        REQUIRE(reading.damage);
        CHECK(reading.damage->what == row.what);
        CHECK(reading.damage->offset == 84);
    }
}

TEST_CASE("pcapng: versions, in the first section: a file that does not open") {
    struct Row {
        std::uint16_t major, minor;
        const char* error;
    };
    const Row rows[] = {{1, 0, ""},
                        {1, 2, ""},  // as some writers said, meaning 1.0
                        {1, 1, "memory: not readable: says it is pcapng version 1.1"},
                        {0, 1, "memory: not readable: says it is pcapng version 0.1"}};
    for (const Row& row : rows) {
        FileBytes file;
        add_section(file, row.major, row.minor);
        CHECK(read_all(file.out).error == row.error);
    }
}

TEST_CASE("pcapng: blocks that say nothing about frames are skipped, whatever their size") {
    FileBytes file = new_section();
    add_interface(file, 1);
    for (const std::uint32_t type : {4u, 5u, 9u, 10u, 0x0bad0000u, 0x40000badu, 0xffffffffu}) {
        add_block(file, type, FileBytes{}.text(std::string(type == 10 ? 20 << 20 : 1000, 'k')));
    }
    add_packet(file, 0, 1, "behind them");
    const Reading reading = read_all(file.out);
    CHECK_FALSE(reading.damage);
    REQUIRE(reading.frames.size() == 1);
    CHECK(reading.frames[0].bytes == "behind them");
}

TEST_CASE("pcapng: the number of interfaces is limited") {
    FileBytes file = new_section();
    for (int i = 0; i < 65537; ++i) add_interface(file, 1);
    CHECK(read_all(file.out).damage->what == "more than 65536 interfaces");
}

TEST_CASE("every prefix of a pcapng file: an error, a shorter file, or damage at its last block") {
    const FileBytes file = small_pcapng();
    const std::vector<std::size_t> ends = {28, 48, 88, 120, 152, 212};  // of its blocks
    REQUIRE(file.out.size() == ends.back());
    const std::vector<Seen> frames = read_all(file.out).frames;
    for (std::size_t n = 0; n < file.out.size(); ++n) {
        CAPTURE(n);
        const Reading reading = read_all(ip::Bytes(file.out).first(n));
        CHECK(reading.error.empty() == (n >= 28));
        if (n < 28) continue;
        CHECK(reading.frames.size() == (n >= 88 ? 1 : 0));
        CHECK(std::equal(reading.frames.begin(), reading.frames.end(), frames.begin()));
        const std::size_t end = *(std::ranges::upper_bound(ends, n) - 1);
        CHECK(reading.damage.has_value() == (end != n));
        if (reading.damage) CHECK(reading.damage->offset == end);
    }
}

TEST_CASE("every flipped bit of a pcapng file leaves the frames before it alone") {
    const FileBytes file = small_pcapng();
    const std::vector<Seen> frames = read_all(file.out).frames;
    for (std::size_t at = 0; at < file.out.size(); ++at) {
        bool alike = true;
        for (unsigned bit = 0; bit < 8; ++bit) {
            ip::Buffer changed = file.out;
            changed[at] ^= static_cast<std::uint8_t>(1u << bit);
            const Reading reading = read_all(changed);
            if (at >= 88) alike = alike && !reading.frames.empty() && reading.frames[0] == frames[0];
        }
        CAPTURE(at);
        CHECK(alike);
    }
}
