#include "tools/notes.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

namespace glass::tools {
namespace {

/// A line each; of more, a count will do.
constexpr std::size_t kMaxHosts = 5;

}  // namespace

void Notes::note_long_frame(const Packet& packet) {
    if (long_frames_++ == 0) first_long_ = packet.frame.number;
    longest_ = std::max(longest_, packet.frame.length);
}

void Notes::note_checksums(const Decoder::ChecksumNote& note) {
    if (checksums_.size() < kMaxHosts)
        checksums_.push_back(note);
    else
        ++more_checksums_;
}

std::vector<std::string> Notes::lines() const {
    std::vector<std::string> lines;
    for (const auto& [host, offload] : checksums_)
        lines.push_back(offload ? to_string(host) + " sends with checksum offload; not an error"
                                : "every checksum of " + to_string(host) +
                                      " is wrong: offload or rewritten addresses, not damage");
    if (more_checksums_ > 0)
        lines.push_back(
            fmt::format("the same of {} more host{}", more_checksums_, more_checksums_ == 1 ? "" : "s"));
    if (long_frames_ > 0)
        lines.push_back(fmt::format(
            "{} longer than any network carries (#{} is the first, the longest has {} bytes): the "
            "capturing host's network card cuts or joins segments (TSO, GRO)",
            long_frames_ == 1 ? "1 frame is" : fmt::format("{} frames are", long_frames_), first_long_,
            longest_));
    return lines;
}

void Notes::print() const {
    std::fflush(stdout);
    for (const std::string& line : lines()) fmt::print(stderr, "note: {}\n", line);
}

}  // namespace glass::tools
