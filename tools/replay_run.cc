#include "tools/replay_run.h"

#include <algorithm>
#include <fmt/format.h>

#include "ip/datagram.h"
#include "ip/random.h"
#include "ip/replay.h"
#include "tcp/host.h"
#include "tcp/rebase.h"
#include "tools/interrupt.h"
#include "tools/replay_script.h"

namespace glass::tools {
namespace {

using tcp::Endpoint;
using tcp::Segment;

constexpr ip::Duration kPatience = std::chrono::seconds(1);
constexpr ip::Duration kAfterwards = std::chrono::milliseconds(250);
/// More answers than this to each segment there is are no longer a comparison.
constexpr std::size_t kMostAnswers = 4;
/// Rounds without time passing.
constexpr std::size_t kMostAtOnce = 100'000;

/// Who they are in the replay: captures are full of addresses that no host would take a packet from, like
/// 127.0.0.1. RFC 5737 and RFC 3849.
struct Actors {
    Actors(const RecordedTalk& talk, unsigned side) {
        const Endpoint& them = side == 0 ? talk.trace.client : talk.trace.server;
        const Endpoint& us = side == 0 ? talk.trace.server : talk.trace.client;
        ip::Ipv6Address first{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}, second = first;
        second.octets[15] = 2;
        const bool v4 = them.address.is_v4();
        played = {v4 ? ip::Address(ip::Ipv4Address{0xc0000201}) : ip::Address(first), them.port};
        ours = {v4 ? ip::Address(ip::Ipv4Address{0xc0000202}) : ip::Address(second), us.port};
    }
    Endpoint played, ours;
};

ip::Buffer packet_of(const Segment& segment, const Actors& actors, ip::Ecn ecn) {
    ip::Buffer text;
    segment.serialize(text, actors.played.address, actors.ours.address);
    ip::Buffer packet;
    const ip::DatagramHeader header{.src = actors.played.address,
                                    .dst = actors.ours.address,
                                    .protocol = 6,
                                    .tos = static_cast<std::uint8_t>(ecn)};
    header.serialize(packet, text.size());
    packet.insert(packet.end(), text.begin(), text.end());
    return packet;
}

/// What the recorded application did, done again.
class Player {
public:
    Player(ReplayScript script, tcp::Host& host) : script_(std::move(script)), host_(host) {}

    /// Somebody is there: it did not refuse.
    [[nodiscard]] bool answers() const { return script_.answers; }
    void use(tcp::ConnectionId id) { connection_ = id; }
    [[nodiscard]] bool has_connection() const { return static_cast<bool>(connection_); }
    [[nodiscard]] std::optional<ip::Time> next() const {
        if (step_ == script_.steps.size()) return std::nullopt;
        return script_.steps[step_].at;
    }

    /// All that is due, as far as the connection takes it. Returns whether there was anything. `answered`:
    /// our stack has sent what it had to send at this time.
    bool act(ip::Time now, bool answered) {
        bool did = false;
        for (; step_ < script_.steps.size() && is_due(script_.steps[step_], now, answered);
             ++step_, did = true)
            take(script_.steps[step_]);
        if (!connection_) return did;
        did |= read();
        if (sent_ < allowed_) did |= send() > 0;
        if (closes_ && sent_ == allowed_ && !closed_) {
            const auto status = host_.status(connection_);
            closed_ = status && is_synchronized(status->state) && host_.close(connection_).has_value();
            did |= closed_;
        }
        if (aborts_ && !aborted_) {
            (void)host_.abort(connection_);
            aborted_ = did = true;
        }
        return did;
    }

private:
    static bool is_due(const ReplayStep& step, ip::Time now, bool answered) {
        return step.at < now || (step.at == now && (answered || !step.after_ack));
    }
    void take(const ReplayStep& step) {
        if (step.kind == ReplayStep::Kind::send) allowed_ = static_cast<std::size_t>(step.end);
        closes_ |= step.kind == ReplayStep::Kind::close;
        aborts_ |= step.kind == ReplayStep::Kind::abort;
    }
    bool read() {
        bool any = false;
        std::uint8_t octets[16 * 1024];
        while (host_.read(connection_, octets).value_or(0) > 0) any = true;
        return any;
    }
    std::size_t send() {
        const ip::Bytes rest = ip::Bytes(script_.octets).first(allowed_).subspan(sent_);
        const std::size_t taken = host_.send(connection_, rest).value_or(0);
        sent_ += taken;
        return taken;
    }

