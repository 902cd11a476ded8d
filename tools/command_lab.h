// glass lab: a network of its own for a command, with our server in it: no rights needed where the system
// allows that.
#pragma once

#include <string>
#include <vector>

#include "tools/command_serve.h"

namespace glass::tools {

struct LabCommand {
    ServeCommand server;
    bool serves = true;
    std::vector<std::string> words;  ///< the command to run; empty: $SHELL
};
/// The command's exit status; 128 and the signal's number where that ended it.
int run_lab(const LabCommand& command);

}  // namespace glass::tools
