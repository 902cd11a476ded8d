// Accept-Encoding: which content codings a client takes: RFC 9110 section 12.5.3.
#pragma once

#include <string_view>
#include <vector>

#include "http/message.h"

namespace glass::http {

/// Whether gzip is acceptable, and preferred to no coding. x-gzip is the same; "*" stands for what is not
/// named. Without the field nothing but identity is sent, though any coding would be acceptable.
[[nodiscard]] bool prefers_gzip(const std::vector<Field>& fields);

}  // namespace glass::http
