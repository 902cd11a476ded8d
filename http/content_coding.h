// Content coding: gzip and deflate taken off a body as it comes: RFC 9110 section 8.4, RFC 1950, 1951 and
// 1952.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "ip/bytes.h"

namespace glass::http {

enum class Coding : std::uint8_t {
    gzip,     ///< or x-gzip
    deflate,  ///< zlib's format; also raw deflate, which some send under this name
};

/// The codings of a message's content in the order in which to take them off: those of Transfer-Encoding but
/// for chunked, then those of Content-Encoding. Nothing where one is not known, or there are more than four.
[[nodiscard]] std::optional<std::vector<Coding>> codings_of(const Head& head);

enum class DecodeStatus : std::uint8_t {
    ok,        ///< all input is used
    more,      ///< call again, with what is left of the input
    bad_data,  ///< not what the coding says, or its checksum is wrong: what came before it is good
    too_long,  ///< over the limit
    cut,       ///< finish(): the coded data has no end
};
[[nodiscard]] std::string_view to_string(DecodeStatus status);

/// Takes one coding off. Which of gzip, zlib's format and raw deflate it is, the octets say: the label only
/// counts where they do not look like the former two. Memory: 40 KiB or so.
class Inflater {
public:
    explicit Inflater(Coding coding);
    Inflater(Inflater&&) noexcept;
    Inflater& operator=(Inflater&&) noexcept;
    ~Inflater();

    /// Takes octets off the front of `in` and appends at most `room`, 1024 or more, to `out`; more: there may
    /// be more output, or input is left.
    [[nodiscard]] DecodeStatus decode(ip::Bytes& in, ip::Buffer& out, std::size_t room);
    /// Whether there was an end, or nothing at all.
    [[nodiscard]] bool at_end() const;

private:
    struct Zlib;
    bool sniff(ip::Bytes& in);
    DecodeStatus run(ip::Bytes& in, ip::Buffer& out, std::size_t room);
    bool next_member(ip::Bytes& in);
    DecodeStatus end_of_members(ip::Bytes& in);

    Coding coding_;
    std::unique_ptr<Zlib> zlib_;
};

/// Takes all codings of a message off.
class ContentDecoder {
public:
    /// In the order in which to take them off. After so many octets of output, of any coding, decoding stops.
    ContentDecoder(std::span<const Coding> codings, std::uint64_t max_octets);

    /// Takes octets off the front of `in` and appends at most kRoom to `out`. more: call again, until ok.
    /// After anything else nothing more comes.
    [[nodiscard]] DecodeStatus decode(ip::Bytes& in, ip::Buffer& out);
    /// At the body's end.
    [[nodiscard]] DecodeStatus finish() const;

    static constexpr std::size_t kRoom = std::size_t{64} << 10;

private:
    struct Stage {
        Inflater inflater;
        ip::Buffer out;          ///< but for the last one, whose output is the caller's
        std::size_t read = 0;    ///< of `out`, by the next stage
        bool more = false;       ///< there may be output without input
        std::uint64_t made = 0;  ///< octets of output in all
    };
    bool ready(std::size_t stage, ip::Bytes in) const;
    void run(std::size_t stage, ip::Bytes& in, ip::Buffer& out);

    std::uint64_t max_;
    std::vector<Stage> stages_;
    DecodeStatus failed_ = DecodeStatus::ok;
};

}  // namespace glass::http
