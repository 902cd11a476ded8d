// InputBuffer: a window that moves over a file and hands out pieces of it without a copy.
#include "ip/input_buffer.h"

#include <algorithm>
#include <cstring>

namespace glass::ip {

InputBuffer::InputBuffer(OctetSource source)
    : source_(std::move(source)),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(kSize)),
      at_(buffer_.get()),
      end_(at_) {}

void InputBuffer::move_to_front(std::size_t capacity) {
    const std::size_t kept = available();
    base_ = offset();
    if (capacity == capacity_) {
        std::memmove(buffer_.get(), at_, kept);
    } else {
        auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
        std::memcpy(larger.get(), at_, kept);
        buffer_ = std::move(larger);
        capacity_ = capacity;
    }
    at_ = buffer_.get();
    end_ = at_ + kept;
}

const std::uint8_t* InputBuffer::refill(std::size_t n) {
    if (ended_) return nullptr;
    move_to_front(capacity_);
    while (available() < n) {
        // Doubling only when it is full: a length that lies costs no more memory than the file has octets.
        if (available() == capacity_) move_to_front(2 * capacity_);
        std::uint8_t* const end = buffer_.get() + available();
        const std::span room(end, capacity_ - available());
        const std::size_t n_read = decompressor_ ? decompressor_->read(room) : source_.read(room);
        ended_ = n_read == 0;
        if (ended_) return nullptr;
        end_ = end + n_read;
    }
    return at_;
}

bool InputBuffer::skip(std::uint64_t n) {
    while (n > 0) {
        if (!peek(1)) return false;
        const std::size_t piece = std::min<std::uint64_t>(n, available());
        take(piece);
        n -= piece;
    }
    return true;
}

bool InputBuffer::may_have(std::uint64_t n) const {
    if (decompressor_ || !source_.size()) return true;
    return source_.position() + n <= *source_.size() + available();
}

void InputBuffer::decompress(Compression compression) {
    decompressor_.emplace(compression, std::move(source_), Buffer(at_, end_));
    at_ = end_ = buffer_.get();
    base_ = 0;
    ended_ = false;
}

}  // namespace glass::ip
