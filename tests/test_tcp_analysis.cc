// Judgements about segments that are only watched: conversations as tables, each segment with the names it
// gets, and the frames that prove them. RFC 9293, RFC 5681 section 3.2, RFC 6298.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "tcp/analysis.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using tcp::ACK;
using tcp::Analysis;
using tcp::FIN;
using tcp::Finding;
using tcp::FrameRef;
using tcp::Mark;
using tcp::PSH;
using tcp::RST;
using tcp::Seq;
using tcp::SYN;

constexpr unsigned kA = 0, kB = 1;  // who sends: the client and the server of most of these

/// One segment, and what it is expected to be called.
struct Row {
    ip::Duration at;
    unsigned side;
    std::uint16_t flags;
    std::uint32_t seq, length, ack;
    std::string marks = "";
    std::uint16_t window = 1000;
};

std::string text(tcp::Marks marks) {
    std::string out;
    for (std::size_t i = 0; i < tcp::kMarkCount; ++i)
        if (marks.has(static_cast<Mark>(i)))
            out += (out.empty() ? "" : " ") + std::string(name(static_cast<Mark>(i)));
    return out;
}

/// Plays rows, numbered from 1, and keeps what was found about each.
class Watched {
public:
    explicit Watched(std::uint32_t offset = 0) : offset_(offset) {}

    const Finding& see(const Row& row, bool reused = false) {
        tcp::Segment s;
        s.seq = Seq(row.seq + offset_);
        s.ack = Seq(row.ack + offset_);
        s.flags = row.flags;
        s.window = row.window;
        const FrameRef frame{findings_.size() + 1, ip::Time(row.at)};
        Finding finding;
        analysis_.observe(row.side, s, row.length, row.window, reused, frame, finding);
        return findings_.emplace_back(finding);
    }
    void see_all(const std::vector<Row>& rows) {
        for (const Row& row : rows) {
            const std::string marks = text(see(row).marks);
            INFO("frame ", findings_.size());
            CHECK(marks == row.marks);
        }
    }
    const Finding& of(std::size_t frame) const { return findings_[frame - 1]; }
    const Analysis& analysis() const { return analysis_; }

private:
    Analysis analysis_;
    std::uint32_t offset_;
    std::vector<Finding> findings_;
};

/// Frames 1 to 3: ISNs 0 and 0, 40 ms around.
const std::vector<Row> kHandshake = {
    {0ms, kA, SYN, 0, 0, 0},
    {30ms, kB, SYN | ACK, 0, 0, 1},
    {40ms, kA, ACK, 1, 0, 1},
};
std::vector<Row> opened(std::vector<Row> rows) {
    rows.insert(rows.begin(), kHandshake.begin(), kHandshake.end());
    return rows;
}

TEST_CASE("an ordinary connection has no marks") {
    Watched w;
    w.see_all(opened({
        {50ms, kA, ACK | PSH, 1, 100, 1},
        {90ms, kB, ACK, 1, 0, 101},
        {91ms, kB, ACK | PSH, 1, 500, 101},
        {92ms, kA, ACK, 101, 0, 501},
        {93ms, kA, ACK | FIN, 101, 0, 501},
        {133ms, kB, ACK | FIN, 501, 0, 102},
        {134ms, kA, ACK, 102, 0, 502},
    }));
    CHECK(w.of(4).bytes_in_flight == 100);
    CHECK(w.of(5).bytes_in_flight == 0);
    for (unsigned side : {kA, kB}) CHECK(w.analysis().totals(side).retransmitted_octets == 0);
}

TEST_CASE("round-trip times: of SYN, text and FIN, and of the handshake") {
    Watched w;
    w.see_all(opened({{50ms, kA, ACK, 1, 100, 1}, {51ms, kA, ACK, 101, 100, 1}, {95ms, kB, ACK, 1, 0, 201}}));
    CHECK(w.of(2).rtt == 30ms);
    CHECK(w.of(2).rtt_of.number == 1);
    CHECK(w.of(3).rtt == 10ms);
    CHECK(w.of(6).rtt == 44ms);  // the newest segment that is acknowledged counts
    CHECK(w.of(6).rtt_of.number == 5);
    const tcp::RttTotals& a = w.analysis().rtt(kA);
    CHECK(a.samples == 2);
    CHECK(a.min == 30ms);
    CHECK(a.max == 44ms);
    CHECK(a.sum == 74ms);
    CHECK(a.handshake == 40ms);
    CHECK(w.analysis().rtt(kB).handshake == 40ms);
}

