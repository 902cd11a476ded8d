// Sim story text: an incident of a simulated transfer, for people and as JSON.
#pragma once

#include <string>

#include "tools/json.h"
#include "tools/sim_story.h"

namespace glass::tools {

/// A paragraph of two to four lines, newlines included.
void append_incident(const SimIncident& incident, std::string& out);
/// "the retransmission timer expired: RTO 214 ms (RFC 6298 rule 5.4)": why something was sent again.
[[nodiscard]] std::string cause_text(const SimIncident& incident);
/// One object and a newline: "type", "time", "flow", and what there is to say. `first`: nothing was written
/// before.
void write_incident(const SimIncident& incident, bool first, JsonWriter& json);
/// "1.020000000": seconds as all times are in JSON.
[[nodiscard]] std::string seconds_text(ip::Duration since_start);

/// What the story came to, in one line with its newline.
[[nodiscard]] std::string story_summary(const SimStory::Counts& counts);

/// "queue_full": a drop's key in JSON.
[[nodiscard]] std::string_view drop_key(ip::Drop why);

}  // namespace glass::tools
