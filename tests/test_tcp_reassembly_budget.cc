// ReassemblyBudget, and what hostile segments may cost: SegmentSmack (CVE-2018-5390) and its kin.
#include <chrono>
#include <deque>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "tests/reassembly_model.h"

namespace {

using namespace glass;
using tcp::OverlapPolicy;
using tcp::Reassembler;
using tcp::ReassemblyBudget;
using tests::StreamLog;

/// Counts only: for tests with hundreds of thousands of events.
struct Counter final : tcp::ReassemblySink {
    std::uint64_t octets = 0, gaps = 0, missing = 0;
    void on_data(std::uint64_t, ip::Bytes data, std::uint64_t) override { octets += data.size(); }
    void on_gap(std::uint64_t, std::uint64_t length) override {
        ++gaps;
        missing += length;
    }
};

constexpr std::uint8_t kOctet[] = {'x'};

/// Reassemblers that share a budget, each with its own log.
struct Shared {
    explicit Shared(std::size_t capacity) : budget(capacity) {}

    Reassembler& add() {
        logs.emplace_back();
        streams.push_back(Reassembler(OverlapPolicy::first, &budget, streams.size()));
        return streams.back();
    }
    void insert(std::size_t stream, std::uint64_t offset, std::size_t length) {
        const std::vector<std::uint8_t> octets(length, 'x');
        streams[stream].insert(offset, octets, ++frame, logs[stream]);
    }
    void enforce() {
        budget.enforce([this](const Reassembler& r) -> tcp::ReassemblySink& { return logs[r.id()]; });
    }
    std::uint64_t oldest() const { return budget.oldest()->id(); }

