// Salvage: damaged capture files, and all the frames that can still be told in them.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "ip/salvage.h"
#include "tests/capture_bytes.h"

using namespace glass;
using test::FileBytes;

namespace {

constexpr std::uint32_t kSecond = 1'700'000'000;
constexpr int kFrames = 40;

/// What a frame carries: a number, and more octets than one would guess.
std::string data_of(int i) {
    return fmt::format("frame {} ", i) +
           std::string(static_cast<std::size_t>(i % 7) * 30, static_cast<char>('a' + i % 26));
}

struct File {
    FileBytes bytes;
    std::vector<std::size_t> starts;  ///< of the records; one more: the end
};

File pcap_of(std::uint32_t magic, bool big_endian) {
    File file{test::pcap_file({.magic = magic}, big_endian), {}};
    for (int i = 0; i < kFrames; ++i) {
        file.starts.push_back(file.bytes.out.size());
        const std::string data = data_of(i);
        test::add_record(file.bytes, kSecond + static_cast<std::uint32_t>(i),
                         1000u * static_cast<unsigned>(i), data, static_cast<std::uint32_t>(data.size()));
    }
    file.starts.push_back(file.bytes.out.size());
    return file;
}

File pcapng_of(bool big_endian) {
    File file{FileBytes{big_endian, {}}, {}};
    test::add_section(file.bytes);
    test::add_interface(file.bytes, 1);
    for (int i = 0; i < kFrames; ++i) {
        file.starts.push_back(file.bytes.out.size());
        test::add_packet(file.bytes, 0, 1'000'000ull * kSecond + static_cast<std::uint64_t>(i), data_of(i));
    }
    file.starts.push_back(file.bytes.out.size());
    return file;
}

struct Salvaged {
    std::vector<std::string> frames;
    std::size_t before = 0;  ///< the first damage
    std::uint64_t skipped = 0;
    int damages = 0;
};

Salvaged salvage(ip::Bytes octets) {
    auto reader = ip::CaptureReader::from_memory(octets);
    REQUIRE(reader);
    Salvaged all;
    std::optional<ip::Time> near;
    ip::Frame frame;
    while (true) {
        while (reader->next(frame)) {
            all.frames.emplace_back(frame.bytes.begin(), frame.bytes.end());
            CHECK(frame.number == all.frames.size());
            if (!near) near = frame.time;
        }
        if (!reader->damage()) return all;
        if (all.damages++ == 0) all.before = all.frames.size();
        const auto resumption = reader->resume_after_damage(near);
        all.skipped += resumption.skipped;
        if (!resumption.found) return all;
        CHECK(!reader->damage());
    }
}

std::vector<std::string> all_but(std::vector<int> lost) {
    std::vector<std::string> frames;
    for (int i = 0; i < kFrames; ++i)
        if (std::ranges::find(lost, i) == lost.end()) frames.push_back(data_of(i));
    return frames;
}

void overwrite(File& file, std::size_t at, std::string_view with) {
    std::copy(with.begin(), with.end(), file.bytes.out.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

TEST_CASE("pcap: a record header of nonsense costs its own record") {
    for (const std::uint32_t magic : {0xa1b2c3d4u, 0xa1b23c4du}) {
        for (const bool big_endian : {false, true}) {
            for (const int broken : {0, 1, 17, kFrames - 2, kFrames - 1}) {
                CAPTURE(magic);
                CAPTURE(big_endian);
                CAPTURE(broken);
                File file = pcap_of(magic, big_endian);
                const std::size_t at = file.starts[static_cast<std::size_t>(broken)];
                overwrite(file, at, std::string(16, '\xee'));
                const Salvaged s = salvage(file.bytes.out);
                CHECK(s.frames == all_but({broken}));
                CHECK(s.before == static_cast<std::size_t>(broken));
                CHECK(s.skipped == file.starts[static_cast<std::size_t>(broken) + 1] - at);
                CHECK(s.damages == 1);
            }
        }
    }
}

TEST_CASE("pcap: a length that swallows the rest of the file is found out") {
    File file = pcap_of(0xa1b2c3d4, false);
    overwrite(file, file.starts[5] + 8,
              std::string_view("\0\0\1\0", 4));  // 65536: possible, but more than there is
    const Salvaged s = salvage(file.bytes.out);
    CHECK(s.frames == all_but({5}));
    CHECK(s.skipped == file.starts[6] - file.starts[5]);
}

TEST_CASE("pcap: octets that are missing, or too many, need not be a multiple of anything") {
    for (std::ptrdiff_t n = 1; n < 16; ++n) {
        CAPTURE(n);
        File file = pcap_of(0xa1b2c3d4, false);
        auto& out = file.bytes.out;
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(file.starts[9]), static_cast<std::size_t>(n),
                   0xff);
        CHECK(salvage(out).frames == all_but({}));
        // With four octets missing the second length, which has the same value, stands where the first
        // should: every record after it is read four octets off, and nothing in the file contradicts that.
        if (n == 4) continue;
        file = pcap_of(0xa1b2c3d4, false);
        const auto at = file.bytes.out.begin() + static_cast<std::ptrdiff_t>(file.starts[9]);
        file.bytes.out.erase(at, at + n);
        const Salvaged s = salvage(file.bytes.out);
        CHECK(s.frames.size() >= kFrames - 3);  // what is misread as a header may take the next record along
        CHECK(s.frames.back() == data_of(kFrames - 1));
    }
}

TEST_CASE("looking beyond the end again and again moves nothing about: much damage there takes no longer") {
    const ip::Buffer octets(100'000, 7);
    ip::InputBuffer in(ip::OctetSource::from_memory(octets));
    const std::uint8_t* start = in.peek_up_to(2 * ip::kSalvageReach).data();
    for (int i = 1; i < 100; ++i) {
        in.take(1);
        const ip::Bytes rest = in.peek_up_to(2 * ip::kSalvageReach);
        CHECK(rest.data() == start + i);
        CHECK(rest.size() == octets.size() - static_cast<std::size_t>(i));
        CHECK(in.offset() == static_cast<std::uint64_t>(i));
    }
}

TEST_CASE("pcap: several places of damage in one file") {
    File file = pcap_of(0xa1b2c3d4, true);
    for (const std::size_t i : {3u, 4u, 20u}) overwrite(file, file.starts[i], std::string(16, '\xee'));
    const Salvaged s = salvage(file.bytes.out);
    CHECK(s.frames == all_but({3, 4, 20}));
    CHECK(s.before == 3);
    CHECK(s.damages == 2);
}

TEST_CASE("pcap: a file that was only cut off gives nothing after the cut") {
    const File file = pcap_of(0xa1b2c3d4, false);
    for (std::size_t end = file.starts[10] + 1; end < file.starts[11]; ++end) {
        CAPTURE(end);
        const Salvaged s = salvage(ip::Bytes(file.bytes.out).first(end));
        CHECK(s.frames.size() == 10);
        CHECK(s.skipped == end - file.starts[10]);
    }
}

TEST_CASE("pcap: a time far from that of a good frame is no record") {
    File file{test::pcap_file(), {}};
    test::add_record(file.bytes, kSecond, 0, "first", 5);
    file.bytes.text(std::string(16, '\xee'));
    for (int i = 0; i < 5; ++i) test::add_record(file.bytes, kSecond - 90'000, 0, "a day before", 12);
    for (int i = 0; i < 5; ++i) test::add_record(file.bytes, kSecond + 60, 0, "later", 5);
    const Salvaged s = salvage(file.bytes.out);
    REQUIRE(s.frames.size() == 6);
    CHECK(s.frames[1] == "later");
}

TEST_CASE("pcapng: damage of a block costs that block") {
    struct Row {
        const char* name;
        std::size_t at;  ///< from the start of the block
        std::string_view octets;
    };
    using namespace std::string_view_literals;
    const Row rows[] = {
        {"a length no block can have", 4, "\1\0\0\0"sv},
        {"a length beyond the file", 4, "\0\0\0\7"sv},
        {"a kind nobody knows, and a length to beyond the file", 0, "\1\2\3\4\0\0\0\x70"sv},
        {"an interface that is not there", 8, "\7\0\0\0"sv},
        {"more octets than the block has", 20, "\xff\xff\0\0"sv},
        {"zeros", 0, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.name));
        for (const std::size_t broken : {0u, 12u, kFrames - 1u}) {
            CAPTURE(broken);
            File file = pcapng_of(false);
            overwrite(file, file.starts[broken] + row.at, row.octets);
            const Salvaged s = salvage(file.bytes.out);
            CHECK(s.frames == all_but({static_cast<int>(broken)}));
            CHECK(s.before == broken);
            CHECK(s.skipped == file.starts[broken + 1] - file.starts[broken]);
        }
    }
}

TEST_CASE("pcapng: octets missing or too many, in both byte orders, and a new section after them") {
    for (const bool big_endian : {false, true}) {
        for (std::ptrdiff_t n = 1; n < 8; ++n) {
            CAPTURE(big_endian);
            CAPTURE(n);
            File file = pcapng_of(big_endian);
            auto& out = file.bytes.out;
            out.insert(out.begin() + static_cast<std::ptrdiff_t>(file.starts[9]), static_cast<std::size_t>(n),
                       0x55);
            CHECK(salvage(out).frames == all_but({}));
            file = pcapng_of(big_endian);
            const auto at = file.bytes.out.begin() + static_cast<std::ptrdiff_t>(file.starts[9]);
            file.bytes.out.erase(at + 8, at + 8 + n);
            CHECK(salvage(file.bytes.out).frames == all_but({9}));
        }
        File file = pcapng_of(big_endian);
        file.bytes.text("!");
        const File other = pcapng_of(!big_endian);
        file.bytes.out.insert(file.bytes.out.end(), other.bytes.out.begin(), other.bytes.out.end());
        CHECK(salvage(file.bytes.out).frames.size() == 2 * kFrames);
    }
}

TEST_CASE("a long stretch of nonsense is searched through, and costs time in proportion") {
    File file = pcapng_of(false);
    auto& out = file.bytes.out;
    ip::Buffer noise(std::size_t{5} << 20);
    std::uint64_t state = 1;
    for (auto& octet : noise)
        octet = static_cast<std::uint8_t>((state = state * 6364136223846793005u + 1) >> 56);
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(file.starts[20]), noise.begin(), noise.end());
    const Salvaged s = salvage(out);
    CHECK(s.frames == all_but({}));
    CHECK(s.skipped == noise.size());
}

TEST_CASE("what cannot be resumed says so, and how much is lost") {
    auto reader = ip::CaptureReader::from_memory(pcap_of(0xa1b2c3d4, false).bytes.out);
    REQUIRE(reader);
    CHECK(!reader->resume_after_damage({}).found);  // there is no damage

    FileBytes snoop{true, {}};
    snoop.text("snoop").text(std::string(3, '\0')).u32(2).u32(4);
    snoop.u32(4).u32(9).u32(28).u32(0).u32(0).u32(0).text("data....");
    auto broken = ip::CaptureReader::from_memory(snoop.out);
    REQUIRE(broken);
    ip::Frame frame;
    CHECK(!broken->next(frame));
    REQUIRE(broken->damage());
    const auto resumption = broken->resume_after_damage({});
    CHECK(!resumption.found);
    CHECK(resumption.skipped == snoop.out.size() - 16);
    CHECK(broken->damage());
}
