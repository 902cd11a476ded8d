#include "tools/anonymize.h"

#include <algorithm>
#include <array>
#include <optional>

#include "ip/checksum.h"
#include "tools/ip_layer.h"
#include "tools/lone_frame.h"
#include "tools/verify.h"

namespace glass::tools {
namespace {

/// Where a header has its checksum, and what it covers besides the header and all that it carries.
struct ChecksumField {
    std::size_t at;
    bool pseudo_header;
};

constexpr std::uint16_t kGreChecksumPresent = 0x8000;

std::optional<ChecksumField> checksum_field(const Layer& layer) {
    switch (layer.proto) {
        case ip::Proto::ip: return ChecksumField{10, false};
        case ip::Proto::icmp: return ChecksumField{2, false};
        case ip::Proto::icmpv6: return ChecksumField{2, true};
        case ip::Proto::tcp: return ChecksumField{16, true};
        case ip::Proto::udp: return ChecksumField{6, true};
        case ip::Proto::ipv6_mobility: return ChecksumField{4, true};
        case ip::Proto::gre:
            if (layer.bytes.size() < 2 || !(ip::load16(layer.bytes.data()) & kGreChecksumPresent))
                return std::nullopt;
            return ChecksumField{4, false};
        default: return std::nullopt;
    }
}

/// All that the checksum covers but a pseudo-header.
ip::Bytes covered_by(const Layer& layer) {
    return layer.proto == ip::Proto::ip ? layer.header() : layer.bytes;
}

std::uint16_t follow_word(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) {
    return before == after ? checksum : ip::update_checksum(checksum, before, after);
}

std::uint16_t follow_address(std::uint16_t checksum, const ip::Address& before, const ip::Address& after) {
    for (std::size_t i = 0; i < 16; i += 2)
        checksum = follow_word(checksum, ip::load16(&before.v6.octets[i]), ip::load16(&after.v6.octets[i]));
    return checksum;
}

constexpr std::uint16_t complement(std::uint16_t word) {
    return static_cast<std::uint16_t>(~word);
}

/// Zeros all but the first `bits`.
std::array<std::uint8_t, 16> prefix_of(std::array<std::uint8_t, 16> octets, unsigned bits) {
    for (unsigned i = 0; i < octets.size(); ++i) {
        const unsigned left = bits < i * 8 ? 0 : std::min(bits - i * 8, 8u);
        octets[i] &= static_cast<std::uint8_t>(0xff00 >> left);
    }
    return octets;
}

}  // namespace

ip::Frame Anonymizer::rewrite(const ip::Frame& frame) {
    dissect_alone(packet_, frame);
    octets_.assign(frame.bytes.begin(), frame.bytes.end());
    places_.clear();
    changes_.clear();
    find_addresses(packet_, places_);
    for (const AddressPlace& place : places_) replace(place);
    update_checksums();
    ip::Frame out = frame;
    out.bytes = octets_;
    return out;
}

/// A part of an address is a prefix of it, and what replaces it a prefix of the whole one's replacement:
/// zeros will do for what is missing.
void Anonymizer::replace(const AddressPlace& place) {
    const std::span octets = std::span(octets_).subspan(place.at, place.there);
    changes_.push_back({place.at, place.at + place.there});
    std::array<std::uint8_t, 16> whole{};
    if (place.kind == AddressPlace::Kind::other) {
        std::ranges::fill(octets, std::uint8_t{0});
        return;
    }
    std::ranges::copy(octets, whole.begin());
    switch (place.kind) {
        case AddressPlace::Kind::ipv4: {
            const std::uint32_t address = cipher_.encrypt(ip::Ipv4Address{ip::load32(whole.data())}).value;
            for (std::size_t i = 0; i < 4; ++i) whole[i] = static_cast<std::uint8_t>(address >> (24 - 8 * i));
            break;
        }
        case AddressPlace::Kind::mac: {
            ip::MacAddress address;
            std::copy_n(whole.begin(), 6, address.octets.begin());
            std::ranges::copy(cipher_.encrypt(address).octets, whole.begin());
            break;
        }
        default: {
            const bool is_prefix = prefix_of(whole, place.prefix) == whole;
            whole = cipher_.encrypt(ip::Ipv6Address{whole}).octets;
            if (is_prefix) whole = prefix_of(whole, place.prefix);
        }
    }
    std::copy_n(whole.begin(), octets.size(), octets.begin());
}

/// From the inside out: a tunnel's checksum covers those in the tunnel.
void Anonymizer::update_checksums() {
    for (std::size_t i = packet_.layer_count; i-- > 0;) {
        const Layer& layer = packet_.layers()[i];
        if (const ip::Bytes igmp = igmp_in(layer); igmp.size() >= 4) {
            const ip::Bytes field = igmp.subspan(2, 2);
            write_checksum(field, follow_octets(ip::load16(field.data()), igmp));
        }
        update_checksum(layer);
        update_checksum_in_later_fragment(layer);
    }
}

/// Of the transports only TCP has its checksum so far behind (octet 16) that a first fragment may end before
/// it.
void Anonymizer::update_checksum_in_later_fragment(const Layer& layer) {
    constexpr std::size_t kTcpChecksum = 16;
    const auto fragment = fragment_in(packet_, layer);
    if (!fragment || fragment->protocol != 6 || fragment->offset == 0 || fragment->offset > kTcpChecksum)
        return;
    const ip::Bytes field = ip::first(ip::after(layer.payload(), kTcpChecksum - fragment->offset), 2);
    if (field.size() < 2) return;
    const Layer& upper =
        *(&layer + 1);  // the payload: in the same IP packet as the header that it belongs to
    if (&upper == packet_.layers().data() + packet_.layer_count) return;
    write_checksum(field, follow_addresses(ip::load16(field.data()), upper));
}

void Anonymizer::update_checksum(const Layer& layer) {
    const auto field = checksum_field(layer);
    if (!field || layer.bytes.size() < field->at + 2) return;
    const ip::Bytes octets = layer.bytes.subspan(field->at, 2);
    const std::uint16_t before = ip::load16(octets.data());
    const bool udp = layer.proto == ip::Proto::udp;
    if (udp && before == 0) return;  // the sender made none
    const bool transport = udp || layer.proto == ip::Proto::tcp;
    // For the network card to complete: the pseudo-header's sum alone, not complemented.
    if (transport && is_partial_checksum(packet_, layer) &&
        verify_checksum(packet_, layer) != ChecksumStatus::good) {
        write_checksum(octets, complement(follow_addresses(complement(before), layer)));
        return;
    }
    std::uint16_t after = follow_octets(before, covered_by(layer));
    if (field->pseudo_header) after = follow_addresses(after, layer);
    // Zero would say in UDP that there is none; all ones have the same sum (RFC 768).
    write_checksum(octets, udp && after == 0 ? std::uint16_t{0xffff} : after);
}

void Anonymizer::write_checksum(ip::Bytes field, std::uint16_t checksum) {
    const std::size_t at = offset_of(field);
    octets_[at] = static_cast<std::uint8_t>(checksum >> 8);
    octets_[at + 1] = static_cast<std::uint8_t>(checksum);
    changes_.push_back({at, at + 2});
}

std::uint16_t Anonymizer::follow_octets(std::uint16_t checksum, ip::Bytes covered) const {
    const std::size_t begin = offset_of(covered), end = begin + covered.size();
    for (const Extent& change : changes_) {
        for (std::size_t i = std::max(begin, change.begin); i < std::min(end, change.end); ++i) {
            const unsigned shift = (i - begin) % 2 == 0 ? 8 : 0;  // upper or lower half of its word
            checksum = follow_word(checksum, static_cast<std::uint16_t>(packet_.frame.bytes[i] << shift),
                                   static_cast<std::uint16_t>(octets_[i] << shift));
        }
    }
    return checksum;
}

/// What of the pseudo-header changes.
std::uint16_t Anonymizer::follow_addresses(std::uint16_t checksum, const Layer& layer) {
    const Layer* outer = ip_around(packet_, layer);
    if (!outer) return checksum;
    const ip::Address src = first_source(packet_, *outer), dst = final_destination(packet_, *outer);
    checksum = follow_address(checksum, src, cipher_.encrypt(src));
    return follow_address(checksum, dst, cipher_.encrypt(dst));
}

}  // namespace glass::tools
