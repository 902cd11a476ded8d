// Fuzz: two connections with anything between them: calls, times, ICMP errors, congestion marks, segments
// lost, repeated, late, changed and made up. What a connection that was told no lies reads is a prefix of
// what the other one sent; whoever lies, memory stays bounded, no deadline lies in the past, every state
// follows from the one before, and segments fit the path.
//
// The first octet chooses options. Then steps of one octet, with more where a step needs them.
#include <deque>

#include "tests/fuzz/fuzz_input.h"
#include "tests/tcp_pair.h"

using namespace glass;
using tests::Input;
using tests::require;

namespace {

constexpr std::size_t kMostUnderWay = 64;
constexpr std::size_t kMemory = 4 << 20;

tcp::Config config_of(std::uint8_t choice) {
    tcp::Config config;
    config.sack = choice & 1;
    config.timestamps = choice & 2;
    config.window_scale = choice & 4;
    using enum tcp::CongestionAlgorithm;
    config.time_based_loss = choice & 24;
    config.congestion = std::array{newreno, newreno, bbr, cubic}[choice >> 3 & 3];
    config.nagle = choice & 32;
    config.keep_alive = choice & 64;
    config.receive_capacity = choice & 128 ? 700 : 300'000;
    config.send_capacity = 20'000;
    return config;
}

class World {
public:
    explicit World(std::uint8_t choice)
        : ends_{
              tcp::Connection(config_of(choice), tests::kSecrets[0], tests::kClientEnd, tests::kServerEnd),
              tcp::Connection(config_of(choice), tests::kSecrets[1], tests::kServerEnd, tests::kClientEnd)} {}

    void step(Input& input) {
        const std::uint8_t what = input.u8();
        const unsigned side = what & 1;
        tcp::Connection& end = ends_[side];
        switch (what >> 1 & 15) {
            case 0: (void)end.open_active(now_); break;
            case 1: (void)end.open_passive(); break;
            case 2: send(side, input.u16(), what & 128); break;
            case 3: read(side, input.u16()); break;
            case 4: (void)end.close(); break;
            case 5: what & 64 ? end.release() : (void)end.abort(); break;
            case 6: now_ += std::chrono::milliseconds(input.u16()); break;
            case 7: to_deadline(); break;
            case 8: lose(side, input.u8()); break;
            case 9: repeat(side, input.u8()); break;
            case 10: delay(side); break;
            case 11: corrupt(side, input); break;
            case 12: invent(side, input); break;
            case 13: report(side, input); break;
            case 14: what & 64 ? resume(side, input) : mark(side); break;
            default: deliver(side); break;
        }
        check(0);
        check(1);
    }

private:
    struct Packet {
        ip::Buffer octets;
        ip::Ecn ecn;
    };

    /// Octets of a stream say where they are.
    static std::uint8_t octet_at(std::uint64_t offset) {
        return static_cast<std::uint8_t>(offset * 7 ^ offset >> 8);
    }

