// File store: the files below a directory of the operating system, and no others: http::FileStore.
#pragma once

#include <string>

#include "http/file_store.h"
#include "ip/file_descriptor.h"

namespace glass::tools {

/// Symbolic links are followed as long as they lead from within the directory to within it; absolute ones
/// count as leading out.
class DirectoryStore : public http::FileStore {
public:
    /// How it is made sure that no path leads out.
    enum class Guard : std::uint8_t {
        kernel,      ///< openat2(2) with RESOLVE_BENEATH: Linux 5.6; where there is none, the other one
        opened_path  ///< what was opened is asked for its path
    };
    /// Throws std::system_error where it is no directory that can be opened.
    explicit DirectoryStore(const std::string& directory, Guard guard = Guard::kernel);

    std::expected<http::FileFacts, http::FileError> look(std::string_view path) override;
    std::expected<std::unique_ptr<http::OpenFile>, http::FileError> open(std::string_view path) override;
    std::expected<http::DirectoryListing, http::FileError> list(std::string_view path,
                                                                std::size_t most) override;
    std::expected<std::unique_ptr<http::NewFile>, http::FileError> create(std::string_view path) override;

private:
    std::expected<ip::FileDescriptor, http::FileError> open_within(std::string_view path, int flags);
    std::expected<ip::FileDescriptor, http::FileError> open_checked(const std::string& path, int flags);

    ip::FileDescriptor root_;
    std::string root_path_;
    Guard guard_;
};

}  // namespace glass::tools
