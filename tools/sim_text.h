// Sim text: what a simulated run came to, for people and as JSON.
#pragma once

#include <string>

#include "tools/json.h"
#include "tools/sim_run.h"
#include "tools/style.h"

namespace glass::tools {

/// A line for the link, one for each flow, and what became of the packets.
void append_sim(const SimPlan& plan, const SimRun& run, const Style& style, std::string& out);
/// One object a flow and line, then one for the link. `first`: nothing was written before.
void write_sim_json(const SimPlan& plan, const SimRun& run, bool first, JsonWriter& json);

}  // namespace glass::tools
