// OctetQueue: whatever goes around the end of the ring comes out as it went in.
#include <deque>
#include <doctest/doctest.h>

#include "ip/random.h"
#include "tcp/send_buffer.h"

namespace glass::tcp {
namespace {

ip::Buffer first_of(const std::deque<std::uint8_t>& model, std::size_t from, std::size_t n) {
    ip::Buffer out;
    for (std::size_t i = from; i < model.size() && out.size() < n; ++i) out.push_back(model[i]);
    return out;
}

ip::Buffer owned(ip::Bytes octets) {
    return {octets.begin(), octets.end()};
}

}  // namespace

TEST_CASE("octets come out in the order in which they went in, in whatever pieces") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        ip::Random random(seed);
        OctetQueue queue;
        std::deque<std::uint8_t> model;
        const std::size_t most = 1 + random.below(300);
        for (int step = 0; step < 400; ++step) {
            const std::size_t n = random.below(most);
            switch (random.below(5)) {
                case 0:
                case 1: {
                    ip::Buffer octets(model.size() + n > 2 * most ? 0 : n);
                    for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(random.next());
                    queue.push(octets);
                    model.insert(model.end(), octets.begin(), octets.end());
                    break;
                }
                case 2: {
                    const std::size_t from = random.below(most);
                    ip::Buffer pieces = owned(queue.piece(from, n));
                    const ip::Bytes around = queue.piece(from + pieces.size(), n - pieces.size());
                    pieces.insert(pieces.end(), around.begin(), around.end());
                    CHECK(pieces == first_of(model, from, n));
                    break;
                }
                case 3: {
                    ip::Buffer out(n);
                    out.resize(queue.read(out));
                    CHECK(out == first_of(model, 0, n));
                    model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(out.size()));
                    break;
                }
                default: {
                    const std::size_t gone = std::min(n, model.size());
                    queue.drop(gone);
                    model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(gone));
                    queue.trim();
                    break;
                }
            }
            REQUIRE(queue.size() == model.size());
            CHECK(queue.memory() <= 10 * most);
        }
        queue.clear();
        queue.trim();
        CHECK(queue.memory() == 0);
        CHECK(queue.piece(0, 1).empty());
    }
}

TEST_CASE("a queue that is filled and emptied all the time keeps its memory") {
    OctetQueue queue;
    const ip::Buffer octets(1000, 'x');
    ip::Buffer out(700);
    queue.push(octets);
    for (int i = 0; i < 1000; ++i) {
        queue.push(ip::Bytes(octets).first(700));
        CHECK(queue.read(out) == 700);
    }
    CHECK(queue.memory() <= 2000);
}

TEST_CASE("what is sent is in one piece, also around the end of the ring") {
    SendBuffer buffer(1000);
    buffer.starts_at(Seq(0));
    std::uint32_t given = 0;
    for (std::uint32_t una = 0; una < 20'000; una += 37) {
        buffer.acknowledged(Seq(una));
        ip::Buffer octets(buffer.room());
        for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(given++ * 31);
        CHECK(buffer.push(octets) == octets.size());
        for (const std::uint32_t n : {1u, 100u, 999u, 1000u}) {
            const ip::Bytes got = buffer.octets(Seq(una + 1000 - n), Seq(una + 1000));
            ip::Buffer expected;
            for (std::uint32_t i = una + 1000 - n; i < una + 1000; ++i)
                expected.push_back(static_cast<std::uint8_t>(i * 31));
            CHECK(owned(got) == expected);
        }
    }
    CHECK(buffer.memory() <= 3000);
    buffer.acknowledged(buffer.end());
    buffer.trim();
    CHECK(buffer.memory() == 0);
}

}  // namespace glass::tcp
