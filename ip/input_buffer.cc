// InputBuffer: a window that moves over a file and hands out pieces of it without a copy.
#include "ip/input_buffer.h"

#include <algorithm>
#include <cstring>

namespace glass::ip {

InputBuffer::InputBuffer(OctetSource source, std::size_t window) : source_(std::move(source)) {
    if (const int fd = source_.mappable(); fd >= 0) mapped_.emplace(fd, window);
}

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
    front_ = at_ = buffer_.get();
    end_ = at_ + kept;
}

const std::uint8_t* InputBuffer::refill(std::size_t n) {
    if (ended_) return nullptr;
    return mapped_ ? map_on(n) : read_on(n);
}

const std::uint8_t* InputBuffer::map_on(std::size_t n) {
    const std::uint64_t at = offset();
    const auto octets = mapped_->look(at, n);
    if (!octets) {
        stop_mapping();
        return read_on(n);
    }
    base_ = at;
    front_ = at_ = octets->data();
    end_ = at_ + octets->size();
    ended_ = available() < n;
    return ended_ ? nullptr : at_;
}

/// What comes from here on is read: nothing is held.
void InputBuffer::stop_mapping() {
    base_ = offset();
    front_ = at_ = end_ = nullptr;
    mapped_.reset();
    source_.move_to(base_);
}

const std::uint8_t* InputBuffer::read_on(std::size_t n) {
    if (!buffer_) {
        buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
        front_ = at_ = end_ = buffer_.get();
    } else {
        move_to_front(capacity_);
    }
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
    if (mapped_) return n <= mapped_->size() - std::min(mapped_->size(), offset());
    return source_.position() + n <= *source_.size() + available();
}

void InputBuffer::decompress(Compression compression) {
    if (mapped_) stop_mapping();
    decompressor_.emplace(compression, std::move(source_), Buffer(at_, end_));
    front_ = at_ = end_;
    base_ = 0;
    ended_ = false;
}

const std::string& InputBuffer::fault() const {
    if (decompressor_) return decompressor_->fault();
    return mapped_ ? mapped_->fault() : source_.fault();
}

}  // namespace glass::ip
