#include "tcp/least_losses.h"

#include <algorithm>
#include <fmt/format.h>

#include "ip/datagram.h"
#include "ip/protocol_numbers.h"
#include "ip/shrink.h"
#include "tcp/segment.h"

namespace glass::tcp {

namespace {

std::string describe(ip::Bytes packet) {
    const auto datagram = ip::parse_datagram(packet);
    if (!datagram || datagram->protocol != ip::protocol_number::tcp)
        return fmt::format("{} octets", packet.size());
    const Segment segment = read_segment(datagram->payload);
    return fmt::format("{} SEQ={} ACK={}, {} octets", flags_text(segment.flags), segment.seq.value(),
                       segment.ack.value(), segment.payload.size());
}

/// Notes what is lost on the wire, and not what a queue had no room for.
class Losses final : public ip::SimObserver {
public:
    Losses(bool to_b, std::vector<LostPacket>& lost, ip::SimObserver* other)
        : to_b_(to_b), lost_(lost), other_(other) {}
    void on_event(const ip::SimEvent& event) override {
        if (other_) other_->on_event(event);
        if (event.kind != ip::SimEvent::Kind::dropped) return;
        if (event.why != ip::Drop::loss && event.why != ip::Drop::burst_loss && event.why != ip::Drop::listed)
            return;
        lost_.push_back(
            {.to_b = to_b_, .number = event.packet.number, .what = describe(event.packet.octets)});
    }

private:
    bool to_b_;
    std::vector<LostPacket>& lost_;
    ip::SimObserver* other_;
};

/// The same options, but what is lost is these.
ip::SimLinkOptions with_losses(ip::SimLinkOptions options, const std::vector<LostPacket>& lost, bool to_b) {
    options.loss = {};
    options.burst_loss = {};
    for (const LostPacket& packet : lost)
        if (packet.to_b == to_b) options.loss.numbers.push_back(packet.number);
    std::ranges::sort(options.loss.numbers);
    return options;
}

LossyLink with_losses(LossyLink link, const std::vector<LostPacket>& lost) {
    link.to_b = with_losses(link.to_b, lost, true);
    link.to_a = with_losses(link.to_a, lost, false);
    return link;
}

/// Runs it, and notes what was lost.
bool run(LossyLink link, const std::function<bool(const LossyLink&)>& fails, std::vector<LostPacket>& lost) {
    Losses to_b(true, lost, link.watches_to_b), to_a(false, lost, link.watches_to_a);
    link.watches_to_b = &to_b;
    link.watches_to_a = &to_a;
    return fails(link);
}

}  // namespace

std::string LeastLosses::text() const {
    if (!fails) return "does not fail";
    if (lost.empty()) return "fails without any loss";
    std::string out;
    for (const LostPacket& packet : lost)
        out +=
            fmt::format("lost to {}: packet {} ({})\n", packet.to_b ? "B" : "A", packet.number, packet.what);
    return out;
}

LeastLosses least_losses(const LossyLink& link, const std::function<bool(const LossyLink&)>& fails,
                         std::size_t most_runs) {
    LeastLosses found;
    std::vector<LostPacket> all;
    found.fails = run(link, fails, all);
    ++found.runs;
    if (!found.fails) return found;
    auto shrunk = ip::shrink(
        std::move(all), [&](const std::vector<LostPacket>& lost) { return fails(with_losses(link, lost)); },
        most_runs);
    found.runs += shrunk.runs;
    found.minimal = shrunk.minimal;
    (void)run(with_losses(link, shrunk.items), fails, found.lost);  // for what they are by now
    return found;
}

}  // namespace glass::tcp
