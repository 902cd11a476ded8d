// Fuzz: a host with a live connection to an honest peer, and anybody's packets: made up, changed, repeated,
// late, in fragments; calls of the application; time that goes by. Memory stays bounded, no deadline lies in
// the past, every packet that comes out is sound, and at the end the honest connection still works.
//
// The first octet chooses limits. Then steps of one octet, with more where a step needs them.
#include <deque>

#include "ip/checksum.h"
#include "ip/protocol_numbers.h"
#include "tcp/host.h"
#include "tests/fuzz/fuzz_input.h"

using namespace glass;
using tests::Input;
using tests::require;

namespace {

constexpr std::size_t kMostKept = 32;
const ip::Address kHost{ip::Ipv4Address{0x0a000002}};
const ip::Address kPeer{ip::Ipv4Address{0x0a000001}};
const ip::Address kHost6{ip::Ipv6Address{{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}}};
const tcp::Endpoint kServer{kHost, 80};

tcp::HostConfig config_of(std::uint8_t choice) {
    tcp::HostConfig config;
    config.addresses = {{.address = kHost, .prefix_length = 24}, {.address = kHost6, .prefix_length = 64}};
    config.limits.connections = 16;
    config.limits.syn_queue = choice & 1 ? 0 : 4;
    config.limits.time_waits = 3;
    config.limits.destinations = 4;
    config.limits.replies = 8;
    config.limits.fragments.memory = 64 << 10;
    return config;
}

class Siege {
public:
    explicit Siege(std::uint8_t choice)
        : host_(config_of(choice), {1, 2}),
          peer_({.addresses = {{.address = kPeer, .prefix_length = 24}}}, {3, 4}),
          listener_(*host_.listen(kServer, 3, {})) {
        (void)host_.listen({kHost6, 81}, 1, {});
        there_ = *peer_.connect(kServer, {}, now_);
        exchange();
        here_ = *host_.accept(listener_);
    }

    void step(Input& input) {
        switch (input.u8() % 10) {
            case 0: return attack(made_up(input));
            case 1: return attack(segment(input));
            case 2: return attack(input.up_to(200));
            case 3: return attack(changed(input));
            case 4: pass(std::chrono::milliseconds(input.u16())); return;
            case 5: pass(std::chrono::seconds(input.u8())); return;
            case 6: call(input); return;
            case 7: drain(); return;
            case 8: kept_.push_back(made_up(input)); return;
            default: exchange();
        }
    }

    void end() {
        drain();
        require(host_.connections() <= 16, "no more connections than may be");
        exchange();
        const std::uint8_t text[] = {'h', 'e', 'l', 'l', 'o'};
        require(peer_.send(there_, text).has_value(), "the honest peer can send");
        exchange();
        std::uint8_t read[1000];
        require(host_.read(here_, read).value_or(0) > 0, "the honest connection works");
    }

private:
    /// Any protocol, from anybody to anybody, whole or a fragment.
    ip::Buffer made_up(Input& input) {
        const std::uint8_t kind = input.u8();
        const std::uint8_t protocol = input.u8();
        const ip::Bytes payload = input.up_to(kind % 128);
        ip::Buffer out;
        if (kind & 0x80) {
            ip::Ipv6Header header{.next_header = protocol, .src = kHost6.v6, .dst = kHost6.v6};
            header.src.octets[15] = input.u8();
            header.payload = payload;
            header.serialize(out);
        } else {
            const std::uint16_t offset = input.u16();
            ip::Ipv4Header header{.identification = input.u8(),
                                  .more_fragments = (offset & 0x8000) != 0,
                                  .fragment_offset = offset & 0x40 ? (offset & 0xffu) * 8 : 0,
                                  .protocol = protocol,
                                  .src = {0x0a000000u + input.u8()},
                                  .dst = kHost.v4(),
                                  .options = input.up_to(offset >> 8 & 3),
                                  .payload = payload};
            header.serialize(out);
        }
        if (protocol == ip::protocol_number::icmp && payload.size() >= 4) sum_icmp(out);
        return out;
    }
    /// So that what is in it is looked at.
    static void sum_icmp(ip::Buffer& packet) {
        const std::size_t at = packet[0] >> 4 == 4 ? (packet[0] & 15u) * 4 : 40;
        if (packet.size() < at + 4) return;
        packet[at + 2] = packet[at + 3] = 0;
        const std::uint16_t sum = ip::checksum(ip::Bytes(packet).subspan(at));
        ip::store16(&packet[at + 2], sum);
    }

