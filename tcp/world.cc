#include "tcp/world.h"

#include <algorithm>

#include "tcp/world_link.h"

namespace glass::tcp {

namespace {

/// A world in which so much happens at one moment does not come to an end.
constexpr std::uint64_t kMostAtOnce = 10'000'000;

ip::SipKey secret_of(std::uint64_t seed, HostNumber number) {
    ip::Random random(seed, 0x686f7374, number);
    return {.low = random.next(), .high = random.next()};
}

}  // namespace

World::World(std::uint64_t seed) : seed_(seed), now_(std::chrono::hours(1)) {}
World::~World() = default;

HostNumber World::add_host(const HostConfig& config) {
    const HostNumber number = hosts_.size();
    hosts_.push_back(std::make_unique<HostEntry>(config, secret_of(seed_, number)));
    for (const LocalAddress& local : config.addresses) owners_.emplace(local.address, number);
    return number;
}

HostNumber World::add_host(std::uint32_t ipv4) {
    return add_host({.addresses = {{.address = ip::Ipv4Address{ipv4}, .prefix_length = 24}}});
}

LinkNumber World::add_link(const std::vector<HostNumber>& a, const std::vector<HostNumber>& b,
                           const ip::SimLinkOptions& to_b, const ip::SimLinkOptions& to_a,
                           ip::SimObserver* watches_to_b, ip::SimObserver* watches_to_a) {
    const LinkNumber number = links_.size();
    links_.push_back(std::make_unique<LinkEntry>(to_b, to_a, seed_ + number));
    links_.back()->watch_to_b.add(watches_to_b);
    links_.back()->watch_to_a.add(watches_to_a);
    for (const HostNumber one : a)
        for (const HostNumber other : b) {
            ways_.emplace(std::pair(one, other), Way{number, true});
            ways_.emplace(std::pair(other, one), Way{number, false});
        }
    return number;
}

ip::SimLinkPair& World::link(LinkNumber n) {
    return links_[n]->pair;
}

void World::record(LinkNumber number, ip::CaptureWriter writer, ip::Recorder::Vantage vantage) {
    LinkEntry& link = *links_[number];
    link.recorder = std::make_unique<ip::Recorder>(std::move(writer), vantage);
    link.watch_to_b.add(&link.recorder->watch(ip::Recorder::Way::to_b));
    link.watch_to_a.add(&link.recorder->watch(ip::Recorder::Way::to_a));
}

std::string World::close_records() {
    std::string error;
    for (const auto& link : links_) {
        if (!link->recorder) continue;
        const auto written = link->recorder->close();
        if (!written && error.empty()) error = written.error();
    }
    return error;
}

bool World::listen(HostNumber number, const Endpoint& local, const Config& config, ApplicationFactory factory,
                   std::size_t backlog) {
    HostEntry& entry = *hosts_[number];
    const auto id = entry.host.listen(local, backlog, config);
    if (!id) return false;
    entry.listening.push_back({*id, std::move(factory)});
    return true;
}

void World::connect(ip::Time when, HostNumber number, const Endpoint& remote, const Config& config,
                    std::unique_ptr<Application> application) {
    const auto shared = std::make_shared<std::unique_ptr<Application>>(std::move(application));
    at(when, [this, number, remote, config, shared] {
        HostEntry& entry = *hosts_[number];
        const auto id = entry.host.connect(remote, config, now_);
        if (!id) return;
        entry.applications.emplace(*id, std::move(*shared));
        entry.dirty = true;
        run_application(number, *id, 0);
    });
}

void World::at(ip::Time when, std::function<void()> does) {
    agenda_.emplace(std::max(when, now_), std::move(does));
}

bool World::run(ip::Time until) {
    std::uint64_t at_once = 0;
    for (;;) {
        settle();
        const auto next = next_time();
        if (!next) return true;
        if (*next > until) {
            now_ = std::max(now_, until);
            return false;
        }
        at_once = *next > now_ ? 0 : at_once + 1;
        stuck_ = at_once > kMostAtOnce;
        if (stuck_) return false;
        now_ = std::max(now_, *next);
        deliver();
        while (!agenda_.empty() && agenda_.begin()->first <= now_) {
            const auto item = agenda_.extract(agenda_.begin());
            item.mapped()();
        }
    }
}

/// All that follows at this moment, without the links.
void World::settle() {
    for (bool again = true; again;) {
        again = false;
        for (HostNumber number = 0; number < hosts_.size(); ++number) again |= settle(number);
    }
}

bool World::settle(HostNumber number) {
    HostEntry& entry = *hosts_[number];
    const auto deadline = entry.host.deadline();
    if (!entry.dirty && (!deadline || *deadline > now_)) return false;
    entry.dirty = false;
    transmit(number);
    if (serve_applications(number)) entry.dirty = true;
    return true;
}

void World::transmit(HostNumber number) {
    Host& host = hosts_[number]->host;
    while (const auto packet = host.poll(now_)) {
        send(number, *packet);
        if (trace_) trace_point(number, host.last_sender(), true);
    }
}

std::optional<World::Way> World::way(HostNumber from, const ip::Address& to) const {
    const auto owner = owners_.find(to);
    if (owner == owners_.end()) return std::nullopt;
    const auto found = ways_.find({from, owner->second});
    return found == ways_.end() ? std::nullopt : std::optional(found->second);
}

void World::send(HostNumber from, ip::Bytes packet) {
    const auto to = destination_of(packet);
    const auto through = to ? way(from, *to) : std::nullopt;
    if (!through) {
        ++no_way_;
        return;
    }
    LinkEntry& link = *links_[through->link];
    if (link.recorder) note_reason(from, packet, *through);
    ip::SimLink& direction = link.direction(through->to_b);
    ip::Buffer octets(packet.begin(), packet.end());
    if (direction.send(std::move(octets), now_) != ip::Drop::too_big) return;
    const ip::Buffer message = too_big_message(packet, direction.options().mtu);
    if (message.empty()) return;
    hosts_[from]->host.receive(message, now_);
    hosts_[from]->dirty = true;
}

void World::note_reason(HostNumber from, ip::Bytes packet, const Way& through) {
    const Host& host = hosts_[from]->host;
    const Connection* connection = host.find(host.last_sender());
    const auto datagram = connection ? ip::parse_datagram(packet) : std::unexpected(ip::Error::truncated);
    if (!datagram) return;
    links_[through.link]->recorder->note(through.to_b ? ip::Recorder::Way::to_b : ip::Recorder::Way::to_a,
                                         reason_for(*connection, read_segment(datagram->payload)));
}

/// Returns whether any application was called.
bool World::serve_applications(HostNumber number) {
    HostEntry& entry = *hosts_[number];
    bool any = false;
    while (const auto event = entry.host.next_event()) {
        any = true;
        if (event->connection) {
            run_application(number, event->connection, event->events);
            continue;
        }
        const auto listening = std::ranges::find(entry.listening, event->listener, &Listening::id);
        if (listening == entry.listening.end()) continue;
        while (const auto accepted = entry.host.accept(event->listener)) {
            entry.applications.emplace(*accepted, listening->factory());
            run_application(number, *accepted, 0);
        }
    }
    return any;
}

void World::run_application(HostNumber number, ConnectionId id, std::uint16_t events) {
    HostEntry& entry = *hosts_[number];
    const auto found = entry.applications.find(id);
    if (found == entry.applications.end()) return;
    Seat seat{.host = entry.host, .connection = id, .now = now_, .events = events};
    found->second->run(seat);
    entry.dirty = true;
    if (seat.wake_at) at(*seat.wake_at, [this, number, id] { run_application(number, id, 0); });
    if (!entry.host.holds(id)) entry.applications.erase(id);
}

void World::deliver() {
    for (const auto& link : links_) {
        deliver(*link, true);
        deliver(*link, false);
    }
}

void World::deliver(LinkEntry& link, bool to_b) {
    ip::SimLink& direction = link.direction(to_b);
    while (const auto packet = direction.receive(now_)) {
        const auto to = destination_of(packet->octets);
        const auto owner = to ? owners_.find(*to) : owners_.end();
        if (owner == owners_.end()) continue;  // corrupted on the way
        HostEntry& entry = *hosts_[owner->second];
        entry.host.receive(packet->octets, now_);
        entry.dirty = true;
        if (trace_) trace_point(owner->second, entry.host.last_receiver(), false);
    }
}

void World::trace_point(HostNumber number, ConnectionId id, bool sent) {
    const Connection* connection = hosts_[number]->host.find(id);
    if (!connection) return;
    const auto through = way(number, connection->remote().address);
    const Tcb& tcb = connection->tcb();
    trace_({.at = now_,
            .host = number,
            .connection = id,
            .sent = sent,
            .status = connection->status(),
            .flight = tcb.sent.pipe(),
            .retransmitted = tcb.resent,
            .timeouts = tcb.timeouts,
            .queued_octets = through ? links_[through->link]->direction(through->to_b).queued_octets() : 0},
           *connection);
}

std::optional<ip::Time> World::next_time() const {
    std::optional<ip::Time> next;
    for (const auto& link : links_) next = ip::earlier(next, link->pair.deadline());
    for (const auto& entry : hosts_) next = ip::earlier(next, entry->host.deadline());
    if (!agenda_.empty()) next = ip::earlier(next, agenda_.begin()->first);
    return next;
}

}  // namespace glass::tcp
