// glass why: what is special about one packet, and the frames that prove it.
#pragma once

#include "tools/commands.h"

namespace glass::tools {

struct WhyOptions {
    CaptureOptions capture;
    ViewOptions view;
    bool json = false;
    std::string frame;  ///< the packet's number, as it was given
};
int run_why(const WhyOptions& options);

/// The story alone. An exit status where there is none: it was complained about.
class Story;
[[nodiscard]] std::expected<Story, int> tell_why(const CaptureOptions& capture, std::uint64_t frame);

}  // namespace glass::tools
