// The pcapng file format, draft-ietf-opsawg-pcapng sections 3 and 4.
#include "ip/pcapng_format.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

#include "ip/salvage.h"

namespace glass::ip {
namespace {

// Block types, section 11.1.
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;  // reads the same in both byte orders
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kPacket = 2;  // obsolete, appendix A
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;

constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kBlockStart = 8;     // type and length
constexpr std::uint32_t kBlockMinimum = 12;  // and the length again
constexpr std::size_t kMaxInterfaces = 65536;

// Option codes, sections 3.5 and 4.2.
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kTimestampResolution = 9;
constexpr std::uint16_t kTimestampOffset = 14;

constexpr auto kPowersOfTen = [] {
    std::array<std::uint64_t, 20> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

constexpr bool is_read(std::uint32_t block_type) {
    return block_type == kEnhancedPacket || block_type == kSimplePacket || block_type == kPacket ||
           block_type == kInterfaceDescription || block_type == kSectionHeader;
}

constexpr std::size_t padded(std::size_t n) {
    return (n + 3) & ~std::size_t{3};
}

}  // namespace

bool PcapngFormat::recognises(Bytes start) {
    return start.size() >= 4 && load32(start.data()) == kSectionHeader;
}

std::expected<PcapngFormat, std::string> PcapngFormat::open(InputBuffer& in) {
    PcapngFormat format;
    Block block;
    Frame none;
    if (!format.read_block(in, block) || format.read_body(block, none) == Found::fault) {
        return std::unexpected(format.damage_->what);
    }
    in.take(block.length);
    return format;
}

bool PcapngFormat::next(InputBuffer& in, Frame& frame) {
    Block block;
    Found found = Found::nothing;
    while (found == Found::nothing) {
        if (!read_block(in, block)) return false;
        if (is_read(block.type)) {
            found = read_body(block, frame);
            if (found != Found::fault) in.take(block.length);
        } else if (!skip_block(in, block)) {
            return false;
        }
    }
    return found == Found::frame;
}

bool PcapngFormat::fail(std::string what) {
    damage_ = Damage{block_offset_, std::move(what)};
    return false;
}

PcapngFormat::Found PcapngFormat::damaged(std::string what) {
    fail(std::move(what));
    return Found::fault;
}

/// A section header says in which byte order to read even its own length (section 4.1).
bool PcapngFormat::set_order(InputBuffer& in) {
    const std::uint8_t* p = in.peek(kBlockStart + 4);
    if (!p) return fail("file ends inside a section header");
    order_.big_endian = load32(p + kBlockStart) == kByteOrderMagic;
    if (order_.u32(p + kBlockStart) != kByteOrderMagic) return fail("section header has no byte-order magic");
    return true;
}

/// Type and length; false at the end, too.
bool PcapngFormat::read_start(InputBuffer& in, Block& block) {
    block_offset_ = in.offset();
    const std::uint8_t* p = in.peek(kBlockStart);
    if (!p && in.available() == 0) return false;
    if (!p) return fail(fmt::format("file ends inside a block header, after {} bytes", in.available()));
    if (load32(p) == kSectionHeader) {
        if (!set_order(in)) return false;
        p = in.peek(kBlockStart);
    }
    block = {.type = order_.u32(p), .length = order_.u32(p + 4), .body = {}};
    if (block.length < kBlockMinimum || block.length % 4 != 0) {
        return fail(fmt::format("block claims {} bytes, which no block can have", block.length));
    }
    return true;
}

/// Peeks at a whole block that is to be read, and at the start of any other.
bool PcapngFormat::read_block(InputBuffer& in, Block& block) {
    if (!read_start(in, block)) return false;
    if (!is_read(block.type)) return true;
    if (block.length > kMaxRecord) return fail(fmt::format("block claims {} bytes", block.length));
    const std::uint8_t* p = in.peek(block.length);
    if (!p) {
        return fail(
            fmt::format("file ends inside a block, after {} of {} bytes", in.available(), block.length));
    }
    const std::uint32_t again = order_.u32(p + block.length - 4);
    if (again != block.length) {
        return fail(fmt::format("block claims {} bytes at its start and {} at its end", block.length, again));
    }
    block.body = Bytes(p + kBlockStart, block.length - kBlockMinimum);
    return true;
}

/// A block of a kind that says nothing about frames. It may be larger than what is read: nothing is kept of
/// it.
bool PcapngFormat::skip_block(InputBuffer& in, Block& block) {
    // One of reasonable length is not taken before it is known to be sound: what damage made of another block
    // must not swallow those after it.
    std::uint32_t left = block.length;
    const std::uint8_t* p = nullptr;
    if (left <= kSalvageReach) {
        p = in.peek(left);
    } else if (in.may_have(left) && in.skip(left - 4)) {
        left = 4;
        p = in.peek(left);
    }
    if (!p) return fail(fmt::format("file ends inside a block of {} bytes", block.length));
    const std::uint32_t again = order_.u32(p + left - 4);
    if (again != block.length) {
        return fail(fmt::format("block claims {} bytes at its start and {} at its end", block.length, again));
    }
    in.take(left);
    return true;
}

PcapngFormat::Found PcapngFormat::read_body(const Block& block, Frame& frame) {
    const Bytes body = block.body;
    switch (block.type) {
        case kSectionHeader: return read_section_header(body);
        case kInterfaceDescription: return read_interface(body);
        case kSimplePacket: return read_simple_packet(body, frame);
    }
    if (body.size() < 20) return damaged(fmt::format("packet block of {} bytes is too short", block.length));
    // The obsolete block has 16 bits of interface and 16 bits of drop count where the new one has its
    // interface.
    const std::uint32_t interface = block.type == kPacket ? order_.u16(body.data()) : order_.u32(body.data());
    return read_packet(interface, body, frame);
}

PcapngFormat::Found PcapngFormat::read_section_header(Bytes body) {
    if (body.size() < 16) return damaged("section header is too short");
    const std::uint16_t major = order_.u16(&body[4]);
    const std::uint16_t minor = order_.u16(&body[6]);
    // Some writers said 1.2 and meant 1.0: section 4.1 wants both accepted.
    if (major != 1 || (minor != 0 && minor != 2)) {
        return damaged(fmt::format("not readable: says it is pcapng version {}.{}", major, minor));
    }
    interfaces_.clear();
    too_many_interfaces_ = false;
    return Found::nothing;
}

PcapngFormat::Found PcapngFormat::read_interface(Bytes body) {
    if (body.size() < 8) return damaged("interface description is too short");
    if (interfaces_.size() == kMaxInterfaces) {
        if (std::exchange(too_many_interfaces_, true)) return Found::nothing;  // said once a section
        return damaged(fmt::format("more than {} interfaces", kMaxInterfaces));
    }
    CaptureInterface interface {
        .link = static_cast<LinkType>(order_.u16(body.data())), .snapshot_length = order_.u32(&body[4])
    };
    Bytes options = after(body, 8);
    std::uint16_t code = 0;
    Bytes value;
    while (next_option(options, code, value)) {
        if (read_interface_option(interface, code, value) == Found::fault) return Found::fault;
    }
    if (!options.empty()) return damaged("interface description has an option that exceeds it");
    interfaces_.push_back(interface);
    return Found::nothing;
}

PcapngFormat::Found PcapngFormat::read_interface_option(CaptureInterface& interface, std::uint16_t code,
                                                        Bytes value) {
    if (code == kTimestampResolution) {
        if (value.size() != 1) return damaged("if_tsresol has a wrong length");
        interface.resolution = value[0];
    } else if (code == kTimestampOffset) {
        if (value.size() != 8) return damaged("if_tsoffset has a wrong length");
        interface.offset_seconds = static_cast<std::int64_t>(order_.u64(value.data()));
    }
    return Found::nothing;
}

PcapngFormat::Found PcapngFormat::read_packet(std::uint32_t interface, Bytes body, Frame& frame) {
    if (interface >= interfaces_.size()) {
        return damaged(fmt::format("packet of interface {}, of which the section has {}", interface,
                                   interfaces_.size()));
    }
    const std::uint64_t timestamp = std::uint64_t{order_.u32(&body[4])} << 32 | order_.u32(&body[8]);
    const std::uint32_t captured = order_.u32(&body[12]);
    const Bytes data = body.subspan(20);
    if (captured > data.size()) {
        return damaged(fmt::format("packet claims {} bytes in a block with {}", captured, data.size()));
    }
    frame.time = interfaces_[interface].time_of(timestamp);
    frame.has_time = true;
    frame.length = order_.u32(&body[16]);
    frame.link = interfaces_[interface].link;
    frame.interface = interface;
    frame.bytes = data.first(captured);
    frame.comment = {};
    frame.file_offset = block_offset_;
    if (const Bytes options = after(data, padded(captured)); !options.empty()) read_comments(options, frame);
    return Found::frame;
}

/// Section 4.4: no timestamp, the section's first interface, and its snapshot length says what was captured.
PcapngFormat::Found PcapngFormat::read_simple_packet(Bytes body, Frame& frame) {
    if (body.size() < 4) return damaged("simple packet block is too short");
    if (interfaces_.empty()) return damaged("packet of interface 0, of which the section has 0");
    const std::uint32_t original = order_.u32(body.data());
    const std::uint32_t snapshot = interfaces_[0].snapshot_length;
    const std::uint32_t captured = snapshot == 0 ? original : std::min(original, snapshot);
    if (captured > body.size() - 4) {
        return damaged(fmt::format("packet claims {} bytes in a block with {}", captured, body.size() - 4));
    }
    frame = {.time = {},
             .has_time = false,
             .length = original,
             .link = interfaces_[0].link,
             .bytes = body.subspan(4, captured),
             .comment = {},
             .file_offset = block_offset_};
    return Found::frame;
}

/// An option that exceeds its block ends the list: the frame itself is sound.
void PcapngFormat::read_comments(Bytes options, Frame& frame) {
    std::uint16_t code = 0;
    Bytes value;
    bool several = false;
    bool any = false;
    while (next_option(options, code, value)) {
        if (code != kComment) continue;
        const std::string_view text(reinterpret_cast<const char*>(value.data()), value.size());
        if (any && !several) comments_ = frame.comment;
        several = any;
        if (several) comments_.append("\n").append(text);
        frame.comment = several ? std::string_view(comments_) : text;
        any = true;
    }
}

/// Takes one option off the front. False at their end; what is left then is nothing, or an option that
/// exceeds it.
bool PcapngFormat::next_option(Bytes& options, std::uint16_t& code, Bytes& value) const {
    if (options.size() < 4) return false;
    code = order_.u16(options.data());
    const std::size_t length = order_.u16(&options[2]);
    if (code == kEndOfOptions) options = {};
    if (code == kEndOfOptions || length > options.size() - 4) return false;
    value = options.subspan(4, length);
    options = after(options, 4 + padded(length));
    return true;
}

Time CaptureInterface::time_of(std::uint64_t timestamp) const {
    __extension__ using Wide = __int128;  // a 64-bit timestamp in nanoseconds has up to 94 bits
    const unsigned exponent = resolution & 0x7f;
    Wide nanoseconds = timestamp;
    if (resolution & 0x80) {
        nanoseconds = exponent < 96 ? nanoseconds * 1'000'000'000 >> exponent : 0;
    } else if (exponent <= 9) {
        nanoseconds *= kPowersOfTen[9 - exponent];
    } else {
        nanoseconds = exponent <= 28 ? timestamp / kPowersOfTen[exponent - 9] : 0;
    }
    nanoseconds += Wide{offset_seconds} * 1'000'000'000;
    using Limits = std::numeric_limits<std::int64_t>;
    return Time(Duration(
        static_cast<std::int64_t>(std::clamp(nanoseconds, Wide{Limits::min()}, Wide{Limits::max()}))));
}

}  // namespace glass::ip
