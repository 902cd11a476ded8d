#include "tools/patient_file.h"

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace glass::tools {
namespace {

bool is_kind(int descriptor, mode_t kind) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

/// Others have the same pipe or terminal open, and may not expect it not to block: it is opened once more.
ip::FileDescriptor open_again(int descriptor) {
    if (!is_kind(descriptor, S_IFIFO) && !is_kind(descriptor, S_IFCHR)) return {};
    const std::string path = fmt::format("/proc/self/fd/{}", descriptor);
    return ip::FileDescriptor(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

}  // namespace

PatientFile::PatientFile(LiveLoop& loop, int descriptor, std::uint32_t events, bool& wakes)
    : loop_(loop), descriptor_(descriptor), events_(events), wakes_(wakes) {
    always_ = is_kind(descriptor, S_IFREG) || is_kind(descriptor, S_IFDIR) || is_kind(descriptor, S_IFBLK);
    // The null device is none for epoll, either.
    if (!always_) try {
            watch_ = loop_.watch(descriptor, events_ | EPOLLONESHOT, *this);
        } catch (const std::system_error& error) {
            if (error.code().value() != EPERM) throw;
            always_ = true;
        }
    is_ready_ = always_;
}

PatientFile::~PatientFile() {
    stop();
}

void PatientFile::wait() {
    if (always_) return;
    is_ready_ = false;
    loop_.change(watch_, events_ | EPOLLONESHOT);
}

void PatientFile::stop() {
    loop_.forget(watch_);
    watch_ = {};
    is_ready_ = false;
}

PatientInput::PatientInput(LiveLoop& loop, int descriptor, bool& wakes)
    : file_(loop, descriptor, EPOLLIN, wakes) {}

std::size_t PatientInput::read(std::span<std::uint8_t> out) {
    if (ended_ || !file_.is_ready() || out.empty()) return 0;
    const ssize_t n = ::read(file_.descriptor(), out.data(), out.size());
    if (n < 0 && errno != EINTR && errno != EAGAIN)
        throw std::system_error(errno, std::generic_category(), "cannot read standard input");
    ended_ = n == 0;
    ended_ ? file_.stop() : file_.wait();
    return n < 0 ? 0 : static_cast<std::size_t>(n);
}

PatientOutput::PatientOutput(LiveLoop& loop, int descriptor, bool& wakes)
    : again_(open_again(descriptor)), file_(loop, again_ ? again_.get() : descriptor, EPOLLOUT, wakes) {}

std::size_t PatientOutput::write(ip::Bytes octets) {
    if (unread_ || octets.empty() || !file_.is_ready()) return 0;
    const int to = file_.descriptor();
    // So much goes without waiting into a pipe that has room at all.
    if (!again_ && is_kind(to, S_IFIFO)) octets = ip::first(octets, PIPE_BUF);
    ssize_t n = 0;
    do
        n = is_kind(to, S_IFSOCK) ? send(to, octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                                  : ::write(to, octets.data(), octets.size());
    while (n < 0 && errno == EINTR);
    unread_ = n < 0 && errno == EPIPE;
    if (unread_) return 0;
    if (n < 0 && errno != EAGAIN)
        throw std::system_error(errno, std::generic_category(), "cannot write standard output");
    if (n < static_cast<ssize_t>(octets.size()) || !again_) file_.wait();
    return n < 0 ? 0 : static_cast<std::size_t>(n);
}

}  // namespace glass::tools
