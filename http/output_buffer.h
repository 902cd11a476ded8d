// OutputBuffer: octets that wait to be sent, in one run.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "ip/bytes.h"

namespace glass::http {

class OutputBuffer {
public:
    [[nodiscard]] bool empty() const { return begin_ == end_; }
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    /// Borrowed until the next call of anything else.
    [[nodiscard]] ip::Bytes octets() const { return {data_.get() + begin_, size()}; }

    void append(std::string_view text) {
        if (text.empty()) return;
        std::memcpy(room(text.size()).data(), text.data(), text.size());
        end_ += text.size();
    }
    /// At least `n` octets behind the last one, to be written to; added() says how many of them count.
    [[nodiscard]] std::span<std::uint8_t> room(std::size_t n) {
        if (capacity_ - end_ < n) make_room(n);
        return {data_.get() + end_, capacity_ - end_};
    }
    void added(std::size_t n) { end_ += n; }

    /// The first `n` are gone.
    void consume(std::size_t n) {
        begin_ += n;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    void clear() { begin_ = end_ = 0; }

private:
    void make_room(std::size_t n) {
        const std::size_t kept = size();
        if (capacity_ - kept >= n && kept <= capacity_ / 2) {
            std::memmove(data_.get(), data_.get() + begin_, kept);
        } else {
            capacity_ = std::max(kept + n, std::max<std::size_t>(2 * capacity_, kLeast));
            auto bigger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
            if (kept != 0) std::memcpy(bigger.get(), data_.get() + begin_, kept);
            data_ = std::move(bigger);
        }
        begin_ = 0;
        end_ = kept;
    }

    static constexpr std::size_t kLeast = 2048;
    std::unique_ptr<std::uint8_t[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace glass::http