    ReassemblyBudget budget;
    std::vector<Reassembler> streams;
    std::deque<StreamLog> logs;
    std::uint64_t frame = 0;
};

TEST_CASE("the oldest hole is the one behind which anything came first") {
    Shared s(1 << 20);
    for (int i = 0; i < 3; ++i) s.add();
    CHECK(s.budget.oldest() == nullptr);
    s.insert(1, 10, 2);  // 1: hole before 10
    s.insert(0, 10, 2);  // 0: hole before 10
    CHECK(s.oldest() == 1);
    s.insert(1, 20, 2);  // 1: a second hole, younger than 0's
    s.insert(1, 5, 2);   // the first becomes two, each as old as it was
    CHECK(s.oldest() == 1);
    s.insert(1, 0, 5);  // 1: out up to 7, the hole before 10 is still the oldest
    CHECK(s.oldest() == 1);
    s.insert(1, 7, 3);  // now its first hole is the one before 20
    CHECK(s.oldest() == 0);
    s.insert(2, 1, 1);
    s.insert(0, 0, 10);  // 0 is whole
    CHECK(s.oldest() == 1);
    CHECK(s.budget.holders() == 2);
    s.streams[1] = Reassembler();  // gone
    CHECK(s.oldest() == 2);
    s.streams.clear();
    CHECK(s.budget.oldest() == nullptr);
    CHECK(s.budget.used() == 0);
}

TEST_CASE("over the cap, the oldest holes are given up first, until it is kept") {
    Shared s(10'000);
    for (int i = 0; i < 3; ++i) s.add();
    s.insert(0, 100, 2000);
    s.insert(1, 100, 2000);
    s.insert(2, 100, 2000);
    s.insert(1, 5000, 2000);
    s.enforce();
    CHECK(s.budget.used() <= 10'000);
    CHECK(s.streams[0].next() == 0);  // nothing to do yet
    s.insert(2, 5000, 2000);
    CHECK(s.budget.exceeded());
    s.enforce();
    CHECK(s.streams[0].next() == 2100);
    CHECK(s.streams[1].next() == 0);
    s.insert(0, 3000, 3000);
    s.enforce();
    CHECK(s.streams[1].next() == 2100);  // its second hole is younger than 2's first
    CHECK(s.streams[2].next() == 2100);
    CHECK(s.streams[1].buffered() == 2000);
    CHECK(s.logs[1].events.stretches.size() == 2);
    CHECK(s.logs[1].events.stretches[0].gap);
    CHECK(s.budget.used() <= 10'000);
}

TEST_CASE("a segment larger than the cap comes out at once") {
    Shared s(1000);
    s.add();
    s.insert(0, 10, 5000);
    s.enforce();
    CHECK(s.logs[0].next == 5010);
    CHECK(s.budget.used() == 0);
}

TEST_CASE("the budget knows where moved reassemblers are") {
    ReassemblyBudget budget(1000);
    StreamLog log;
    std::vector<Reassembler> streams;
    for (std::uint64_t id = 0; id < 50; ++id) {  // the vector grows, and moves them
        streams.emplace_back(OverlapPolicy::first, &budget, id);
        if (id == 0) streams[0].insert(5, kOctet, 1, log);
        CHECK(budget.oldest() == &streams[0]);
    }
    std::swap(streams[0], streams[30]);
    CHECK(budget.oldest() == &streams[30]);
    streams[30] = Reassembler();
    CHECK(budget.oldest() == nullptr);
}

TEST_CASE("one octet every second one, 200,000 times, and a segment over all of them") {
    constexpr std::uint64_t kBlocks = 200'000;
    const std::vector<std::uint8_t> cover(2 * kBlocks, 'x');
    for (const auto policy :
         {OverlapPolicy::first, OverlapPolicy::last, OverlapPolicy::bsd, OverlapPolicy::linux}) {
        for (const bool in_order : {true, false}) {
            for (const bool forward : {true, false}) {
                Reassembler reassembler(policy);
                Counter sink;
                const auto start = std::chrono::steady_clock::now();
                for (std::uint64_t i = 0; i < kBlocks; ++i)
                    reassembler.insert(2 * (forward ? i : kBlocks - 1 - i) + 2, kOctet, i, sink);
                CHECK(reassembler.buffered() == kBlocks);
                std::vector<tcp::StreamRange> blocks(4);
                for (int i = 0; i < 1000; ++i) CHECK(reassembler.blocks(blocks) == 4);
                reassembler.insert(in_order ? 0 : 1, cover, kBlocks, sink);
                if (!in_order) CHECK(reassembler.buffered() == 2 * kBlocks);
                reassembler.insert(0, kOctet, kBlocks + 1, sink);
                const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
                CHECK(sink.octets == 2 * kBlocks + 1);
                CHECK(sink.gaps == 0);
                CHECK(reassembler.memory() == 0);
                CHECK(taken.count() < 10.0);  // 0.1 s here; quadratic work takes minutes
            }
        }
    }
}

TEST_CASE("tiny segments cannot take more than the cap, and all that came comes out") {
    constexpr std::size_t kCap = 1 << 20;
    ReassemblyBudget budget(kCap);
    Reassembler reassembler(OverlapPolicy::first, &budget);
    Counter sink;
    constexpr std::uint64_t kBlocks = 100'000;
    for (std::uint64_t i = 0; i < kBlocks; ++i) {
        reassembler.insert(2 * i + 1, kOctet, i, sink);
        budget.enforce([&](Reassembler&) -> tcp::ReassemblySink& { return sink; });
        REQUIRE(budget.used() <= kCap);
    }
    CHECK(reassembler.buffered() < kCap / 100);  // each is counted with what it takes to hold it
    CHECK(reassembler.buffered() > kCap / 1000);
    reassembler.flush(sink);
    CHECK(sink.octets == kBlocks);
    CHECK(sink.missing == kBlocks);
    CHECK(budget.used() == 0);
}

TEST_CASE("octets that others took the place of do not stay in memory uncounted") {
    // Policy last: each segment leaves one octet of the segment before it.
    Reassembler reassembler(OverlapPolicy::last);
    Counter sink;
    const std::vector<std::uint8_t> octets(10'000, 'x');
    for (std::uint64_t i = 0; i < 100; ++i) reassembler.insert(1 + i, octets, i, sink);
    CHECK(reassembler.buffered() == 10'099);
    CHECK(reassembler.memory() > 100 * 10'000);

    // And a segment cut in two again and again costs no more than a few copies of it.
    const std::vector<std::uint8_t> large(60'000, 'x');
    for (const bool forward : {true, false}) {
        Reassembler split(OverlapPolicy::last);
        split.insert(1, large, 0, sink);
        for (std::uint64_t i = 0; i < 29'999; ++i)
            split.insert(2 * (forward ? i : 29'998 - i) + 2, kOctet, i, sink);
        CHECK(split.buffered() == 60'000);
        CHECK(split.memory() < 20'000'000);  // 60,000 pieces and what each takes
        split.flush(sink);
        CHECK(split.memory() == 0);
    }
}

}  // namespace
