// Anonymize: a frame with other addresses in all of its headers, and checksums that follow: RFC 1624.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ip/capture_file.h"
#include "tools/address_cipher.h"
#include "tools/address_places.h"
#include "tools/layer_places.h"
#include "tools/packet.h"

namespace glass::tools {

/// Replaces the addresses of links, ARP, IP, ICMP, Neighbor Discovery, MLD and IGMP, in tunnels and quoted
/// packets as well. Checksums of IPv4, ICMP, ICMPv6, IGMP, TCP, UDP, GRE and Mobile IPv6 are updated by the
/// difference: right ones stay right, wrong ones wrong, and those left to a network card stay recognisable.
/// Times, lengths, ports, and everything that is payload to these headers, stay as they are.
///
/// Hardware addresses that are not Ethernet's, and the shortened addresses of RFC 6554, become zeros.
class Anonymizer {
public:
    explicit Anonymizer(std::string_view passphrase) : cipher_(passphrase) {}

    /// The frame with other octets, which are valid until the next call.
    [[nodiscard]] ip::Frame rewrite(const ip::Frame& frame);

private:
    void replace(const AddressPlace& place);
    void update_checksums();
    void update_checksum(const Layer& layer);
    void update_checksum_in_later_fragment(const Layer& layer);
    void write_checksum(ip::Bytes field, std::uint16_t checksum);
    std::uint16_t follow_octets(std::uint16_t checksum, ip::Bytes covered) const;
    std::uint16_t follow_addresses(std::uint16_t checksum, const Layer& layer);
    std::size_t offset_of(ip::Bytes bytes) const {
        return static_cast<std::size_t>(bytes.data() - packet_.frame.bytes.data());
    }

    AddressCipher cipher_;
    Packet packet_;      ///< the frame as it was
    ip::Buffer octets_;  ///< the frame as it becomes
    std::vector<AddressPlace> places_;
    std::vector<Extent> changes_;  ///< which octets may differ: addresses, and checksums so far; disjoint
};

}  // namespace glass::tools
