// Tests of CaptureReader: pcap and snoop files, compression, pipes, damage; pcapng has its own file.
#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/time.h>
#include <thread>
#include <zlib.h>
#include <zstd.h>

#include "ip/capture_file.h"
#include "tests/capture_bytes.h"

using namespace std::string_literals;
using namespace glass;
using namespace glass::test;

namespace {

FileBytes small_pcap(const PcapHeader& header = {}, bool big_endian = false) {
    FileBytes file = pcap_file(header, big_endian);
    add_record(file, 1, 2, "first", 5);
    add_record(file, 3, 4, "", 0);
    add_record(file, 5, 6, "third", 1500);
    return file;
}

ip::Buffer gzipped(ip::Bytes octets) {
    ip::Buffer out(octets.size() + 1000);
    z_stream z{};
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    ip::Buffer in(octets.begin(), octets.end());
    z.next_in = in.data();
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = out.data();
    z.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

ip::Buffer zstded(ip::Bytes octets) {
    ip::Buffer out(ZSTD_compressBound(octets.size()));
    out.resize(ZSTD_compress(out.data(), out.size(), octets.data(), octets.size(), 3));
    return out;
}

ip::Buffer operator+(ip::Buffer a, ip::Bytes b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

TEST_CASE("pcap: resolution and byte order come from the magic (draft-ietf-opsawg-pcap section 4)") {
    struct Row {
        std::uint32_t magic;
        std::int64_t unit;
        const char* format;
    };
    for (const Row& row : {Row{0xa1b2c3d4, 1000, "pcap"}, Row{0xa1b23c4d, 1, "pcap (nanoseconds)"}}) {
        for (const bool big_endian : {false, true}) {
            CAPTURE(row.format);
            CAPTURE(big_endian);
            const Reading reading = read_all(small_pcap({.magic = row.magic}, big_endian).out);
            CHECK(reading.error.empty());
            CHECK(reading.format == row.format);
            CHECK_FALSE(reading.damage);
            REQUIRE(reading.frames.size() == 3);
            const std::int64_t s = 1'000'000'000;
            CHECK(reading.frames[0] == Seen{1, 1 * s + 2 * row.unit, 5, 1, 0, "first", "", 24});
            CHECK(reading.frames[1] == Seen{2, 3 * s + 4 * row.unit, 0, 1, 0, "", "", 45});
            CHECK(reading.frames[2] == Seen{3, 5 * s + 6 * row.unit, 1500, 1, 0, "third", "", 61});
        }
    }
}

TEST_CASE("pcap: the modified variant has eight more octets in each record header") {
    for (const bool big_endian : {false, true}) {
        FileBytes file = pcap_file({.magic = 0xa1b2cd34}, big_endian);
        for (const std::string_view data : {"one", "two!"}) {
            file.u32(7).u32(8).u32(static_cast<std::uint32_t>(data.size())).u32(60);
            file.u32(3).u16(0x800).u8(0).u8(0).text(data);
        }
        const Reading reading = read_all(file.out);
        CHECK(reading.format == "pcap (modified)");
        REQUIRE(reading.frames.size() == 2);
        CHECK(reading.frames[0] == Seen{1, 7'000'008'000, 60, 1, 0, "one", "", 24});
        CHECK(reading.frames[1] == Seen{2, 7'000'008'000, 60, 1, 0, "two!", "", 51});
    }
}

TEST_CASE("pcap: timestamps are unsigned, and fractions may exceed a second") {
    FileBytes file = pcap_file();
    add_record(file, 0xffffffff, 0xffffffff, "x", 1);
    const Reading reading = read_all(file.out);
    REQUIRE(reading.frames.size() == 1);
    CHECK(reading.frames[0].nanoseconds == 4'294'967'295'000'000'000 + 4'294'967'295'000);
}

TEST_CASE("pcap: the upper half of the link type field is about the FCS (section 4)") {
    const Reading reading = read_all(small_pcap({.link = 0x34000000 | 113}).out);
    REQUIRE(reading.frames.size() == 3);
    CHECK(reading.frames[0].link == 113);
}

TEST_CASE("pcap: versions") {
    struct Row {
        std::uint16_t major, minor;
        const char* error;
    };
    const Row rows[] = {{2, 4, ""},
                        {2, 3, ""},
                        {1, 4, "memory: not readable: says it is pcap version 1.4"},
                        {2, 5, "memory: not readable: says it is pcap version 2.5"},
                        {3, 0, "memory: not readable: says it is pcap version 3.0"}};
    for (const Row& row : rows) {
        const Reading reading = read_all(small_pcap({.major = row.major, .minor = row.minor}).out);
        CHECK(reading.error == row.error);
        CHECK(reading.frames.size() == (*row.error ? 0 : 3));
    }
}

TEST_CASE("pcap: before version 2.3 the original length came first, in 2.3 either did") {
    FileBytes old = pcap_file({.minor = 2});
    old.u32(1).u32(0).u32(1500).u32(3).text("abc");
    FileBytes either = pcap_file({.minor = 3});
    either.u32(1).u32(0).u32(1500).u32(3).text("abc").u32(1).u32(0).u32(3).u32(1500).text("def");
    CHECK(read_all(old.out).frames.at(0) == Seen{1, 1'000'000'000, 1500, 1, 0, "abc", "", 24});
    CHECK(read_all(either.out).frames.at(0).bytes == "abc");
    CHECK(read_all(either.out).frames.at(1) == Seen{2, 1'000'000'000, 1500, 1, 0, "def", "", 43});
}

TEST_CASE("pcap: lengths that contradict each other are taken as they are, nonsense is damage") {
    struct Row {
        const char* name;
        std::uint32_t snapshot_length, captured, original;
        bool sound;
    };
    const std::string data(300'000, 'x');
    const Row rows[] = {{"captured more than was sent", 65535, 100, 60, true},
                        {"captured more than the snapshot length", 64, 262144, 262144, true},
                        {"above every snapshot length", 64, 262145, 262145, false},
                        {"above, but the file said so", 300'000, 300'000, 300'000, true},
                        {"snapshot length 0", 0, 1500, 1500, true},
                        {"all ones", 0xffffffff, 0xffffffff, 0xffffffff, false}};
    for (const Row& row : rows) {
        CAPTURE(row.name);
        FileBytes file = pcap_file({.snapshot_length = row.snapshot_length});
        add_record(file, 1, 1, "before", 6);
        file.u32(2).u32(2).u32(row.captured).u32(row.original);
        file.text(std::string_view(data).substr(0, std::min<std::size_t>(row.captured, data.size())));
        const Reading reading = read_all(file.out);
        REQUIRE(reading.frames.size() == (row.sound ? 2 : 1));
        CHECK(reading.frames[0].bytes == "before");
        CHECK(reading.damage.has_value() != row.sound);
        if (row.sound) CHECK(reading.frames[1].bytes.size() == row.captured);
        if (row.sound) CHECK(reading.frames[1].length == row.original);
        if (!row.sound) CHECK(reading.damage->offset == 46);
        if (!row.sound)
            CHECK(reading.damage->what.starts_with("record claims " + std::to_string(row.captured)));
    }
}

TEST_CASE("a record as long as the limit is read in one piece, also where the file ends inside it") {
    FileBytes file = pcap_file({.snapshot_length = ip::kMaxRecord});
    add_record(file, 1, 1, "small", 5);
    add_record(file, 2, 2, std::string(ip::kMaxRecord, 'y'), ip::kMaxRecord);
    add_record(file, 3, 3, "small again", 11);
    const Reading whole = read_all(file.out);
    REQUIRE(whole.frames.size() == 3);
    CHECK(whole.frames[1].bytes == std::string(ip::kMaxRecord, 'y'));
    CHECK(whole.frames[2].bytes == "small again");
    const Reading cut = read_all(ip::Bytes(file.out).first(ip::kMaxRecord));
    CHECK(cut.frames.size() == 1);
    CHECK(cut.damage->offset == 45);
}

TEST_CASE("what is not a capture file, one line each") {
    struct Row {
        std::string octets;
        const char* error;
    };
    const Row rows[] = {
        {"", "memory: empty file"},
        {"h", "memory: not a capture file (starts with 68)"},
        {"hello world", "memory: not a capture file (starts with 68 65 6c 6c)"},
        {"\xd4\xc3\xb2\xa1\x02", "memory: ends inside the pcap file header, after 5 bytes"},
        {"snoop\0\0\0\0\0\0\2"s, "memory: ends inside the snoop file header, after 12 bytes"},
        {"snoop\0\0\0\0\0\0\3\0\0\0\4"s, "memory: not readable: says it is snoop version 3"},
        {"snoop\0\0\0\0\0\0\2\0\0\0\x7f"s, "memory: not readable: snoop datalink type 127 is not known"},
        {"\n\r\r\n", "memory: file ends inside a block header, after 4 bytes"},
        {"\xfd\x37zXZ", "memory: compressed with xz: decompress it first"},
        {"BZh91AY", "memory: compressed with bzip2: decompress it first"},
        {"\x1f\x8b\x08", "memory: gzip data ends early"},
        {"\x28\xb5\x2f\xfd", "memory: zstd data ends early"},
    };
    for (const Row& row : rows) {
        const Reading reading =
            read_all(ip::Bytes(reinterpret_cast<const std::uint8_t*>(row.octets.data()), row.octets.size()));
        CHECK(reading.error == row.error);
    }
    const ip::Buffer text = {'t', 'e', 'x', 't'};
    CHECK(read_all(gzipped(text)).error ==
          "memory: not a capture file (gzip data; inside, it starts with 74 65 78 74)");
    CHECK(read_all(gzipped({})).error == "memory: empty file, once decompressed");
}

TEST_CASE("files that cannot be opened, one line each") {
    const TemporaryFile file("x.pcap", small_pcap().out);
    CHECK(read_all(ip::CaptureReader::open(file.path())).frames.size() == 3);
    const std::string missing = file.folder() + "/missing.pcap";
    CHECK(read_all(ip::CaptureReader::open(missing)).error == missing + ": No such file or directory");
    CHECK(read_all(ip::CaptureReader::open(file.folder())).error == file.folder() + ": Is a directory");
    REQUIRE(chmod(file.path().c_str(), 0) == 0);
    const uid_t user = geteuid();
    if (user == 0) REQUIRE(seteuid(65534) == 0);  // root may read everything: be nobody for a moment
    const Reading unreadable = read_all(ip::CaptureReader::open(file.path()));
    if (user == 0) REQUIRE(seteuid(user) == 0);
    CHECK(unreadable.error == file.path() + ": Permission denied");
}

TEST_CASE("what only libpcap knows is read through it: version 543.0, of DG/UX") {
    FileBytes pcap = pcap_file({.major = 543, .minor = 0});
    pcap.u32(1).u32(2).u32(1500).u32(3).text("abc").u32(1);
    CHECK(read_all(pcap.out).error == "memory: not readable: says it is pcap version 543.0");
    const TemporaryFile file("x", pcap.out);
    const Reading reading = read_all(ip::CaptureReader::open(file.path()));
    CHECK(reading.error == "");
    CHECK(reading.format == "libpcap");
    REQUIRE(reading.frames.size() == 1);
    CHECK(reading.frames[0] == Seen{1, 1'000'002'000, 1500, 1, 0, "abc", "", 0});
    CHECK(reading.damage->what.starts_with("truncated dump file"));
}

TEST_CASE("position and size, for progress") {
    const FileBytes pcap = small_pcap();
    auto reader = ip::CaptureReader::from_memory(pcap.out);
    REQUIRE(reader);
    CHECK(reader->size() == pcap.out.size());
    ip::Frame frame;
    while (reader->next(frame)) {
    }
    CHECK(reader->position() == pcap.out.size());
    CHECK_FALSE(reader->next(frame));
}

TEST_CASE("snoop (RFC 1761)") {
    FileBytes file{true, {}};
    file.text("snoop\0\0\0"s).u32(2).u32(4);
    file.u32(1500).u32(3).u32(28).u32(0).u32(9).u32(7).text("abc").u8(0);
    file.u32(2).u32(2).u32(26).u32(0).u32(9).u32(8).text("de");
    const Reading reading = read_all(file.out);
    CHECK(reading.format == "snoop");
    REQUIRE(reading.frames.size() == 2);
    CHECK(reading.frames[0] == Seen{1, 9'000'007'000, 1500, 1, 0, "abc", "", 16});
    CHECK(reading.frames[1] == Seen{2, 9'000'008'000, 2, 1, 0, "de", "", 44});
    file.u32(7).u32(7).u32(30).u32(0).u32(9).u32(8).text("123456");
    CHECK(read_all(file.out).damage->offset == 70);
    CHECK(read_all(file.out).damage->what == "record of 30 bytes claims to include 7");
    for (std::size_t n = 16; n < 70; ++n) CHECK(read_all(ip::Bytes(file.out).first(n)).error.empty());
}

TEST_CASE("gzip (RFC 1952) and zstd (RFC 8878) by content, also in several members and frames") {
    const FileBytes pcap = small_pcap();
    const ip::Bytes whole = pcap.out;
    const std::vector<Seen> frames = read_all(whole).frames;
    const ip::Buffer skippable = {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'h', 'i'};
    struct Row {
        const char* name;
        ip::Buffer octets;
        const char* format;
    };
    const Row rows[] = {
        {"gzip", gzipped(whole), "pcap, gzip"},
        {"two members, cut inside a record", gzipped(whole.first(50)) + gzipped(whole.subspan(50)),
         "pcap, gzip"},
        {"an empty member", gzipped({}) + gzipped(whole), "pcap, gzip"},
        {"padded with zeros", gzipped(whole) + ip::Buffer(512), "pcap, gzip"},
        {"zstd", zstded(whole), "pcap, zstd"},
        {"two frames, cut inside a record", zstded(whole.first(50)) + zstded(whole.subspan(50)),
         "pcap, zstd"},
        {"a skippable frame", skippable + zstded(whole), "pcap, zstd"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Reading reading = read_all(row.octets);
        CHECK(reading.error == "");
        CHECK(reading.format == row.format);
        CHECK(reading.frames == frames);
        CHECK_FALSE(reading.damage);
    }
}

TEST_CASE("compressed data that is cut or changed: the frames before it, and damage") {
    FileBytes pcap = pcap_file();
    for (std::uint32_t i = 0; i < 200; ++i) add_record(pcap, i * 7919, i * 104729, std::to_string(i * i), 60);
    const std::vector<Seen> frames = read_all(pcap.out).frames;
    const ip::Buffer good[] = {gzipped(pcap.out), zstded(pcap.out)};
    for (const ip::Buffer& compressed : good) {
        for (std::size_t n = 1; n < compressed.size(); n += 7) {
            const Reading reading = read_all(ip::Bytes(compressed).first(n));
            CHECK((reading.error.empty() ? reading.damage.has_value() : reading.frames.empty()));
            REQUIRE(reading.frames.size() <= frames.size());
            CHECK(std::equal(reading.frames.begin(), reading.frames.end(), frames.begin()));
        }
    }
    const ip::Buffer junk = {'j', 'u', 'n', 'k'};
    const Reading junk_after = read_all(good[0] + junk);
    CHECK(junk_after.frames == frames);
    CHECK(junk_after.damage->offset == pcap.out.size());
    CHECK(junk_after.damage->what == "gzip data is followed by something else");
    ip::Buffer bad_crc = good[0];
    bad_crc[bad_crc.size() - 8] ^= 1;
    CHECK(read_all(bad_crc).damage->what == "gzip data is damaged (incorrect data check)");
}

TEST_CASE("standard input, byte by byte through a pipe") {
    const FileBytes pcap = small_pcap();
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const int stdin_before = dup(STDIN_FILENO);
    REQUIRE(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    ::close(ends[0]);
    std::thread writer([&] {
        for (const std::uint8_t octet : pcap.out) {
            if (::write(ends[1], &octet, 1) != 1) break;
        }
        ::close(ends[1]);
    });
    auto reader = ip::CaptureReader::open("-");
    const bool has_size = reader && reader->size().has_value();
    const Reading reading = read_all(std::move(reader));
    writer.join();
    dup2(stdin_before, STDIN_FILENO);
    ::close(stdin_before);
    CHECK_FALSE(has_size);
    CHECK(reading.error == "");
    CHECK_FALSE(reading.damage);
    CHECK(reading.frames == read_all(pcap.out).frames);
}

TEST_CASE("a signal ends the waiting for a pipe, and that is no damage") {
    const FileBytes pcap = small_pcap();
    const TemporaryFile fifo("x");
    REQUIRE(mkfifo(fifo.path().c_str(), 0600) == 0);
    const int writer = ::open(fifo.path().c_str(), O_RDWR);  // also reads: opening does not wait for anybody
    REQUIRE(::write(writer, pcap.out.data(), 70) == 70);     // ends inside the third record
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = [](int) {};
    REQUIRE(sigaction(SIGALRM, &action, &before) == 0);
    auto reader = ip::CaptureReader::open(fifo.path());
    const itimerval again{.it_interval = {.tv_sec = 0, .tv_usec = 50'000},
                          .it_value = {.tv_sec = 0, .tv_usec = 50'000}};
    const itimerval never{};
    setitimer(ITIMER_REAL, &again, nullptr);
    const Reading reading = read_all(std::move(reader));
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before, nullptr);
    ::close(writer);
    CHECK(reading.frames.size() == 2);
    CHECK_FALSE(reading.damage);
}

TEST_CASE("every prefix of a pcap file: an error, a shorter file, or damage at its last record") {
    const FileBytes pcap = small_pcap();
    const std::vector<std::size_t> ends = {24, 45, 61, 82};  // of the file header and the records
    REQUIRE(pcap.out.size() == ends.back());
    const std::vector<Seen> frames = read_all(pcap.out).frames;
    for (std::size_t n = 0; n < pcap.out.size(); ++n) {
        CAPTURE(n);
        const Reading reading = read_all(ip::Bytes(pcap.out).first(n));
        CHECK(reading.error.empty() == (n >= 24));
        if (n < 24) continue;
        const auto end = std::ranges::upper_bound(ends, n) - 1;
        REQUIRE(reading.frames.size() == static_cast<std::size_t>(end - ends.begin()));
        CHECK(std::equal(reading.frames.begin(), reading.frames.end(), frames.begin()));
        CHECK(reading.damage.has_value() == (*end != n));
        if (reading.damage) CHECK(reading.damage->offset == *end);
    }
}

TEST_CASE("every flipped bit of a pcap file leaves the frames before it alone") {
    const FileBytes pcap = small_pcap({}, true);
    const std::vector<Seen> frames = read_all(pcap.out).frames;
    for (std::size_t at = 0; at < pcap.out.size(); ++at) {
        std::size_t before = 0;
        while (before + 1 < frames.size() && frames[before + 1].file_offset <= at) ++before;
        bool alike = true;
        for (unsigned bit = 0; bit < 8; ++bit) {
            ip::Buffer changed = pcap.out;
            changed[at] ^= static_cast<std::uint8_t>(1u << bit);
            const Reading reading = read_all(changed);
            if (at < 24) continue;  // in the file header it may change everything
            alike = alike && reading.error.empty() && reading.frames.size() >= before &&
                    std::equal(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(before),
                               reading.frames.begin());
        }
        CAPTURE(at);
        CHECK(alike);
    }
}
