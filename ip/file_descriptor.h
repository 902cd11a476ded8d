// FileDescriptor: an open file of the operating system, closed by whoever owns it last.
#pragma once

#include <unistd.h>
#include <utility>

namespace glass::ip {

class FileDescriptor {
public:
    FileDescriptor() = default;
    /// Owns `fd`, unless it is standard input, output or error: those stay open.
    explicit FileDescriptor(int fd) : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FileDescriptor() { close(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

    /// 0, or -1 with errno: some file systems report a full disk only here.
    int close() {
        const int fd = std::exchange(fd_, -1);
        return fd > STDERR_FILENO ? ::close(fd) : 0;
    }

private:
    int fd_ = -1;
};

}  // namespace glass::ip
