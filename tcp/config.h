// Config: what an application or a host may choose for a connection, with the RFCs' defaults.
#pragma once

#include <cstdint>

#include "tcp/retransmission_timeout.h"

namespace glass::tcp {

enum class CongestionAlgorithm : std::uint8_t {
    newreno,  ///< RFC 5681, RFC 6582
    cubic,    ///< RFC 9438
    bbr,      ///< a model of the path, draft-ietf-ccwg-bbr
};

struct Config {
    std::uint16_t mtu = 1500;                  ///< of the path as far as it is known: MMS_S and MMS_R follow
    std::uint8_t dscp = 0;                     ///< of its packets, 6 bits: MUST-48; the host sends them
    std::uint32_t send_capacity = 256 * 1024;  ///< octets
    /// Octets. At most 2^30 - 2^14: what a scaled window can offer.
    std::uint32_t receive_capacity = 256 * 1024;

    bool nagle = true;            ///< SHLD-7; MUST-17: can be switched off
    bool sack = true;             ///< RFC 2018
    bool timestamps = true;       ///< RFC 7323
    bool window_scale = true;     ///< RFC 7323
    bool time_based_loss = true;  ///< RACK, RFC 8985; else RFC 6675's counting
    bool ecn = true;              ///< RFC 3168, offered and accepted (SHLD-8)

    bool path_mtu_discovery = true;  ///< RFC 1191, 8201, 4821: reports and black holes make segments smaller
    ip::Duration mtu_probe_interval = std::chrono::minutes(10);  ///< before larger ones are tried again
    std::uint16_t known_path_mtu = 0;  ///< what earlier connections found out; 0: nothing
    bool report_soft_errors = true;    ///< SHLD-20

    CongestionAlgorithm congestion = CongestionAlgorithm::cubic;
    std::uint32_t initial_window = 10;  ///< segments, RFC 6928

    RetransmissionTimeout::Limits rto{};
    ip::Duration delayed_ack = std::chrono::milliseconds(40);  ///< MUST-40: below 0.5 s; 0: none
    ip::Duration msl = std::chrono::minutes(2);                ///< RFC 9293 section 3.4.2
    unsigned r1 = 3;                                           ///< retransmissions, SHLD-10
    ip::Duration r2 = std::chrono::minutes(5);                 ///< SHLD-11: at least 100 s; MUST-21
    ip::Duration r2_syn = std::chrono::minutes(3);             ///< MUST-23: at least 3 minutes
    bool user_timeout_option = false;  ///< RFC 5482: tells the peer our R2, and adopts its own

    bool keep_alive = false;                                      ///< MUST-24, MUST-25
    ip::Duration keep_alive_idle = std::chrono::hours(2);         ///< MUST-27, MUST-28
    ip::Duration keep_alive_interval = std::chrono::seconds(75);  ///< between probes without an answer
    unsigned keep_alive_probes = 9;                               ///< MUST-29: more than one
    ip::Duration orphan_timeout = std::chrono::minutes(1);        ///< in FIN-WAIT-2 after release()

    bool operator==(const Config&) const = default;
};

}  // namespace glass::tcp
