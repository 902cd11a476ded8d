#include "tcp/host_output.h"

#include <utility>

#include "ip/protocol_numbers.h"
#include "tcp/host_input.h"
#include "tcp/host_memory.h"

namespace glass::tcp {

namespace {

/// So many packets of one connection, then it is another one's turn.
constexpr unsigned kLongestBurst = 8;

/// RFC 6437 section 3: one label for all packets of a connection, which tells nothing about it.
std::uint32_t flow_label(const HostCore& host, const FourTuple& tuple) {
    return tuple.local.address.is_v4()
               ? 0
               : static_cast<std::uint32_t>(hash(tuple, host.identification_key)) & 0xfffff;
}

/// Text of the largest super-segment: IP counts 16 bits of octets, and both headers may take 60.
constexpr std::uint32_t kSuperSegment = 0xffff - 2 * 60;

/// So little text is copied where it could be left where it is: packets of many connections can be handed
/// over together then.
constexpr std::size_t kCopied = 2048;

void serialize_ip_header(const HostCore& host, const FourTuple& tuple, const Segment& segment,
                         std::uint8_t tos, ip::Buffer& out) {
    const ip::DatagramHeader header{.src = tuple.local.address,
                                    .dst = tuple.remote.address,
                                    .protocol = ip::protocol_number::tcp,
                                    .tos = tos,
                                    .hop_limit = host.config.hop_limit,
                                    .flow_label = flow_label(host, tuple)};
    header.serialize(out, segment.header_length() + segment.payload.size());
}

/// MUST-48, and RFC 3168's two bits beside it.
std::uint8_t traffic_class(const Connection& connection) {
    return static_cast<std::uint8_t>(connection.tcb().config->dscp << 2 |
                                     static_cast<std::uint8_t>(connection.ecn()));
}

/// What a connection found out about its path is good for others.
void note_path_mtu(HostCore& host, Slot& slot) {
    const std::uint16_t mtu = slot.connection->tcb().path.mtu;
    const std::uint16_t before = std::exchange(slot.path_mtu, mtu);
    if (before != 0 && before != mtu) host.path_mtus.note(slot.remote().address, mtu, host.now);
}

/// The first connection in turn has nothing more to send.
void rest(HostCore& host, std::uint32_t number) {
    host.output.pop_front();
    host.burst = 0;
    Slot& slot = host.connections[number];
    slot.in_output = false;
    if (account(host, slot)) touch(host, number);
    note_quiet(host, slot);
    const ip::Time deadline = std::min(slot.connection->deadline().value_or(ip::Time::max()), slot.quiet_at);
    if (deadline < ip::Time::max()) {
        host.timers.set(number, deadline);
    } else {
        host.timers.remove(number);
    }
    note_path_mtu(host, slot);
    note_progress(host, number);
    if (!slot.in_output) reap(host, number);
}

void run_timers(HostCore& host) {
    expire_fragments(host);
    while (const auto due = host.timers.take_due(host.now)) {
        const Slot& slot = host.connections[*due];
        if (slot.connection) {
            touch(host, *due);
        } else if (slot.time_wait->until() > host.now) {
            host.timers.set(*due, slot.time_wait->until());
        } else {
            forget(host, *due);
        }
    }
}

/// The segment that the connection gave last.
ip::DevicePacket packet_of(const HostCore& host, const Connection& connection, const Segment& segment,
                           bool offloads, ip::Buffer& memory) {
    const FourTuple tuple{connection.local(), connection.remote()};
    memory.clear();
    serialize_ip_header(host, tuple, segment, traffic_class(connection), memory);
    if (!offloads) {
        segment.serialize(memory, tuple.local.address, tuple.remote.address);
        return {.octets = memory};
    }
    segment.serialize_header(memory, tuple.local.address, tuple.remote.address);
    const bool copied = segment.payload.size() <= kCopied;
    if (copied) memory.insert(memory.end(), segment.payload.begin(), segment.payload.end());
    return {.octets = memory,
            .checksum = ip::ChecksumState::partial,
            .segment_size = connection.segment_size(),
            .text = copied ? ip::Bytes{} : segment.payload};
}

void take_turns(HostCore& host, std::uint32_t number) {
    if (++host.burst < kLongestBurst) return;
    host.burst = 0;
    host.output.pop_front();
    host.output.push_back(number);
}

}  // namespace

std::optional<ip::DevicePacket> next_packet(HostCore& host, bool offloads, ip::Buffer& memory) {
    run_timers(host);
    if (!host.replies.empty()) {
        memory = std::move(host.replies.front());
        host.replies.pop_front();
        host.last_sender = {};
        ++host.counters.packets_out;
        return ip::DevicePacket{.octets = memory};
    }
    while (!host.output.empty()) {
        const std::uint32_t number = host.output.front();
        Connection& connection = *host.connections[number].connection;
        const auto segment = connection.poll(host.now, offloads ? kSuperSegment : 0);
        if (!segment) {
            rest(host, number);
            continue;
        }
        ++host.counters.packets_out;
        ++host.counters.segments_out;
        host.last_sender = host.connections.id(number);
        take_turns(host, number);
        return packet_of(host, connection, *segment, offloads, memory);
    }
    return std::nullopt;
}

void send_segment(HostCore& host, const FourTuple& tuple, const Segment& segment) {
    ip::Buffer packet;
    serialize_ip_header(host, tuple, segment, 0, packet);
    segment.serialize(packet, tuple.local.address, tuple.remote.address);
    ++host.counters.segments_out;
    reply(host, std::move(packet));
}

void send_reset(HostCore& host, const FourTuple& tuple, const ResetReply& reset) {
    ++host.counters.resets_out;
    send_segment(host, tuple,
                 {.src_port = tuple.local.port,
                  .dst_port = tuple.remote.port,
                  .seq = reset.seq,
                  .ack = reset.ack,
                  .flags = reset.flags});
}

}  // namespace glass::tcp
