#include "tools/new_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace glass::tools {

using http::FileError;

namespace {

constexpr mode_t kMode = 0644;
constexpr int kMostTries = 1000;

class DirectoryNewFile : public http::NewFile {
public:
    /// `hidden`: the name that it has meanwhile; empty where it has none.
    DirectoryNewFile(ip::FileDescriptor folder, ip::FileDescriptor file, std::string name, std::string hidden)
        : folder_(std::move(folder)),
          file_(std::move(file)),
          name_(std::move(name)),
          hidden_(std::move(hidden)) {}
    DirectoryNewFile(const DirectoryNewFile&) = delete;
    DirectoryNewFile& operator=(const DirectoryNewFile&) = delete;
    ~DirectoryNewFile() override {
        if (!hidden_.empty()) unlinkat(folder_.get(), hidden_.c_str(), 0);
    }

    std::expected<void, FileError> write(ip::Bytes octets) override {
        while (!octets.empty()) {
            const ssize_t n = ::write(file_.get(), octets.data(), octets.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return std::unexpected(file_error(errno));
            octets = octets.subspan(static_cast<std::size_t>(n));
        }
        return {};
    }

    std::expected<void, FileError> commit() override {
        if ((hidden_.empty() ? link() : rename()) < 0) return std::unexpected(file_error(errno));
        hidden_.clear();
        // Some file systems tell only here that the device is full.
        if (file_.close() == 0) return {};
        const int number = errno;
        unlinkat(folder_.get(), name_.c_str(), 0);
        return std::unexpected(file_error(number));
    }

private:
    int link() const {
        const std::string self = "/proc/self/fd/" + std::to_string(file_.get());
        return linkat(AT_FDCWD, self.c_str(), folder_.get(), name_.c_str(), AT_SYMLINK_FOLLOW);
    }
    int rename() const {
        return renameat2(folder_.get(), hidden_.c_str(), folder_.get(), name_.c_str(), RENAME_NOREPLACE);
    }

    ip::FileDescriptor folder_;
    ip::FileDescriptor file_;
    std::string name_;
    std::string hidden_;
};

}  // namespace

FileError file_error(int number) {
    switch (number) {
        case ENOENT:
        case ENOTDIR:
        case ELOOP:
        case EXDEV:  // openat2: the path leads out
        case ENAMETOOLONG: return FileError::not_found;
        case EACCES:
        case EPERM:
        case EROFS:
        case EISDIR: return FileError::denied;
        case EEXIST: return FileError::exists;
        case ENOSPC:
        case EDQUOT:
        case EFBIG: return FileError::full;
        case EMFILE:
        case ENFILE:
        case ENOMEM: return FileError::too_many;
        default: return FileError::failed;
    }
}

std::expected<std::unique_ptr<http::NewFile>, FileError> make_new_file(ip::FileDescriptor folder,
                                                                       const std::string& name) {
    struct stat found {};
    if (fstatat(folder.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0)
        return std::unexpected(FileError::exists);
    if (errno != ENOENT) return std::unexpected(file_error(errno));
    ip::FileDescriptor file(openat(folder.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode));
    if (file) return std::make_unique<DirectoryNewFile>(std::move(folder), std::move(file), name, "");
    // Not every file system has files without a name; older kernels take it for the directory.
    if (errno == EOPNOTSUPP || errno == EISDIR) return make_hidden_file(std::move(folder), name);
    return std::unexpected(file_error(errno));
}

std::expected<std::unique_ptr<http::NewFile>, FileError> make_hidden_file(ip::FileDescriptor folder,
                                                                          const std::string& name) {
    errno = EEXIST;
    for (int tries = 0; errno == EEXIST && tries < kMostTries; ++tries) {
        const std::string hidden = ".glass-upload-" + std::to_string(getpid()) + "-" + std::to_string(tries);
        ip::FileDescriptor file(
            openat(folder.get(), hidden.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kMode));
        if (file) return std::make_unique<DirectoryNewFile>(std::move(folder), std::move(file), name, hidden);
    }
    return std::unexpected(file_error(errno));
}

}  // namespace glass::tools