    ReplayScript script_;
    tcp::Host& host_;
    tcp::ConnectionId connection_{};
    std::size_t step_ = 0, sent_ = 0, allowed_ = 0;
    bool closes_ = false, closed_ = false, aborts_ = false, aborted_ = false;
};

/// A segment as the trace has them: relative numbers count from the ISN of each end.
TraceSegment traced(const Segment& segment, unsigned side, ip::Time at, tcp::Seq iss, tcp::Seq irs) {
    TraceSegment out;
    out.frame.time = at;
    out.side = side;
    out.flags = segment.flags;
    out.seq = segment.seq;
    out.ack = segment.ack;
    out.relative_seq = segment.seq - iss;
    out.relative_ack = segment.ack - irs;
    out.length = static_cast<std::uint32_t>(segment.payload.size());
    out.window_on_wire = segment.window;
    take_options(segment, out);
    return out;
}

class Stage final : public ip::ReplayDirector {
public:
    Stage(const RecordedTalk& talk, unsigned side, std::uint64_t seed)
        : talk_(talk),
          actors_(talk, side),
          config_(replay_config(talk, 1 - side)),
          host_({.addresses = {{actors_.ours.address}}, .mtu = config_.mtu}, secret(seed)),
          player_(replay_script(talk, 1 - side), host_) {
        result_.played = side;
    }

    std::expected<Replayed, std::string> run() {
        if (const auto why = why_not(); !why.empty()) return std::unexpected(why);
        ip::Replay device(packets(), config_.mtu, kPatience, *this);
        now_ = start();
        const ip::Time until = std::max(last_, now_) + kAfterwards;
        open();
        for (std::size_t at_once = 0; result_.completed && !interrupted();) {
            settle(device);
            const auto next = next_time(device);
            if (!next || *next > until) break;
            at_once = *next > now_ ? 0 : at_once + 1;
            if (at_once > kMostAtOnce) result_.completed = false;
            now_ = std::max(now_, *next);
        }
        return std::move(result_);
    }

    bool prepare(std::size_t number, ip::Buffer& packet, ip::Time now) override {
        const auto datagram = ip::parse_datagram(packet);
        const auto segment =
            datagram ? tcp::parse_segment(datagram->payload) : std::unexpected(ip::Error::truncated);
        if (!segment || !rebase_.has_sent(*segment)) return false;
        hurry(number, packet, now);
        return true;
    }

    void hurry(std::size_t number, ip::Buffer& packet, ip::Time now) override {
        const auto datagram = ip::parse_datagram(packet);
        if (!datagram) return;
        Segment segment = tcp::read_segment(datagram->payload);
        ip::Buffer options;
        rebase_.move(segment, options);
        ip::Buffer moved = packet_of(segment, actors_, static_cast<ip::Ecn>(datagram->tos & 3));
        keep(segment, result_.played, now, number);
        packet = std::move(moved);
    }

    void answered(ip::Bytes packet, ip::Time now) override {
        const auto datagram = ip::parse_datagram(packet);
        if (!datagram || datagram->protocol != 6) return;
        const auto segment = tcp::parse_segment(datagram->payload);
        if (!segment) return;
        rebase_.live(*segment, now);
        if (segment->has(tcp::SYN)) our_iss_ = segment->seq;
        keep(*segment, 1 - result_.played, now, std::nullopt);
        result_.completed = result_.all.size() < kMostAnswers * (talk_.segments.size() + 1000);
    }

private:
    static ip::SipKey secret(std::uint64_t seed) { return {seed, ~seed}; }

