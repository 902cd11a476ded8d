// Plot kinds: what each kind of plot shows; only plot.cc puts them together.
#pragma once

#include "tools/plot.h"

namespace glass::tools {

// Each fills subtitle, y_name, y_quantity and series, of which some may be empty. Where all are, the subtitle
// says why. `side`: whose data.

/// Every segment, the receiver's ACKs, SACK blocks (RFC 2018) and the edge of its window.
[[nodiscard]] Plot plot_seq(const StreamTrace& trace, unsigned side);
/// Samples, and the smoothed value of RFC 6298 section 2.
[[nodiscard]] Plot plot_rtt(const StreamTrace& trace, unsigned side);
/// SND.NXT - SND.UNA, as the recorder saw it (RFC 5681 section 2: FlightSize).
[[nodiscard]] Plot plot_flight(const StreamTrace& trace, unsigned side);
/// What the receiver of the data announced.
[[nodiscard]] Plot plot_window(const StreamTrace& trace, unsigned side);
/// Payload by time.
[[nodiscard]] Plot plot_throughput(const StreamTrace& trace, unsigned side);

}  // namespace glass::tools
