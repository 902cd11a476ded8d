// Measures how well a TCP sends over a bad link: the kernel's or ours on either side, between them an
// emulated link, in real time; or, with ours on both sides, in virtual time.
//
// usage: link_bench SENDER RECEIVER [NAME=VALUE...]
//   SENDER    kernel:ALGORITHM or glass:ALGORITHM       RECEIVER  kernel or glass
//   seconds=10  loss=0  reorder=0  late=2 (ms that a reordered packet is)  seed=1  rate=100 (Mbit/s)  rtt=20
//   (ms) queue=250 (kB, drop-tail)  virtual=0  trace=0 (ms between lines about the sender)  floor=200 (ms,
//   RTO of ours)
// Prints the goodput in Mbit/s, and what happened on the link. Needs root, but for virtual time.
#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <poll.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "ip/sim_link.h"
#include "tests/bench/link_ends.h"

namespace {

using namespace glass;
using bench::LinkEnd;

constexpr ip::Ipv4Address kSender{0x0a090001}, kReceiver{0x0a090002};

std::map<std::string, double, std::less<>> values{
    {"seconds", 10}, {"loss", 0},    {"reorder", 0}, {"late", 2},  {"seed", 1},   {"rate", 100},
    {"rtt", 20},     {"queue", 250}, {"virtual", 0}, {"trace", 0}, {"floor", 200}};

double value(std::string_view name) {
    return values.find(name)->second;
}

ip::Duration milliseconds(double ms) {
    return ip::Duration(std::llround(ms * 1e6));
}

ip::Ratio ratio(double chance) {
    return {static_cast<std::uint64_t>(std::llround(chance * 1e6)), 1'000'000};
}

/// Loss and reordering are the data's.
ip::SimLinkPair make_link() {
    ip::SimLinkOptions back{.delay = milliseconds(value("rtt") / 2),
                            .rate = static_cast<std::uint64_t>(value("rate") * 1e6)};
    back.queue.packets = 0;
    back.queue.octets = static_cast<std::uint64_t>(value("queue") * 1000);
    ip::SimLinkOptions there = back;
    there.loss.chance = ratio(value("loss"));
    there.reorder.chance = ratio(value("reorder"));
    there.reorder_delay = milliseconds(value("late"));
    return {there, back, static_cast<std::uint64_t>(value("seed"))};
}

ip::Time monotonic() {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return ip::Time(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

std::unique_ptr<LinkEnd> make_end(std::string_view what, bool sends, ip::Time now) {
    const ip::Ipv4Address here = sends ? kSender : kReceiver, there = sends ? kReceiver : kSender;
    const std::string_view kind = what.substr(0, what.find(':'));
    const std::string algorithm(sends && what.size() > kind.size() ? what.substr(kind.size() + 1) : "");
    if (kind == "kernel") return std::make_unique<bench::KernelEnd>(here, there, algorithm);
    constexpr std::uint32_t kBuffer = 4 << 20;
    tcp::Config config{.send_capacity = kBuffer, .receive_capacity = kBuffer};
    config.rto.floor = milliseconds(value("floor"));
    if (algorithm == "bbr") config.congestion = tcp::CongestionAlgorithm::bbr;
    if (algorithm == "newreno" || algorithm == "reno") config.congestion = tcp::CongestionAlgorithm::newreno;
    return std::make_unique<bench::GlassEnd>(config, here, there, sends, now);
}

class Run {
public:
    Run(std::string_view sender, std::string_view receiver)
        : virtual_(value("virtual") != 0),
          now_(virtual_ ? ip::Time(std::chrono::hours(1)) : monotonic()),
          receiver_(make_end(receiver, false, now_)),
          sender_(make_end(sender, true, now_)) {}

    void run() {
        const ip::Time start = now_, end = start + milliseconds(value("seconds") * 1000);
        const ip::Duration step = milliseconds(value("trace"));
        ip::Time traced = start;
        while (now_ < end) {
            while (move_packets()) {
            }
            if (step > ip::Duration::zero() && now_ >= traced) {
                std::printf("%8.3f  %s queued %lu packets %lu\n", double((now_ - start).count()) / 1e9,
                            sender_->figures().c_str(), link_.to_b.queued_octets() / 1500,
                            link_.to_b.counters().sent);
                traced += step;
            }
            wait(step > ip::Duration::zero() ? std::min(end, traced) : end);
        }
        const ip::SimCounters& c = link_.to_b.counters();
        std::printf("%.2f Mbit/s, packets %lu, answers %lu, queue full %lu, lost %lu; %s\n",
                    double(receiver_->received()) * 8e-6 / value("seconds"), c.sent,
                    link_.to_a.counters().sent, c.dropped_for(ip::Drop::queue_full),
                    c.dropped_for(ip::Drop::loss), sender_->figures().c_str());
    }

private:
    bool move_packets() {
        bool moved = false;
        while (sender_->give(packet_, now_)) moved = true, (void)link_.to_b.send(std::move(packet_), now_);
        while (receiver_->give(packet_, now_)) moved = true, (void)link_.to_a.send(std::move(packet_), now_);
        while (const auto p = link_.to_b.receive(now_)) moved = true, receiver_->take(p->octets, now_);
        while (const auto p = link_.to_a.receive(now_)) moved = true, sender_->take(p->octets, now_);
        return moved;
    }

    void wait(ip::Time latest) {
        ip::Time next = latest;
        for (const auto& t : {link_.deadline(), sender_->deadline(), receiver_->deadline()})
            next = std::min(next, t.value_or(latest));
        if (virtual_) {
            now_ = std::max(now_, next);
            return;
        }
        pollfd ends[] = {{.fd = sender_->descriptor(), .events = POLLIN, .revents = 0},
                         {.fd = receiver_->descriptor(), .events = POLLIN, .revents = 0}};
        const auto left = std::max<std::int64_t>((next - monotonic()).count(), 0);
        const timespec timeout{.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
        (void)ppoll(ends, std::size(ends), &timeout, nullptr);
        now_ = monotonic();
    }

    bool virtual_;
    ip::Time now_;
    ip::SimLinkPair link_ = make_link();
    std::unique_ptr<LinkEnd> receiver_, sender_;
    ip::Buffer packet_;
};

int usage() {
    std::fprintf(stderr, "usage: link_bench kernel:ALGORITHM|glass:ALGORITHM kernel|glass [NAME=VALUE...]\n");
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return usage();
    for (int i = 3; i < argc; ++i) {
        const std::string_view word = argv[i];
        const auto known = values.find(word.substr(0, word.find('=')));
        if (known == values.end() || !word.contains('=')) return usage();
        known->second = std::atof(argv[i] + word.find('=') + 1);
    }
    try {
        Run run(argv[1], argv[2]);
        if (value("virtual") == 0) {
            (void)setpriority(PRIO_PROCESS, 0, -10);
            (void)prctl(PR_SET_TIMERSLACK, 1);
        }
        run.run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "link_bench: %s\n", error.what());
        return 2;
    }
}
