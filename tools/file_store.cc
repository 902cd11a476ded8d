#include "tools/file_store.h"

#include <cerrno>
#include <climits>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

#include "ip/bounded_map.h"
#include "tools/new_file.h"

namespace glass::tools {

using http::FileError;
using http::FileFacts;

namespace {

constexpr int kMostTries = 8;

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileFacts facts_of(const struct stat& found) {
    FileFacts facts;
    facts.kind = S_ISREG(found.st_mode)   ? FileFacts::Kind::file
                 : S_ISDIR(found.st_mode) ? FileFacts::Kind::directory
                                          : FileFacts::Kind::other;
    facts.size = static_cast<std::uint64_t>(found.st_size);
    facts.modified = ip::Time(ip::Duration(nanoseconds(found.st_mtim)));
    // The time of change too: who sets the time of modification back cannot set that one.
    facts.identity =
        ip::mix(ip::mix(found.st_dev, found.st_ino), static_cast<std::uint64_t>(nanoseconds(found.st_ctim)));
    return facts;
}

std::expected<FileFacts, FileError> facts_of(int descriptor) {
    struct stat found {};
    if (fstat(descriptor, &found) < 0) return std::unexpected(file_error(errno));
    return facts_of(found);
}

class DirectoryFile : public http::OpenFile {
public:
    DirectoryFile(ip::FileDescriptor file, const FileFacts& facts) : file_(std::move(file)), facts_(facts) {}

    const FileFacts& facts() const override { return facts_; }
    std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
        for (;;) {
            const ssize_t n = pread(file_.get(), out.data(), out.size(), static_cast<off_t>(offset));
            if (n >= 0) return static_cast<std::size_t>(n);
            if (errno != EINTR) return 0;
        }
    }

private:
    ip::FileDescriptor file_;
    FileFacts facts_;
};

std::string path_of(int descriptor) {
    char path[PATH_MAX];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t n = readlink(link.c_str(), path, sizeof path);
    return n < 0 ? std::string() : std::string(path, static_cast<std::size_t>(n));
}

struct DirectoryCloser {
    void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

DirectoryStore::DirectoryStore(const std::string& directory, Guard guard)
    : root_(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), guard_(guard) {
    if (!root_) throw std::system_error(errno, std::generic_category(), directory);
    root_path_ = path_of(root_.get());
}

std::expected<ip::FileDescriptor, FileError> DirectoryStore::open_within(std::string_view path, int flags) {
    const std::string name = path.empty() ? "." : std::string(path);
    for (int tries = 0; guard_ == Guard::kernel && tries < kMostTries; ++tries) {
        open_how how{};
        how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
        const long opened = syscall(SYS_openat2, root_.get(), name.c_str(), &how, sizeof how);
        if (opened >= 0) return ip::FileDescriptor(static_cast<int>(opened));
        if (errno == ENOSYS)
            guard_ = Guard::opened_path;
        else if (errno != EAGAIN && errno != EINTR)
            return std::unexpected(file_error(errno));
        // EAGAIN: something was renamed meanwhile, and the kernel could not tell where the path leads.
    }
    if (guard_ == Guard::kernel) return std::unexpected(FileError::failed);
    return open_checked(name, flags);
}

/// What was opened is looked at, not the path that led there: nobody can change it in between.
std::expected<ip::FileDescriptor, FileError> DirectoryStore::open_checked(const std::string& name,
                                                                          int flags) {
    ip::FileDescriptor opened(openat(root_.get(), name.c_str(), flags | O_CLOEXEC));
    if (!opened) return std::unexpected(file_error(errno));
    const std::string path = path_of(opened.get());
    const bool is_root = path == root_path_;
    const bool within = path.starts_with(root_path_ == "/" ? root_path_ : root_path_ + "/");
    if (!is_root && !within) return std::unexpected(FileError::not_found);
    return opened;
}

std::expected<FileFacts, FileError> DirectoryStore::look(std::string_view path) {
    const auto opened = open_within(path, O_PATH);
    if (!opened) return std::unexpected(opened.error());
    return facts_of(opened->get());
}

std::expected<std::unique_ptr<http::OpenFile>, FileError> DirectoryStore::open(std::string_view path) {
    // Without O_NONBLOCK the opening of a FIFO would wait for who writes to it.
    auto opened = open_within(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!opened) return std::unexpected(opened.error());
    const auto facts = facts_of(opened->get());
    if (!facts) return std::unexpected(facts.error());
    return std::make_unique<DirectoryFile>(std::move(*opened), *facts);
}

std::expected<http::DirectoryListing, FileError> DirectoryStore::list(std::string_view path,
                                                                      std::size_t most) {
    auto opened = open_within(path, O_RDONLY | O_DIRECTORY);
    if (!opened) return std::unexpected(opened.error());
    const int copy = fcntl(opened->get(), F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, DirectoryCloser> directory(copy < 0 ? nullptr : fdopendir(copy));
    if (!directory) return std::unexpected(file_error(errno));
    const std::string prefix =
        path.empty() || path.ends_with('/') ? std::string(path) : std::string(path) + "/";
    http::DirectoryListing listing;
    while (const dirent* entry = readdir(directory.get())) {
        const std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        listing.cut = listing.entries.size() == most;
        if (listing.cut) break;
        // By its path, so that a link that leads out is not there: it cannot be opened, either.
        if (const auto facts = look(prefix + name)) listing.entries.push_back({name, *facts});
    }
    return listing;
}

std::expected<std::unique_ptr<http::NewFile>, FileError> DirectoryStore::create(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const bool nested = slash != std::string_view::npos;
    const std::string name(nested ? path.substr(slash + 1) : path);
    if (name.empty() || name == "." || name == "..") return std::unexpected(FileError::denied);
    auto folder = open_within(nested ? path.substr(0, slash) : std::string_view(), O_RDONLY | O_DIRECTORY);
    if (!folder) return std::unexpected(folder.error());
    return make_new_file(std::move(*folder), name);
}

}  // namespace glass::tools
