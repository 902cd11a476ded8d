// Sim plots: what only a simulation knows of a transfer: the congestion window, and the queue.
#pragma once

#include "tools/plot.h"
#include "tools/sim_run.h"

namespace glass::tools {

/// cwnd, ssthresh and what is in flight of a flow; or of all flows, the congestion window alone, where `flow`
/// is not one.
[[nodiscard]] Plot plot_cwnd(const SimRun& run, std::optional<std::size_t> flow);
/// Octets that wait for the link, and packets that found no room.
[[nodiscard]] Plot plot_queue(const SimRun& run);

}  // namespace glass::tools
