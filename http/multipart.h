// Multipart: several ranges in one response, multipart/byteranges: RFC 9110 section 14.6, RFC 2046
// section 5.1.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/handler.h"
#include "http/ranges.h"

namespace glass::http {

/// Gives the parts, one after the other, each read from a source of its own.
class MultipartSource : public BodySource {
public:
    using Open = std::function<std::unique_ptr<BodySource>(const ByteRange&)>;

    /// Of a representation of `size` octets and this media type. `boundary` must not occur in it.
    MultipartSource(std::vector<ByteRange> ranges, std::uint64_t size, std::string_view media_type,
                    std::string_view boundary, Open open);

    /// Octets in all.
    [[nodiscard]] std::uint64_t length() const { return length_; }

    std::size_t read(std::span<std::uint8_t> out) override;
    [[nodiscard]] bool finished() const override { return ended_ || failed(); }
    [[nodiscard]] bool failed() const override { return part_ != nullptr && part_->failed(); }

private:
    std::string part_head(std::size_t number) const;
    void next_part();

    std::vector<ByteRange> ranges_;
    std::uint64_t size_;
    std::string media_type_;
    std::string boundary_;
    Open open_;
    std::uint64_t length_ = 0;
    std::size_t parts_ = 0;  ///< begun
    std::string text_;       ///< what stands between the parts, from text_at_ on yet to be read
    std::size_t text_at_ = 0;
    std::unique_ptr<BodySource> part_;
    bool ended_ = false;
};

}  // namespace glass::http
