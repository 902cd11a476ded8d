// Talk: a client that sends and a server that reads, two connections of the stack in virtual time, and a pipe
// between them that loses what it is told to lose.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lessons/frame/check.h"
#include "tcp/connection.h"

namespace glass::lesson {

/// Nothing but RFC 9293 and RFC 6298: no SACK, no Nagle, no delayed ACK, nothing that a loss is found by but
/// duplicates and the timer.
[[nodiscard]] tcp::Config plain_config();

/// Asked for each packet that counts, from 1 in the order of sending: of the client SYNs and data, of the
/// server all. True: lost.
using Losses = std::function<bool(bool from_client, std::size_t number)>;

/// Until it ends nothing goes wrong but what the losses say; each way takes 50 ms.
class Talk {
public:
    Talk(Check& check, const tcp::Config& config, Losses losses);

    /// The client's application writes so much at that moment, milliseconds after the start.
    void writes(double at, std::string text);

    /// Until nothing is left to happen, or until then. What happens is bounded: nothing may go round without
    /// time, and no more than `kMostPackets` go out.
    void run(double until);

    static constexpr std::size_t kMostPackets = 50000;

    std::vector<double> times;  ///< of the client's SYNs and data, in ms since the start
    std::string arrived;
    bool endless = false;  ///< the bound was met

private:
    struct Packet {
        unsigned to;
        ip::Buffer octets;
    };

    void serve();
    void send_all(unsigned side);
    void send(unsigned side, const tcp::Segment& segment);
    void tell(unsigned side, const tcp::Segment& segment, bool counts, bool lost);
    [[nodiscard]] std::optional<ip::Time> next_time() const;

    Check& check_;
    Losses losses_;
    tcp::Connection ends_[2];
    ip::Time now_;
    std::multimap<ip::Time, std::string> agenda_;
    std::string text_;         ///< all that the application has written
    std::size_t written_ = 0;  ///< of it: what the connection has taken
    std::multimap<ip::Time, Packet> under_way_;
    std::size_t count_[2] = {};
    std::size_t packets_ = 0;
};

}  // namespace glass::lesson
