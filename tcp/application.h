// Application: what uses a connection of a simulated host: RFC 9293 section 3.9.1 from the other side.
#pragma once

#include <functional>
#include <memory>

#include "tcp/host.h"

namespace glass::tcp {

/// Where an application is called: its connection, and the moment.
struct Seat {
    Host& host;
    ConnectionId connection;
    ip::Time now{};
    std::uint16_t events = 0;           ///< bits of Event; 0 for the first call and for wake-ups
    std::optional<ip::Time> wake_at{};  ///< set it: run() comes again then, though nothing happens
};

/// One for each connection; it goes when the connection's handle is released.
class Application {
public:
    virtual ~Application() = default;
    /// Called once when the connection is there, then for whatever happens. Does as much as can be done now.
    virtual void run(Seat& seat) = 0;
};

using ApplicationFactory = std::function<std::unique_ptr<Application>()>;

}  // namespace glass::tcp
