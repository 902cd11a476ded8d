// OctetSource: a file, standard input or octets in memory, read forward in large pieces.
#include "ip/octet_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

namespace glass::ip {

std::expected<OctetSource, std::string> OctetSource::open(const std::string& path) {
    OctetSource source;
    source.file_ = FileDescriptor(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!source.file_ || fstat(source.file_.get(), &status) != 0)
        return std::unexpected(std::strerror(errno));
    if (S_ISDIR(status.st_mode)) return std::unexpected(std::strerror(EISDIR));
    if (S_ISREG(status.st_mode)) {
        source.size_ = static_cast<std::uint64_t>(status.st_size);
        posix_fadvise(source.file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);  // advice: it may fail
    }
    return source;
}

OctetSource OctetSource::from_memory(Bytes octets) {
    OctetSource source;
    source.memory_ = octets;
    source.size_ = octets.size();
    return source;
}

std::size_t OctetSource::read(std::span<std::uint8_t> out) {
    std::size_t n = 0;
    if (file_) {
        n = read_file(out);
    } else {
        const Bytes piece = first(memory_, out.size());
        std::copy(piece.begin(), piece.end(), out.begin());
        memory_ = after(memory_, piece.size());
        n = piece.size();
    }
    position_ += n;
    return n;
}

std::size_t OctetSource::read_file(std::span<std::uint8_t> out) {
    while (true) {
        const ssize_t n = ::read(file_.get(), out.data(), out.size());
        if (n >= 0) return static_cast<std::size_t>(n);
        // Whoever shares our standard input may have made it non-blocking.
        pollfd readable{.fd = file_.get(), .events = POLLIN, .revents = 0};
        if (errno == EAGAIN && poll(&readable, 1, -1) > 0) continue;
        interrupted_ = errno == EINTR;
        if (!interrupted_) fault_ = std::strerror(errno);
        return 0;
    }
}

}  // namespace glass::ip