    /// From somebody who sees nothing of the honest connection; ports and numbers are anything.
    ip::Buffer segment(Input& input) {
        const ip::Address from{ip::Ipv4Address{0x0a000003u + input.u8() % 4}};
        tcp::Segment s{.src_port = static_cast<std::uint16_t>(1000 + input.u8() % 4), .dst_port = 80};
        const std::uint8_t choice = input.u8();
        s.flags = input.u8();
        s.seq = choice & 1 ? last_ack_ : tcp::Seq(input.u32());
        s.ack = choice & 2 ? last_seq_ + 1 : tcp::Seq(input.u32());
        s.window = input.u16();
        s.options = input.up_to(choice >> 2 & 15);
        s.payload = input.up_to(choice >> 6 ? 40 : 0);
        ip::Buffer text;
        s.serialize(text, from, kHost);
        ip::Buffer out;
        ip::DatagramHeader{.src = from, .dst = kHost, .protocol = ip::protocol_number::tcp, .tos = choice}
            .serialize(out, text.size());
        out.insert(out.end(), text.begin(), text.end());
        return out;
    }

    /// A packet that went by, once more, with an octet changed.
    ip::Buffer changed(Input& input) {
        if (kept_.empty()) return {};
        ip::Buffer packet = kept_[input.u8() % kept_.size()];
        const std::uint16_t at = input.u16();
        const std::uint8_t to = input.u8();
        if (!packet.empty()) packet[at % packet.size()] ^= to;
        return packet;
    }

    void attack(ip::Bytes packet) {
        host_.receive(packet, now_);
        check_deadline();
    }
    void attack(const ip::Buffer& packet) { attack(ip::Bytes(packet)); }

    void call(Input& input) {
        const std::uint8_t what = input.u8();
        if (what % 4 == 0)
            if (const auto accepted = host_.accept(listener_)) theirs_.push_back(*accepted);
        if (theirs_.empty()) return;
        const tcp::ConnectionId id = theirs_[what % theirs_.size()];
        std::uint8_t octets[300] = {};
        switch (input.u8() % 5) {
            case 0: (void)host_.send(id, octets); return;
            case 1: (void)host_.read(id, octets); return;
            case 2: (void)host_.close(id); return;
            case 3: (void)host_.abort(id); return;
            default: host_.release(id);
        }
    }

    /// What the host sends to strangers is looked at, what it sends to the peer delivered.
    void drain() {
        for (int n = 0; const auto packet = host_.poll(now_); ++n) {
            require(n < 100'000, "an end to what is sent at once");
            look_at(*packet);
        }
        while (host_.next_event()) {
        }
        check_deadline();
    }
    void look_at(ip::Bytes packet) {
        const auto datagram = ip::parse_datagram(packet);
        require(datagram.has_value(), "packets that go out are sound");
        require(packet.size() <= 1500, "no packet is larger than the MTU");
        if (kept_.size() < kMostKept) kept_.emplace_back(packet.begin(), packet.end());
        if (datagram->protocol == ip::protocol_number::tcp) {
            require(tcp::segment_checksum_ok(datagram->payload, datagram->src, datagram->dst), "checksums");
            const tcp::Segment s = tcp::read_segment(datagram->payload);
            if (datagram->dst != kPeer) last_seq_ = s.seq, last_ack_ = s.ack;
        }
        if (datagram->dst == kPeer) peer_.receive(packet, now_);
    }
    void exchange() {
        for (int again = 0; again < 100; ++again) {
            drain();
            bool any = false;
            while (const auto packet = peer_.poll(now_)) {
                any = true;
                host_.receive(*packet, now_);
            }
            if (!any) break;
        }
    }
    void pass(ip::Duration time) {
        const ip::Time end = now_ + time;
        for (int n = 0; n < 200; ++n) {
            exchange();
            const auto next = ip::earlier(host_.deadline(), peer_.deadline());
            if (!next || *next > end) break;
            now_ = std::max(now_, *next);
        }
        now_ = end;
        exchange();
    }
    void check_deadline() const {
        const auto deadline = host_.deadline();
        require(!deadline || *deadline >= now_ - std::chrono::hours(24), "deadlines are times");
    }

    tcp::Host host_;
    tcp::Host peer_;
    ip::Time now_{std::chrono::hours(1)};
    tcp::ListenerId listener_;
    tcp::ConnectionId here_, there_;
    std::vector<tcp::ConnectionId> theirs_;
    std::vector<ip::Buffer> kept_;
    tcp::Seq last_seq_, last_ack_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(ip::Bytes(data, size));
    Siege siege(input.u8());
    for (int steps = 0; input.more() && steps < 300; ++steps) siege.step(input);
    siege.end();
    return 0;
}
