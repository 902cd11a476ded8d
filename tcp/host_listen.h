// Host listen: a segment for a listener: SYNs make connections, or SYN cookies where too many are half open:
// RFC 9293 section 3.10.7.2, RFC 4987.
#pragma once

#include "tcp/host_core.h"

namespace glass::tcp {

/// There is no connection with these endpoints. `old`: a SYN has ended that, which comes back if it turns out
/// to be an old duplicate; or null.
void segment_arrives_at_listener(HostCore& host, ListenerId id, const FourTuple& tuple,
                                 const Segment& segment, std::unique_ptr<TimeWait> old);
/// A SYN for the listener would be dropped for this reason, if for any.
[[nodiscard]] std::optional<HostDrop> why_not_now(const HostCore& host, const Listener& listener);

/// The application's choice, fitted to the device and to what is known of the path.
[[nodiscard]] SharedConfig fitted(HostCore& host, const SharedConfig& config, const ip::Address& remote);

}  // namespace glass::tcp
