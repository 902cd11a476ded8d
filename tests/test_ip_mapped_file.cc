// Tests of mapped files: the same octets as by reading, whatever the window; and files that grow, become
// shorter or go away while they are looked at (mmap(2): SIGBUS).
#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>

#include "ip/input_buffer.h"
#include "ip/pcap_format.h"
#include "ip/random.h"
#include "tests/capture_bytes.h"

using namespace glass;
using namespace glass::test;

namespace {

constexpr std::size_t kPage = 4096;

ip::Buffer random_octets(std::size_t n) {
    ip::Random random(n);
    ip::Buffer octets(n);
    for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(random.below(256));
    return octets;
}

ip::InputBuffer open(const std::string& path, std::size_t window) {
    auto source = ip::OctetSource::open(path);
    REQUIRE(source);
    return ip::InputBuffer(std::move(*source), window);
}

/// Records with 1 to 3000 octets of data, until the file has `size` octets.
ip::Buffer large_pcap(std::size_t size) {
    FileBytes file = pcap_file();
    ip::Random random(size);
    for (std::uint32_t i = 1; file.out.size() < size; ++i)
        add_record(file, i, 7, std::string(random.below(3000) + 1, static_cast<char>('a' + i % 26)), 5000);
    return file.out;
}

/// How many frames of `whole` are in `part`, and nothing else.
void check_front(const Reading& part, const Reading& whole, std::size_t at_least) {
    CHECK(part.frames.size() >= at_least);
    REQUIRE(part.frames.size() <= whole.frames.size());
    CHECK(std::ranges::equal(part.frames, std::span(whole.frames).first(part.frames.size())));
}

std::uint64_t record_end(const Seen& frame) {
    return frame.file_offset + 16 + frame.bytes.size();
}

int status_of_child(void (*run)()) {
    const pid_t child = fork();
    if (child == 0) {
        run();
        _exit(0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return status;
}

void look_beyond_own_mapping() {
    const int fd = memfd_create("empty", 0);
    const auto* page = static_cast<const volatile char*>(mmap(nullptr, kPage, PROT_READ, MAP_SHARED, fd, 0));
    static_cast<void>(*page);
    _exit(0);
}

void send_bus_error() {
    raise(SIGBUS);
}

}  // namespace

TEST_CASE("mapped: pieces of every length, at every place, with windows of a few pages") {
    const ip::Buffer octets = random_octets(40 * kPage + 123);
    const TemporaryFile file("random", octets);
    for (const std::size_t window : {std::size_t{1}, kPage, kPage + 1, 3 * kPage, 64 * kPage}) {
        CAPTURE(window);
        ip::Random random(window);
        for (int round = 0; round < 20; ++round) {
            ip::InputBuffer in = open(file.path(), window);
            std::size_t at = 0;
            bool equal = true;
            while (at < octets.size() && equal) {
                const std::size_t longest = random.below(4) == 0 ? 5 * kPage : 1700;
                const std::size_t n = std::min<std::size_t>(random.below(longest) + 1, octets.size() - at);
                const std::uint8_t* p = in.peek(n);
                equal = p && in.offset() == at && std::equal(p, p + n, octets.begin() + std::ptrdiff_t(at));
                in.take(n);
                at += n;
            }
            CHECK(equal);
            CHECK(in.peek(1) == nullptr);
            CHECK(in.fault().empty());
        }
    }
}

TEST_CASE("mapped: a record at every offset from a window's end is read whole") {
    for (std::uint32_t before = 0; before <= 60; ++before) {
        FileBytes file = pcap_file();
        // The first record ends `before` octets ahead of the second page.
        add_record(file, 1, 2, std::string(kPage - 24 - 16 - before, 'x'), 5000);
        add_record(file, 3, 4, std::string(before % 7 == 0 ? 2 * kPage : 40, 'y'), 9000);
        add_record(file, 5, 6, "end", 3);
        const TemporaryFile stored("border.pcap", file.out);
        ip::InputBuffer in = open(stored.path(), kPage);
        auto format = ip::PcapFormat::open(in);
        REQUIRE(format);
        std::vector<Seen> frames;
        ip::Frame frame;
        while (format->next(in, frame)) {
            frame.number = frames.size() + 1;
            frames.push_back(seen(frame));
        }
        CHECK(frames == read_all(file.out).frames);
        CHECK(frames.size() == 3);
        CHECK(!format->damage());
    }
}

TEST_CASE("mapped: every capture reads as it does from memory") {
    std::size_t captures = 0;
    for (const auto& entry : std::filesystem::directory_iterator("captures")) {
        if (entry.path().extension() != ".pcap" && entry.path().extension() != ".pcapng") continue;
        CAPTURE(entry.path().string());
        std::ifstream file(entry.path(), std::ios::binary);
        const ip::Buffer octets((std::istreambuf_iterator<char>(file)), {});
        const Reading mapped = read_all(ip::CaptureReader::open(entry.path().string()));
        const Reading copied = read_all(octets);
        CHECK(mapped.error == copied.error);
        CHECK(mapped.frames == copied.frames);
        CHECK(mapped.damage.has_value() == copied.damage.has_value());
        ++captures;
    }
    CHECK(captures >= 15);
}

TEST_CASE("mapped: a file that grows is read to where it ends then") {
    const ip::Buffer octets = large_pcap(30 * kPage);
    const Reading whole = read_all(octets);
    const std::size_t first = 10 * kPage + 17;
    const TemporaryFile file("growing.pcap", ip::first(octets, first));
    auto reader = ip::CaptureReader::open(file.path());
    REQUIRE(reader);
    ip::Frame frame;
    Reading reading;
    REQUIRE(reader->next(frame));
    reading.frames.push_back(seen(frame));
    std::ofstream(file.path(), std::ios::binary | std::ios::app)
        .write(reinterpret_cast<const char*>(octets.data()) + first,
               static_cast<std::streamsize>(octets.size() - first));
    while (reader->next(frame)) reading.frames.push_back(seen(frame));
    CHECK(reading.frames == whole.frames);
    CHECK(!reader->damage());
}

TEST_CASE("mapped: of a file that becomes shorter all that is left is read, and why it ended is said") {
    const ip::Buffer octets = large_pcap(std::size_t{3} << 20);
    const Reading whole = read_all(octets);
    for (const std::uint64_t size :
         {std::uint64_t{0}, std::uint64_t{24}, whole.frames[100].file_offset,
          whole.frames[101].file_offset + 3, 50 * kPage, 50 * kPage + 1, record_end(whole.frames[150]),
          64 * kPage, 100 * kPage + 2000, octets.size() - 1}) {
        for (const std::size_t already : {std::size_t{1}, std::size_t{120}, whole.frames.size() - 1}) {
            CAPTURE(size);
            CAPTURE(already);
            const TemporaryFile file("shrinking.pcap", octets);
            auto reader = ip::CaptureReader::open(file.path());
            REQUIRE(reader);
            Reading part;
            ip::Frame frame;
            while (part.frames.size() < already && reader->next(frame)) part.frames.push_back(seen(frame));
            std::filesystem::resize_file(file.path(), size);
            while (reader->next(frame)) part.frames.push_back(seen(frame));
            const auto left = static_cast<std::size_t>(
                std::ranges::count_if(whole.frames, [&](const Seen& f) { return record_end(f) <= size; }));
            check_front(part, whole, std::max(already, left));
            CHECK(part.frames.size() == std::max(already, left));
            REQUIRE(reader->damage());
            CHECK(reader->damage()->what == "the file became shorter while it was read");
            CHECK(reader->damage()->offset <= size);
            if (left > already) {
                CHECK(reader->damage()->offset == std::min(size, record_end(part.frames.back())));
            }
            CHECK(!reader->next(frame));
            CHECK(!reader->resume_after_damage(std::nullopt).found);
        }
    }
}

TEST_CASE("mapped: what goes away while it is looked at reads as zeros, and is told of") {
    const ip::Buffer octets = random_octets(16 * kPage);
    const TemporaryFile file("going", octets);
    ip::InputBuffer in = open(file.path(), 16 * kPage);
    const std::uint8_t* p = in.peek(16 * kPage);
    REQUIRE(p);
    CHECK(!in.lost());
    std::filesystem::resize_file(file.path(), 2 * kPage);
    CHECK(!in.lost());
    CHECK(in.lost(true));
    CHECK(std::equal(p, p + 2 * kPage, octets.begin()));
    CHECK(std::all_of(p + 2 * kPage, p + 16 * kPage, [](std::uint8_t o) { return o == 0; }));
    CHECK(in.lost());
    CHECK(in.ends_at() == 2 * kPage);
    CHECK(in.fault() == "the file became shorter while it was read");
}

TEST_CASE("mapped: a file that became shorter and has grown again is not taken for the same") {
    const ip::Buffer octets = random_octets(16 * kPage);
    const TemporaryFile file("again", octets);
    ip::InputBuffer in = open(file.path(), 16 * kPage);
    const std::uint8_t* const peeked = in.peek(16 * kPage);
    REQUIRE(peeked);
    const volatile std::uint8_t* const p = peeked;
    std::filesystem::resize_file(file.path(), kPage);
    CHECK(p[5 * kPage] == 0);
    std::filesystem::resize_file(file.path(), 16 * kPage);
    CHECK(in.lost());
    CHECK(in.ends_at() == 5 * kPage);
    CHECK(in.fault() == "the file changed while it was read");
}

TEST_CASE("mapped: more files at a time than are watched, and in several threads") {
    const ip::Buffer octets = large_pcap(20 * kPage);
    const Reading whole = read_all(octets);
    const TemporaryFile file("many.pcap", octets);
    std::vector<ip::CaptureReader> readers;
    ip::Frame frame;
    for (int i = 0; i < 100; ++i) {
        auto reader = ip::CaptureReader::open(file.path());
        REQUIRE(reader);
        REQUIRE(reader->next(frame));
        readers.push_back(std::move(*reader));
    }
    for (ip::CaptureReader& reader : readers) {
        std::size_t frames = 1;
        while (reader.next(frame)) ++frames;
        CHECK(frames == whole.frames.size());
    }
    readers.clear();
    std::array<Reading, 4> parts;
    std::vector<std::thread> threads;
    for (Reading& part : parts)
        threads.emplace_back([&octets, &part] {
            const TemporaryFile own("thread.pcap", octets);
            auto reader = ip::CaptureReader::open(own.path());
            ip::Frame f;
            while (part.frames.size() < 5 && reader->next(f)) part.frames.push_back(seen(f));
            std::filesystem::resize_file(own.path(), 0);
            while (reader->next(f)) part.frames.push_back(seen(f));
            part.damage = reader->damage();
        });
    for (std::thread& thread : threads) thread.join();
    for (const Reading& part : parts) {
        check_front(part, whole, 5);
        CHECK(part.frames.size() == 5);
        REQUIRE(part.damage);
        CHECK(part.damage->what == "the file became shorter while it was read");
    }
}

TEST_CASE("mapped: a bus error that is not ours ends the program as ever") {
    const TemporaryFile file("small", random_octets(10));
    ip::InputBuffer in = open(file.path(), kPage);
    REQUIRE(in.peek(10));  // from here on SIGBUS is handled
    for (auto* run : {look_beyond_own_mapping, send_bus_error}) {
        const int status = status_of_child(run);
        const bool ended = WIFSIGNALED(status) ? WTERMSIG(status) == SIGBUS : WEXITSTATUS(status) != 0;
        CHECK(ended);
    }
}
