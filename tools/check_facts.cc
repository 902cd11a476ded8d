#include "tools/check_facts.h"

#include <algorithm>

#include "tools/fault_text.h"
#include "tools/ip_layer.h"

namespace glass::tools {

void CheckFacts::observe(const Packet& packet, const Decoder& decoder) {
    const ip::Frame& frame = packet.frame;
    ++frames_;
    observe_time(frame);
    const std::pair place{frame.interface, frame.link};
    if (links_.size() < kMaxLinks || links_.contains(place)) ++links_[place];
    if (frame.bytes.empty() && frame.length == 0) empty_.note(frame.number);
    if (frame.bytes.size() > frame.length) overlong_.note(frame.number);
    if (frame.bytes.size() < frame.length) {
        cut_.frames.note(frame.number);
        cut_.missing_bytes += frame.length - frame.bytes.size();
        cut_.longest = std::max<std::uint64_t>(cut_.longest, frame.bytes.size());
    }
    if (packet.fault) observe_fault(packet);
    observe_checksums(packet);
    notes_.observe(packet, decoder);
    if (const auto& note = decoder.checksum_note()) acquit(note->host);
}

void CheckFacts::observe_time(const ip::Frame& frame) {
    if (!frame.has_time) return;
    if (times_.any && frame.time < previous_) {
        times_.backwards.note(frame.number);
        const std::uint64_t step = static_cast<std::uint64_t>(previous_.time_since_epoch().count()) -
                                   static_cast<std::uint64_t>(frame.time.time_since_epoch().count());
        times_.largest_step_back = std::max(times_.largest_step_back, step);
    }
    times_.first = times_.any ? std::min(times_.first, frame.time) : frame.time;
    times_.last = times_.any ? std::max(times_.last, frame.time) : frame.time;
    times_.any = true;
    previous_ = frame.time;
}

/// That a frame which the capture cut off ends inside of a header is nobody's fault, and an ICMP error quotes
/// no more of a packet than it has room for.
void CheckFacts::observe_fault(const Packet& packet) {
    const ip::Frame& frame = packet.frame;
    const std::size_t layer = packet.fault->layer;
    if (layer < packet.layer_count && packet.layers()[layer].quoted) return;
    const std::string_view what = packet.fault->fault.what;
    if (frame.bytes.size() < frame.length && what == ip::cut_short(0, 0).fault.what)
        return cut_.headers.note(frame.number);
    FaultKind& kind = faults_[{packet.fault->proto, what}];
    if (kind.found.count == 0) kind.example = to_string(packet.fault->fault);
    kind.found.note(frame.number);
}

void CheckFacts::observe_checksums(const Packet& packet) {
    for (const Layer& layer : packet.layers()) {
        if (layer.checksum == ChecksumStatus::none || layer.quoted) continue;
        ChecksumTally& tally = checksums_[static_cast<std::size_t>(layer.proto)];
        switch (layer.checksum) {
            case ChecksumStatus::good: ++tally.good; break;
            case ChecksumStatus::unverified: ++tally.unverified; break;
            case ChecksumStatus::absent: ++tally.absent; break;
            default: {
                const Layer* outer = ip_around(packet, layer);
                if (outer && suspects_.size() < kMaxSuspects)
                    suspects_.push_back({source_of(*outer), layer.proto, packet.frame.number});
                else
                    tally.bad.note(packet.frame.number);
            }
        }
    }
}

/// Moves what was held against a host before it was known.
void CheckFacts::acquit(const ip::Address& host) {
    std::erase_if(suspects_, [&](const Suspect& suspect) {
        const bool acquitted =
            suspect.host == host && (suspect.proto == ip::Proto::tcp || suspect.proto == ip::Proto::udp);
        if (acquitted) ++checksums_[static_cast<std::size_t>(suspect.proto)].unverified;
        return acquitted;
    });
}

void CheckFacts::finish(const Decoder& decoder) {
    for (const Suspect& suspect : suspects_)
        checksums_[static_cast<std::size_t>(suspect.proto)].bad.note(suspect.frame);
    for (ChecksumTally& tally : checksums_) std::ranges::sort(tally.bad.frames);
    suspects_.clear();
    fragments_ = decoder.fragments().counts();
    pending_ = decoder.fragments().pending();
}

}  // namespace glass::tools
