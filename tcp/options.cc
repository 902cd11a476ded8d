#include "tcp/options.h"

#include <algorithm>

#include "tcp/option_extensions.h"
#include "tcp/option_octets.h"

namespace glass::tcp {
namespace {

constexpr std::uint32_t kHalf = std::uint32_t{1} << 31;  // of the circle
constexpr auto kEndOfList = static_cast<std::uint8_t>(OptionKind::end_of_list);
constexpr auto kNoOperation = static_cast<std::uint8_t>(OptionKind::no_operation);

bool read_sack(ip::Bytes data, OptionValue& value) {
    if (data.empty() || data.size() % 8 != 0 || data.size() / 8 > Sack::kMaxBlocks) return false;
    Sack& sack = value.emplace<Sack>();
    for (; !data.empty(); data = data.subspan(8))
        sack.blocks[sack.count++] = {Seq(ip::load32(&data[0])), Seq(ip::load32(&data[4]))};
    return true;
}

/// Leaves the value alone where the length is not one that this kind has, and says so.
bool read_data(std::uint8_t kind, ip::Bytes data, OptionValue& value) {
    switch (static_cast<OptionKind>(kind)) {
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
        default: return read_extension(kind, data, value);
    }
}

/// Writes the kind, room for a length, and data.
struct WriteOption {
    const OptionValue& value;
    OptionOctets& out;

    void operator()(const EndOfList&) const { out.u8(kEndOfList); }
    void operator()(const NoOperation&) const { out.u8(kNoOperation); }
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
    template <class Other>
    void operator()(const Other&) const {
        write_extension(value, out);
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
    if (rest[0] == kEndOfList) {
        ended_ = true;
    } else if (rest[0] == kNoOperation) {
        option.value.emplace<NoOperation>();
    } else if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) {
        option.length = static_cast<std::uint8_t>(rest.size());
        option.value.emplace<MalformedOption>(rest[0], rest.subspan(1));
    } else {
        option.length = rest[1];
        if (!read_data(rest[0], rest.first(rest[1]).subspan(2), option.value))
            option.value.emplace<MalformedOption>(rest[0], rest.first(rest[1]).subspan(1));
    }
    at_ += option.length;
    return next;
}

bool OptionWriter::add(const OptionValue& value) {
    OptionOctets out;
    std::visit(WriteOption{value, out}, value);
    if (out.written().size() > 1) out.ends();
    if (!out.ok() || out.written().size() > octets_.size() - size_) return false;
    const auto back = OptionReader(out.written()).next();
    if (!back || back->value != value) return false;
    std::ranges::copy(out.written(), octets_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += out.written().size();
    return true;
}

ip::Bytes OptionWriter::octets() const {
    return {octets_.data(), (size_ + 3) / 4 * 4};
}

bool is_older(std::uint32_t timestamp, std::uint32_t than) {
    return timestamp != than && than - timestamp < kHalf;
}

}  // namespace glass::tcp
