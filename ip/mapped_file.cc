// MappedFile: a window of a regular file, mapped into memory instead of read, that moves forward over it.
#include "ip/mapped_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace glass::ip {
namespace {

std::size_t page_size() {
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
}

std::uint64_t page_start(std::uint64_t offset) {
    return offset & ~std::uint64_t{page_size() - 1};
}

}  // namespace

MappedFile::MappedFile(int fd, std::size_t window) : fd_(fd), window_(std::max<std::size_t>(window, 1)) {
    look_for_fault();
}

MappedFile::MappedFile(MappedFile&& other) noexcept : fd_(other.fd_), window_(other.window_) {
    *this = std::move(other);
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(window_, other.window_);
    std::swap(start_, other.start_);
    std::swap(length_, other.length_);
    std::swap(base_, other.base_);
    std::swap(checked_, other.checked_);
    std::swap(size_, other.size_);
    std::swap(largest_, other.largest_);
    std::swap(readable_, other.readable_);
    std::swap(missing_, other.missing_);
    std::swap(fault_, other.fault_);
    return *this;
}

MappedFile::~MappedFile() {
    unmap();
}

void MappedFile::unmap() {
    missing_ = MissingPages();
    if (start_) ::munmap(start_, length_);
    start_ = nullptr;
    length_ = 0;
}

bool MappedFile::look_for_fault() {
    struct stat status {};
    if (::fstat(fd_, &status) == 0) size_ = static_cast<std::uint64_t>(status.st_size);
    largest_ = std::max(largest_, size_);
    if (size_ < largest_ && fault_.empty()) fault_ = "the file became shorter while it was read";
    if (missing_.any()) note_missing();
    return !fault_.empty();
}

/// Pages within the file that are not there: a disk or a network failed, or the file became shorter and has
/// grown again.
void MappedFile::note_missing() {
    const std::uint64_t at = base_ + (missing_.first() - reinterpret_cast<std::uintptr_t>(start_));
    readable_ = std::min(readable_, at);
    std::uint8_t octet = 0;
    if (!fault_.empty()) return;
    const bool readable = ::pread(fd_, &octet, 1, static_cast<off_t>(at)) >= 0;
    fault_ = readable ? "the file changed while it was read" : std::strerror(errno);
}

std::optional<Bytes> MappedFile::look(std::uint64_t offset, std::size_t n) {
    if (n > size_ || offset > size_ - n) look_for_fault();
    if (offset >= end()) return Bytes{};
    const std::uint64_t wanted = offset + std::min<std::uint64_t>(n, end() - offset);
    const bool covered = start_ && base_ <= offset && wanted <= base_ + length_;
    if (!covered && !move_to(offset, static_cast<std::size_t>(wanted - offset))) return std::nullopt;
    check(std::max(wanted, std::max(offset, checked_) + kStep));
    const std::uint64_t there = std::min(checked_, end());
    if (there <= offset) return Bytes{};
    return Bytes(start_ + (offset - base_), static_cast<std::size_t>(there - offset));
}

/// The window's new place: from the page of `offset` on, `n` octets after it at the least.
bool MappedFile::move_to(std::uint64_t offset, std::size_t n) {
    unmap();
    base_ = page_start(offset);
    checked_ = base_;
    const std::uint64_t length =
        std::min(size_ - base_, std::max<std::uint64_t>(window_, offset - base_ + n));
    const std::uint64_t pages = page_start(length + page_size() - 1);
    void* const start =
        ::mmap(nullptr, pages, PROT_READ, MAP_SHARED | MAP_POPULATE, fd_, static_cast<off_t>(base_));
    if (start == MAP_FAILED) return false;
    start_ = static_cast<std::uint8_t*>(start);
    length_ = pages;
    missing_ = MissingPages(start_, length_);
    if (missing_.on()) return true;
    unmap();
    return false;
}

/// Looks at every page before `end`, and only then at the file's size: what lies before both was there.
void MappedFile::check(std::uint64_t end) {
    end = std::min(end, base_ + length_);
    for (std::uint64_t at = checked_; at < end; at += page_size())
        static_cast<void>(*static_cast<const volatile std::uint8_t*>(start_ + (at - base_)));
    checked_ = std::max(checked_, page_start(end + page_size() - 1));
    look_for_fault();
}

}  // namespace glass::ip
