#include "tools/transport.h"

#include <fmt/format.h>

#include "tools/segment_text.h"

namespace glass::tools {

std::string failure_text(tcp::Ending ending, const tcp::Endpoint& remote) {
    const std::string peer = endpoint_text(remote);
    switch (ending) {
        case tcp::Ending::refused:
            return fmt::format("{} refused the connection: is the port right, and its server running?", peer);
        case tcp::Ending::unreachable:
            return fmt::format("{} cannot be reached: is the address right, and a route there?", peer);
        case tcp::Ending::timed_out:
            return fmt::format("{} does not answer: is it up, or a firewall between?", peer);
        case tcp::Ending::reset: return fmt::format("{} broke the connection off", peer);
        case tcp::Ending::aborted: return fmt::format("{}: the connection was given up", peer);
        case tcp::Ending::none:
        case tcp::Ending::closed: break;
    }
    return fmt::format("{} closed the connection", peer);
}

}  // namespace glass::tools
