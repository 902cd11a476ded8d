// Scoreboard, RACK and loss recovery by themselves: RFC 6675, 6582, 6937, 8985.
#include <doctest/doctest.h>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "tcp/cubic.h"
#include "tcp/loss_recovery.h"
#include "tcp/reno.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;

constexpr std::uint32_t kMss = 1000;
const Seq kIss(0xffffe000);  // numbers wrap
const Judging kHow{.why = SendReason::sack, .largest = kMss};

struct NoWatch : DeliveryWatch {
    void delivered(const Transmission&) override {}
};

ip::Time at(ip::Duration d) {
    return ip::Time(1h + d);
}

/// One segment each, numbered from 0.
struct Board {
    Scoreboard board;
    Delivery delivery;
    NoWatch watch;

    explicit Board(std::uint32_t segments) {
        for (std::uint32_t i = 0; i < segments; ++i) board.sent(seq(i), seq(i + 1), at(i * 1ms));
    }
    static Seq seq(std::uint32_t segment) { return kIss + segment * kMss; }
    void sack(std::uint32_t first, std::uint32_t end) {
        board.selectively_acknowledged({seq(first), seq(end)}, delivery, watch);
    }
    void ack(std::uint32_t next) { board.acknowledged(seq(next), delivery, watch); }
};

/// What a scoreboard is, written down without any cleverness.
struct Model {
    struct Entry {
        std::uint32_t start, end;
        bool sacked = false, lost = false;
    };
    std::vector<Entry> all;

    std::uint32_t pipe() const {
        std::uint32_t octets = 0;
        for (const Entry& e : all) octets += e.sacked || e.lost ? 0 : e.end - e.start;
        return octets;
    }
    std::uint32_t sacked() const {
        std::uint32_t n = 0;
        for (const Entry& e : all) n += e.sacked;
        return n;
    }
    const Entry* next_lost() const {
        for (const Entry& e : all)
            if (e.lost) return &e;
        return nullptr;
    }
    void judge() {
        for (std::size_t i = 0; i < all.size(); ++i) {
            std::uint32_t above = 0;
            for (std::size_t j = i + 1; j < all.size(); ++j) above += all[j].sacked;
            if (!all[i].sacked && !fresh(i) && above >= 3) all[i].lost = true;
        }
    }
    /// Sent again already: the counting of RFC 6675 says nothing of it.
    bool fresh(std::size_t i) const { return resent.contains(all[i].start); }
    std::set<std::uint32_t> resent;
};

}  // namespace

TEST_CASE("a random life of a scoreboard is that of its model") {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        Scoreboard board;
        Model model;
        NoWatch watch;
        std::uint32_t una = 0, nxt = 0;
        ip::Time now = at(0ms);
        for (int step = 0; step < 200; ++step) {
            now += 1ms;
            Delivery delivery;
            switch (random() % 5) {
                case 0:
                case 1: {
                    const std::uint32_t size = 1 + random() % 50;
                    board.sent(kIss + nxt, kIss + nxt + size, now);
                    model.all.push_back({nxt, nxt + size});
                    nxt += size;
                    break;
                }
                case 2: {
                    if (nxt == una) break;
                    const std::uint32_t left = una + random() % (nxt - una);
                    const std::uint32_t right = left + 1 + random() % (nxt - left);
                    board.selectively_acknowledged({kIss + left, kIss + right}, delivery, watch);
                    for (auto& e : model.all)
                        if (e.start >= left && e.end <= right) e.sacked = true, e.lost = false;
                    board.judge([](const Transmission&, auto, std::uint32_t above) { return above >= 3; },
                                [](const Transmission&) { return false; }, kHow);
                    model.judge();
                    break;
                }
                case 3: {
                    if (random() % 3 != 0) break;
                    una += random() % (nxt - una + 1);
                    board.acknowledged(kIss + una, delivery, watch);
                    std::erase_if(model.all, [&](const auto& e) { return e.end <= una; });
                    if (!model.all.empty()) {
                        auto& e = model.all.front();
                        if (model.resent.contains(e.start)) model.resent.insert(std::max(e.start, una));
                        e.start = std::max(e.start, una);
                    }
                    break;
                }
                default: {
                    const Transmission* lost = board.next_lost();
                    const Model::Entry* entry = model.next_lost();
                    REQUIRE((lost != nullptr) == (entry != nullptr));
                    if (!lost) break;
                    REQUIRE(lost->start == kIss + entry->start);
                    const std::uint32_t end = entry->start + 1 + random() % (entry->end - entry->start);
                    board.resent_lost(kIss + end, now);
                    auto i = model.all.begin() + (entry - model.all.data());
                    model.resent.insert(i->start);
                    i->lost = false;
                    if (end < i->end) {
                        const std::uint32_t rest_end = std::exchange(i->end, end);
                        model.all.insert(i + 1, {end, rest_end, false, true});
                    }
                }
            }
            REQUIRE(board.size() == model.all.size());
            REQUIRE(board.pipe() == model.pipe());
            REQUIRE(board.sacked_segments() == model.sacked());
        }
    }
}

