// OctetSource: a file, standard input or octets in memory, read forward in large pieces.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "ip/bytes.h"
#include "ip/file_descriptor.h"

namespace glass::ip {

class OctetSource {
public:
    /// A file, or standard input for "-". The error is the system's reason, without the name of the file.
    [[nodiscard]] static std::expected<OctetSource, std::string> open(const std::string& path);
    /// Borrows `octets`.
    [[nodiscard]] static OctetSource from_memory(Bytes octets);

    /// Fills the front of `out` as far as there is something to read now, and says how far. Waits for the
    /// first octet; 0 means the end, and fault() whether it is a good one. A signal whose handler was
    /// installed without SA_RESTART also ends the source, and is no fault: whoever installed it wants to get
    /// out.
    std::size_t read(std::span<std::uint8_t> out);
    const std::string& fault() const { return fault_; }
    /// Whether it was a signal that ended it.
    bool interrupted() const { return interrupted_; }

    std::uint64_t position() const { return position_; }
    /// None for pipes and terminals.
    std::optional<std::uint64_t> size() const { return size_; }

private:
    std::size_t read_file(std::span<std::uint8_t> out);

    FileDescriptor file_;
    Bytes memory_;  ///< what is left of it; used where there is no file
    std::uint64_t position_ = 0;
    std::optional<std::uint64_t> size_;
    std::string fault_;
    bool interrupted_ = false;
};

}  // namespace glass::ip
