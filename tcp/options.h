// Options: the TCP options of a header as a typed list, read and written: RFC 9293 section 3.2; and the order
// of timestamps, RFC 7323 section 5.2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "ip/bytes.h"
#include "tcp/option_values.h"
#include "tcp/segment.h"

namespace glass::tcp {

/// One option and its place. Octets are borrowed from the header.
struct Option {
    std::uint8_t kind = 0;
    std::uint8_t at = 0;      ///< where it starts, in octets from the start of the options
    std::uint8_t length = 0;  ///< octets that it takes up, kind and length included
    OptionValue value;

    template <class T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&value);
    }
};

/// Reads options in order, whatever octets come, at any alignment (MUST-64). The list ends with its octets,
/// after an end of list, or after a malformed option whose length does not say where the next one starts (0,
/// 1, or beyond the end): that one takes up all the rest. After a malformed option of a possible length the
/// list goes on.
class OptionReader {
public:
    /// At most the 40 octets that a header has room for.
    explicit OptionReader(ip::Bytes options) : options_(ip::first(options, Segment::kMaxOptions)) {}

    [[nodiscard]] std::optional<Option> next();

    /// What follows the end of the list: zeros, unless the sender got it wrong (MUST-69).
    [[nodiscard]] ip::Bytes padding() const { return ended_ ? ip::after(options_, at_) : ip::Bytes{}; }

private:
    ip::Bytes options_;
    std::size_t at_ = 0;
    bool ended_ = false;
};

/// The first option of this type, or nothing. Its octets are borrowed.
template <class T>
[[nodiscard]] std::optional<T> find_option(ip::Bytes options) {
    OptionReader reader(options);
    while (const auto option = reader.next())
        if (const T* value = option->as<T>()) return *value;
    return std::nullopt;
}

/// Collects options for a header. It decides nothing: which options belong into which segment is TCP's
/// matter.
class OptionWriter {
public:
    /// False, and nothing is written, where there is no room for it, or where it would not read back as what
    /// it is: a MalformedOption, a cookie or digest of the wrong size, an UnknownOption of a known kind.
    [[nodiscard]] bool add(const OptionValue& value);

    /// What was added, padded with zeros to a multiple of four octets. Borrowed: valid until the next add().
    [[nodiscard]] ip::Bytes octets() const;

private:
    std::array<std::uint8_t, Segment::kMaxOptions> octets_{};
    std::size_t size_ = 0;
};

/// Timestamps are ordered modulo 2^32 as sequence numbers are: one is older than another where it is less
/// than half the circle behind it, RFC 7323 section 5.2.
[[nodiscard]] bool is_older(std::uint32_t timestamp, std::uint32_t than);

}  // namespace glass::tcp
