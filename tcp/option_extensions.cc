#include "tcp/option_extensions.h"

#include <variant>

namespace glass::tcp {
namespace {

constexpr std::size_t kMd5Length = 16;

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

/// Writes kind, room for a length, and data.
struct WriteExtension {
    OptionOctets& out;

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
    template <class Other>
    void operator()(const Other&) const {}
};

}  // namespace

bool read_extension(std::uint8_t kind, ip::Bytes data, OptionValue& value) {
    switch (static_cast<OptionKind>(kind)) {
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
        case OptionKind::experiment_1: return read_experiment(OptionKind::experiment_1, data, value);
        case OptionKind::experiment_2: return read_experiment(OptionKind::experiment_2, data, value);
        default: value.emplace<UnknownOption>(kind, data); return true;
    }
}

void write_extension(const OptionValue& value, OptionOctets& out) {
    std::visit(WriteExtension{out}, value);
}

}  // namespace glass::tcp
