// InputBuffer: a window that moves over a file and hands out pieces of it without a copy.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ip/bytes.h"
#include "ip/decompressor.h"
#include "ip/octet_source.h"

namespace glass::ip {

/// Holds 1 MiB of the file (reading a large one takes a sixth less than with 256 KiB), and more only while a
/// longer piece is asked for: then at most twice what the file really has of it, however long the piece
/// claims to be. Pointers are good until the next peek() or skip().
class InputBuffer {
public:
    static constexpr std::size_t kSize = 1 << 20;

    explicit InputBuffer(OctetSource source);

    /// The next `n` octets in one piece, without taking them; null where the file ends before.
    const std::uint8_t* peek(std::size_t n) {
        if (available() >= n) [[likely]]
            return at_;
        return refill(n);
    }
    /// The next `n` octets, or as many as the file has.
    Bytes peek_up_to(std::size_t n) {
        peek(n);
        return first({at_, end_}, n);
    }
    /// Precondition: they were peeked at.
    void take(std::size_t n) { at_ += n; }
    /// Takes octets without ever holding them all; false where the file ends before.
    bool skip(std::uint64_t n);
    /// False where the file's size tells that it ends before `n` more octets.
    bool may_have(std::uint64_t n) const;

    /// From here on the file is compressed data, and what is read are the octets inside.
    void decompress(Compression compression);

    std::size_t available() const { return static_cast<std::size_t>(end_ - at_); }
    /// Where at_ is, in the uncompressed file.
    std::uint64_t offset() const { return base_ + static_cast<std::uint64_t>(at_ - buffer_.get()); }
    /// Why the file ended; empty where it simply did.
    const std::string& fault() const { return decompressor_ ? decompressor_->fault() : source_.fault(); }
    const OctetSource& source() const { return decompressor_ ? decompressor_->source() : source_; }

private:
    const std::uint8_t* refill(std::size_t n);
    void move_to_front(std::size_t capacity);

    OctetSource source_;  ///< moves into decompressor_ where there is one
    std::optional<Decompressor> decompressor_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t capacity_ = kSize;
    const std::uint8_t* at_;
    const std::uint8_t* end_;
    std::uint64_t base_ = 0;  ///< offset of buffer_[0]
    bool ended_ = false;      ///< who looks beyond the end again and again moves nothing about
};

}  // namespace glass::ip
