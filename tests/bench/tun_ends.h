// The two ends that a benchmark of a TUN interface compares: our host, and the least that could be in its
// place.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "ip/datagram.h"
#include "ip/protocol_numbers.h"
#include "tcp/options.h"
#include "tcp/pump.h"

namespace glass::bench {

inline constexpr std::uint16_t kPort = 5001;
/// What an application gives, or takes, in one call.
inline constexpr std::size_t kPiece = 256 * 1024;

/// Takes one connection and, for as long as it lasts, receives or sends.
class End {
public:
    virtual ~End() = default;
    /// Everything that can be done now. Returns whether anything came.
    virtual bool turn(ip::Time now) = 0;
    [[nodiscard]] virtual std::optional<ip::Time> deadline() const { return std::nullopt; }
    [[nodiscard]] virtual std::uint64_t received() const = 0;  ///< octets that its application has
    [[nodiscard]] virtual std::string figures() const { return ""; }
};

class GlassEnd final : public End {
public:
    GlassEnd(ip::Device& device, const std::vector<tcp::LocalAddress>& addresses, std::uint32_t capacity,
             bool sends)
        : config_{.send_capacity = capacity, .receive_capacity = capacity},
          host_({.addresses = addresses, .mtu = static_cast<std::uint16_t>(device.mtu())}, {1, 2}),
          pump_(device, host_),
          sends_(sends) {
        config_.mtu = static_cast<std::uint16_t>(device.mtu());
        for (const tcp::LocalAddress& local : addresses)
            listeners_.push_back(*host_.listen({local.address, kPort}, 1, config_));
    }

    bool turn(ip::Time now) override {
        const bool any = pump_.receive(now);
        for (const tcp::ListenerId listener : listeners_)
            if (const auto accepted = host_.accept(listener)) connection_ = *accepted;
        if (connection_) serve();
        pump_.send(now);
        return any;
    }
    [[nodiscard]] std::optional<ip::Time> deadline() const override { return pump_.deadline(); }
    [[nodiscard]] std::uint64_t received() const override { return received_; }
    [[nodiscard]] std::string figures() const override {
        const tcp::Connection* connection = host_.find(connection_);
        if (!connection) return "no connection";
        const tcp::Status s = connection->status();
        return "cwnd " + std::to_string(s.cwnd) + " flight " + std::to_string(s.unacknowledged) + " wnd " +
               std::to_string(s.snd_wnd) + " resent " + std::to_string(connection->tcb().resent) + " lost " +
               std::to_string(pump_.lost());
    }

private:
    void serve() {
        while (sends_ && host_.send(connection_, text_).value_or(0) > 0) {
        }
        while (const std::size_t n = host_.read(connection_, text_).value_or(0)) received_ += n;
        while (host_.next_event()) {
        }
    }

    tcp::Config config_;
    tcp::Host host_;
    tcp::Pump pump_;
    bool sends_;
    std::vector<tcp::ListenerId> listeners_;
    tcp::ConnectionId connection_{};
    std::uint64_t received_ = 0;
    std::vector<std::uint8_t> text_ = std::vector<std::uint8_t>(kPiece);
};

/// Knows one connection over IPv4, no timers, no retransmission and no congestion: makes and verifies
/// checksums where the device does not, copies, and acknowledges once a batch.
class NullEnd final : public End {
public:
    NullEnd(ip::Device& device, ip::Ipv4Address here, std::uint32_t capacity, bool sends)
        : device_(device), here_(here), capacity_(capacity), sends_(sends) {}

    bool turn(ip::Time now) override {
        std::array<ip::DevicePacket, 64> packets;
        const std::size_t n = device_.receive(packets, now);
        for (std::size_t i = 0; i < n; ++i) take(packets[i], now);
        if (ack_due_) send(tcp::ACK, {}, 0, now);
        if (sends_ && is_open_) send_window(now);
        return n > 0;
    }
    [[nodiscard]] std::uint64_t received() const override { return received_; }
    [[nodiscard]] std::string figures() const override {
        return "flight " + std::to_string(nxt_ - una_) + " wnd " + std::to_string(window_);
    }

private:
    static constexpr std::uint8_t kShift = 7;

