// glass sim: a transfer between two hosts of our own stack over a simulated link.
#pragma once

#include <optional>
#include <string>

#include "tools/commands.h"
#include "tools/sim_plan.h"

namespace glass::tools {

struct SimCommand {
    SimPlan plan;
    ViewOptions view;
    unsigned flow = 0;     ///< the one that is drawn, from 1 on; 0: not said
    std::string plot;      ///< cwnd, queue, or a kind of glass plot; empty: none
    std::string svg;       ///< draw into this file instead of on the terminal; "-": standard output
    std::string write_to;  ///< the capture
    bool ladder = false;
    bool explain = false;
    bool json = false;
};
/// kDamaged where not every octet arrived.
int run_sim_command(const SimCommand& options);

}  // namespace glass::tools
