#include "tcp/host_counters.h"

#include <numeric>

namespace glass::tcp {

std::string_view to_string(HostDrop why) {
    switch (why) {
        case HostDrop::bad_ip_header: return "bad IP header";
        case HostDrop::bad_ip_checksum: return "bad IP checksum";
        case HostDrop::bad_ip_options: return "bad IP options";
        case HostDrop::bad_extension: return "bad extension header";
        case HostDrop::not_ours: return "not ours";
        case HostDrop::group: return "to a group";
        case HostDrop::impossible_source: return "impossible source";
        case HostDrop::fragment: return "bad fragment";
        case HostDrop::fragment_timeout: return "datagram never complete";
        case HostDrop::unknown_protocol: return "unknown protocol";
        case HostDrop::no_udp_port: return "no such UDP port";
        case HostDrop::bad_icmp: return "bad ICMP message";
        case HostDrop::unused_icmp: return "unused ICMP message";
        case HostDrop::strange_icmp_quote: return "ICMP error about nothing sent";
        case HostDrop::bad_tcp_header: return "bad TCP header";
        case HostDrop::bad_tcp_checksum: return "bad TCP checksum";
        case HostDrop::no_connection: return "no connection";
        case HostDrop::syn_queue_full: return "SYN queue full";
        case HostDrop::accept_queue_full: return "accept queue full";
        case HostDrop::bad_cookie: return "bad SYN cookie";
        case HostDrop::too_many_connections: return "too many connections";
        case HostDrop::error_limit: return "enough ICMP errors";
        case HostDrop::memory: return "no memory";
        case HostDrop::reply_queue_full: return "reply queue full";
        case HostDrop::count_: break;
    }
    return "";
}

std::uint64_t HostCounters::dropped_in_all() const {
    return std::accumulate(dropped.begin(), dropped.end(), std::uint64_t{0});
}

}  // namespace glass::tcp