TEST_CASE(
    "an acknowledgment of what was acknowledged before, or was never sent, takes nothing off the queue") {
    RetransmissionQueue queue;
    CHECK(queue.acknowledged(kIss).whole.empty());
    for (std::uint32_t i = 0; i < 9; ++i) queue.sent(Board::seq(i), Board::seq(i + 1), at(0ms));
    const Acknowledged off = queue.acknowledged(Board::seq(2) + 300);
    CHECK(off.whole.size() == 2);
    CHECK(off.whole.front().start == kIss);
    CHECK(off.part == 300);
    CHECK(queue.first().start == Board::seq(2) + 300);
    CHECK(queue.first_index() == 2);
    for (const Seq una : {kIss, Board::seq(2), Board::seq(2) + 300, Board::seq(9) + 1, kIss + 0x7fffffff}) {
        CAPTURE(una.value());
        const Acknowledged none = queue.acknowledged(una);
        CHECK(none.whole.empty());
        CHECK(none.part == 0);
        CHECK(queue.size() == 7);
        CHECK(queue.first().size() == 700);
    }
    CHECK(queue.acknowledged(Board::seq(9)).whole.size() == 7);
    CHECK(queue.empty());
}

TEST_CASE("a retransmission stays known by its place when one before it is split") {
    Board b(6);
    b.sack(3, 6);
    b.board.mark_all_lost(SendReason::timeout);  // 0, 1, 2
    for (std::uint32_t i = 0; i < 3; ++i) {
        REQUIRE(b.board.next_lost());
        b.board.resent_lost(Board::seq(i + 1), at(10ms + i * 1ms));
    }
    b.board.mark_first_lost(SendReason::timeout);
    REQUIRE(b.board.next_lost());
    b.board.resent_lost(Board::seq(0) + 400, at(13ms));
    REQUIRE(b.board.next_lost());
    b.board.resent_lost(Board::seq(1), at(14ms));
    // In the order of sending: segments 1 and 2 first.
    std::vector<std::uint32_t> asked;
    b.board.judge([](const Transmission&, auto, auto) { return false; },
                  [&](const Transmission& t) {
                      asked.push_back(t.start - kIss);
                      return true;
                  },
                  kHow);
    REQUIRE(asked.size() == 4);
    CHECK(asked[0] == 1000);
    CHECK(asked[1] == 2000);
    CHECK(asked[2] == 0);
    CHECK(asked[3] == 400);
}

TEST_CASE("what is sent again and again takes no more memory than what is outstanding") {
    Board b(2);
    for (int i = 0; i < 10'000; ++i) {
        b.board.mark_first_lost(SendReason::timeout);
        REQUIRE(b.board.next_lost());
        b.board.resent_lost(Board::seq(1), at(i * 1s));
    }
    CHECK(b.board.memory() < 8 * 1024);
}

TEST_CASE("RFC 2018 section 8: after a timeout nothing that was SACKed counts where the first segment was") {
    Board b(4);
    b.sack(1, 3);
    b.board.mark_all_lost(SendReason::timeout);
    CHECK(b.board.sacked_segments() == 2);
    CHECK(b.board.pipe() == 0);
    Board reneged(4);
    reneged.sack(0, 2);
    reneged.board.mark_all_lost(SendReason::timeout);
    CHECK(reneged.board.sacked_segments() == 0);
    CHECK(reneged.board.next_lost()->start == Board::seq(0));
}