TEST_CASE("a repeated SYN: the handshake is measured from the last one, and no sample is taken (Karn)") {
    Watched w;
    w.see_all({
        {0ms, kA, SYN, 0, 0, 0},
        {1000ms, kA, SYN, 0, 0, 0, "retransmission"},
        {1030ms, kB, SYN | ACK, 0, 0, 1},
        {1040ms, kA, ACK, 1, 0, 1},
    });
    CHECK(w.of(2).original.number == 1);
    CHECK_FALSE(w.of(3).rtt);
    CHECK(w.of(3).rtt_of.number == 1);
    CHECK(w.analysis().rtt(kA).handshake == 40ms);
    CHECK(w.analysis().rtt(kA).samples == 0);
    CHECK(w.analysis().totals(kA).marks[0] == 1);
    CHECK(w.analysis().totals(kA).retransmitted_octets == 0);  // a SYN is no octet of text
}

/// Frames 4 to 7 leave, the first of them is lost; three duplicate ACKs; 11: again.
const std::vector<Row> kLoss = opened({
    {50ms, kB, ACK, 1, 100, 1},
    {50ms, kB, ACK, 101, 100, 1},
    {50ms, kB, ACK, 201, 100, 1},
    {50ms, kB, ACK, 301, 100, 1},
    {60ms, kA, ACK, 1, 0, 1, "duplicate_ack"},
    {61ms, kA, ACK, 1, 0, 1, "duplicate_ack"},
    {62ms, kA, ACK, 1, 0, 1, "duplicate_ack"},
});

TEST_CASE("fast retransmission: duplicate ACKs asked for it (RFC 5681 section 3.2)") {
    Watched w;
    w.see_all(kLoss);
    w.see_all({{100ms, kB, ACK, 1, 100, 1, "retransmission"}});  // 38 ms: too long for fast
    CHECK(w.of(8).duplicate_acks == 1);
    CHECK(w.of(10).duplicate_acks == 3);
    CHECK(w.of(10).original.number == 3);
    CHECK(w.of(7).bytes_in_flight == 400);

    Watched fast;
    fast.see_all(kLoss);
    fast.see_all({{70ms, kB, ACK, 1, 100, 1, "fast_retransmission"}, {80ms, kA, ACK, 1, 0, 401}});
    CHECK(fast.of(11).original.number == 4);
    CHECK(fast.of(11).first_duplicate.number == 8);
    CHECK(fast.of(11).last_duplicate.number == 10);
    CHECK(fast.of(11).duplicate_acks == 3);
    CHECK_FALSE(fast.of(12).rtt);  // Karn
    CHECK(fast.analysis().totals(kB).retransmitted_octets == 100);
    CHECK(fast.analysis().totals(kA).marks[static_cast<std::size_t>(Mark::duplicate_ack)] == 3);
}

TEST_CASE("the timeout that was due is given (RFC 6298 section 2)") {
    Watched w;
    w.see_all(opened({
        {50ms, kA, ACK, 1, 100, 1},
        {1250ms, kA, ACK, 1, 100, 1, "retransmission"},
    }));
    CHECK(w.of(5).original == FrameRef{4, ip::Time(50ms)});
    CHECK(w.of(5).rto == 90ms);  // R = 30 ms: SRTT + 4 * R/2
    CHECK(w.of(5).duplicate_acks == 0);
}

TEST_CASE("spurious retransmission: it was acknowledged before") {
    Watched w;
    w.see_all(opened({
        {50ms, kA, ACK, 1, 100, 1},
        {90ms, kB, ACK, 1, 0, 101},
        {95ms, kA, ACK, 1, 100, 1, "spurious_retransmission"},
        {130ms, kB, ACK, 1, 0, 101, "duplicate_ack"},
    }));
    CHECK(w.of(6).original.number == 4);
    CHECK(w.of(6).acknowledged_by.number == 5);
    CHECK(w.analysis().totals(kA).retransmitted_octets == 100);
}

TEST_CASE("out of order: soon after the highest, and not the end of what is known") {
    const std::vector<Row> hole = {
        {50ms, kA, ACK, 1, 100, 1},
        {51ms, kA, ACK, 201, 100, 1, "lost_segment"},
    };
    Watched w;
    w.see_all(opened(hole));
    w.see_all({{90ms, kA, ACK, 101, 100, 1, "out_of_order"}});  // 39 ms: less than the handshake took
    CHECK(w.of(5).highest.number == 4);
    CHECK(w.of(5).missing == 100);
    CHECK(w.of(6).highest.number == 5);
    CHECK_FALSE(w.of(6).original);
    CHECK(w.analysis().totals(kA).retransmitted_octets == 0);

    Watched late;
    late.see_all(opened(hole));
    late.see_all({{91ms, kA, ACK, 101, 100, 1, "retransmission"}});

    Watched midstream;  // without a handshake: 3 ms
    midstream.see_all(hole);
    midstream.see_all(
        {{53999us, kA, ACK, 101, 50, 1, "out_of_order"}, {54ms, kA, ACK, 151, 50, 1, "retransmission"}});
}

