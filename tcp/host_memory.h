// Host memory: what all buffers of a host take together is bounded, whatever peers and applications do; RFC
// 9293 leaves it to the implementation.
#pragma once

#include "tcp/host_core.h"

namespace glass::tcp {

/// While all buffers together take more than limits.buffers, whoever takes more than its share, one of as
/// many parts as there are connections, gets no more: its peer's text is left to come again, its
/// application's is not taken, and what nobody holds any more is aborted. Others notice nothing. So buffers
/// never take more than twice the limit.
[[nodiscard]] bool is_over_share(const HostCore& host, const Slot& slot);

/// When an empty buffer's memory is of no more use to the connection; Time::max(): there is none.
void note_quiet(HostCore& host, Slot& slot);

/// What the connection's buffers take now, and what follows from it. Returns whether there is more to send.
bool account(HostCore& host, Slot& slot);
/// They are gone.
void forget_buffers(HostCore& host, Slot& slot);

}  // namespace glass::tcp
