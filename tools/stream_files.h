// Stream files: every direction of every connection in a file of its own, without holding files open: there
// may be more connections than descriptors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ip/bytes.h"

namespace glass::tools {

/// A folder, made where there is none. Errors of the operating system are thrown as std::system_error.
class Folder {
public:
    explicit Folder(const std::string& path);
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    /// Makes the file, or empties it if `append` is false, and writes the octets at its end.
    void write(const std::string& name, ip::Bytes octets, bool append) const;
    /// Each file gets the other's name; either may be missing.
    void swap(const std::string& a, const std::string& b) const;

private:
    std::string path_;
    int fd_;
};

/// Collects octets for a file and writes them in large pieces. How much waits in all files together is kept
/// below a limit: beyond it, what comes is written at once.
class StreamFile {
public:
    struct Waiting {
        static constexpr std::size_t kLimit = std::size_t{64} << 20;
        std::size_t octets = 0;  ///< of memory
        std::vector<ip::Buffer>
            spare;  ///< emptied: large ones are dear to ask the system for, again and again
    };

    void append(const Folder& folder, const std::string& name, ip::Bytes octets, Waiting& waiting);
    /// Call before the end. A file that never had an octet is not made.
    void close(const Folder& folder, const std::string& name, Waiting& waiting);

private:
    static constexpr std::size_t kPiece = 256 << 10;
    static constexpr std::size_t kSpare = 64;

    void write(const Folder& folder, const std::string& name, ip::Bytes octets);

    ip::Buffer held_;
    bool made_ = false;
};

}  // namespace glass::tools
