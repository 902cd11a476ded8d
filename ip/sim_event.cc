#include "ip/sim_event.h"

#include <array>

namespace glass::ip {

std::string_view to_string(Drop why) {
    constexpr std::array<std::string_view, static_cast<std::size_t>(Drop::count_)> kNames = {
        "too big for the link",
        "too big for the link, silently",
        "link memory full",
        "queue full",
        "RED",
        "CoDel",
        "random loss",
        "burst loss",
        "on the list"};
    const auto index = static_cast<std::size_t>(why);
    return index < kNames.size() ? kNames[index] : "unknown";
}

}  // namespace glass::ip
