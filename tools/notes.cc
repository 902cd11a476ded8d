#include "tools/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace glass::tools {
namespace {

/// Of a host each; then a count will do.
constexpr std::size_t kMaxOffloaders = 5;

}  // namespace

void Notes::note_long_frame(const Packet& packet) {
    if (long_frames_++ == 0) first_long_ = packet.frame.number;
    longest_ = std::max(longest_, packet.frame.length);
}

void Notes::note_offload(const ip::Address& host) {
    if (offloaders_.size() < kMaxOffloaders) offloaders_.push_back(host);
    else ++more_offloaders_;
}

std::vector<std::string> Notes::lines() const {
    std::vector<std::string> lines;
    for (const ip::Address& host : offloaders_)
        lines.push_back(fmt::format("{} sends with checksum offload: its wrong checksums are no errors", to_string(host)));
    if (more_offloaders_ > 0) lines.push_back(fmt::format("{} more hosts send with checksum offload", more_offloaders_));
    if (long_frames_ > 0)
        lines.push_back(fmt::format("{} frames are longer than any network carries (#{} is the first, the longest has {} "
                                    "bytes): the capturing host's network card cuts or joins segments (TSO, GRO)",
                                    long_frames_, first_long_, longest_));
    return lines;
}

void Notes::print() const {
    std::fflush(stdout);
    for (const std::string& line : lines()) fmt::print(stderr, "note: {}\n", line);
}

}  // namespace glass::tools
