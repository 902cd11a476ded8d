// Why a packet that is no TCP segment was sent, and what becomes of fragments and of wrong checksums.
#pragma once

#include <functional>

#include "tools/packet.h"
#include "tools/why_story.h"

namespace glass::tools {

/// Reads the capture again, from its start: `take` answers whether to go on.
using Reread = std::function<void(const std::function<bool(const Packet&)>& take)>;

// Each answers whether it had anything to say.
bool tell_fragment(const Packet& packet, const Reread& reread, Story& story);    ///< RFC 791, RFC 8200
bool tell_icmp(const Packet& packet, const Reread& reread, Story& story);        ///< errors; echo
bool tell_resolution(const Packet& packet, const Reread& reread, Story& story);  ///< ARP; neighbor discovery
bool tell_datagram(const Packet& packet, const Reread& reread, Story& story);    ///< DNS, other UDP
bool tell_checksums(const Packet& packet, const Reread& reread, Story& story);   ///< wrong ones
void tell_damage(const Packet& packet, Story& story);  ///< malformed, cut by the snap length

}  // namespace glass::tools
