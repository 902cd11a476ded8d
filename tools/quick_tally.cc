#include "tools/quick_tally.h"

#include "tools/notes.h"

namespace glass::tools {
namespace {

/// An acknowledgment with or without data: of the control bits that change a connection none but ACK.
bool changes_nothing(const PlainFrame& plain) {
    return (plain.upper()[13] & (tcp::FIN | tcp::SYN | tcp::RST | tcp::ACK)) == tcp::ACK;
}

template <class Word>
Word as_it_stands(const std::uint8_t* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

}  // namespace

inline QuickTally::Ends QuickTally::ends_of(const PlainFrame& plain) {
    return {as_it_stands<std::uint64_t>(plain.datagram + 12),
            std::uint64_t{as_it_stands<std::uint32_t>(plain.upper())} << 8 | plain.protocol()};
}

/// No secret in it: who makes them all fall on one place only gets his frames counted the general way.
inline QuickTally::Set& QuickTally::set_of(const Ends& ends) {
    return known_[ip::mix(ends.addresses, ends.ports_and_protocol) % kSets];
}

inline QuickTally::Known* QuickTally::find(const Ends& ends) {
    Set& set = set_of(ends);
    if (set[0].ends == ends) return &set[0];
    return set[1].ends == ends ? &set[1] : nullptr;
}

inline bool QuickTally::may_count(const Known& known, const PlainFrame& plain, ip::Time now) const {
    const std::uint64_t age = static_cast<std::uint64_t>(now.time_since_epoch().count()) -
                              static_cast<std::uint64_t>(known.since.time_since_epoch().count());
    if (age >= static_cast<std::uint64_t>(std::chrono::nanoseconds(kTrust).count())) return false;
    return !plain.is_tcp || (stream_in_[known.slot] == known.stream && changes_nothing(plain));
}

inline bool QuickTally::checksums_are_good(const PlainFrame& plain) const {
    return !verify_ ||
           (plain.ip_checksum_is_good() && (!plain.has_checksum() || plain.upper_checksum_is_good()));
}

bool QuickTally::take(const ip::Frame& frame, bool wanted) {
    const PlainFrame plain = plain_frame(frame);
    if (!plain || frame.length > Notes::kLongestFrame) return false;
    Known* const known = find(ends_of(plain));
    if (!known || !may_count(*known, plain, frame.time) || !checksums_are_good(plain)) return false;
    if (!wanted) return true;
    tally_.note_frame(frame);
    known->counts[plain.has_payload()].add(frame.length);
    return true;
}

/// What the decoder made of it is what it would make of the next one, too.
bool QuickTally::is_exemplary(const Packet& packet, const PlainFrame& plain) const {
    const auto layers = packet.layers();
    if (layers.size() < 3 || layers.size() > 4 || packet.fault) return false;
    if (layers.size() == 4 && layers[3].proto != ip::Proto::data) return false;
    if (!plain.is_tcp && layers.size() == 3) return false;  // what would have been in it?
    const ChecksumStatus expected = verify_ ? ChecksumStatus::good : ChecksumStatus::none;
    if (layers[1].checksum != expected || layers[2].checksum != expected) return false;
    return !plain.is_tcp || (packet.tcp && changes_nothing(plain));
}

void QuickTally::learn(const Packet& packet, const Decoder& decoder) {
    if (packet.tcp) {
        for (const std::uint32_t slot : decoder.flows().released())
            if (slot < stream_in_.size()) stream_in_[slot] = kNone;
    }
    const PlainFrame plain = plain_frame(packet.frame);
    if (!plain || !is_exemplary(packet, plain)) return;
    const Ends ends = ends_of(plain);
    Set& set = set_of(ends);
    if (set[0].ends != ends) {  // it takes the place of the one that was learnt longer ago
        std::swap(set[0], set[1]);
        if (set[0].ends != ends) {
            flush(set[0]);
            set[0] = Known();
            set[0].ends = ends;
        }
    }
    Known& known = set[0];
    known.since = packet.frame.time;
    if (!packet.tcp) return;
    known.slot = packet.tcp->slot;
    known.stream = packet.tcp->stream;
    if (known.slot >= stream_in_.size()) stream_in_.resize(known.slot + 1, kNone);
    stream_in_[known.slot] = known.stream;
}

void QuickTally::flush(Known& known) {
    const auto [without, with] = std::exchange(known.counts, {});
    Count both = without;
    both += with;
    if (both.frames == 0) return;
    std::array<std::uint8_t, 8> addresses;
    std::memcpy(addresses.data(), &known.ends.addresses, addresses.size());
    tally_.add_total(both, both.bytes);
    tally_.add_talk(ip::Ipv4Address{ip::load32(&addresses[0])}, ip::Ipv4Address{ip::load32(&addresses[4])},
                    both);
    const bool is_tcp = (known.ends.ports_and_protocol & 0xff) == ip::protocol_number::tcp;
    ProtocolTree& tree = tally_.tree();
    const ProtocolTree::Place place = tree.below(tree.below(tree.below(0, ip::Proto::eth), ip::Proto::ip),
                                                 is_tcp ? ip::Proto::tcp : ip::Proto::udp);
    if (without.frames > 0) tree.add(place, without);
    if (with.frames > 0) tree.add(tree.below(place, ip::Proto::data), with);
}

void QuickTally::finish() {
    for (Set& set : known_)
        for (Known& known : set) flush(known);
}

}  // namespace glass::tools
