// Offload: what Linux and a program leave to each other at a TUN interface: checksums, and cutting TCP's text
// into segments; virtio 1.2 section 5.1.6. And how it is made up for.
#pragma once

#include <optional>

#include "ip/device.h"

namespace glass::ip {

/// struct virtio_net_hdr, which comes before each packet; in the machine's byte order, as TUN has it.
struct VirtioNetHeader {
    static constexpr std::size_t kLength = 10;
    // Flags.
    static constexpr std::uint8_t kNeedsChecksum = 1;  ///< ChecksumState::partial
    static constexpr std::uint8_t kDataValid = 2;      ///< ChecksumState::verified
    // Types: what is to be cut.
    static constexpr std::uint8_t kNone = 0;
    static constexpr std::uint8_t kTcpV4 = 1;
    static constexpr std::uint8_t kTcpV6 = 4;
    static constexpr std::uint8_t kEcn = 0x80;  ///< beside those: CWR is for the first segment alone

    std::uint8_t flags = 0;
    std::uint8_t type = kNone;
    std::uint16_t header_length = 0;  ///< octets of IP's and TCP's header, where it is to be cut
    std::uint16_t segment_size = 0;   ///< octets of text
    std::uint16_t checksum_start = 0;
    std::uint16_t checksum_offset = 0;  ///< of the field, from there

    /// Precondition: `octets` has kLength.
    [[nodiscard]] static VirtioNetHeader read(Bytes octets);
    void write(std::uint8_t* out) const;

    bool operator==(const VirtioNetHeader&) const = default;
};

/// For a packet to be sent. Precondition: where its checksum is partial it is TCP's, right behind the IP
/// header.
[[nodiscard]] VirtioNetHeader virtio_header(const DevicePacket& packet);

/// What has come behind such a header. A partial checksum that is not TCP's is made complete. A header that
/// contradicts the packet counts as if it said nothing.
[[nodiscard]] DevicePacket received_packet(const VirtioNetHeader& header, std::span<std::uint8_t> octets);

/// The packets that a wire would carry for this one: with complete checksums, and no super-segments. Those
/// are cut as Linux does it: FIN and PSH are the last one's, CWR is the first one's, and the identification
/// counts on, but for that of packets without a use for it (RFC 6864), which stays 0.
class WirePackets {
public:
    /// The octets stay borrowed.
    explicit WirePackets(const DevicePacket& packet);
    WirePackets(const WirePackets&) = delete;
    WirePackets& operator=(const WirePackets&) = delete;
    /// The next one; borrowed until the next call.
    [[nodiscard]] std::optional<Bytes> next();

private:
    void make_segment(std::size_t at, std::size_t size);

    DevicePacket packet_;
    Buffer joined_;                 ///< what its octets and its text are together
    std::size_t transport_at_ = 0;  ///< where the TCP header begins
    std::size_t text_at_ = 0;       ///< where the text begins that is cut
    std::size_t done_ = 0;          ///< octets of the packet
    std::uint16_t count_ = 0;       ///< segments so far
    Buffer segment_;
};

}  // namespace glass::ip
