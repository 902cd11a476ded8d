// Missing pages: what happens when a program looks at a mapped page of a file that has become shorter, or
// that cannot be read: the kernel raises SIGBUS (mmap(2)), which here becomes a page of zeros and a flag.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace glass::ip {

/// Watches over a range of mapped memory from construction to destruction. Many may exist, in any threads; a
/// fault elsewhere goes to whoever handled SIGBUS before the first of them.
class MissingPages {
public:
    MissingPages() = default;
    /// Not on() where as many ranges as there is room for are watched already.
    MissingPages(const void* start, std::size_t length);
    MissingPages(MissingPages&& other) noexcept : watch_(std::exchange(other.watch_, nullptr)) {}
    MissingPages& operator=(MissingPages&& other) noexcept {
        std::swap(watch_, other.watch_);
        return *this;
    }
    ~MissingPages();

    bool on() const { return watch_ != nullptr; }
    /// Whether somebody looked at a page that is not there; the page reads as zeros since then.
    bool any() const { return first() != 0; }
    /// The lowest address that was looked at in such pages; 0: none.
    std::uintptr_t first() const { return watch_ ? watch_->missing.load(std::memory_order_relaxed) : 0; }

    /// A watched range, for the signal's handler. While it changes, `version` is odd.
    struct Watch {
        std::atomic<bool> taken = false;
        std::atomic<std::uint32_t> version = 0;
        std::atomic<std::uintptr_t> start = 0, end = 0;
        std::atomic<std::uintptr_t> missing = 0;  ///< as first()
    };

private:
    Watch* watch_ = nullptr;
};

}  // namespace glass::ip
