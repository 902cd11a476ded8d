// Progress: a line on standard error that tells how far a long file has been read.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "ip/capture_file.h"

namespace glass::tools {

/// Says nothing in the first second, where standard error is no terminal, or where standard output is the
/// same terminal and lines scroll by anyway.
class Progress {
public:
    explicit Progress(bool wanted);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Cheap enough for every frame.
    void update(std::uint64_t frames, const ip::CaptureReader& reader) {
        if (active_ && (frames & 0x3fff) == 0) [[unlikely]]
            draw(frames, reader.position(), reader.size());
    }

private:
    void draw(std::uint64_t frames, std::uint64_t position, std::optional<std::uint64_t> size);

    bool active_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace glass::tools
