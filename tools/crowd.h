// Crowd: gives memory back to the system when there were many, and most of them have gone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <malloc.h>

namespace glass::tools {

/// Tables keep their size, and the allocator what it was given back, for the next crowd; the system may need
/// it before there is one.
class Crowd {
public:
    /// How many there are now; cheap, but for a few times while a crowd goes: then `trim` makes tables
    /// smaller.
    template <class Trim>
    void count(std::size_t now, Trim&& trim) {
        most_ = std::max(most_, now);
        if (now > most_ / 4) return;
        if (most_ >= kMany || (now == 0 && was_crowd_)) {
            trim();
            malloc_trim(0);
            was_crowd_ = now > 0;
        }
        most_ = now;
    }

private:
    static constexpr std::size_t kMany = 256;  ///< connections whose memory is worth it

    std::size_t most_ = 0;    ///< since memory was given back
    bool was_crowd_ = false;  ///< and some of it are still there
};

}  // namespace glass::tools
