// Prr: proportional rate reduction, how cwnd comes down to ssthresh during fast recovery, RFC 9937 section 6.
#pragma once

#include <algorithm>
#include <cstdint>

namespace glass::tcp {

/// All in octets.
class Prr {
public:
    /// Fast recovery begins; `in_network` was before the ACK that began it (RecoverFS). ACKs may come
    /// together with it, before anything can be sent in answer to the first of them: what those delivered may
    /// be answered yet.
    void begin(std::uint32_t in_network);
    void sent(std::uint32_t octets) {
        out_ += octets;
        unanswered_ = 0;
    }
    /// An ACK, in recovery or not, has delivered so much.
    void arrived(std::uint32_t octets) { unanswered_ += octets; }
    /// Time passes, in which anything could have been sent.
    void passed() { unanswered_ = 0; }

    struct Ack {
        std::uint32_t delivered = 0;  ///< newly acknowledged or SACKed
        std::uint32_t pipe = 0;       ///< now
        std::uint32_t ssthresh = 0;
        std::uint32_t mss = 0;
        bool safe = false;  ///< SND.UNA moved, and nothing more was found lost
    };
    /// The window that this ACK leaves.
    [[nodiscard]] std::uint32_t cwnd(const Ack& ack);

private:
    std::uint64_t delivered_ = 0;
    std::uint64_t out_ = 0;
    std::uint32_t recover_fs_ = 1;
    std::uint32_t unanswered_ = 0;  ///< delivered at this time, since something was sent
};

}  // namespace glass::tcp