TEST_CASE("RFC 8985: what was sent before something that has arrived is lost, after the reordering window") {
    Rack rack;
    Transmission first{.start = Board::seq(0), .end = Board::seq(1), .sent_at = at(0ms)};
    Transmission second{.start = Board::seq(1), .end = Board::seq(2), .sent_at = at(1ms)};
    CHECK_FALSE(rack.lost_at(first, {}));
    rack.delivered(second, at(41ms));
    CHECK(rack.lost_at(first, 10ms) == at(50ms));
    CHECK_FALSE(rack.lost_at(second, 10ms));
    CHECK(rack.reordering_window({.srtt = 40ms}) == 10ms);
    CHECK(rack.reordering_window({.srtt = 40ms, .in_recovery = true}) == 0ms);
    CHECK(rack.reordering_window({.srtt = 40ms, .sacked_segments = 3}) == 0ms);
    rack.delivered(first, at(41ms));  // the same ACK tells of it
    CHECK(rack.reordering_window({.srtt = 40ms, .in_recovery = true}) == 0ms);
    rack.arriving();
    rack.delivered(first, at(45ms));  // it was only late
    CHECK(rack.reordering_window({.srtt = 40ms, .in_recovery = true}) == 10ms);
    rack.duplicate_reported(Board::seq(1), Board::seq(9));
    CHECK(rack.reordering_window({.srtt = 40ms}) == 20ms);
    rack.duplicate_reported(Board::seq(2), Board::seq(9));  // the same round trip
    CHECK(rack.reordering_window({.srtt = 40ms}) == 20ms);
    for (int i = 0; i < 9; ++i) rack.duplicate_reported(Board::seq(9 + i), Board::seq(10 + i));
    CHECK(rack.reordering_window({.srtt = 40ms}) == 40ms);  // no more than SRTT
    for (int i = 0; i < 16; ++i) rack.recovered();
    CHECK(rack.reordering_window({.srtt = 40ms}) == 10ms);
}

TEST_CASE("RFC 8985: an answer sooner than any round trip was to the first copy, and proves nothing") {
    Rack rack;
    Transmission first{.start = Board::seq(0), .end = Board::seq(1), .sent_at = at(0ms)};
    rack.delivered(first, at(40ms));
    Transmission again{
        .start = Board::seq(2), .end = Board::seq(3), .sent_at = at(100ms), .retransmitted = true};
    Transmission before{.start = Board::seq(1), .end = Board::seq(2), .sent_at = at(90ms)};
    rack.delivered(again, at(110ms));
    CHECK_FALSE(rack.lost_at(before, {}));
    rack.delivered(again, at(140ms));
    CHECK(rack.lost_at(before, {}) == at(130ms));
}

namespace {

/// A sender without SACK and ten segments out.
struct Sender {
    Board b{10};
    Reno reno{kMss, 10 * kMss};
    LossRecovery recovery{false, false};
    std::uint32_t una = 0, nxt = 10;

    void ack(std::uint32_t next, bool duplicate) {
        AckReport report{.now = at(50ms),
                         .una = Board::seq(next),
                         .nxt = Board::seq(nxt),
                         .duplicate = duplicate,
                         .pipe_before = b.board.pipe(),
                         .flight_before = (nxt - una) * kMss,
                         .srtt = 40ms};
        b.delivery = {};
        recovery.arriving(report.now);
        b.ack(next);
        report.delivery = b.delivery;
        una = next;
        recovery.acknowledged(report, b.board, reno);
    }
    void resend() {
        const Transmission* lost = b.board.next_lost();
        REQUIRE(lost);
        recovery.sent(lost->size());
        b.board.resent_lost(lost->end, at(51ms));
    }
};

}  // namespace

