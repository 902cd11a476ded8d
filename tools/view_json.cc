#include "tools/view_json.h"

#include <charconv>
#include <fmt/format.h>

#include "tools/fault_text.h"
#include "tools/protocols.h"

namespace glass::tools {
namespace {

template <class A>
void write_address(JsonWriter& out, const A& address) {
    out.separate();
    char* p = out.out().room(ip::kMaxAddressText + 2);
    *p++ = '"';
    p = ip::write_text(p, address);
    *p++ = '"';
    out.out().advance_to(p);
}

template <class A>
A address_of(std::string_view octets) {
    A a;
    std::memcpy(a.octets.data(), octets.data(), a.octets.size());
    return a;
}

void write_value(const Field& field, JsonWriter& out) {
    switch (field.kind) {
        case Field::Kind::number: out.number(field.number); break;
        case Field::Kind::boolean: out.boolean(field.number != 0); break;
        case Field::Kind::text: out.text(field.text); break;
        case Field::Kind::octets: out.hex(field.text); break;
        case Field::Kind::mac: write_address(out, address_of<ip::MacAddress>(field.text)); break;
        case Field::Kind::ipv4:
            write_address(out, ip::Ipv4Address{static_cast<std::uint32_t>(field.number)});
            break;
        case Field::Kind::ipv6: write_address(out, address_of<ip::Ipv6Address>(field.text)); break;
        case Field::Kind::list_begin: out.begin_array(); break;
        case Field::Kind::list_end: out.end_array(); break;
        case Field::Kind::object_begin: out.begin_object(); break;
        case Field::Kind::object_end: out.end_object(); break;
    }
}

constexpr bool is_end(Field::Kind kind) {
    return kind == Field::Kind::list_end || kind == Field::Kind::object_end;
}
constexpr bool is_begin(Field::Kind kind) {
    return kind == Field::Kind::list_begin || kind == Field::Kind::object_begin;
}

/// Which of the enclosing levels are lists: their elements have no keys. Deeper than 32 nobody describes.
class Nesting {
public:
    bool in_list() const { return lists_ & 1; }
    void enter(bool list) { lists_ = lists_ << 1 | static_cast<std::uint32_t>(list); }
    void leave() { lists_ >>= 1; }

private:
    std::uint32_t lists_ = 0;
};

/// Members or elements, without what only people read. `in_list`: they have no keys.
void write_fields(std::span<const Field> fields, bool in_list, JsonWriter& out) {
    Nesting nesting;
    nesting.enter(in_list);
    for (std::size_t i = 0; i < fields.size();) {
        const Field& field = fields[i];
        if (is_end(field.kind)) {
            nesting.leave();
        } else {
            if (field.info && field.info->show == Show::people_only) {
                i = end_of_nested(fields, i);
                continue;
            }
            if (!nesting.in_list() && field.info) out.key(field.info->key);
            if (is_begin(field.kind)) nesting.enter(field.kind == Field::Kind::list_begin);
        }
        write_value(field, out);
        ++i;
    }
}

void write_layer(const Packet& packet, const Layer& layer, FieldList& fields, JsonWriter& out) {
    out.begin_object().key("proto").text(ip::name(layer.proto));
    if (layer.quoted) out.key("quoted").boolean(true);
    if (const Describe describe = protocol(layer.proto).describe) {
        fields.start(layer.bytes);
        describe(layer, packet, fields);
        write_fields(fields.fields(), false, out);
    }
    out.end_object();
}

}  // namespace

std::size_t end_of_nested(std::span<const Field> fields, std::size_t i) {
    int depth = 0;
    do {
        if (is_begin(fields[i].kind)) ++depth;
        if (is_end(fields[i].kind)) --depth;
        ++i;
    } while (depth > 0 && i < fields.size());
    return i;
}

void write_json_value(std::span<const Field> fields, JsonWriter& out) {
    write_fields(fields, true, out);
}

char* write_seconds(char* out, ip::Time time) {
    const std::int64_t ns = time.time_since_epoch().count();
    const bool negative = ns < 0;
    const std::uint64_t magnitude =
        negative ? ~static_cast<std::uint64_t>(ns) + 1 : static_cast<std::uint64_t>(ns);
    if (negative) *out++ = '-';
    out = std::to_chars(out, out + 20, magnitude / 1'000'000'000).ptr;
    *out++ = '.';
    std::uint64_t rest = magnitude % 1'000'000'000;
    for (int i = 8; i >= 0; --i, rest /= 10) out[i] = static_cast<char>('0' + rest % 10);
    return out + 9;
}

void write_json_line(const Packet& packet, FieldList& fields, JsonWriter& out, bool first) {
    char time[kMaxSecondsText + 8];
    const std::string_view time_text(time,
                                     static_cast<std::size_t>(write_seconds(time, packet.frame.time) - time));
    out.begin_object();
    if (first) out.key("schema").number(kJsonSchema);
    out.key("frame").number(packet.frame.number).key("time").text(time_text);
    out.key("len")
        .number(std::uint64_t{packet.frame.length})
        .key("cap_len")
        .number(packet.frame.bytes.size());
    if (!packet.frame.comment.empty()) out.key("comment").text(packet.frame.comment);
    out.key("layers").begin_array();
    for (const Layer& layer : packet.layers()) write_layer(packet, layer, fields, out);
    out.end_array();
    if (packet.fault) {
        out.key("error").begin_object().key("layer").text(ip::name(packet.fault->proto));
        out.key("what").text(to_string(packet.fault->fault)).end_object();
    }
    out.end_object().out().append('\n');
    out.start_line();
}

}  // namespace glass::tools