    void send(unsigned side, std::size_t n, bool urgent) {
        ip::Buffer octets(n);
        for (std::size_t i = 0; i < n; ++i) octets[i] = octet_at(written_[side] + i);
        written_[side] += ends_[side].send(octets, urgent).value_or(0);
    }
    void read(unsigned side, std::size_t n) {
        ip::Buffer octets(n);
        const std::size_t got = ends_[side].read(octets).value_or(0);
        for (std::size_t i = 0; !lied_to_[side] && i < got; ++i)
            require(octets[i] == octet_at(read_[side] + i), "octets are those that were sent");
        read_[side] += got;
        require(lied_to_[side] || read_[side] <= written_[1 - side], "no more is read than was sent");
    }
    void to_deadline() {
        for (const tcp::Connection& end : ends_)
            if (const auto deadline = end.deadline()) now_ = std::max(now_, *deadline);
    }
    void lose(unsigned side, std::size_t which) {
        auto& packets = under_way_[side];
        if (which < packets.size()) packets.erase(packets.begin() + static_cast<std::ptrdiff_t>(which));
    }
    void repeat(unsigned side, std::size_t which) {
        auto& packets = under_way_[side];
        if (which < packets.size()) put(side, packets[which].octets, packets[which].ecn);
    }
    void delay(unsigned side) {
        auto& packets = under_way_[side];
        if (packets.size() < 2) return;
        packets.push_back(std::move(packets.front()));
        packets.pop_front();
    }
    void corrupt(unsigned side, Input& input) {
        auto& packets = under_way_[side];
        const std::size_t at = input.u8();
        const std::uint8_t value = input.u8();
        if (packets.empty() || at >= packets.front().octets.size()) return;
        packets.front().octets[at] ^= value;
        lie_to(1 - side);
        deliver(side);
    }
    /// A segment near the numbers that count, with any flags, options and text.
    void invent(unsigned side, Input& input) {
        lie_to(side);
        tcp::Connection& end = ends_[side];
        tcp::Segment segment{.src_port = end.remote().port, .dst_port = end.local().port};
        segment.flags = input.u8();
        segment.seq = end.tcb().rcv.nxt + input.u16() - 0x4000;
        segment.ack = end.tcb().snd.nxt + input.u16() - 0x8000;
        segment.window = input.u16();
        segment.urgent_pointer = input.u8();
        segment.options = input.up_to(input.u8() % 41);
        segment.payload = input.up_to(input.u8());
        end.receive(segment, now_);
    }
    /// Whatever routers say, no octet may go wrong for it.
    void report(unsigned side, Input& input) {
        tcp::Connection& end = ends_[side];
        const std::uint8_t kind = input.u8();
        end.icmp_arrives({.kind = static_cast<tcp::IcmpReport::Kind>(kind & 3),
                          .mtu = input.u16(),
                          .seq = end.tcb().snd.una + (input.u16() >> (kind >> 2 & 15))},
                         now_);
    }
    void mark(unsigned side) {
        for (Packet& packet : under_way_[side])
            if (packet.ecn == ip::Ecn::ect0) packet.ecn = ip::Ecn::ce;
    }
    /// A connection that has not begun comes into being by the ACK of a cookie that nobody sent.
    void resume(unsigned side, Input& input) {
        tcp::Connection& end = ends_[side];
        if (end.state() != tcp::State::closed || end.status().ending != tcp::Ending::none) return;
        lie_to(side);
        lie_to(1 - side);
        farthest_[side].reset();
        tcp::Segment ack{.flags = tcp::ACK};
        ack.seq = tcp::Seq(input.u32());
        ack.ack = tcp::Seq(input.u32());
        ack.window = input.u16();
        const std::uint8_t facts = input.u8();
        ack.options = input.up_to(input.u8() % 41);
        ack.payload = input.up_to(input.u8());
        tcp::CookieFacts kept{
            .sack = (facts & 1) != 0, .timestamps = (facts & 2) != 0, .ecn = (facts & 4) != 0};
        if (facts & 8) kept.mss = facts;
        if (facts & 16) kept.window_scale = facts >> 4;
        end = tcp::Connection::from_cookie(end.tcb().config, tests::kSecrets[side], end.local(), end.remote(),
                                           ack, kept, now_);
        require(end.state() != tcp::State::listen, "an ACK of a cookie opens");
    }
    /// Before there is a connection a lie to one decides what both will have.
    void lie_to(unsigned side) {
        lied_to_[side] = true;
        if (!is_synchronized(ends_[side].state())) lied_to_[1 - side] = true;
    }
    void deliver(unsigned side) {
        if (under_way_[side].empty()) return;
        const Packet packet = std::move(under_way_[side].front());
        under_way_[side].pop_front();
        if (const auto segment = tcp::parse_segment(packet.octets))
            ends_[1 - side].receive(*segment, now_, packet.ecn);
    }
    void put(unsigned side, ip::Buffer octets, ip::Ecn ecn) {
        if (under_way_[side].size() < kMostUnderWay) under_way_[side].push_back({std::move(octets), ecn});
    }
    /// Only new text may be marked, RFC 3168 section 6.1.5.
    void check_codepoint(unsigned side, const tcp::Segment& segment) {
        if (segment.has(tcp::RST)) return;
        const tcp::Seq end = segment.seq + segment.len();
        const bool is_new = !farthest_[side] || *farthest_[side] <= segment.seq;
        if (ends_[side].ecn() != ip::Ecn::not_ect)
            require(is_new && !segment.payload.empty() && !segment.has(tcp::SYN), "only new text is ECT");
        if (segment.has(tcp::SYN) || !farthest_[side] || *farthest_[side] < end) farthest_[side] = end;
    }

    void check(unsigned side) {
        tcp::Connection& end = ends_[side];
        int segments = 0;
        while (const auto segment = end.poll(now_)) {
            require(++segments < 2000, "poll comes to an end");
            require(segment->payload.size() + segment->options.size() <= 1460, "segments fit");
            check_codepoint(side, *segment);
            ip::Buffer octets;
            segment->serialize(octets, end.local().address, end.remote().address);
            put(side, std::move(octets), end.ecn());
        }
        if (!is_synchronized(end.state()) && lied_to_[side]) lied_to_[1 - side] = true;
        require(end.status().path_mtu >= 552 && end.status().path_mtu <= 1500, "the MTU is possible");
        if (const auto deadline = end.deadline()) require(*deadline > now_, "no deadline in the past");
        const tcp::Tcb& tcb = end.tcb();
        require(tcb.in.memory() + tcb.out.memory() + tcb.sent.size() * sizeof(tcp::Transmission) < kMemory,
                "memory is bounded");
        require(tcb.snd.una <= tcb.snd.nxt, "SND.UNA =< SND.NXT");
        require(tcb.sent.pipe() <= tcb.snd.nxt - tcb.snd.una, "no more in the pipe than is outstanding");
        require(tcb.in.size() <= tcb.in.capacity() + (1u << tcb.rcv.shift),
                "no more unread than there is room for");
    }

    tcp::Connection ends_[2];
    std::deque<Packet> under_way_[2];
    std::uint64_t written_[2] = {};
    std::uint64_t read_[2] = {};
    bool lied_to_[2] = {};
    std::optional<tcp::Seq> farthest_[2];  ///< what was sent ends here
    ip::Time now_{std::chrono::hours(1)};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input({data, size});
    World world(input.u8());
    while (input.more()) world.step(input);
    return 0;
}
