// The plain frame: Ethernet, IPv4 without options and whole, TCP or UDP. Nearly all frames of nearly all
// captures are such: what is done for every frame does it for these in one go (dissect_plain.cc,
// quick_tally.cc). Everything else, and everything odd, is left to the general walk.
#pragma once

#include "ip/capture_file.h"
#include "ip/checksum_blocks.h"
#include "ip/ethernet.h"
#include "ip/protocol_numbers.h"

namespace glass::tools {

struct PlainFrame {
    static constexpr std::uint32_t kEthernet = 14, kIpv4 = 20, kTcp = 20, kUdp = 8;  ///< octets of headers

    const std::uint8_t* datagram = nullptr;  ///< where the IPv4 header starts
    std::uint32_t upper_length = 0;          ///< octets of TCP or UDP header and payload, without padding
    std::uint32_t header_length = 0;         ///< of the TCP or UDP header; 0: this is no plain frame
    bool is_tcp = false;

    explicit operator bool() const { return header_length != 0; }
    std::uint8_t protocol() const { return datagram[9]; }
    const std::uint8_t* upper() const { return datagram + kIpv4; }
    bool has_payload() const { return upper_length != header_length; }
    /// RFC 768: a zero in the field says so.
    bool has_checksum() const { return is_tcp || ip::load16(upper() + 6) != 0; }

    bool ip_checksum_is_good() const { return is_good(unfolded_sum(datagram, kIpv4)); }
    /// Pseudo-header (RFC 9293 section 3.1, RFC 768) and what it stands before.
    bool upper_checksum_is_good() const {
        constexpr std::uint32_t kAddresses = 8;  // octets; right before the upper header, as luck has it
        // Protocol and length are 65532 together at most.
        return is_good(ip::network_order(static_cast<std::uint16_t>(protocol() + upper_length)) +
                       unfolded_sum(upper() - kAddresses, kAddresses + upper_length));
    }

private:
    /// What ip::ChecksumSum adds, here without a call. At least eight octets.
    static std::uint64_t unfolded_sum(const std::uint8_t* p, std::size_t n) {
        std::uint64_t sum = 0;
        if (n >= ip::kLongForBlocks) {
            const std::size_t blocks = n - n % ip::kSumBlock;
            sum = ip::sum_blocks(p, blocks);
            p += blocks;
            n -= blocks;
        }
        for (; n >= 8; p += 8, n -= 8) sum += ip::halves(ip::load_word<std::uint64_t>(p));
        return sum + ip::halves(ip::last_octets(ip::load_word<std::uint64_t>(p + n - 8), n));
    }
    /// Sums in ones' complement are numbers modulo 65535 (RFC 1071 section 2), and only nothing but zeros
    /// adds up to 0.
    static bool is_good(std::uint64_t sum) { return sum != 0 && sum % 0xffff == 0; }
};

/// Octets of the header at `upper`, or 0 where it is not a plain one.
inline std::uint32_t plain_header_length(const std::uint8_t* upper, std::uint32_t size, bool is_tcp) {
    if (!is_tcp) return size >= PlainFrame::kUdp && ip::load16(upper + 4) == size ? PlainFrame::kUdp : 0;
    if (size < PlainFrame::kTcp) return 0;
    const std::uint32_t length = (upper[12] >> 4) * 4u;
    return length >= PlainFrame::kTcp && length <= size ? length : 0;
}

/// False where the frame is not a plain one. Says nothing about checksums, nor about what a UDP port stands
/// for.
inline PlainFrame plain_frame(const ip::Frame& frame) {
    constexpr std::uint32_t kHeaders = PlainFrame::kEthernet + PlainFrame::kIpv4;
    const std::uint8_t* const p = frame.bytes.data();
    if (frame.link != ip::LinkType::ethernet || frame.bytes.size() < kHeaders + PlainFrame::kUdp ||
        frame.bytes.size() != frame.length || ip::load16(p + 12) != ip::ethertype::ipv4)
        return {};
    const std::uint8_t* const datagram = p + PlainFrame::kEthernet;
    const std::uint32_t total_length = ip::load16(datagram + 2);
    const bool fragment = (ip::load16(datagram + 6) & 0x3fff) != 0;
    if (datagram[0] != 0x45 || fragment || total_length < PlainFrame::kIpv4 ||
        total_length > frame.length - PlainFrame::kEthernet)
        return {};
    const bool is_tcp = datagram[9] == ip::protocol_number::tcp;
    if (!is_tcp && datagram[9] != ip::protocol_number::udp) return {};
    const std::uint32_t upper_length = total_length - PlainFrame::kIpv4;
    return {datagram, upper_length, plain_header_length(datagram + PlainFrame::kIpv4, upper_length, is_tcp),
            is_tcp};
}

}  // namespace glass::tools
