#include "http/multipart.h"

#include <algorithm>
#include <cstring>

namespace glass::http {

MultipartSource::MultipartSource(std::vector<ByteRange> ranges, std::uint64_t size,
                                 std::string_view media_type, std::string_view boundary, Open open)
    : ranges_(std::move(ranges)),
      size_(size),
      media_type_(media_type),
      boundary_(boundary),
      open_(std::move(open)) {
    length_ = total(ranges_);
    for (std::size_t number = 0; number <= ranges_.size(); ++number) length_ += part_head(number).size();
    next_part();
}

/// What stands before this part; behind the last one, the end.
std::string MultipartSource::part_head(std::size_t number) const {
    const std::string delimiter = (number == 0 ? "--" : "\r\n--") + boundary_;
    if (number == ranges_.size()) return delimiter + "--\r\n";
    return delimiter + "\r\nContent-Type: " + media_type_ +
           "\r\nContent-Range: " + content_range(ranges_[number], size_) + "\r\n\r\n";
}

void MultipartSource::next_part() {
    text_ = part_head(parts_);
    text_at_ = 0;
    part_ = parts_ < ranges_.size() ? open_(ranges_[parts_]) : nullptr;
    ++parts_;
}

std::size_t MultipartSource::read(std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (!finished() && filled < out.size()) {
        const auto room = out.subspan(filled);
        if (text_at_ < text_.size()) {
            const std::size_t n = std::min(room.size(), text_.size() - text_at_);
            std::memcpy(room.data(), text_.data() + text_at_, n);
            text_at_ += n;
            filled += n;
            ended_ = text_at_ == text_.size() && part_ == nullptr;
            continue;
        }
        filled += part_->read(room);
        if (part_->finished() && !part_->failed()) next_part();
    }
    return filled;
}

}  // namespace glass::http
