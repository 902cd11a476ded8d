#include "tools/live_options.h"

#include <charconv>
#include <fmt/format.h>

#include "tools/text_value.h"

namespace glass::tools {
namespace {

std::string quoted(std::string_view text) {
    std::string out = "'";
    append_escaped(text.substr(0, 60), out);
    return out + "'";
}

std::optional<unsigned> small_number(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

/// All bits of hosts are ones: to everybody there.
bool is_broadcast(const ip::Prefix& prefix) {
    return prefix.address.is_v4() && ~prefix.address.v4().value << prefix.length == 0;
}

/// What a host may not have; null: it may.
const char* why_not_ours(const ip::Prefix& prefix) {
    const ip::Address& a = prefix.address;
    if (a.is_v4() ? a.v4().value >> 24 == 0 : a.v6.is_unspecified()) return "is nobody's address";
    if (a.is_v4() ? a.v4().is_loopback() : a.v6.is_loopback()) return "is the loopback interface's";
    if (a.is_v4() ? a.v4().value >> 28 >= 0xe : a.v6.is_multicast()) return "is not one host's address";
    if (ip::network_of(prefix) == a) return "is the network's own address";
    if (is_broadcast(prefix)) return "is the network's broadcast address";
    return nullptr;
}

OptionValue<ip::Prefix> checked(const ip::Prefix& prefix) {
    if (const char* why = why_not_ours(prefix))
        return std::unexpected(
            fmt::format("{} {}: choose another, as 10.7.0.2/24 or fd07::2/64", to_string(prefix), why));
    return prefix;
}

}  // namespace

tcp::Config live_tcp() {
    tcp::Config config;
    config.rto.floor = std::chrono::milliseconds(250);
    return config;
}

OptionValue<ip::Prefix> parse_prefix(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = ip::parse_address(text.substr(0, slash));
    if (!address)
        return std::unexpected(quoted(text) + " is not an address: write 10.7.0.2/24 or fd07::2/64");
    if (slash == std::string_view::npos)
        return checked({*address, static_cast<std::uint8_t>(address->is_v4() ? 24 : 64)});
    const unsigned most = address->is_v4() ? 30 : 126;  // the other end needs an address of the network, too
    const auto length = small_number(text.substr(slash + 1), most);
    if (!length || *length < 8)
        return std::unexpected(
            fmt::format("{}: the network's length is a number from 8 to {}", quoted(text), most));
    return checked({*address, static_cast<std::uint8_t>(*length)});
}

OptionValue<tcp::Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const auto port = small_number(colon == std::string_view::npos ? text : text.substr(colon + 1), 65535);
    std::string_view host = colon == std::string_view::npos ? "0.0.0.0" : text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        host = {};  // which colon is the port's?
    const auto address = ip::parse_address(host);
    if (!port || !address)
        return std::unexpected(quoted(text) +
                               " is not an address and a port: write 127.0.0.1:8000 or [::1]:8000");
    return tcp::Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

}  // namespace glass::tools
