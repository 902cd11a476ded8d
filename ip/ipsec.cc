#include "ip/ipsec.h"

namespace glass::ip {

void AuthenticationHeader::serialize(Buffer& out) const {
    const std::size_t words = (kMinLength + icv.size() + 3) / 4;
    Writer w(out);
    w.u8(next_header);
    w.u8(static_cast<std::uint8_t>(words - 2));
    w.u16(reserved);
    w.u32(spi);
    w.u32(sequence);
    w.bytes(icv);
    w.zeros(words * 4 - kMinLength - icv.size());
}

AuthenticationHeader read_ah(Bytes bytes) {
    Reader in(bytes);
    AuthenticationHeader h;
    h.next_header = in.u8();
    h.payload_len = in.u8();
    h.reserved = in.u16();
    h.spi = in.u32();
    h.sequence = in.u32();
    if (h.header_length() > AuthenticationHeader::kMinLength)
        h.icv = first(after(bytes, AuthenticationHeader::kMinLength),
                      h.header_length() - AuthenticationHeader::kMinLength);
    return h;
}

Result<AuthenticationHeader> parse_ah(Bytes bytes) {
    const AuthenticationHeader h = read_ah(bytes);
    if (bytes.size() < AuthenticationHeader::kMinLength) return std::unexpected(Error::truncated);
    if (h.header_length() < AuthenticationHeader::kMinLength)
        return std::unexpected(Error::bad_header_length);
    if (h.header_length() > bytes.size()) return std::unexpected(Error::truncated);
    return h;
}

void EspHeader::serialize(Buffer& out) const {
    Writer w(out);
    w.u32(spi);
    w.u32(sequence);
}

EspHeader read_esp(Bytes bytes) {
    Reader in(bytes);
    EspHeader h;
    h.spi = in.u32();
    h.sequence = in.u32();
    return h;
}

Result<EspHeader> parse_esp(Bytes bytes) {
    if (bytes.size() < EspHeader::kLength) return std::unexpected(Error::truncated);
    return read_esp(bytes);
}

Hop step_ah(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < AuthenticationHeader::kMinLength)
        return cut_short(AuthenticationHeader::kMinLength, captured.size());
    const AuthenticationHeader h = read_ah(captured);
    const auto length = static_cast<std::uint32_t>(h.header_length());
    if (length > wire_length)
        return {.fault = missing("header length {} exceeds the {} bytes there are", length, wire_length)};
    if (length > captured.size()) return cut_short(length, captured.size());
    Hop hop{.header_length = length, .next = proto_of_ip_protocol(h.next_header)};
    if (length < AuthenticationHeader::kMinLength) hop.fault = {"header length {} is below 12", length};
    return hop;
}

Hop step_esp(Bytes captured, std::uint32_t) {
    if (captured.size() < EspHeader::kLength) return cut_short(EspHeader::kLength, captured.size());
    return {.header_length = EspHeader::kLength};
}

}  // namespace glass::ip