TEST_CASE("who carried an octet first is known for late ones, too") {
    Watched w;
    w.see_all(opened({
        {50ms, kA, ACK, 1, 100, 1},
        {51ms, kA, ACK, 301, 100, 1, "lost_segment"},
        {52ms, kA, ACK, 201, 50, 1, "out_of_order"},
        {53ms, kA, ACK, 101, 150, 1, "out_of_order"},
        {1050ms, kA, ACK, 201, 50, 1, "retransmission"},
        {1051ms, kA, ACK, 251, 50, 1, "retransmission"},
    }));
    CHECK(w.of(8).original.number == 6);
    CHECK_FALSE(w.of(9).original);
    CHECK(w.analysis().totals(kA).retransmitted_octets == 100);  // 201..250 twice
}

TEST_CASE("keep-alives, with an octet and without, and their answers (RFC 9293 section 3.8.4)") {
    for (const std::uint32_t length : {0u, 1u}) {
        Watched w;
        w.see_all(opened({
            {50ms, kA, ACK, 1, 100, 1},
            {90ms, kB, ACK, 1, 0, 101},
            {9000ms, kA, ACK, 100, length, 1, "keep_alive"},
            {9030ms, kB, ACK, 1, 0, 101, "keep_alive_ack"},
            {9100ms, kA, ACK, 101, 1, 1},
            {9130ms, kB, ACK, 1, 0, 102},
            {9140ms, kB, ACK, 1, 0, 102, "duplicate_ack"},
        }));
        CHECK(w.of(6).original.number == 4);
        CHECK(w.of(7).original.number == 6);
        CHECK(w.analysis().totals(kA).retransmitted_octets == 0);
    }
}

TEST_CASE("windows: full, zero, probes, update (RFC 9293 section 3.8.6.1)") {
    Watched w;
    w.see_all(opened({
        {50ms, kA, ACK, 1, 900, 1},
        {51ms, kA, ACK, 901, 100, 1, "window_full"},
        {90ms, kB, ACK, 1, 0, 1001, "zero_window", 0},
        {400ms, kA, ACK, 1001, 1, 1, "zero_window_probe"},
        {430ms, kB, ACK, 1, 0, 1001, "zero_window zero_window_probe_ack", 0},
        {1000ms, kA, ACK, 1001, 1, 1, "zero_window_probe"},
        {1030ms, kB, ACK, 1, 0, 1001, "zero_window zero_window_probe_ack", 0},
        {1100ms, kB, ACK, 1, 0, 1001, "window_update", 500},
        {1140ms, kA, ACK, 1001, 500, 1, "window_full"},
    }));
    CHECK(w.of(5).original.number == 2);
    CHECK(w.of(7).original.number == 6);
    CHECK(w.of(8).original.number == 7);
    CHECK(w.of(11).original.number == 6);
    CHECK(w.of(12).original.number == 11);
}

TEST_CASE("the octet of a probe may be taken: what follows it is no hole, and its ACK no surprise") {
    Watched w;
    w.see_all(opened({
        {50ms, kA, ACK, 1, 1000, 1, "window_full"},
        {90ms, kB, ACK, 1, 0, 1001, "zero_window", 0},
        {400ms, kA, ACK, 1001, 1, 1, "zero_window_probe"},
        {430ms, kB, ACK, 1, 0, 1002, "", 700},
        {470ms, kA, ACK, 1002, 100, 1},
        {500ms, kB, ACK, 1, 0, 1102, "", 700},
    }));
    CHECK(w.of(7).rtt == 30ms);
    CHECK(w.of(9).rtt == 30ms);
}

TEST_CASE("ACK of octets that are not in the capture: said once") {
    Watched w;
    w.see_all(opened({
        {50ms, kA, ACK, 1, 100, 1},
        {90ms, kB, ACK, 1, 0, 301, "ack_lost_segment"},
        {91ms, kB, ACK, 1, 0, 401},
        {92ms, kA, ACK, 401, 100, 1, "lost_segment"},
    }));
    CHECK(w.of(5).missing == 200);
    CHECK(w.of(5).highest.number == 4);
    CHECK_FALSE(w.of(5).rtt);
}

TEST_CASE("no zero window and no full one in segments that open, close or abort") {
    Watched w;
    w.see_all({
        {0ms, kA, SYN, 0, 0, 0, "", 0},
        {30ms, kB, SYN | ACK, 0, 0, 1, "", 0},
        {40ms, kA, ACK, 1, 0, 1, "zero_window", 0},
        {50ms, kA, FIN | ACK, 1, 0, 1, "", 0},
        {60ms, kB, RST | ACK, 1, 0, 2, "", 0},
    });
}

