// Reset generation: which segments are answered with RST, and with which, RFC 9293 section 3.5.2.
#pragma once

#include "tcp/tcb.h"

namespace glass::tcp {

/// Group 1: the RST that answers a segment for which there is no connection; nothing for a RST (which is
/// never answered).
[[nodiscard]] std::optional<ResetReply> reset_for(const Segment& segment);

/// Group 2: the RST that answers an ACK of something never sent, before ESTABLISHED.
[[nodiscard]] ResetReply reset_for_bad_ack(const Segment& segment);

}  // namespace glass::tcp
