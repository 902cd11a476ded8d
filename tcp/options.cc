#include "tcp/options.h"

#include <algorithm>
#include <utility>

namespace glass::tcp {
namespace {

constexpr std::size_t kMd5Length = 16;

// Each of these leaves the value alone where the length is wrong, and says so.

bool read_sack(ip::Bytes data, OptionValue& value) {
    if (data.empty() || data.size() % 8 != 0 || data.size() / 8 > Sack::kMaxBlocks) return false;
    Sack& sack = value.emplace<Sack>();
    for (; !data.empty(); data = data.subspan(8))
        sack.blocks[sack.count++] = {Seq(ip::load32(&data[0])), Seq(ip::load32(&data[4]))};
    return true;
}

/// RFC 7413 section 4.1.1.
bool read_cookie(bool experimental, ip::Bytes data, OptionValue& value) {
    const bool right_size = data.empty() || (data.size() >= 4 && data.size() <= 16 && data.size() % 2 == 0);
    if (right_size) value.emplace<FastOpen>(experimental, data);
    return right_size;
}

bool read_experiment(OptionKind kind, ip::Bytes data, OptionValue& value) {
    if (data.size() < 2) return false;
    const std::uint16_t ex_id = ip::load16(&data[0]);
    data = data.subspan(2);
    if (kind == OptionKind::experiment_2 && ex_id == FastOpen::kExId) return read_cookie(true, data, value);
    value.emplace<Experiment>(kind, ex_id, data);
    return true;
}

bool read_user_timeout(ip::Bytes data, OptionValue& value) {
    if (data.size() != 2) return false;
    const std::uint16_t word = ip::load16(&data[0]);
    value.emplace<UserTimeout>((word & 0x8000) != 0, static_cast<std::uint16_t>(word & 0x7fff));
    return true;
}

bool read_known(OptionKind kind, ip::Bytes data, OptionValue& value) {
    switch (kind) {
        case OptionKind::maximum_segment_size:
            if (data.size() != 2) return false;
            value.emplace<MaximumSegmentSize>(ip::load16(&data[0]));
            return true;
        case OptionKind::window_scale:
            if (data.size() != 1) return false;
            value.emplace<WindowScale>(data[0]);
            return true;
        case OptionKind::sack_permitted:
            if (!data.empty()) return false;
            value.emplace<SackPermitted>();
            return true;
        case OptionKind::sack: return read_sack(data, value);
        case OptionKind::timestamps:
            if (data.size() != 8) return false;
            value.emplace<Timestamps>(ip::load32(&data[0]), ip::load32(&data[4]));
            return true;
        case OptionKind::md5_signature:
            if (data.size() != kMd5Length) return false;
            value.emplace<Md5Signature>(data);
            return true;
        case OptionKind::user_timeout: return read_user_timeout(data, value);
        case OptionKind::authentication:
            if (data.size() < 2) return false;
            value.emplace<Authentication>(data[0], data[1], data.subspan(2));
            return true;
        case OptionKind::multipath:
            if (data.empty()) return false;
            value.emplace<Multipath>(static_cast<std::uint8_t>(data[0] >> 4), data);
            return true;
        case OptionKind::fast_open: return read_cookie(false, data, value);
        case OptionKind::experiment_1:
        case OptionKind::experiment_2: return read_experiment(kind, data, value);
        default: value.emplace<UnknownOption>(static_cast<std::uint8_t>(kind), data); return true;
    }
}

/// An option of two octets and more; `octets` is all of it.
void read_value(ip::Bytes octets, OptionValue& value) {
    if (!read_known(static_cast<OptionKind>(octets[0]), octets.subspan(2), value))
        value.emplace<MalformedOption>(octets[0], octets.subspan(1));
}

/// Appends to forty octets; what does not fit is dropped, and makes it not ok().
class FixedWriter {
public:
    void u8(std::uint8_t v) {
        if (size_ < octets_.size()) octets_[size_] = v;
        ++size_;
    }
    void u16(std::uint16_t v) {
        u8(static_cast<std::uint8_t>(v >> 8));
        u8(static_cast<std::uint8_t>(v));
    }
    void u32(std::uint32_t v) {
        u16(static_cast<std::uint16_t>(v >> 16));
        u16(static_cast<std::uint16_t>(v));
    }
    void bytes(ip::Bytes b) {
        const std::size_t room = octets_.size() - std::min(size_, octets_.size());
        if (b.size() <= room)
            std::copy(b.begin(), b.end(), octets_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += b.size();
    }
    void kind(OptionKind k) { u8(static_cast<std::uint8_t>(k)); }
    /// Kind, and a length that ends() fills in.
    void begins(OptionKind k) {
        kind(k);
        u8(0);
    }
    void ends() {
        if (ok()) octets_[1] = static_cast<std::uint8_t>(size_);
    }
    bool ok() const { return size_ <= octets_.size(); }
    ip::Bytes written() const { return ip::first(octets_, size_); }

private:
    std::array<std::uint8_t, Segment::kMaxOptions> octets_{};
    std::size_t size_ = 0;
};

/// Writes kind, room for a length, and data.
struct WriteOption {
    FixedWriter& out;

