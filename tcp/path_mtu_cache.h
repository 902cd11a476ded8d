// PathMtuCache: what connections found out about the MTU of paths, for those that come later: RFC 1191
// section 6.1, RFC 8201 section 5.2.
#pragma once

#include "ip/address.h"
#include "ip/bounded_map.h"
#include "ip/time.h"

namespace glass::tcp {

/// By destination. Holds as many as it may, and what was used longest ago goes; what is older than ten
/// minutes counts for nothing: the path may have changed.
class PathMtuCache {
public:
    static constexpr ip::Duration kLifetime = std::chrono::minutes(10);

    PathMtuCache(std::size_t capacity, std::uint64_t seed) : entries_(capacity, seed) {}

    void note(const ip::Address& destination, std::uint16_t mtu, ip::Time now) {
        *entries_.find_or_insert({destination}).first = {mtu, now};
    }
    /// 0: nothing is known.
    [[nodiscard]] std::uint16_t find(const ip::Address& destination, ip::Time now) {
        const Entry* entry = entries_.find({destination});
        return entry && now - entry->noted <= kLifetime ? entry->mtu : std::uint16_t{0};
    }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct Key {
        ip::Address address;
        bool operator==(const Key&) const = default;
        [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const {
            return ip::mix(ip::mix(seed, address.high_word()), address.low_word());
        }
    };
    struct Entry {
        std::uint16_t mtu = 0;
        ip::Time noted{};
    };

    ip::BoundedMap<Key, Entry> entries_;
};

}  // namespace glass::tcp
