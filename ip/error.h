// Error: why octets are not what they claim to be. Errors are values; nothing in a packet throws.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace glass::ip {

enum class Error : std::uint8_t {
    truncated,          ///< fewer octets than the header needs
    bad_version,        ///< not the IP version this parser is for
    bad_header_length,  ///< shorter than the fixed header, or longer than the packet
    bad_length,         ///< a length field that contradicts the octets around it
    bad_checksum,       ///< the ones' complement sum over it is not all ones
    bad_option,         ///< an option whose length cannot be
    bad_address,        ///< text that is not an address, or an address that may not stand there
    bad_value,          ///< a field with a value that its RFC forbids
    loop,               ///< a structure that points back into itself
    too_long,           ///< more than the limit stated in the header of that parser
};

[[nodiscard]] std::string_view to_string(Error error);

template <class T>
using Result = std::expected<T, Error>;

}  // namespace glass::ip
