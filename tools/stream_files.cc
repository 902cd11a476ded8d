#include "tools/stream_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace glass::tools {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void write_all(int fd, ip::Bytes octets, const std::string& name) {
    while (!octets.empty()) {
        const ssize_t n = ::write(fd, octets.data(), octets.size());
        if (n >= 0)
            octets = octets.subspan(static_cast<std::size_t>(n));
        else if (errno != EINTR)
            fail("cannot write " + name);
    }
}

}  // namespace

Folder::Folder(const std::string& path) : path_(path) {
    if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) fail("cannot make the folder " + path);
    fd_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd_ < 0) fail("cannot open the folder " + path);
}

Folder::~Folder() {
    ::close(fd_);
}

void Folder::write(const std::string& name, ip::Bytes octets, bool append) const {
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (append ? O_APPEND : O_TRUNC);
    const int fd = ::openat(fd_, name.c_str(), flags, 0666);
    if (fd < 0) fail("cannot write " + path_ + "/" + name);
    try {
        write_all(fd, octets, path_ + "/" + name);
    } catch (...) {
        ::close(fd);
        throw;
    }
    if (::close(fd) != 0) fail("cannot write " + path_ + "/" + name);
}

void Folder::swap(const std::string& a, const std::string& b) const {
    const auto rename = [&](const std::string& from, const std::string& to) {
        if (::renameat(fd_, from.c_str(), fd_, to.c_str()) != 0 && errno != ENOENT)
            fail("cannot rename " + path_ + "/" + from);
    };
    rename(a, a + ".part");
    rename(b, a);
    rename(a + ".part", b);
}

void StreamFile::append(const Folder& folder, const std::string& name, ip::Bytes octets, Waiting& waiting) {
    if (held_.size() + octets.size() > kPiece || waiting.octets + octets.size() > Waiting::kLimit)
        close(folder, name, waiting);
    if (octets.size() > kPiece || waiting.octets + octets.size() > Waiting::kLimit)
        return write(folder, name, octets);
    const std::size_t before = held_.capacity();
    const bool is_long = made_;  // it will fill another piece
    if (before == 0 && is_long && !waiting.spare.empty()) {
        held_ = std::move(waiting.spare.back());
        waiting.spare.pop_back();
    }
    const std::size_t size = held_.size() + octets.size();
    if (size > held_.capacity()) held_.reserve(std::min(kPiece, std::max(2 * held_.capacity(), size)));
    held_.insert(held_.end(), octets.begin(), octets.end());
    waiting.octets += held_.capacity() - before;
}

void StreamFile::close(const Folder& folder, const std::string& name, Waiting& waiting) {
    if (held_.empty()) return;
    write(folder, name, held_);
    waiting.octets -= held_.capacity();
    held_.clear();
    if (held_.capacity() >= kPiece / 2 && waiting.spare.size() < kSpare)
        waiting.spare.push_back(std::move(held_));
    held_ = ip::Buffer();  // {} would keep the memory
}

void StreamFile::write(const Folder& folder, const std::string& name, ip::Bytes octets) {
    folder.write(name, octets, made_);
    made_ = true;
}

}  // namespace glass::tools
