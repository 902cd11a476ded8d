// Fuzz: a stream of fragments, made from any octets, into reassemblers of both policies. What completes must
// be what an array per datagram says, where the first octet to come stays; memory must stay within its
// limits.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <vector>

#include "ip/fragments.h"
#include "ip/ipv6_fragmenting.h"

using namespace glass;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// The first octet for each place, and the end as it was first told.
struct Oracle {
    static constexpr std::int16_t kNothing = -1;
    std::vector<std::int16_t> octets;
    std::size_t held = 0;
    std::optional<std::size_t> end;

    /// Whether the datagram is complete.
    bool add(const ip::Fragment& f) {
        const std::size_t to = std::min<std::size_t>(f.offset + f.length, end.value_or(SIZE_MAX));
        if (to > octets.size()) octets.resize(to, kNothing);
        for (std::size_t at = f.offset; at < to; ++at) {
            if (octets[at] != kNothing) continue;
            octets[at] = f.payload[at - f.offset];
            ++held;
        }
        if (!f.more_fragments && !end) {
            end = to;
            while (octets.size() > to) {
                held -= octets.back() != kNothing;
                octets.pop_back();
            }
        }
        return end && held == *end;
    }
};

/// Eight octets of input make a fragment: which datagram, where, how long, what in it.
ip::Fragment fragment_from(ip::Reader& in, ip::Buffer& payload) {
    const std::uint8_t who = in.u8();
    const std::uint16_t where = in.u16();
    const std::uint8_t units = in.u8();
    const std::uint8_t odd = in.u8();
    const std::size_t length = units % 16 * std::size_t{8} + (odd & 0x80 ? odd & 7 : 0);
    payload.assign(length, in.u8());
    ip::Fragment f;
    f.src = who & 1 ? ip::Address(ip::Ipv6Address{}) : ip::Address(ip::Ipv4Address{who & 6u});
    f.dst = f.src;
    f.identification = who >> 4 & 3;
    f.protocol = 17;
    f.offset = (where & 0x8000 ? where & 0x1fffu : where & 0x1fu) * 8;
    f.more_fragments = units & 0x80;
    f.length = static_cast<std::uint32_t>(length);
    f.payload = payload;
    return f;
}

void feed(ip::Bytes data, const ip::FragmentLimits& host_or_capture) {
    ip::FragmentLimits limits = host_or_capture;
    limits.memory = 1 << 20;
    limits.memory_per_source = 1 << 19;
    limits.timeout_v4 = limits.timeout_v6 = std::chrono::hours(1);  // the oracle knows no time
    ip::FragmentReassembler reassembler(limits);
    std::map<ip::FragmentKey, Oracle> oracles;
    ip::Reader in(data);
    ip::Buffer payload;
    for (std::uint64_t frame = 0; !in.rest().empty() && in.ok() && frame < 500; ++frame) {
        const ip::Fragment f = fragment_from(in, payload);
        const auto outcome = reassembler.add(f, ip::Time(std::chrono::milliseconds(frame)), frame);
        require(reassembler.memory() <= limits.memory);
        const ip::FragmentKey key{f.src, f.dst, f.identification,
                                  f.src.is_v4() ? f.protocol : std::uint8_t{0}};
        const bool atomic = f.offset == 0 && !f.more_fragments;
        using Why = ip::FragmentDrop;
        const bool refused = outcome.why != Why::none && outcome.why != Why::duplicate;
        if (limits.overlap_v4 != ip::OverlapPolicy::first_wins || refused || atomic) {
            if (outcome.why == Why::too_long) oracles.erase(key);
            continue;
        }
        const bool complete = oracles[key].add(f);
        require(complete == (outcome.status == ip::FragmentOutcome::Status::complete));
        if (!complete) continue;
        const Oracle& oracle = oracles[key];
        require(std::ranges::equal(outcome.payload, oracle.octets));
        oracles.erase(key);
    }
    reassembler.expire(ip::Time(std::chrono::hours(2)));
    require(reassembler.memory() == 0 && reassembler.pending() == 0);
}

/// The octets as a packet: whatever can be fragmented comes back as it was.
void fragment_and_reassemble(ip::Bytes packet) {
    const std::size_t mtu = packet.empty() ? 68 : 68 + packet.back() * std::size_t{4};
    auto pieces = ip::fragment_ipv4(packet, mtu);
    if (!pieces) pieces = ip::fragment_ipv6(packet, mtu, 7);
    if (!pieces || pieces->size() < 2) return;
    const auto whole = ip::parse_datagram(packet);
    require(whole.has_value());
    if (whole->fragment || whole->problem) return;
    ip::FragmentReassembler reassembler;
    for (std::size_t i = 0; i < pieces->size(); ++i) {
        const auto d = ip::parse_datagram((*pieces)[i]);
        require(d && (*pieces)[i].size() <= mtu);
        if (d->problem) return;
        require(d->fragment.has_value());
        const auto outcome = reassembler.add(*d->fragment, ip::Time{}, i);
        const bool last = i + 1 == pieces->size();
        require(last == (outcome.status == ip::FragmentOutcome::Status::complete));
        if (last) require(std::ranges::equal(outcome.payload.last(whole->payload.size()), whole->payload));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ip::Bytes octets(data, size);
    feed(octets, {.overlap_v4 = ip::OverlapPolicy::first_wins, .overlap_v6 = ip::OverlapPolicy::first_wins});
    feed(octets, {});
    fragment_and_reassemble(octets);
    return 0;
}