TEST_CASE("a connection that was refused, tried again with the same ISN") {
    Watched w;
    w.see_all({
        {0ms, kA, SYN, 500, 0, 0},
        {1ms, kB, RST | ACK, 0, 0, 501, "", 0},
        {2ms, kA, RST, 777, 0, 0, "", 0},
        {500ms, kA, SYN, 500, 0, 0, "retransmission"},
        {501ms, kB, SYN | ACK, 9000, 0, 501},
        {502ms, kA, ACK, 501, 0, 9001},
    });
}

TEST_CASE("reused ports are passed on") {
    Watched w;
    CHECK(text(w.see({0ms, kA, SYN, 0, 0, 0}, true).marks) == "reused_ports");
}

TEST_CASE("a window is never full where its scale is not known") {
    Analysis analysis;
    Finding finding;
    tcp::Segment s;
    s.flags = ACK;
    s.window = 10;
    s.seq = Seq(1), s.ack = Seq(1);
    analysis.observe(kB, s, 0, std::nullopt, false, {1, {}}, finding);
    CHECK_FALSE(analysis.observe(kA, s, 10, 10, false, {2, {}}, finding).marks.any());
}

TEST_CASE("everything holds across the wrap of sequence numbers") {
    for (const std::uint32_t offset : {0u, 0xffffffffu, 0xffffffffu - 150, 0x7fffff80u, 0x80000000u - 250}) {
        CAPTURE(offset);
        Watched w(offset);
        w.see_all(kLoss);
        w.see_all({{70ms, kB, ACK, 1, 100, 1, "fast_retransmission"},
                   {71ms, kB, ACK, 401, 100, 1},
                   {72ms, kB, ACK, 601, 100, 1, "lost_segment"},
                   {73ms, kB, ACK, 501, 50, 1, "out_of_order"},
                   {80ms, kA, ACK, 1, 0, 401}});
        CHECK(w.of(11).original.number == 4);
        CHECK(w.of(13).missing == 100);
        CHECK(w.analysis().totals(kB).retransmitted_octets == 100);
        CHECK(w.of(13).bytes_in_flight == 700);
    }
}

TEST_CASE("time that goes back makes no negative measurement, and nothing soon") {
    Watched w;
    w.see_all({
        {100ms, kA, SYN, 0, 0, 0},
        {50ms, kB, SYN | ACK, 0, 0, 1},
        {60ms, kA, ACK, 1, 100, 1},
        {40ms, kA, ACK, 1, 50, 1, "retransmission"},
    });
    CHECK_FALSE(w.of(2).rtt);
    CHECK(w.analysis().rtt(kA).samples == 0);
}

/// One round trip gives the estimate one measurement, however many ACKs it has.
TEST_CASE("the estimate takes one measurement a round trip (RFC 6298 section 3)") {
    Watched w;
    w.see_all(opened({
        {50ms, kA, ACK, 1, 100, 1},
        {51ms, kA, ACK, 101, 100, 1},
        {52ms, kA, ACK, 201, 100, 1},
        {90ms, kB, ACK, 1, 0, 101},   // 40 ms: SRTT 31.25, RTTVAR 13.75
        {99ms, kB, ACK, 1, 0, 201},   // sent before that was measured
        {100ms, kB, ACK, 1, 0, 301},  // likewise
        {110ms, kA, ACK, 301, 100, 1},
        {2000ms, kA, ACK, 301, 100, 1, "retransmission"},
    }));
    CHECK(w.of(11).rto == 31250us + 4 * 13750us);
    CHECK(w.analysis().rtt(kA).samples == 4);
}

TEST_CASE("whatever comes, nothing breaks, and what is measured is never negative") {
    CHECK(rc::check("random segments", [](const std::vector<std::array<std::uint32_t, 4>>& words) {
        Analysis analysis;
        Finding finding;
        std::uint64_t number = 0;
        for (const auto& [seq, ack, rest, more] : words) {
            tcp::Segment s;
            const bool near = more & 1;  // numbers close to each other, or anywhere
            s.seq = Seq(near ? seq % 64 : seq);
            s.ack = Seq(near ? ack % 64 : ack);
            s.flags = rest & 0xfff;
            s.window = static_cast<std::uint16_t>(rest >> 12 & 7);
            const FrameRef frame{++number, ip::Time(ip::Duration(more))};
            analysis.observe(rest >> 30 & 1, s, rest >> 16 & 0x1f, s.window, false, frame, finding);
            if (finding.rtt) RC_ASSERT(*finding.rtt >= ip::Duration::zero());
            RC_ASSERT(finding.original.number < number);
            if (finding.marks.has(Mark::fast_retransmission)) RC_ASSERT(finding.duplicate_acks >= 2u);
        }
    }));
}

}  // namespace
