// Tests of CaptureWriter: what it writes, our own reader and libpcap read back.
#include <csignal>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <set>
#include <string>
#include <utility>

#include "ip/capture_writer.h"
#include "ip/pcap.h"
#include "tests/capture_bytes.h"

using namespace glass;
using namespace glass::test;

namespace {

ip::Frame frame_of(const Seen& s) {
    return {.time = ip::Time(ip::Duration(s.nanoseconds)),
            .has_time = s.has_time,
            .length = s.length,
            .link = static_cast<ip::LinkType>(s.link),
            .interface = s.interface,
            .bytes = {reinterpret_cast<const std::uint8_t*>(s.bytes.data()), s.bytes.size()},
            .comment = s.comment};
}

ip::CaptureWriter writer(const std::string& path, ip::CaptureWriter::Options options = {}) {
    auto created = ip::CaptureWriter::create(path, std::move(options));
    REQUIRE_MESSAGE(created.has_value(), created.error());
    return std::move(*created);
}

/// Writes them all and reads the file back; offsets, and interfaces where the format has none, are left out.
Reading round_trip(const std::string& path, const std::vector<Seen>& frames,
                   ip::CaptureWriter::Options options = {}) {
    ip::CaptureWriter out = writer(path, std::move(options));
    for (const Seen& s : frames) REQUIRE(out.write(frame_of(s)));
    REQUIRE(out.close());
    Reading reading = read_all(ip::CaptureReader::open(path));
    for (Seen& s : reading.frames) s.file_offset = 0;
    return reading;
}

/// Any frame that the formats can hold. Few links and interfaces, so that they come again.
rc::Gen<Seen> any_frame() {
    return rc::gen::exec([] {
        Seen s;
        s.nanoseconds = *rc::gen::inRange<std::int64_t>(0, 4'294'967'295'999'999'999);
        s.bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
        s.length = *rc::gen::arbitrary<std::uint32_t>();
        s.link = *rc::gen::element(0u, 1u, 113u, 65535u);
        s.interface = *rc::gen::inRange(0u, 3u);
        s.comment = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
        return s;
    });
}

/// What a reader gives an interface as number: how many pairs of interface and link type were seen before it.
void number_interfaces(std::vector<Seen>& frames) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> known;
    for (Seen& s : frames) {
        const std::pair pair(s.interface, s.link);
        auto place = std::find(known.begin(), known.end(), pair);
        if (place == known.end()) place = known.insert(known.end(), pair);
        s.interface = static_cast<std::uint32_t>(place - known.begin());
    }
}

std::vector<Seen> numbered(std::vector<Seen> frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) frames[i].number = i + 1;
    return frames;
}

