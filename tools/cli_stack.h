// Options of all commands that run our own stack on a network interface.
#pragma once

#include "tools/cli_values.h"
#include "tools/live_options.h"

namespace glass::tools {

/// --device, --address, --mtu, --link, --record, --cc, ...: under "Our own stack" in the help.
void add_stack(CLI::App& command, LiveOptions& options);
/// Any of them was given.
[[nodiscard]] bool asks_for_stack(const CLI::App& command);

}  // namespace glass::tools
