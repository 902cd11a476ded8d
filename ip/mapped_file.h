// MappedFile: a window of a regular file, mapped into memory instead of read, that moves forward over it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "ip/bytes.h"
#include "ip/missing_pages.h"

namespace glass::ip {

/// Memory: one window, which counts as resident; a larger one only while a longer piece is asked for, and
/// never larger than the file.
///
/// The file may grow, and is followed to where it ends then. It may also become shorter: what is gone is not
/// given out, and fault() says so. Of a piece that was given out before, what goes away reads as zeros.
class MappedFile {
public:
    static constexpr std::size_t kWindow = std::size_t{2} << 20;
    /// Octets seen to be there at a time.
    static constexpr std::size_t kStep = std::size_t{256} << 10;

    /// `fd` stays the caller's. `window`: octets, rounded up to pages.
    explicit MappedFile(int fd, std::size_t window = kWindow);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    /// The octets from `offset` on: `n` and some more, or, where the file ends before, all it has. Valid
    /// until the next call. Nothing: the file cannot be mapped, or not any more; then it can still be read.
    [[nodiscard]] std::optional<Bytes> look(std::uint64_t offset, std::size_t n);

    /// The file's size, when it was last looked at.
    std::uint64_t size() const { return size_; }
    /// Whether a page that was given out has gone. Costs next to nothing.
    bool page_is_missing() const { return missing_.any(); }
    /// Looks at the file again. Returns whether octets have gone, or cannot be read: fault() says why, and
    /// end() from where on.
    bool look_for_fault();
    /// Why the file ended; empty where it simply did.
    const std::string& fault() const { return fault_; }
    std::uint64_t end() const { return std::min(size_, readable_); }

private:
    bool move_to(std::uint64_t offset, std::size_t n);
    void unmap();
    void check(std::uint64_t end);
    void note_missing();

    int fd_;
    std::size_t window_;
    std::uint8_t* start_ = nullptr;  ///< of what is mapped; null: nothing
    std::size_t length_ = 0;
    std::uint64_t base_ = 0;     ///< the offset of `start_` in the file
    std::uint64_t checked_ = 0;  ///< what is mapped before this offset was there when it was looked at
    std::uint64_t size_ = 0;
    std::uint64_t largest_ = 0;            ///< size there has been
    std::uint64_t readable_ = UINT64_MAX;  ///< from this offset on the file cannot be read
    MissingPages missing_;
    std::string fault_;
};

}  // namespace glass::ip