    std::string why_not() const {
        const unsigned side = result_.played;
        const auto opens = std::ranges::find_if(talk_.trace.segments, [](const TraceSegment& s) {
            return s.side == 0 && s.has(tcp::SYN) && !s.has(tcp::ACK);
        });
        if (opens == talk_.trace.segments.end())
            return "its first SYN is not in the file: there is nothing to begin with";
        const bool any =
            std::ranges::any_of(talk_.trace.segments, [&](const TraceSegment& s) { return s.side == side; });
        if (!any)
            return fmt::format("the {} sent nothing that could be played", side == 0 ? "client" : "server");
        return {};
    }

    ip::Time start() const { return talk_.trace.segments.front().frame.time; }

    /// Those of the played side; their times do not go back. What the other side sent is for the rebase.
    std::vector<ip::Replay::Packet> packets() {
        std::vector<ip::Replay::Packet> out;
        last_ = start();
        for (std::size_t i = 0; i < talk_.segments.size(); ++i) {
            const TraceSegment& trace = talk_.trace.segments[i];
            const RecordedSegment& recorded = talk_.segments[i];
            const auto segment = tcp::parse_segment(recorded.octets);
            last_ = std::max(last_, trace.frame.time);
            const bool ours = trace.side != result_.played;
            if (segment && segment->has(tcp::SYN) && !ours) their_iss_ = segment->seq;
            if (ours && segment) rebase_.recorded(*segment, last_);
            if (ours) continue;
            if (!segment || recorded.damaged) {
                ++result_.damaged;
                continue;
            }
            places_.push_back(i);
            out.push_back({last_, packet_of(*segment, actors_, recorded.ecn)});
        }
        return out;
    }

    /// Our end: a server waits, a client connects when the recorded one did. A server that had refused has
    /// nobody listening.
    void open() {
        if (result_.played == 1) {
            const auto id = host_.connect(actors_.played, config_, now_, actors_.ours);
            if (id) player_.use(*id);
        } else if (player_.answers()) {
            listener_ = host_.listen(actors_.ours, 1, config_).value_or(tcp::ListenerId{});
        }
    }

    /// Everything that happens now.
    void settle(ip::Replay& device) {
        for (bool again = true; again && result_.completed;) {
            again = false;
            ip::DevicePacket packet;
            if (device.receive({&packet, 1}, now_) == 1) {
                host_.receive(packet.octets, now_);
                again = true;
            }
            if (listener_ && !player_.has_connection())
                if (const auto id = host_.accept(listener_)) player_.use(*id);
            again |= player_.act(now_, false);
            while (host_.next_event()) {
            }
            // Last but for a step that waits for it: every call may have left something to send.
            while (const auto answer = host_.poll(now_)) {
                const ip::DevicePacket out{.octets = *answer};
                (void)device.send({&out, 1}, now_);
                again = true;
            }
            if (const auto step = player_.next(); step && *step <= now_) again |= player_.act(now_, true);
        }
    }

    std::optional<ip::Time> next_time(const ip::Replay& device) const {
        return ip::earlier(ip::earlier(device.deadline(), host_.deadline()), player_.next());
    }

    void keep(const Segment& segment, unsigned side, ip::Time at, std::optional<std::size_t> number) {
        const bool theirs = side == result_.played;
        ReplayedSegment out;
        out.segment =
            traced(segment, side, at, theirs ? their_iss_ : our_iss_, theirs ? our_iss_ : their_iss_);
        segment.serialize(out.octets, talk_.trace.client.address, talk_.trace.server.address);
        if (number) {
            out.recorded = places_[*number];
            const TraceSegment& recorded = talk_.trace.segments[out.recorded];
            out.segment.frame.number = recorded.frame.number;
            out.held = at - std::min(at, recorded.frame.time);
        }
        result_.all.push_back(std::move(out));
    }

    const RecordedTalk& talk_;
    Actors actors_;
    tcp::Config config_;
    tcp::Host host_;
    Player player_;
    tcp::Rebase rebase_;
    tcp::ListenerId listener_{};
    Replayed result_;
    std::vector<std::size_t> places_;  ///< in the talk, of the packets played
    tcp::Seq our_iss_{}, their_iss_{};
    ip::Time now_{}, last_{};
};

}  // namespace

std::expected<Replayed, std::string> replay(const RecordedTalk& talk, unsigned side, std::uint64_t seed) {
    return Stage(talk, side, seed).run();
}

}  // namespace glass::tools