    void take(const ip::DevicePacket& packet, ip::Time now) {
        const auto header = ip::parse_ipv4(packet.octets);
        if (!header || header->protocol != ip::protocol_number::tcp) return;
        const ip::Address src = header->src, dst = header->dst;
        if (packet.checksum == ip::ChecksumState::complete &&
            !tcp::segment_checksum_ok(header->payload, src, dst))
            return;
        const auto segment = tcp::parse_segment(header->payload);
        if (!segment) return;
        if (segment->has(tcp::SYN)) return answer_syn(*segment, header->src, now);
        una_ = segment->ack;
        window_ = std::uint32_t{segment->window} << peer_shift_;
        is_open_ = true;
        if (segment->payload.empty()) return;
        ack_due_ = true;
        if (segment->seq != next_) return;
        next_ += static_cast<std::uint32_t>(segment->payload.size());
        if (fill_ + segment->payload.size() > text_.size()) fill_ = 0;
        std::memcpy(&text_[fill_], segment->payload.data(), segment->payload.size());
        fill_ += segment->payload.size();
        received_ += segment->payload.size();
    }

    void answer_syn(const tcp::Segment& syn, ip::Ipv4Address from, ip::Time now) {
        there_ = from;
        port_ = syn.src_port;
        next_ = syn.seq + 1;
        nxt_ = una_ = tcp::Seq(1000);
        tcp::OptionReader reader(syn.options);
        while (const auto option = reader.next()) {
            if (const auto* shift = option->as<tcp::WindowScale>()) peer_shift_ = shift->shift;
            if (const auto* mss = option->as<tcp::MaximumSegmentSize>()) mss_ = mss->octets;
        }
        const auto mss = static_cast<std::uint16_t>(device_.mtu() - 40);
        const std::array<std::uint8_t, 8> options{
            2, 4, static_cast<std::uint8_t>(mss >> 8), static_cast<std::uint8_t>(mss), 1, 3, 3, kShift};
        send(tcp::SYN | tcp::ACK, {}, 0, now, options);
        nxt_ += 1;
    }

    void send_window(ip::Time now) {
        const std::uint32_t most = device_.offloads() ? (0xffffu - 40) / mss_ * mss_ : mss_;
        const std::uint32_t window = std::min(window_, capacity_);
        while (nxt_ - una_ + most <= window) {
            if (fill_ + most > text_.size()) fill_ = 0;
            send(tcp::ACK, ip::Bytes(text_).subspan(fill_, most), most > mss_ ? mss_ : std::uint16_t{0}, now);
            nxt_ += most;
            fill_ += most;
        }
    }

    void send(std::uint16_t flags, ip::Bytes text, std::uint16_t segment_size, ip::Time now,
              ip::Bytes options = {}) {
        const tcp::Segment segment{
            .src_port = kPort,
            .dst_port = port_,
            .seq = nxt_,
            .ack = next_,
            .flags = flags,
            .window = static_cast<std::uint16_t>(std::min(capacity_ >> kShift, 0xffffu)),
            .options = options,
            .payload = text};
        packet_.clear();
        ip::Ipv4Header{
            .dont_fragment = true, .protocol = ip::protocol_number::tcp, .src = here_, .dst = there_}
            .serialize_header(packet_, segment.header_length() + text.size());
        const bool offloads = device_.offloads();
        offloads ? segment.serialize_header(packet_, here_, there_)
                 : segment.serialize(packet_, here_, there_);
        if (offloads) packet_.insert(packet_.end(), text.begin(), text.end());
        const ip::DevicePacket packet{
            .octets = packet_,
            .checksum = offloads ? ip::ChecksumState::partial : ip::ChecksumState::complete,
            .segment_size = segment_size};
        (void)device_.send({&packet, 1}, now);
        ack_due_ = false;
    }

    ip::Device& device_;
    ip::Ipv4Address here_, there_;
    std::uint32_t capacity_;
    bool sends_;
    bool is_open_ = false;
    bool ack_due_ = false;
    std::uint16_t port_ = 0;
    std::uint16_t mss_ = 536;
    std::uint8_t peer_shift_ = 0;
    tcp::Seq next_{}, una_{}, nxt_{};
    std::uint32_t window_ = 0;
    std::uint64_t received_ = 0;
    ip::Buffer packet_;
    std::size_t fill_ = 0;
    std::vector<std::uint8_t> text_ = std::vector<std::uint8_t>(kPiece);
};

}  // namespace glass::bench
