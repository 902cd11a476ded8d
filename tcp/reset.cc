#include "tcp/reset.h"

namespace glass::tcp {

std::optional<ResetReply> reset_for(const Segment& segment) {
    if (segment.has(RST)) return std::nullopt;
    if (segment.has(ACK)) return ResetReply{.seq = segment.ack, .flags = RST};
    return ResetReply{.ack = segment.seq + segment.len(), .flags = RST | ACK};
}

ResetReply reset_for_bad_ack(const Segment& segment) {
    return {.seq = segment.ack, .flags = RST};
}

}  // namespace glass::tcp
