#include "ip/ipv6_options.h"

namespace glass::ip {

std::optional<Ipv6Option> Ipv6OptionReader::next() {
    if (error_ || at_ >= options_.size()) return std::nullopt;
    const Bytes rest = options_.subspan(at_);
    if (rest[0] == ipv6_option::pad1) return Ipv6Option{.type = ipv6_option::pad1, .at = at_++};
    if (rest.size() < 2 || rest.size() - 2 < rest[1]) {
        error_ = Error::bad_option;
        return std::nullopt;
    }
    const Ipv6Option option{.type = rest[0], .at = at_, .data = rest.subspan(2, rest[1])};
    at_ += option.length();
    return option;
}

void Ipv6OptionsHeader::serialize(Buffer& out) const {
    const std::size_t length = (2 + options.size() + 7) / 8 * 8;
    const std::size_t padding = length - 2 - options.size();
    Writer w(out);
    w.u8(next_header);
    w.u8(static_cast<std::uint8_t>(length / 8 - 1));
    w.bytes(options);
    if (padding == 1) w.u8(ipv6_option::pad1);
    if (padding < 2) return;
    w.u8(ipv6_option::pad_n);
    w.u8(static_cast<std::uint8_t>(padding - 2));
    w.zeros(padding - 2);
}

Ipv6OptionsHeader read_ipv6_options_header(Bytes bytes) {
    Reader in(bytes);
    Ipv6OptionsHeader h;
    h.next_header = in.u8();
    h.hdr_ext_len = in.u8();
    h.options = first(after(bytes, 2), h.header_length() - 2);
    return h;
}

Result<Ipv6OptionsHeader> parse_ipv6_options_header(Bytes bytes) {
    const Ipv6OptionsHeader h = read_ipv6_options_header(bytes);
    if (bytes.size() < h.header_length()) return std::unexpected(Error::truncated);
    Ipv6OptionReader in(h.options);
    while (in.next()) {
    }
    if (in.error()) return std::unexpected(*in.error());
    return h;
}

void serialize_ipv6_options(std::span<const Ipv6Option> options, Buffer& out) {
    Writer w(out);
    for (const Ipv6Option& option : options) {
        w.u8(option.type);
        if (option.type == ipv6_option::pad1) continue;
        w.u8(static_cast<std::uint8_t>(option.data.size()));
        w.bytes(option.data);
    }
}

std::optional<Ipv6Address> home_address(Bytes options) {
    Ipv6OptionReader in(options);
    while (const auto option = in.next()) {
        if (option->type != ipv6_option::home_address || option->data.size() != 16) continue;
        Reader address(option->data);
        return read_ipv6_address(address);
    }
    return std::nullopt;
}

Hop step_ipv6_options_header(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < 2) return cut_short(8, captured.size());
    const Ipv6OptionsHeader h = read_ipv6_options_header(captured);
    const auto length = static_cast<std::uint32_t>(h.header_length());
    if (length > wire_length)
        return {.fault = missing("header length {} exceeds the {} bytes there are", length, wire_length)};
    if (length > captured.size()) return cut_short(length, captured.size());
    Hop hop{.header_length = length, .next = proto_of_ip_protocol(h.next_header)};
    Ipv6OptionReader in(h.options);
    while (in.next()) {
    }
    if (in.error())
        hop.fault = {"option at byte {} runs beyond the header",
                     static_cast<std::uint32_t>(in.position() + 2)};
    return hop;
}

}  // namespace glass::ip
