#include "tools/text_buffer.h"

#include <algorithm>

namespace glass::tools {

void TextBuffer::grow(std::size_t n) {
    const std::size_t used = size();
    const std::size_t capacity = std::max<std::size_t>(2 * (used + n), 4096);
    auto bigger = std::make_unique_for_overwrite<char[]>(capacity);
    if (used > 0) std::memcpy(bigger.get(), memory_.get(), used);
    memory_ = std::move(bigger);
    end_ = memory_.get() + used;
    limit_ = memory_.get() + capacity;
}

}  // namespace glass::tools
