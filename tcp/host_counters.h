// HostCounters: what a host received, sent and dropped, and why; in the spirit of RFC 1213's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace glass::tcp {

/// Why a packet went no further.
enum class HostDrop : std::uint8_t {
    bad_ip_header,         ///< truncated, or lengths that cannot be
    bad_ip_checksum,       ///< IPv4
    bad_ip_options,        ///< IPv4; or a source route that does not end here
    bad_extension,         ///< IPv6: what a header or an option in the chain forbids
    not_ours,              ///< another host's address
    group,                 ///< to a group or everybody: this host is in no group
    impossible_source,     ///< MUST-63
    fragment,              ///< one that contradicts others, or is more than may be held
    fragment_timeout,      ///< a datagram that was never complete
    unknown_protocol,      ///< answered with ICMP
    no_udp_port,           ///< the same
    bad_icmp,              ///< truncated, or a wrong checksum
    unused_icmp,           ///< nothing that a host acts on
    strange_icmp_quote,    ///< an error about nothing that this host sent
    bad_tcp_header,        ///< MUST-7 apart: options that cannot be read are skipped
    bad_tcp_checksum,      ///< MUST-3
    no_connection,         ///< answered with RST, unless it is one
    syn_queue_full,        ///< and no cookie could be sent
    accept_queue_full,     ///< of a SYN, or of the ACK that would have opened
    bad_cookie,            ///< an ACK to a listener that has sent no such cookie
    too_many_connections,  ///< limits.connections
    error_limit,           ///< an ICMP error that was not sent: enough of them were
    memory,                ///< limits.buffers: a SYN, or the text of a segment
    reply_queue_full,      ///< a RST or an ICMP message that was not sent: nobody polls
    count_,
};
/// "bad IP header", "not ours", ...
[[nodiscard]] std::string_view to_string(HostDrop why);

struct HostCounters {
    std::uint64_t packets_in = 0;
    std::uint64_t packets_out = 0;
    std::uint64_t segments_in = 0;   ///< with a good checksum
    std::uint64_t segments_out = 0;  ///< RSTs without a connection included
    std::uint64_t resets_out = 0;    ///< of those: RSTs without a connection
    std::uint64_t icmp_in = 0;
    std::uint64_t icmp_out = 0;
    std::uint64_t active_opens = 0;
    std::uint64_t passive_opens = 0;  ///< that became ESTABLISHED
    std::uint64_t cookies_sent = 0;
    std::uint64_t cookies_good = 0;
    std::uint64_t orphans_aborted = 0;       ///< for want of memory
    std::uint64_t time_waits_cut_short = 0;  ///< for want of room
    std::array<std::uint64_t, static_cast<std::size_t>(HostDrop::count_)> dropped{};

    [[nodiscard]] std::uint64_t dropped_for(HostDrop why) const {
        return dropped[static_cast<std::size_t>(why)];
    }
    [[nodiscard]] std::uint64_t dropped_in_all() const;
};

}  // namespace glass::tcp
