#include "tools/byte_plan.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "tools/text_value.h"

namespace glass::tools {
namespace {

using Kind = Field::Kind;

constexpr std::size_t kDumpFrom = 65;  ///< octets of a field that is shown as a dump
constexpr std::size_t kSpelledOctets =
    8;  ///< longer octets stand at the left already: only their number is said
constexpr std::size_t kTextLimit = 256;  ///< octets of a text that is not octets of the packet
constexpr std::size_t kDeepest = 6;

bool is_begin(Kind kind) {
    return kind == Kind::list_begin || kind == Kind::object_begin;
}
bool is_end(Kind kind) {
    return kind == Kind::list_end || kind == Kind::object_end;
}

struct Bits {
    std::uint64_t begin = 0, end = 0;

    Extent octets() const {
        return {static_cast<std::size_t>(begin / 8), static_cast<std::size_t>((end + 7) / 8)};
    }
    bool contains(const Bits& other) const { return begin <= other.begin && other.end <= end; }
};
Bits bits_of(const Field& field) {
    return {field.bit, std::uint64_t{field.bit} + field.width};
}

/// What the plan knows of the field with the same index.
struct Role {
    std::size_t end = 0;    ///< of a list or object: the index of its end, or the number of fields
    std::size_t depth = 0;  ///< lists and objects around it
    bool claims = false;    ///< its octets are printed beside it
    bool title = false;     ///< a list or object whose members claim octets
};

/// The members of fields[begin] that have a place.
std::vector<Extent> placed_members(std::span<const Field> fields, std::size_t begin, std::size_t end) {
    std::vector<Extent> out;
    for (std::size_t i = begin + 1; i < end; ++i)
        if (fields[i].width > 0) out.push_back(bits_of(fields[i]).octets());
    return out;
}

/// Whether two or more extents leave no octet of `whole` out.
bool tile(std::vector<Extent> extents, Extent whole) {
    std::ranges::sort(extents, {}, &Extent::begin);
    std::size_t covered = whole.begin;
    for (const Extent& extent : extents)
        if (extent.begin <= covered) covered = std::max(covered, extent.end);
    return extents.size() >= 2 && covered >= whole.end;
}

/// Whether a list or object leaves its octets to its members.
bool delegates(std::span<const Field> fields, std::size_t begin, std::size_t end) {
    const Field& group = fields[begin];
    const std::vector<Extent> members = placed_members(fields, begin, end);
    if (members.empty() || group.width == 0 || group.kind == Kind::list_begin) return !members.empty();
    return tile(members, bits_of(group).octets());
}

std::vector<Role> roles_of(std::span<const Field> fields) {
    std::vector<Role> roles(fields.size());
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (is_end(fields[i].kind) && !open.empty()) {
            roles[open.back()].end = i;
            open.pop_back();
        }
        roles[i] = {fields.size(), open.size(), false, false};
        if (is_begin(fields[i].kind)) open.push_back(i);
    }
    std::size_t owned_until = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i < owned_until || is_end(fields[i].kind)) continue;
        const bool group = is_begin(fields[i].kind);
        roles[i].title = group && delegates(fields, i, roles[i].end);
        roles[i].claims = !roles[i].title && fields[i].width > 0;
        if (group && roles[i].claims) owned_until = roles[i].end;
    }
    return roles;
}

/// A field that claims octets, by index, and those that are shown with it.
struct Block {
    Bits bits;
    std::vector<std::size_t> above, beside;
};

/// Fields in the order of the list: a title waits for the first claim inside of it, other fields follow the
/// claim before them.
std::vector<Block> blocks_of(std::span<const Field> fields, std::span<const Role> roles) {
    std::vector<Block> blocks;
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (is_end(fields[i].kind)) continue;
        if (roles[i].claims) {
            blocks.push_back({bits_of(fields[i]), std::move(waiting), {i}});
            waiting.clear();
        } else if (roles[i].title || !waiting.empty() || blocks.empty()) {
            waiting.push_back(i);
        } else {
            blocks.back().beside.push_back(i);
        }
    }
    if (blocks.empty() && !waiting.empty()) blocks.push_back({{}, {}, std::move(waiting)});
    // Wider ones first, then those that came first.
    const auto place = [](const Block& b) { return std::tuple(b.bits.begin, ~b.bits.end, b.beside.front()); };
    std::ranges::sort(blocks, {}, place);
    return blocks;
}

bool is_long(const Field& field) {
    const bool opaque = field.kind == Kind::octets || field.kind == Kind::text;
    return opaque && field.width > 0 && field.text.size() >= kDumpFrom;
}

Saying say(const Field& field, std::size_t depth) {
    Saying out{std::min(depth, kDeepest), std::string(label_of(field)), {}};
    append_clean(field.note, out.note);
    if (is_begin(field.kind)) {
        if (out.text.empty()) out.text = field.kind == Kind::list_begin ? "List" : "Item";
    } else if (is_long(field) || (field.kind == Kind::octets && field.text.size() > kSpelledOctets)) {
        if (!out.text.empty()) out.text += ", ";
        append_count(field.text.size(), "byte", out.text);
    } else {
        if (!out.text.empty()) out.text += ' ';
        append_value(field, out.text, kTextLimit);
    }
    return out;
}

}  // namespace

std::vector<Unit> plan_bytes(std::span<const Field> fields) {
    const std::vector<Role> roles = roles_of(fields);
    std::vector<Unit> units;
    Bits widest;  // of the unit that is being filled
    for (const Block& block : blocks_of(fields, roles)) {
        const Extent octets = block.bits.octets();
        const bool shares = !units.empty() && octets.begin < units.back().octets.end;
        if (!shares) {
            units.push_back({octets, {}, {}, {}, false});
            widest = {};
        }
        Unit& unit = units.back();
        const std::size_t deeper = shares && widest.contains(block.bits);
        if (!deeper) widest = block.bits;
        unit.octets.end = std::max(unit.octets.end, octets.end);
        for (const std::size_t i : block.above)
            (shares ? unit.beside : unit.above).push_back(say(fields[i], roles[i].depth + deeper));
        const Role& claim = roles[block.beside.front()];
        for (const std::size_t i : block.beside) {
            const bool derived = i != block.beside.front() && roles[i].depth == 0 && claim.depth == 0;
            const std::size_t depth = roles[i].depth + std::max<std::size_t>(deeper, derived);
            (roles[i].depth < claim.depth ? unit.below : unit.beside).push_back(say(fields[i], depth));
        }
        unit.dump = !shares && is_long(fields[block.beside.front()]);
    }
    return units;
}

}  // namespace glass::tools
