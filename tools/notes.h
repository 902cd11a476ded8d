// Notes: what is worth saying once about a whole capture, and not on 500 lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/decoder.h"

namespace glass::tools {

class Notes {
public:
    /// No network has a larger MTU: above it a frame was put together, or not yet cut, by a network card.
    static constexpr std::uint32_t kLongestFrame = 9216 + 22;

    void observe(const Packet& packet, const Decoder& decoder) {
        if (packet.frame.length > kLongestFrame) note_long_frame(packet);
        if (decoder.checksum_note()) note_checksums(*decoder.checksum_note());
    }

    /// One line each, without a newline.
    std::vector<std::string> lines() const;
    /// To standard error.
    void print() const;

private:
    void note_long_frame(const Packet& packet);
    void note_checksums(const Decoder::ChecksumNote& note);

    std::uint64_t long_frames_ = 0;
    std::uint64_t first_long_ = 0;
    std::uint32_t longest_ = 0;
    std::vector<Decoder::ChecksumNote> checksums_;
    std::uint64_t more_checksums_ = 0;
};

}  // namespace glass::tools
