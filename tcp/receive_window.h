// The receive window: what the peer is told that it may send, without silly windows, RFC 9293
// section 3.8.6.2.2.
#pragma once

#include "tcp/tcb.h"

namespace glass::tcp {

/// The window field of a segment that is about to be sent, and RCV.WND with it. The right edge moves only by
/// a worthwhile amount (MUST-39). To the left it moves (SHLD-14) by less than one unit of the window scale,
/// and only with a full buffer; what was promised is accepted all the same.
[[nodiscard]] std::uint16_t offer_window(Tcb& tcb, bool is_syn);

/// The application has read: whether the peer should hear of it now.
[[nodiscard]] bool window_update_due(const Tcb& tcb);

}  // namespace glass::tcp
