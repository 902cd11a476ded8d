// glass follow: the ordered octets of one connection, or of all.
#pragma once

#include <optional>

#include "tools/commands.h"

namespace glass::tools {

struct FollowOptions {
    enum class View { text, raw, hex, json };
    enum class Side { both, client, server };
    CaptureOptions capture;
    ViewOptions view;
    std::optional<std::uint32_t> stream;
    bool all = false;
    std::string directory;  ///< where --all writes to
    View how = View::text;
    Side side = Side::both;
    bool fill = false;    ///< raw: zeros where octets are missing
    bool strict = false;  ///< exit status kIncomplete where octets are missing
};

/// Octets are missing, and --strict asked to say so.
inline constexpr int kIncomplete = 3;

int run_follow(const FollowOptions& options);

}  // namespace glass::tools
