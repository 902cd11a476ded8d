// Fields: a header taken apart, once, for every view: JSON, --fields, tree, annotated bytes and RFC box.
//
// A protocol has one constexpr array of FieldInfo, and one describe function that adds its values:
//
//     constexpr FieldInfo kUdp[] = {{"srcport", "Source Port", 0, 16}, {"dstport", "Destination Port", 16,
//     16}, ...}; void describe_udp(const Layer& layer, const Packet&, FieldList& out) {
//         const ip::UdpHeader h = ip::read_udp(layer.bytes);
//         out.number(in(kUdp, "srcport"), h.src_port);
//         out.note("{}", port_name);                        // formatted only where people read it
#pragma once

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

#include "ip/address.h"
#include "ip/bytes.h"

namespace glass::tools {

enum class Show : std::uint8_t {
    everywhere,   ///< part of the JSON contract, too
    people_only,  ///< tree, bytes, box and --fields; not in JSON
};
enum class Radix : std::uint8_t { decimal, hex };

/// What is known of a field before a packet is seen.
struct FieldInfo {
    std::string_view key;     ///< Wireshark's name without the protocol: "ttl"
    std::string_view label;   ///< the RFC's words: "Time to Live"
    std::uint16_t bit = 0;    ///< where it starts, in bits from the start of the header, where that is fixed
    std::uint16_t width = 0;  ///< bits; 0: derived, owns no octets
    Show show = Show::everywhere;
    Radix radix = Radix::decimal;  ///< for people; JSON numbers are decimal
};

/// A field at a place of its own in the layer: options, and whatever follows them.
struct Placed {
    const FieldInfo* info;
    std::uint32_t bit;
    std::uint32_t width;

    constexpr Placed(const FieldInfo& i) : info(&i), bit(i.bit), width(i.width) {}
    constexpr Placed(const FieldInfo& i, std::uint32_t at_bit, std::uint32_t bits)
        : info(&i), bit(at_bit), width(bits) {}
};
/// `info`, but `length` octets from octet `at` of the layer.
constexpr Placed at_octets(const FieldInfo& info, std::size_t at, std::size_t length) {
    return {info, static_cast<std::uint32_t>(at * 8), static_cast<std::uint32_t>(length * 8)};
}

/// The entry with this key; a key that is not in the array does not compile.
template <std::size_t N>
consteval const FieldInfo& in(const FieldInfo (&fields)[N], std::string_view key) {
    for (const FieldInfo& field : fields)
        if (field.key == key) return field;
    throw "no such key";
}

struct Field {
    enum class Kind : std::uint8_t {
        number,
        boolean,
        text,    ///< UTF-8 if the sender was kind; views must expect any octet
        octets,  ///< shown in hexadecimal
        mac,
        ipv4,
        ipv6,
        list_begin,  ///< a JSON array: objects or numbers follow, up to list_end
        list_end,
        object_begin,  ///< an object inside a list, or of its own
        object_end,
    };
    const FieldInfo* info = nullptr;  ///< null for list elements without a name, and for ends
    Kind kind = Kind::number;
    bool escaped = false;      ///< text whose backslashes mean something already
    std::uint32_t bit = 0;     ///< from the start of the layer
    std::uint32_t width = 0;   ///< 0: derived
    std::uint64_t number = 0;  ///< number, boolean; IPv4 address in host order
    std::string_view text;     ///< text; raw octets of octets, mac and ipv6
    std::string_view note;     ///< what it means, for people; empty in machine views
};

/// The fields of one layer, in order. Reused from layer to layer: clear() keeps the memory.
class FieldList {
public:
    enum class For : std::uint8_t {
        people,   ///< everything, with notes
        columns,  ///< everything, without notes
        json,     ///< without notes, and without values that only people read
    };
    explicit FieldList(For reader) : reader_(reader) { fields_.reserve(64); }

    /// Starts a layer of which `captured` octets are there: fields that lie beyond them are left out.
    void start(ip::Bytes captured);

    void number(Placed at, std::uint64_t value) { add(at, Field::Kind::number).number = value; }
    void boolean(Placed at, bool value) { add(at, Field::Kind::boolean).number = value; }
    /// `value` must outlive the list: a literal, octets of the packet, or what store() returned.
    void text(Placed at, std::string_view value) { add(at, Field::Kind::text).text = value; }
    /// The same for text that quotes a packet in a notation of its own, as the names of DNS: backslashes in
    /// it are not escaped again.
    void escaped_text(Placed at, std::string_view value) {
        Field& field = add(at, Field::Kind::text);
        field.text = value;
        field.escaped = true;
    }
    void octets(Placed at, ip::Bytes value) { add(at, Field::Kind::octets).text = as_text(value); }
    void address(Placed at, ip::Ipv4Address a) { add(at, Field::Kind::ipv4).number = a.value; }
    /// The address must outlive the list (in the packet's own octets it does), or pass through store().
    void ipv6_address(Placed at, ip::Bytes sixteen) { add(at, Field::Kind::ipv6).text = as_text(sixteen); }
    void mac_address(Placed at, ip::Bytes six) { add(at, Field::Kind::mac).text = as_text(six); }

    void begin_list(Placed at) { add_mark(at, Field::Kind::list_begin); }
    void end_list() { add_end(Field::Kind::list_end); }
    /// An object with a place of its own, as a TCP option; its info gives tree views a title.
    void begin_object(Placed at) { add_mark(at, Field::Kind::object_begin); }
    void end_object() { add_end(Field::Kind::object_end); }

    /// Says what the field just added means, as "6 = TCP". Not formatted where nobody reads it.
    template <class... Args>
    void note(fmt::format_string<Args...> format, Args&&... args) {
        if (!verbose() || skipped_) return;
        fields_.back().note = store(fmt::format(format, std::forward<Args>(args)...));
    }
    bool verbose() const { return reader_ == For::people; }

    /// Copies text into the list's memory, valid until the next start().
    std::string_view store(std::string_view text);

    std::span<const Field> fields() const { return fields_; }
    ip::Bytes captured() const { return captured_; }

private:
    static std::string_view as_text(ip::Bytes b) {
        return {reinterpret_cast<const char*>(b.data()), b.size()};
    }
    Field& add(Placed at, Field::Kind kind);
    void add_mark(Placed at, Field::Kind kind);
    void add_end(Field::Kind kind);

    For reader_;
    bool skipped_ = false;  ///< the field just added lies beyond what was captured
    ip::Bytes captured_;
    std::vector<Field> fields_;
    Field scrap_;
    std::array<char, 8192> first_memory_;
    std::pmr::monotonic_buffer_resource memory_{first_memory_.data(), first_memory_.size()};
};

}  // namespace glass::tools
