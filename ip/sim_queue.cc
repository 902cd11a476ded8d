#include "ip/sim_queue.h"

#include <utility>

#include "ip/ecn.h"
#include "ip/elapsed.h"

namespace glass::ip {

std::optional<Drop> SimQueue::push(SimPacket&& packet, Time now) {
    if (options_.discipline == SimQueueOptions::Discipline::red) {
        Random random(seed_, 0, packet.number);
        const Red::Verdict verdict = red_.judge(octets_, now, random);
        if (verdict == Red::Verdict::drop) return Drop::red;
        if (verdict == Red::Verdict::congested && !mark(packet)) return Drop::red;
    }
    if (!has_room(packet.octets.size())) return Drop::queue_full;
    octets_ += packet.octets.size();
    waiting_.push_back(std::move(packet));
    return std::nullopt;
}

std::optional<SimQueue::Head> SimQueue::pop(Time now) {
    if (waiting_.empty()) {
        codel_.found_empty();
        return std::nullopt;
    }
    Head head{std::move(waiting_.front())};
    waiting_.pop_front();
    octets_ -= head.packet.octets.size();
    if (waiting_.empty()) red_.emptied(now);
    if (options_.discipline == SimQueueOptions::Discipline::codel &&
        codel_.judge(elapsed(head.packet.sent, now), octets_, now)) {
        head.drop = !mark(head.packet);
    }
    return head;
}

bool SimQueue::has_room(std::uint64_t more) const {
    return (options_.packets == 0 || waiting_.size() < options_.packets) &&
           (options_.octets == 0 || octets_ + more <= options_.octets);
}

bool SimQueue::mark(SimPacket& packet) const {
    if (!options_.ecn || !mark_congestion(packet.octets)) return false;
    return packet.marked = true;
}

}  // namespace glass::ip
