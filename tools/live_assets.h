// Live assets: the files of the live page, which are part of the program: tools/web, and D3 from Debian.
#pragma once

#include <optional>
#include <string_view>

namespace glass::tools {

struct LiveAsset {
    std::string_view type;  ///< of media
    std::string_view content;
};

/// "live.css"; "" is the page itself. Nothing for a name that is none.
[[nodiscard]] std::optional<LiveAsset> live_asset(std::string_view name);

}  // namespace glass::tools
