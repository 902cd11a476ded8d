// The last steps of SEGMENT ARRIVES: URG, text, FIN, RFC 9293 section 3.10.7.4.
#pragma once

#include "tcp/arrival.h"

namespace glass::tcp {

/// Sixth, check the URG bit.
void check_urgent(Tcb& tcb, const Arrival& arrival);

/// Seventh, process the segment text. Returns whether to go on.
[[nodiscard]] bool take_text(Tcb& tcb, const Arrival& arrival);

/// Eighth, check the FIN bit.
void check_fin(Tcb& tcb, const Arrival& arrival);

}  // namespace glass::tcp
