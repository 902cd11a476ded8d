// Packet: one captured frame taken apart into layers, outermost first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ip/bytes.h"
#include "ip/capture_file.h"
#include "ip/protocol.h"

namespace glass::tcp {
struct Conversation;
struct Finding;
}  // namespace glass::tcp

namespace glass::tools {

struct HttpMessage;

enum class ChecksumStatus : std::uint8_t {
    none,  ///< this header has no checksum, or nobody asked to verify
    good,
    bad,
    unverified,  ///< octets are missing, it is a fragment, or the sending host leaves it to its network card
    absent,      ///< the sender left it out: zero in UDP over IPv4, not present in GRE
};
[[nodiscard]] std::string_view to_string(ChecksumStatus status);

/// One header and everything it carries. Octets are borrowed from the frame, or from a reassembled datagram.
struct Layer {
    ip::Proto proto = ip::Proto::data;
    bool quoted = false;  ///< inside an ICMP error: the packet it complains about
    ChecksumStatus checksum = ChecksumStatus::none;
    std::uint32_t header_length = 0;  ///< octets; everything, where there is no payload to tell apart
    std::uint32_t wire_length =
        0;              ///< header and payload as sent; more than bytes.size() where the frame is cut
    ip::Bytes bytes{};  ///< header and payload, as far as captured, without padding

    ip::Bytes header() const { return ip::first(bytes, header_length); }
    ip::Bytes payload() const { return ip::after(bytes, header_length); }
    /// Payload octets that were sent, captured or not.
    std::uint32_t payload_wire_length() const {
        return wire_length < header_length ? 0 : wire_length - header_length;
    }
};

/// What only the connection knows of a TCP segment.
struct TcpContext {
    std::uint32_t stream = 0;                   ///< Wireshark's tcp.stream
    unsigned side = 0;                          ///< who sent it: 0, who sent the connection's first segment
    bool new_flow = false;                      ///< the connection's first segment
    std::uint32_t slot = 0;                     ///< the flow's own in the flow table (tcp/flow.h)
    std::uint32_t relative_seq = 0;             ///< to the first sequence number seen in this direction
    std::uint32_t relative_ack = 0;             ///< to the first sequence number seen in the other direction
    std::optional<std::uint32_t> window;        ///< octets, after scaling; none where the scale is not known
    const tcp::Finding* finding = nullptr;      ///< null where nobody asked for analysis
    tcp::Conversation* conversation = nullptr;  ///< null where nobody asked for it (Decoder::Options::tcp)
};

/// Which frames an IP datagram was put together from.
struct Reassembled {
    std::size_t layer = 0;              ///< index of the IP layer that carries the last fragment to arrive
    std::uint32_t length = 0;           ///< payload octets of the whole datagram
    std::vector<std::uint64_t> frames;  ///< in the order of their offsets
};

struct PacketFault {
    ip::Proto proto = ip::Proto::data;
    ip::Fault fault;
    std::size_t layer = 0;  ///< index; that of no layer where the header at fault has none
};

/// Valid until the decoder takes the next frame.
struct Packet {
    static constexpr std::size_t kMaxLayers = 256;

    ip::Frame frame;
    std::size_t layer_count = 0;
    std::array<Layer, kMaxLayers> layer_storage;
    std::optional<PacketFault> fault;      ///< the first thing that is wrong
    std::optional<TcpContext> tcp;         ///< of the innermost TCP header that is not quoted
    std::vector<Reassembled> reassembled;  ///< outermost first: a tunnel may carry fragments in fragments
    /// The messages whose head this frame completed, each with a layer; null where nobody asked for them.
    const std::vector<HttpMessage>* http = nullptr;

    std::span<const Layer> layers() const { return {layer_storage.data(), layer_count}; }
    std::span<Layer> layers() { return {layer_storage.data(), layer_count}; }
    /// What was put together at the layer with this index, or null.
    const Reassembled* reassembled_at(std::size_t layer) const;
    /// The innermost layer of this kind that is not quoted, or null.
    const Layer* innermost(ip::Proto proto) const;
};

}  // namespace glass::tools
