#include "tools/tcp_story.h"

#include <fmt/format.h>

#include "ip/datagram.h"
#include "tools/duration_text.h"
#include "tools/segment_text.h"
#include "tools/sim_story_text.h"

namespace glass::tools {
namespace {

using Phase = tcp::LossRecovery::Phase;

std::optional<tcp::Segment> segment_of(const ip::Datagram& datagram) {
    constexpr std::uint8_t kTcp = 6;
    if (datagram.protocol != kTcp) return {};
    const auto segment = tcp::parse_segment(datagram.payload);
    return segment ? std::optional(*segment) : std::nullopt;
}

std::string agreed_text(const tcp::Connection& connection) {
    const tcp::Tcb& tcb = connection.tcb();
    std::string text = fmt::format("segments carry up to {} octets", tcp::effective_mss(tcb));
    if (tcb.agreed.window_scale) text += ", windows are scaled";
    if (tcb.agreed.sack) text += ", SACK";
    if (tcb.agreed.timestamps) text += ", timestamps";
    if (connection.status().ecn) text += ", ECN";
    return text;
}

/// What a segment has, for who does not see it: "the SYN", "[1..77]", "an ACK".
std::string content_text(const tcp::Segment& segment, std::optional<tcp::Seq> origin) {
    if (segment.has(tcp::SYN)) return segment.has(tcp::ACK) ? "the SYN,ACK" : "the SYN";
    if (segment.has(tcp::RST)) return "a RST";
    if (!segment.payload.empty() && origin)
        return octets_text(segment.seq - *origin, static_cast<std::uint32_t>(segment.payload.size()));
    return segment.has(tcp::FIN) ? "the FIN" : "an ACK";
}

std::string plural(std::uint64_t n, const char* one, const char* many) {
    return fmt::format("{} {}", n, n == 1 ? one : many);
}

}  // namespace

void TcpStory::follow(tcp::ConnectionId id, const tcp::Connection& connection) {
    id_ = id;
    local_ = connection.local();
    remote_ = connection.remote();
    before_ = facts_of(connection);
    iss_.reset();
    irs_.reset();
    syn_at_.reset();
    hole_at_.reset();
    fin_sent_ = fin_came_ = false;
    told_ = {};
    sent_ = received_ = {};
}

TcpStory::Facts TcpStory::facts_of(const tcp::Connection& connection) {
    const tcp::Status status = connection.status();
    const tcp::Tcb& tcb = connection.tcb();
    return {.state = status.state,
            .phase = status.phase,
            .cwnd = status.cwnd,
            .path_mtu = status.path_mtu,
            .snd_wnd = status.snd_wnd,
            .rcv_wnd = status.rcv_wnd,
            .resent = tcb.resent,
            .timeouts = tcb.timeouts,
            .rto = status.rto,
            .srtt = status.srtt,
            .rcv_nxt = tcb.rcv.nxt,
            .hole = tcb.in.has_hole()};
}

void TcpStory::tell(Kind kind, const std::string& sentence, ip::Time at) {
    const unsigned told = told_[kind]++;
    if (told < kMostOfAKind) tell(sentence, at);
    if (told == kMostOfAKind) tell("... and so on: more of this kind is only counted", at);
}

void TcpStory::on_packet(bool sent, ip::Bytes packet, const tcp::Host& host, ip::Time now) {
    if (!id_ || (sent ? host.last_sender() : host.last_receiver()) != id_) return;
    const tcp::Connection* connection = host.find(id_);
    const auto datagram = ip::parse_datagram(packet);
    const auto segment = datagram ? segment_of(*datagram) : std::nullopt;
    if (connection == nullptr || !segment) return;
    const Facts now_is = facts_of(*connection);
    sent ? on_sent(*segment, *connection, now_is, now) : on_received(*segment, *connection, now_is, now);
    tell_window(now_is, now);
    tell_end(*connection, now_is, now);
    before_ = now_is;
}

// ---- what we send ----

void TcpStory::on_sent(const tcp::Segment& segment, const tcp::Connection& connection, const Facts& now_is,
                       ip::Time now) {
    ++sent_.segments;
    sent_.octets += segment.payload.size();
    if (segment.has(tcp::SYN) && !syn_at_) {
        iss_ = segment.seq;
        syn_at_ = now;
        tell(fmt::format("{} asks {} for a connection: SYN", endpoint_text(local_), endpoint_text(remote_)),
             now);
    } else if (now_is.resent > before_.resent ||
               (segment.has(tcp::SYN) && now_is.timeouts > before_.timeouts)) {
        tell_again(segment, connection, now_is, now);
    }
    if (segment.has(tcp::FIN) && !std::exchange(fin_sent_, true))
        tell(fin_came_ ? "we have nothing to say any more, either: FIN"
                       : "we have said all that we had to: FIN",
             now);
    if (segment.has(tcp::RST)) tell("we give the connection up: RST", now);
}

void TcpStory::tell_again(const tcp::Segment& segment, const tcp::Connection& connection, const Facts& now_is,
                          ip::Time now) {
    ++sent_.again;
    const tcp::Tcb& tcb = connection.tcb();
    const bool timed_out = now_is.timeouts > before_.timeouts;
    std::string text = fmt::format("we send {} again: {}", content_text(segment, iss_),
                                   cause_text({.cause = connection.last_reason(),
                                               .sacked = tcb.sent.sacked_segments(),
                                               .rto = before_.rto,
                                               .mtu = now_is.path_mtu}));
    if (now_is.cwnd < before_.cwnd) text += fmt::format("; cwnd {} → {}", before_.cwnd, now_is.cwnd);
    if (timed_out && now_is.rto > before_.rto)
        text += fmt::format("; RTO {} → {}", duration_text(before_.rto), duration_text(now_is.rto));
    tell(Kind::resend, text, now);
}

// ---- what comes ----

void TcpStory::on_received(const tcp::Segment& segment, const tcp::Connection& connection,
                           const Facts& now_is, ip::Time now) {
    ++received_.segments;
    received_.octets += segment.payload.size();
    if (segment.has(tcp::SYN)) irs_ = segment.seq;
    if (before_.state == tcp::State::syn_sent && tcp::is_synchronized(now_is.state))
        tell_open(connection, now_is, now);
    else if (!segment.payload.empty())
        tell_order(segment, connection, now_is, now);
    if (before_.phase != Phase::open && now_is.phase == Phase::open)
        tell(Kind::resend, fmt::format("all that was lost has arrived: cwnd {}", now_is.cwnd), now);
    if (segment.has(tcp::FIN) && !std::exchange(fin_came_, true))
        tell(fin_sent_ ? "they have nothing to say any more, either: FIN"
                       : "they have said all that they had to: FIN",
             now);
    if (segment.has(tcp::RST) && before_.state != tcp::State::syn_sent)
        tell("they broke the connection off: RST", now);
}

void TcpStory::tell_open(const tcp::Connection& connection, const Facts& now_is, ip::Time now) {
    const std::string took = syn_at_ ? duration_text(now - *syn_at_) : "?";
    tell(fmt::format("{} agrees: SYN,ACK; the handshake took {}: {}", endpoint_text(remote_), took,
                     agreed_text(connection)),
         now);
    tell(fmt::format("we start with cwnd {}, RTO {}; they may send us {} octets", now_is.cwnd,
                     duration_text(now_is.rto), now_is.rcv_wnd),
         now);
}

void TcpStory::tell_order(const tcp::Segment& segment, const tcp::Connection& connection, const Facts& now_is,
                          ip::Time now) {
    const tcp::Seq end = segment.seq + static_cast<std::uint32_t>(segment.payload.size());
    const bool same_packet = segment.seq == last_end_ && now == last_at_;
    if (!same_packet) expected_ = before_.rcv_nxt;
    last_end_ = end;
    last_at_ = now;
    if (end <= expected_) ++received_.again;
    if (segment.seq > expected_ && !same_packet) ++received_.early;
    if (now_is.hole && !before_.hole && irs_) {
        hole_at_ = now;
        tell(Kind::hole,
             fmt::format("{} came, but {} is missing before it: we keep it, and ask with every ACK{}",
                         content_text(segment, irs_),
                         octets_text(now_is.rcv_nxt - *irs_, segment.seq - now_is.rcv_nxt),
                         connection.tcb().agreed.sack ? " and SACK" : ""),
             now);
    }
    if (!now_is.hole && before_.hole && hole_at_ && irs_)
        tell(Kind::hole,
             fmt::format("{} came: nothing is missing any more, after {}", content_text(segment, irs_),
                         duration_text(now - *hole_at_)),
             now);
}

void TcpStory::tell_window(const Facts& now_is, ip::Time now) {
    if (!tcp::is_synchronized(before_.state)) return;
    if (before_.snd_wnd != 0 && now_is.snd_wnd == 0)
        tell(Kind::window, "their window is closed: they do not take any more now", now);
    if (before_.snd_wnd == 0 && now_is.snd_wnd != 0)
        tell(Kind::window, fmt::format("their window is open again: {} octets", now_is.snd_wnd), now);
    if (before_.rcv_wnd != 0 && now_is.rcv_wnd == 0)
        tell(Kind::window, "our window is closed: what came has not been read yet", now);
    if (before_.rcv_wnd == 0 && now_is.rcv_wnd != 0)
        tell(Kind::window, fmt::format("our window is open again: {} octets", now_is.rcv_wnd), now);
}

void TcpStory::tell_end(const tcp::Connection& connection, const Facts& now_is, ip::Time now) {
    if (now_is.state == before_.state) return;
    if (now_is.state == tcp::State::time_wait)
        return tell("both FINs are acknowledged: TIME-WAIT, so that nothing old is taken for something new",
                    now);
    if (now_is.state != tcp::State::closed) return;
    switch (connection.tcb().ending) {
        case tcp::Ending::closed: return tell("our FIN is acknowledged: CLOSED", now);
        case tcp::Ending::refused: return tell("RST in answer to our SYN: refused", now);
        case tcp::Ending::timed_out: return tell("no answer for too long: CLOSED", now);
        default: return;
    }
}

// ---- the link ----

void TcpStory::on_link(const ip::SimEvent& event, bool to_us) {
    if (!id_ || event.kind != ip::SimEvent::Kind::dropped) return;
    const auto datagram = ip::parse_datagram(event.packet.octets);
    const auto segment = datagram ? segment_of(*datagram) : std::nullopt;
    if (!segment || (to_us ? segment->dst_port : segment->src_port) != local_.port) return;
    ++(to_us ? received_ : sent_).lost;
    tell(Kind::lost,
         fmt::format("the link loses {} that {} sent: {}", content_text(*segment, to_us ? irs_ : iss_),
                     to_us ? "they" : "we", to_string(event.why)),
         event.at);
}

std::string TcpStory::sum() const {
    if (sent_.segments == 0) return {};
    std::string text =
        fmt::format("we sent {} with {}, {} again", plural(sent_.segments, "segment", "segments"),
                    plural(sent_.octets, "octet", "octets"), sent_.again);
    if (sent_.lost > 0) text += fmt::format(" ({} lost)", sent_.lost);
    text += fmt::format("; they {} with {}, {} before its turn, {} twice",
                        plural(received_.segments, "segment", "segments"),
                        plural(received_.octets, "octet", "octets"), received_.early, received_.again);
    if (received_.lost > 0) text += fmt::format(" ({} lost)", received_.lost);
    if (irs_ && before_.srtt > ip::Duration{})
        text += fmt::format("; round trip {}, RTO {}, cwnd {}", duration_text(before_.srtt),
                            duration_text(before_.rto), before_.cwnd);
    return text;
}

}  // namespace glass::tools
