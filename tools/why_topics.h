// Topics: each adds to a packet's story what it knows, and answers whether it had anything to say.
#pragma once

#include "tools/why_connection.h"
#include "tools/why_repeat_cause.h"
#include "tools/why_story.h"

namespace glass::tools {

// Of a segment, `c.at` in its connection.
bool tell_repetition(const WhyConnection& c, const Repetition& r, Story& story);
bool tell_late(const WhyConnection& c, Story& story);    ///< behind the highest, and nobody carried it before
bool tell_gap(const WhyConnection& c, Story& story);     ///< lost_segment: octets before it are missing
bool tell_unseen(const WhyConnection& c, Story& story);  ///< ack_lost_segment
bool tell_duplicate_ack(const WhyConnection& c, Story& story);
bool tell_window(const WhyConnection& c, Story& story);  ///< zero, full, update, probes
bool tell_keep_alive(const WhyConnection& c, Story& story);
bool tell_reset(const WhyConnection& c, Story& story);
bool tell_opening(const WhyConnection& c, Story& story);  ///< SYN; SYN,ACK; the ACK that ends the handshake
bool tell_closing(const WhyConnection& c, Story& story);  ///< FIN
void tell_text(const WhyConnection& c, Story& story);     ///< what it carries, and who acknowledges it
void tell_acknowledgment(const WhyConnection& c, Story& story);  ///< what it acknowledges; SACK
void tell_congestion(const WhyConnection& c, Story& story);      ///< ECN: CE, ECE, CWR
void tell_errors(const WhyConnection& c, Story& story);          ///< ICMP errors about it

/// The whole story of a segment.
void tell_segment(const WhyConnection& c, Story& story);

/// FrameRefs of these segments.
[[nodiscard]] std::vector<tcp::FrameRef> frames_of(const WhyConnection& c,
                                                   const std::vector<std::size_t>& indices);

}  // namespace glass::tools
