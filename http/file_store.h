// File store: the files below one directory, as a server needs them. tools/file_store.h is the operating
// system's; tests have one in memory.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ip/bytes.h"
#include "ip/time.h"

namespace glass::http {

enum class FileError : std::uint8_t {
    not_found,
    denied,
    exists,    ///< what was to be new
    full,      ///< no room on the device, or over a quota
    too_many,  ///< open files
    failed,    ///< anything else
};

struct FileFacts {
    enum class Kind : std::uint8_t { file, directory, other };
    Kind kind = Kind::other;
    std::uint64_t size = 0;
    ip::Time modified{};
    std::uint64_t identity = 0;  ///< which file it is, whatever its name

    bool operator==(const FileFacts&) const = default;
};

class OpenFile {
public:
    virtual ~OpenFile() = default;
    [[nodiscard]] virtual const FileFacts& facts() const = 0;  ///< when it was opened
    /// How many octets were read; 0 at the end, or where reading fails.
    [[nodiscard]] virtual std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) = 0;
};

/// A file that nobody sees until it is complete. Destroyed before that, it has never been.
class NewFile {
public:
    virtual ~NewFile() = default;
    [[nodiscard]] virtual std::expected<void, FileError> write(ip::Bytes octets) = 0;
    /// exists: another one has come to have its name.
    [[nodiscard]] virtual std::expected<void, FileError> commit() = 0;
};

struct DirectoryEntry {
    std::string name;
    FileFacts facts;
};
struct DirectoryListing {
    std::vector<DirectoryEntry> entries;  ///< without "." and "..", in no order
    bool cut = false;                     ///< there are more
};

/// Paths are relative to the directory, without a '/' in front; an empty one is the directory itself. None
/// leads out of it, whatever symbolic links there are: what does is not found.
class FileStore {
public:
    virtual ~FileStore() = default;
    [[nodiscard]] virtual std::expected<FileFacts, FileError> look(std::string_view path) = 0;
    /// Also a directory, of which only the facts are of use.
    [[nodiscard]] virtual std::expected<std::unique_ptr<OpenFile>, FileError> open(std::string_view path) = 0;
    /// Of at most `most` entries.
    [[nodiscard]] virtual std::expected<DirectoryListing, FileError> list(std::string_view path,
                                                                          std::size_t most) = 0;
    /// exists: there is something of this name; not_found: no directory to put it in.
    [[nodiscard]] virtual std::expected<std::unique_ptr<NewFile>, FileError> create(
        std::string_view path) = 0;
};

}  // namespace glass::http