    void operator()(const EndOfList&) const { out.kind(OptionKind::end_of_list); }
    void operator()(const NoOperation&) const { out.kind(OptionKind::no_operation); }
    void operator()(const MaximumSegmentSize& v) const {
        out.begins(OptionKind::maximum_segment_size);
        out.u16(v.octets);
    }
    void operator()(const WindowScale& v) const {
        out.begins(OptionKind::window_scale);
        out.u8(v.shift);
    }
    void operator()(const SackPermitted&) const { out.begins(OptionKind::sack_permitted); }
    void operator()(const Sack& v) const {
        out.begins(OptionKind::sack);
        for (std::size_t i = 0; i < std::min<std::size_t>(v.count, Sack::kMaxBlocks); ++i) {
            out.u32(v.blocks[i].left.value());
            out.u32(v.blocks[i].right.value());
        }
    }
    void operator()(const Timestamps& v) const {
        out.begins(OptionKind::timestamps);
        out.u32(v.tsval);
        out.u32(v.tsecr);
    }
    void operator()(const Md5Signature& v) const {
        out.begins(OptionKind::md5_signature);
        out.bytes(v.digest);
    }
    void operator()(const UserTimeout& v) const {
        out.begins(OptionKind::user_timeout);
        out.u16(static_cast<std::uint16_t>((v.minutes ? 0x8000 : 0) | (v.value & 0x7fff)));
    }
    void operator()(const Authentication& v) const {
        out.begins(OptionKind::authentication);
        out.u8(v.key_id);
        out.u8(v.r_next_key_id);
        out.bytes(v.mac);
    }
    void operator()(const Multipath& v) const {
        out.begins(OptionKind::multipath);
        out.bytes(v.data);
    }
    void operator()(const FastOpen& v) const {
        out.begins(v.experimental ? OptionKind::experiment_2 : OptionKind::fast_open);
        if (v.experimental) out.u16(FastOpen::kExId);
        out.bytes(v.cookie);
    }
    void operator()(const Experiment& v) const {
        out.begins(v.kind);
        out.u16(v.ex_id);
        out.bytes(v.data);
    }
    void operator()(const UnknownOption& v) const {
        out.begins(static_cast<OptionKind>(v.kind));
        out.bytes(v.data);
    }
    void operator()(const MalformedOption& v) const {
        out.u8(v.kind);
        out.bytes(v.data);
    }
};

}  // namespace

std::optional<Option> OptionReader::next() {
    std::optional<Option> next;  // the only thing returned, and so built in place: an option is not small
    if (ended_ || at_ >= options_.size()) return next;
    const ip::Bytes rest = options_.subspan(at_);
    Option& option = next.emplace();
    option.kind = rest[0];
    option.at = static_cast<std::uint8_t>(at_);
    option.length = 1;
    if (rest[0] == static_cast<std::uint8_t>(OptionKind::end_of_list)) {
        ended_ = true;
    } else if (rest[0] == static_cast<std::uint8_t>(OptionKind::no_operation)) {
        option.value.emplace<NoOperation>();
    } else if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) {
        option.length = static_cast<std::uint8_t>(rest.size());
        option.value.emplace<MalformedOption>(rest[0], rest.subspan(1));
    } else {
        option.length = rest[1];
        read_value(rest.first(rest[1]), option.value);
    }
    at_ += option.length;
    return next;
}

bool OptionWriter::add(const OptionValue& value) {
    FixedWriter out;
    std::visit(WriteOption{out}, value);
    const bool has_length = value.index() > 1 && !std::holds_alternative<MalformedOption>(value);
    if (has_length) out.ends();
    if (!out.ok() || out.written().size() > octets_.size() - size_) return false;
    const auto back = OptionReader(out.written()).next();
    if (!back || back->value != value || back->as<MalformedOption>()) return false;
    std::copy(out.written().begin(), out.written().end(),
              octets_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += out.written().size();
    return true;
}

ip::Bytes OptionWriter::octets() const {
    return {octets_.data(), (size_ + 3) / 4 * 4};
}

std::string_view option_name(std::uint8_t kind) {
    switch (static_cast<OptionKind>(kind)) {
        case OptionKind::end_of_list: return "eol";
        case OptionKind::no_operation: return "nop";
        case OptionKind::maximum_segment_size: return "mss";
        case OptionKind::window_scale: return "wscale";
        case OptionKind::sack_permitted: return "sack_permitted";
        case OptionKind::sack: return "sack";
        case OptionKind::timestamps: return "timestamps";
        case OptionKind::md5_signature: return "md5";
        case OptionKind::user_timeout: return "user_timeout";
        case OptionKind::authentication: return "ao";
        case OptionKind::multipath: return "mptcp";
        case OptionKind::fast_open: return "fast_open";
        case OptionKind::experiment_1:
        case OptionKind::experiment_2: return "experiment";
    }
    return "unknown";
}

}  // namespace glass::tcp
