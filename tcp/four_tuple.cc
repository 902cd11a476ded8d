#include "tcp/four_tuple.h"

#include <array>

namespace glass::tcp {

std::uint64_t hash(const FourTuple& tuple, const ip::SipKey& key) {
    std::array<std::uint64_t, 5> words{std::uint64_t{tuple.local.port} << 16 | tuple.remote.port};
    std::size_t n = 1;
    const auto add = [&](std::uint64_t word) { words[n++] = word; };
    for (const ip::Address* address : {&tuple.local.address, &tuple.remote.address}) {
        if (!address->is_v4()) add(address->high_word());
        add(address->low_word());
    }
    return ip::siphash(key, std::span(words).first(n));
}

}  // namespace glass::tcp