TEST_CASE("RFC 6582, RFC 6937: the third duplicate begins fast recovery, its end leaves cwnd at ssthresh") {
    Sender s;
    s.ack(0, true);
    s.ack(0, true);
    CHECK(s.recovery.phase() == LossRecovery::Phase::open);
    CHECK(s.recovery.room(s.b.board, s.reno) == 2 * kMss);  // limited transmit, RFC 3042
    s.ack(0, true);
    CHECK(s.recovery.phase() == LossRecovery::Phase::recovery);
    CHECK(s.reno.ssthresh() == 5 * kMss);
    CHECK(s.recovery.room(s.b.board, s.reno) >= kMss);  // the fast retransmission is not held back
    s.resend();
    s.ack(5, false);  // a partial acknowledgment: 5 is lost as well
    CHECK(s.recovery.phase() == LossRecovery::Phase::recovery);
    s.resend();
    s.ack(10, false);
    CHECK(s.recovery.phase() == LossRecovery::Phase::open);
    CHECK(s.reno.cwnd() == 5 * kMss);
}

TEST_CASE("RFC 6582 section 3.2 step 1: duplicates of what was sent again begin no other recovery") {
    Sender s;
    for (int i = 0; i < 3; ++i) s.ack(0, true);
    s.resend();
    s.ack(10, false);
    for (std::uint32_t i = 10; i < 14; ++i) s.b.board.sent(Board::seq(i), Board::seq(i + 1), at(60ms));
    s.nxt = 14;
    for (int i = 0; i < 3; ++i) s.ack(10, true);
    CHECK(s.recovery.phase() == LossRecovery::Phase::open);
    CHECK(s.b.board.next_lost() == nullptr);
}

TEST_CASE(
    "RFC 8985 section 6.3: what went out a moment ago is not lost when the retransmission timer expires") {
    for (const bool time_based : {true, false}) {
        CAPTURE(time_based);
        Board b(10);
        Reno reno(kMss, 20 * kMss);
        LossRecovery recovery(true, time_based);
        AckReport report{.now = at(41ms), .una = Board::seq(1), .nxt = Board::seq(10), .srtt = 41ms};
        recovery.arriving(report.now);
        b.board.acknowledged(report.una, b.delivery, recovery);  // a round trip of 41 ms
        report.delivery = b.delivery;
        recovery.acknowledged(report, b.board, reno);
        b.board.sent(Board::seq(10), Board::seq(11), at(980ms));
        recovery.retransmission_timeout(
            {.now = at(1s), .una = Board::seq(1), .nxt = Board::seq(11), .srtt = 41ms}, b.board, reno);
        CHECK(reno.cwnd() == kMss);
        CHECK(b.board.pipe() == (time_based ? kMss : 0));
        for (std::uint32_t i = 1; i < 10; ++i) {
            REQUIRE(b.board.next_lost() != nullptr);
            CHECK(b.board.next_lost()->start == Board::seq(i));
            CHECK(b.board.next_lost()->why == SendReason::timeout);
            b.board.resent_lost(Board::seq(i + 1), at(1s + i * 1ms));
        }
        CHECK((b.board.next_lost() == nullptr) == time_based);
        // It is judged like others: what was sent later has arrived.
        AckReport later{.now = at(1060ms), .una = Board::seq(1), .nxt = Board::seq(11), .srtt = 41ms};
        recovery.arriving(later.now);
        b.delivery = {};
        b.board.selectively_acknowledged({Board::seq(5), Board::seq(10)}, b.delivery, recovery);
        later.delivery = b.delivery;
        recovery.acknowledged(later, b.board, reno);
        CHECK(b.board.last().start == Board::seq(10));
        CHECK(b.board.last().lost);
    }
}

TEST_CASE("RFC 9406 section 4.2: in conservative slow start CUBIC's window grows by a quarter") {
    Cubic cubic(kMss, 10 * kMss);
    std::uint32_t una = 0;
    const auto round = [&](ip::Duration rtt) {
        const std::uint32_t before = cubic.cwnd();
        for (int i = 0; i < 10; ++i) {
            una += 1;
            cubic.acknowledged({.octets = kMss,
                                .now = at(0ms),
                                .rtt = rtt,
                                .srtt = rtt,
                                .una = Seq(una),
                                .nxt = Seq(una + 10 - static_cast<std::uint32_t>(i) % 10)});
        }
        return cubic.cwnd() - before;
    };
    round(40ms);
    CHECK(round(40ms) == 10 * kMss);
    round(80ms);
    CHECK(round(80ms) == 10 * kMss / 4);
}
