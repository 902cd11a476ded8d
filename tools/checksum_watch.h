// Checksum watch: tells damage from what is no error. A host that leaves checksums to its network card shows
// wrong ones in its own captures, on every segment it sends, and so does every host whose address was
// rewritten: said once.
#pragma once

#include <array>
#include <cstdint>

#include "ip/address.h"
#include "ip/bounded_map.h"

namespace glass::tools {

struct AddressKey {
    ip::Address address;

    bool operator==(const AddressKey&) const = default;
    std::uint64_t hash(std::uint64_t seed) const {
        return ip::mix(ip::mix(seed ^ address.version, address.high_word()), address.low_word());
    }
};

class ChecksumWatch {
public:
    enum class Verdict : std::uint8_t {
        good,
        damaged,   ///< wrong, and this host sends right ones, too (or it is too early to tell)
        expected,  ///< wrong, but no damage: the network card was to fill it in, or addresses were rewritten
        newly_partial,  ///< the same, for the first time from this host: certain, by what stands in the field
        newly_all_wrong,  ///< the same, because not one of many was right
    };

    /// Hosts remembered at the most; of more, the one silent for longest is forgotten.
    static constexpr std::size_t kMaxHosts = 65'536;

    explicit ChecksumWatch(std::uint64_t seed) : hosts_(kMaxHosts, seed) {}

    /// `partial`: the field holds the pseudo-header's sum, which only offload explains. Called when `good` is
    /// false.
    template <class Partial>
    Verdict judge(const ip::Address& sender, bool good, Partial partial) {
        ip::Address& recent = recent_good_[sender.low_word() % kRecent];
        if (good && recent == sender) return Verdict::good;
        Host& host = *hosts_.find_or_insert({sender}).first;
        if (!good) return judge_wrong(host, partial());
        host.sent_good = true;
        recent = sender;
        return Verdict::good;
    }

private:
    /// So many wrong ones in a row, and not one right: chance and noise do not do that.
    static constexpr std::uint8_t kSuspicious = 4;
    struct Host {
        bool sent_good = false;
        bool expected = false;
        std::uint8_t wrong = 0;
    };
    static Verdict judge_wrong(Host& host, bool partial);

    static constexpr std::size_t kRecent = 64;  ///< by the last bits: neighbours do not collide
    std::array<ip::Address, kRecent>
        recent_good_{};  ///< known to send right ones: nothing to look up, nothing to note
    ip::BoundedMap<AddressKey, Host> hosts_;
};

}  // namespace glass::tools
