#include "tools/frame_filter.h"

namespace glass::tools {

std::expected<bool, std::string> FrameFilter::judge(const ip::Frame& frame) {
    auto filter = compiled_.find(frame.link);
    if (filter == compiled_.end())
        filter = compiled_.emplace(frame.link, ip::BpfFilter::compile(expression_, frame.link)).first;
    if (filter->second) return filter->second->matches(frame.bytes, frame.length);
    if (compiled_.size() == 1) return std::unexpected(filter->second.error());
    return false;
}

}  // namespace glass::tools
