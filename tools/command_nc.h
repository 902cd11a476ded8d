// glass nc: a byte pipe: standard input goes to the other end, what comes from there to standard output.
#pragma once

#include <vector>

#include "tcp/endpoint.h"
#include "tools/live_options.h"

namespace glass::tools {

struct NcCommand {
    std::vector<tcp::Endpoint> endpoints;  ///< the other end; or where it listens
    bool listens = false;
    bool sockets = false;  ///< the kernel's TCP in place of ours
    LiveOptions live;
};
/// kDamaged where the connection could not be made, or broke off.
int run_nc(const NcCommand& command);

}  // namespace glass::tools
