#include "ip/ipv4_options.h"

namespace glass::ip {

std::optional<Ipv4Option> Ipv4OptionReader::next() {
    if (error_ || ended_ || at_ >= options_.size()) return std::nullopt;
    const Bytes rest = options_.subspan(at_);
    Ipv4Option option{.type = rest[0], .at = at_};
    if (!option.is_single_octet()) {
        if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) {
            error_ = Error::bad_option;
            return std::nullopt;
        }
        option.data = rest.subspan(2, rest[1] - 2u);
    }
    ended_ = option.type == ipv4_option::end_of_list;
    at_ += option.length();
    return option;
}

void serialize_ipv4_options(std::span<const Ipv4Option> options, Buffer& out) {
    Writer w(out);
    for (const Ipv4Option& option : options) {
        w.u8(option.type);
        if (option.is_single_octet()) continue;
        w.u8(static_cast<std::uint8_t>(option.length()));
        w.bytes(option.data);
    }
}

Result<RouteOption> parse_route_option(Bytes data) {
    if (data.empty() || data[0] < 4 || data.size() % 4 != 1) return std::unexpected(Error::bad_option);
    return RouteOption{.pointer = data[0], .addresses = data.subspan(1)};
}

std::optional<Ipv4Address> final_destination(Bytes options) {
    Ipv4OptionReader in(options);
    while (const auto option = in.next()) {
        if (option->type != ipv4_option::loose_source_route &&
            option->type != ipv4_option::strict_source_route)
            continue;
        const auto route = parse_route_option(option->data);
        if (!route || route->done() >= route->count()) return std::nullopt;
        return route->address(route->count() - 1);
    }
    return std::nullopt;
}

Result<TimestampOption> parse_timestamp_option(Bytes data) {
    if (data.size() < 2 || data[0] < 5) return std::unexpected(Error::bad_option);
    const TimestampOption option{.pointer = data[0],
                                 .overflow = static_cast<std::uint8_t>(data[1] >> 4),
                                 .flag = static_cast<std::uint8_t>(data[1] & 15),
                                 .entries = data.subspan(2)};
    if (option.entries.size() % option.entry_length() != 0) return std::unexpected(Error::bad_option);
    return option;
}

}  // namespace glass::ip
