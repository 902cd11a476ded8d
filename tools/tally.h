// Tally: what `glass stats` counts while the packets go by, in memory that does not grow with the file.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ip/bounded_map.h"
#include "tools/checksum_watch.h"
#include "tools/packet.h"

namespace glass::tools {

struct Count {
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;  ///< on the wire

    void add(std::uint32_t length) {
        ++frames;
        bytes += length;
    }
    Count& operator+=(const Count& other) {
        frames += other.frames;
        bytes += other.bytes;
        return *this;
    }
};

/// How often protocols stand inside each other: eth / ip / udp / dns.
class ProtocolTree {
public:
    ProtocolTree() : nodes_(1) {}

    /// A place in the tree: 0 above the outermost protocols, else that of a protocol below another place.
    using Place = std::uint16_t;
    Place below(Place place, ip::Proto proto) {
        const Place known = nodes_[place].children[static_cast<std::size_t>(proto)];
        return known != 0 ? known : descend(place, proto);
    }
    void add(Place place, const Count& count) { nodes_[place].here += count; }

    void add(const Packet& packet) {
        Place at = 0;
        for (const Layer& layer : packet.layers()) {
            if (layer.quoted) break;  // what an ICMP error complains about did not travel here
            at = below(at, layer.proto);
        }
        add(at, {.frames = 1, .bytes = packet.frame.length});
    }

    /// A line of the tree: its own frames and those of all below it.
    struct Row {
        int depth = 0;
        ip::Proto proto = ip::Proto::data;
        Count count;
    };
    [[nodiscard]] std::vector<Row> rows() const;

private:
    /// Paths told apart at the most: a hostile file cannot make more of them than this. What goes deeper
    /// counts for the last node there was room for.
    static constexpr std::size_t kMaxNodes = 4096;
    struct Node {
        Count here;
        std::array<Place, ip::kProtoCount> children{};  ///< 0: none
    };
    Place descend(Place from, ip::Proto proto);
    Count append_rows(Place at, int depth, std::vector<Row>& rows) const;

    std::vector<Node> nodes_;
};

struct Talker {
    Count sent, received;

    std::uint64_t bytes() const { return sent.bytes + received.bytes; }
};

/// Something wrong, how often and where first.
struct Problem {
    std::string what;
    std::uint64_t frames = 0;
    std::uint64_t first = 0;  ///< frame number
};

class Tally {
public:
    explicit Tally(std::uint64_t seed) : talkers_(kMaxTalkers, seed) {}

    void add(const Packet& packet);

    /// The parts of add(), for who knows beforehand what is in the frames (quick_tally.h). This one is wanted
    /// for every frame, in order; the others may come later, and for many frames in one.
    void note_frame(const ip::Frame& frame) {
        if (frame.has_time) note_time(frame.time, frame.number);
        ++sizes_[size_class(frame.length)];
    }
    void add_total(const Count& count, std::uint64_t captured_bytes) {
        total_ += count;
        captured_bytes_ += captured_bytes;
    }
    void add_talk(const ip::Address& source, const ip::Address& destination, const Count& count) {
        talkers_.find_or_insert({source}).first->sent += count;
        talkers_.find_or_insert({destination}).first->received += count;
    }
    ProtocolTree& tree() { return protocols_; }

    const Count& total() const { return total_; }
    std::uint64_t captured_bytes() const { return captured_bytes_; }
    std::vector<ProtocolTree::Row> protocols() const { return protocols_.rows(); }
    /// Those with the most bytes, at most `most`.
    [[nodiscard]] std::vector<std::pair<ip::Address, Talker>> top_talkers(std::size_t most) const;
    std::size_t talker_count() const { return talkers_.size(); }
    /// Addresses that were forgotten, with what they had sent: more than kMaxTalkers were there.
    std::uint64_t talkers_forgotten() const { return talkers_.evicted(); }
    /// Frames by size on the wire: up to 63, 127, 255, 511, 1023, 1518 octets, and above.
    static constexpr std::array<std::uint32_t, 6> kSizeLimits{63, 127, 255, 511, 1023, 1518};
    /// Index of the first limit that is not below it. Up to the last but one they are powers of two.
    static constexpr std::size_t size_class(std::uint32_t length) {
        if (length > kSizeLimits.back()) return kSizeLimits.size();
        return std::min<std::size_t>(std::bit_width(length / (kSizeLimits.front() + 1)),
                                     kSizeLimits.size() - 1);
    }
    const std::array<std::uint64_t, kSizeLimits.size() + 1>& sizes() const { return sizes_; }
    [[nodiscard]] std::vector<Problem> problems() const;

    ip::Time first_time() const { return first_time_; }
    ip::Time last_time() const { return last_time_; }

private:
    static constexpr std::size_t kMaxTalkers = 65'536;
    struct Occurrence {
        std::uint64_t frames = 0, first = 0;
        void note(std::uint64_t number) {
            if (frames++ == 0) first = number;
        }
    };
    void note_time(ip::Time time, std::uint64_t number) {
        if (time >= last_time_ && any_time_) [[likely]] {
            last_time_ = previous_time_ = time;
        } else {
            note_other_time(time, number);
        }
    }
    void note_other_time(ip::Time time, std::uint64_t number);
    void add_problems(const Packet& packet);

    Count total_;
    std::uint64_t captured_bytes_ = 0;
    ProtocolTree protocols_;
    ip::BoundedMap<AddressKey, Talker> talkers_;
    std::array<std::uint64_t, kSizeLimits.size() + 1> sizes_{};
    std::array<Occurrence, ip::kProtoCount> wrong_checksums_{}, faults_{};
    Occurrence cut_, backwards_;
    ip::Time first_time_, last_time_, previous_time_;
    bool any_time_ = false;
};

}  // namespace glass::tools