const std::vector<Seen> kTwo = {{1, 1'000'000'001, 60, 1, 0, "first", "", 0},
                                {2, 2'000'000'002, 5, 1, 0, "later", "", 0}};

}  // namespace

TEST_CASE("a frame without a time has none in pcapng, where a simple packet can hold the rest of it") {
    const TemporaryFile file("a.pcapng");
    const Seen timeless{.length = 3, .bytes = "abc", .comment = "", .has_time = false};
    Seen cut = timeless, other = timeless, commented = timeless, at_zero = timeless;
    cut.length = 10;
    other.interface = 1;
    commented.comment = "why";
    at_zero.has_time = true;
    std::vector<Seen> frames{timeless, cut, other, commented, at_zero, timeless};
    const Reading reading = round_trip(file.path(), frames);
    for (const std::size_t i : {1, 2, 3}) frames[i].has_time = true;
    CHECK(reading.frames == numbered(frames));
}

TEST_CASE("pcapng: whatever is written is read back") {
    const TemporaryFile file("x.pcapng");
    CHECK(rc::check("round trip", [&] {
        const auto frames = numbered(*rc::gen::container<std::vector<Seen>>(any_frame()));
        const Reading reading = round_trip(file.path(), frames);
        auto expected = frames;
        number_interfaces(expected);
        RC_ASSERT(reading.error.empty());
        RC_ASSERT(!reading.damage);
        RC_ASSERT(reading.frames == expected);
    }));
}

TEST_CASE("pcap: whatever one link type has is read back; microseconds are cut off where asked for") {
    const TemporaryFile file("x.pcap");
    CHECK(rc::check("round trip", [&] {
        auto frames = numbered(*rc::gen::container<std::vector<Seen>>(any_frame()));
        const auto link = *rc::gen::element(1u, 113u);
        const bool micro = *rc::gen::arbitrary<bool>();
        for (Seen& s : frames) {
            s.link = link;
            s.interface = 0;
            s.comment.clear();
        }
        const Reading reading = round_trip(file.path(), frames, {.microseconds = micro});
        for (Seen& s : frames) s.nanoseconds -= micro ? s.nanoseconds % 1000 : 0;
        RC_ASSERT(reading.format == (micro ? "pcap" : "pcap (nanoseconds)"));
        RC_ASSERT(!reading.damage);
        RC_ASSERT(reading.frames == frames);
    }));
}

TEST_CASE("libpcap reads what we write") {
    for (const char* name : {"x.pcap", "x.pcapng"}) {
        const TemporaryFile file(name);
        round_trip(file.path(), kTwo);
        auto reader = ip::OfflinePcap::open(file.path());
        REQUIRE(reader);
        ip::Frame frame;
        for (Seen expected : kTwo) {
            REQUIRE(reader->next(frame));
            expected.number = 0;
            CHECK(seen(frame) == expected);
        }
        CHECK_FALSE(reader->next(frame));
        CHECK_FALSE(reader->damage());
    }
}

TEST_CASE("the name chooses the format, unless it is given") {
    using Format = ip::CaptureWriter::Format;
    struct Row {
        const char* name;
        Format format;
        const char* reads;
    };
    for (const Row& row :
         {Row{"x.pcap", Format::by_name, "pcap (nanoseconds)"},
          Row{"x.cap", Format::by_name, "pcap (nanoseconds)"}, Row{"x.pcapng", Format::by_name, "pcapng"},
          Row{"x", Format::by_name, "pcapng"}, Row{"x.pcap", Format::pcapng, "pcapng"},
          Row{"x.pcapng", Format::pcap, "pcap (nanoseconds)"}}) {
        const TemporaryFile file(row.name);
        CHECK(round_trip(file.path(), kTwo, {.format = row.format}).format == row.reads);
    }
}

TEST_CASE("a .pcap file becomes pcapng when a frame does not fit, and loses nothing") {
    struct Row {
        const char* what;
        Seen third;
    };
    const std::string large(300'000, 'l');
    const Row rows[] = {{"a second link type", {3, 3, 4, 113, 0, "next", "", 0}},
                        {"a comment", {3, 3, 4, 1, 0, "next", "look", 0}},
                        {"larger than a pcap frame may be", {3, 3, 300'000, 1, 0, large, "", 0}}};
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const TemporaryFile file("x.pcap");
        std::vector<Seen> frames = kTwo;
        frames.push_back(row.third);
        frames.push_back({4, 4, 4, 1, 0, "last", "", 0});
        const Reading reading = round_trip(file.path(), frames);
        number_interfaces(frames);
        CHECK(reading.format == "pcapng");
        CHECK(reading.frames == frames);
        CHECK_FALSE(std::filesystem::exists(file.path() + ".part"));

        ip::CaptureWriter strict = writer(file.path(), {.format = ip::CaptureWriter::Format::pcap});
        REQUIRE(strict.write(frame_of(kTwo[0])));
        const ip::Written refused = strict.write(frame_of(row.third));
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == file.path() +
                                     ": pcap cannot hold comments, a second link type or frames over " +
                                     "262144 bytes: use pcapng");
        CHECK(strict.write(frame_of(kTwo[1])).error() == refused.error());
    }
}

TEST_CASE("a file without frames is a capture file") {
    for (const char* name : {"x.pcap", "x.pcapng"}) {
        const TemporaryFile file(name);
        const Reading reading = round_trip(file.path(), {});
        CHECK(reading.error == "");
        CHECK(reading.frames.empty());
        CHECK_FALSE(reading.damage);
        CHECK(ip::OfflinePcap::open(file.path()).has_value() == (name == std::string("x.pcap")));
    }
}

TEST_CASE("times that the formats do not have are moved to the nearest that they have") {
    const TemporaryFile pcap("x.pcap");
    const TemporaryFile pcapng("x.pcapng");
    const std::int64_t late = 9'000'000'000'000'000'000;
    const std::vector<Seen> frames = {{1, -1, 1, 1, 0, "a", "", 0}, {2, late, 1, 1, 0, "b", "", 0}};
    CHECK(round_trip(pcap.path(), frames).frames[0].nanoseconds == 0);
    CHECK(round_trip(pcap.path(), frames).frames[1].nanoseconds == 4'294'967'295'999'999'999);
    CHECK(round_trip(pcapng.path(), frames).frames[0].nanoseconds == 0);
    CHECK(round_trip(pcapng.path(), frames).frames[1].nanoseconds == late);
}

TEST_CASE("limits: the longest comment and the longest frame") {
    const TemporaryFile file("x.pcapng");
    const std::string text(70'000, 'c');
    const Reading reading = round_trip(file.path(), {{1, 1, 1, 1, 0, "x", text, 0}});
    CHECK(reading.frames.at(0).comment == text.substr(0, 65535));
    ip::CaptureWriter out = writer(file.path());
    const std::string huge(ip::kMaxRecord, 'h');
    CHECK_FALSE(out.write(frame_of({1, 1, ip::kMaxRecord, 1, 0, huge, "", 0})));
}

TEST_CASE("records reach the file whole, and flush() brings all of them there") {
    const TemporaryFile file("x.pcapng");
    ip::CaptureWriter out = writer(file.path());
    const std::string data(1000, 'd');
    std::uintmax_t size = 0;
    for (std::uint64_t i = 1; i <= 1000; ++i) {
        REQUIRE(out.write(frame_of({i, 1, 1000, 1, 0, data, "", 0})));
        if (std::exchange(size, std::filesystem::file_size(file.path())) == size) continue;
        const Reading reading = read_all(ip::CaptureReader::open(file.path()));
        CHECK_FALSE(reading.damage);
    }
    REQUIRE(out.flush());
    CHECK(read_all(ip::CaptureReader::open(file.path())).frames.size() == 1000);
}

TEST_CASE("errors are one line with the name") {
    const TemporaryFile file("x.pcap");
    const auto error = [](const std::string& path) { return ip::CaptureWriter::create(path).error(); };
    CHECK(error(file.folder() + "/no/x.pcap") == file.folder() + "/no/x.pcap: No such file or directory");
    CHECK(error(file.folder()) == file.folder() + ": Is a directory");
    CHECK(error("x.pcap.gz") == "x.pcap.gz: cannot write compressed files");

    ip::CaptureWriter closed = writer(file.path());
    CHECK(closed.close());
    CHECK(closed.write(frame_of(kTwo[0])).error() == file.path() + ": is closed");

    ip::CaptureWriter full = writer("/dev/full");
    CHECK(full.write(frame_of(kTwo[0])));
    CHECK(full.close().error() == "/dev/full: No space left on device");
}

TEST_CASE("standard output: a pipe whose reader has gone is an error, not a signal of ours") {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const int stdout_before = dup(STDOUT_FILENO);
    auto* const handler_before = std::signal(SIGPIPE, SIG_IGN);
    ::close(ends[0]);
    dup2(ends[1], STDOUT_FILENO);
    ip::CaptureWriter out = writer("-");
    const ip::Written written = out.write(frame_of(kTwo[0]));
    const ip::Written closed = out.close();
    dup2(stdout_before, STDOUT_FILENO);
    ::close(stdout_before);
    ::close(ends[1]);
    std::signal(SIGPIPE, handler_before);
    CHECK(written);
    REQUIRE_FALSE(closed);
    CHECK(closed.error() == "standard output: Broken pipe");
}
