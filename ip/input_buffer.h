// InputBuffer: a window that moves over a file and hands out pieces of it without a copy.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ip/bytes.h"
#include "ip/decompressor.h"
#include "ip/mapped_file.h"
#include "ip/octet_source.h"

namespace glass::ip {

/// Holds 1 MiB of the file (reading a large one takes a sixth less than with 256 KiB), and more only while a
/// longer piece is asked for: then at most twice what the file really has of it, however long the piece
/// claims to be. Of a regular file that is not compressed nothing is copied: a window of it is mapped, which
/// takes half the time. Pointers are good until the next peek() or skip().
class InputBuffer {
public:
    static constexpr std::size_t kSize = 1 << 20;

    /// `window`: octets that are mapped at a time.
    explicit InputBuffer(OctetSource source, std::size_t window = MappedFile::kWindow);

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
    std::uint64_t offset() const { return base_ + static_cast<std::uint64_t>(at_ - front_); }
    /// Whether octets before offset() may have gone since they were peeked at, because the file became
    /// shorter: then fault() says so, and ends_at() from where on. What such a file leaves of its last page
    /// after its end are zeros, so that is what it looks for, and for pages that are missing; `closely`: at
    /// the file.
    bool lost(bool closely = false) {
        if (!mapped_) return false;
        const bool zeros = available() < sizeof(std::uint64_t) || load64(at_) == 0;
        const bool odd = zeros && !zeros_;  // many zeros are what the file has
        zeros_ = zeros;
        if (!odd && !closely && !lost_ && !mapped_->page_is_missing()) [[likely]]
            return false;
        return lost_ = mapped_->look_for_fault();
    }
    std::uint64_t ends_at() const { return mapped_ ? mapped_->end() : UINT64_MAX; }
    /// Why the file ended; empty where it simply did.
    const std::string& fault() const;
    const OctetSource& source() const { return decompressor_ ? decompressor_->source() : source_; }
    /// Octets of the (compressed) file that were read or mapped so far.
    std::uint64_t position() const { return mapped_ ? offset() + available() : source().position(); }

private:
    const std::uint8_t* refill(std::size_t n);
    const std::uint8_t* read_on(std::size_t n);
    const std::uint8_t* map_on(std::size_t n);
    void stop_mapping();
    void move_to_front(std::size_t capacity);

    OctetSource source_;                ///< moves into decompressor_ where there is one
    std::optional<MappedFile> mapped_;  ///< or else buffer_ is used
    std::optional<Decompressor> decompressor_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t capacity_ = kSize;
    const std::uint8_t* front_ = nullptr;  ///< of what is held: in buffer_, or mapped
    const std::uint8_t* at_ = nullptr;
    const std::uint8_t* end_ = nullptr;
    std::uint64_t base_ = 0;  ///< offset of front_
    bool zeros_ = false;      ///< were seen after offset() the last time
    bool lost_ = false;       ///< the last answer of lost()
    bool ended_ = false;      ///< who looks beyond the end again and again moves nothing about
};

}  // namespace glass::ip
