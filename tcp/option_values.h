// Option values: what each TCP option says, RFC 9293 section 3.2 and IANA's list.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

#include "ip/bytes.h"
#include "tcp/seq.h"

namespace glass::tcp {

/// +---------------+---------------+------------------------------
/// |     Kind      |    Length     |  Length - 2 octets of data ...
/// +---------------+---------------+------------------------------
/// Length counts all three parts; end_of_list and no_operation are one octet, the kind alone (MUST-68).
enum class OptionKind : std::uint8_t {
    end_of_list = 0,
    no_operation = 1,
    maximum_segment_size = 2,
    window_scale = 3,
    sack_permitted = 4,
    sack = 5,
    timestamps = 8,
    md5_signature = 19,
    user_timeout = 28,
    authentication = 29,
    multipath = 30,
    fast_open = 34,
    experiment_1 = 253,
    experiment_2 = 254,
};

/// Two borrowed runs of octets with equal contents.
[[nodiscard]] inline bool same(ip::Bytes a, ip::Bytes b) {
    return std::ranges::equal(a, b);
}

struct EndOfList {
    bool operator==(const EndOfList&) const = default;
};
struct NoOperation {
    bool operator==(const NoOperation&) const = default;
};

/// RFC 9293 section 3.7.1; in a SYN only (MUST-65).
struct MaximumSegmentSize {
    std::uint16_t octets = 0;

    bool operator==(const MaximumSegmentSize&) const = default;
};
/// RFC 7323 section 2.2; above 14 a receiver takes it for 14 (section 2.3).
struct WindowScale {
    static constexpr std::uint8_t kMax = 14;
    std::uint8_t shift = 0;

    bool operator==(const WindowScale&) const = default;
};
/// RFC 2018 section 2.
struct SackPermitted {
    bool operator==(const SackPermitted&) const = default;
};

struct SackBlock {
    Seq left;   ///< the first sequence number of the block
    Seq right;  ///< the first one after it

    bool operator==(const SackBlock&) const = default;
};
/// RFC 2018 section 3.
struct Sack {
    static constexpr std::size_t kMaxBlocks = 4;
    std::uint8_t count = 0;  ///< 1 to 4
    std::array<SackBlock, kMaxBlocks> blocks;

    bool operator==(const Sack&) const = default;
};
/// RFC 7323 section 3.2.
struct Timestamps {
    std::uint32_t tsval = 0;
    std::uint32_t tsecr = 0;

    bool operator==(const Timestamps&) const = default;
};
/// RFC 2385.
struct Md5Signature {
    ip::Bytes digest;  ///< 16 octets

    bool operator==(const Md5Signature& o) const { return same(digest, o.digest); }
};
/// RFC 5482 section 3.
struct UserTimeout {
    bool minutes = false;     ///< the granularity bit; else seconds
    std::uint16_t value = 0;  ///< 15 bits

    bool operator==(const UserTimeout&) const = default;
};
/// RFC 5925 section 2.2.
struct Authentication {
    std::uint8_t key_id = 0;
    std::uint8_t r_next_key_id = 0;
    ip::Bytes mac;

    bool operator==(const Authentication& o) const {
        return key_id == o.key_id && r_next_key_id == o.r_next_key_id && same(mac, o.mac);
    }
};
/// RFC 8684 section 3.
struct Multipath {
    std::uint8_t subtype = 0;  ///< 4 bits
    ip::Bytes data;            ///< the subtype's own octet included

    bool operator==(const Multipath& o) const { return subtype == o.subtype && same(data, o.data); }
};
/// RFC 7413 section 4.1.1; before it had a number of its own, as an experiment with this ExID.
struct FastOpen {
    static constexpr std::uint16_t kExId = 0xf989;
    bool experimental = false;  ///< kind 254 with the ExID
    ip::Bytes cookie;           ///< 4 to 16 octets, an even number; empty: asks for one

    bool operator==(const FastOpen& o) const {
        return experimental == o.experimental && same(cookie, o.cookie);
    }
};
/// RFC 6994: kinds 253 and 254 are told apart by an identifier.
struct Experiment {
    OptionKind kind = OptionKind::experiment_2;
    std::uint16_t ex_id = 0;
    ip::Bytes data;  ///< after the identifier

    bool operator==(const Experiment& o) const {
        return kind == o.kind && ex_id == o.ex_id && same(data, o.data);
    }
};
/// Well-formed, and skipped (MUST-6).
struct UnknownOption {
    std::uint8_t kind = 0;
    ip::Bytes data;

    bool operator==(const UnknownOption& o) const { return kind == o.kind && same(data, o.data); }
};
/// A length that is impossible, or not one that this kind has (MUST-7).
struct MalformedOption {
    std::uint8_t kind = 0;
    ip::Bytes data;  ///< whatever follows the kind, the length octet included

    bool operator==(const MalformedOption& o) const { return kind == o.kind && same(data, o.data); }
};

using OptionValue = std::variant<EndOfList, NoOperation, MaximumSegmentSize, WindowScale, SackPermitted, Sack,
                                 Timestamps, Md5Signature, UserTimeout, Authentication, Multipath, FastOpen,
                                 Experiment, UnknownOption, MalformedOption>;

/// What to call an option of this kind: "mss", "wscale", ...; "unknown".
[[nodiscard]] std::string_view option_name(std::uint8_t kind);

}  // namespace glass::tcp
