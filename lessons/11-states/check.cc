// Lesson 11: what a connection must do when segments and calls reach it in any state. Stories are lists of
// what happens, with the state and the answers that must follow; at last whole connections over a path that
// loses packets.
#include "lessons/frame/check.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "lessons/frame/packets.h"
#include "tcp/connection.h"
#include "tcp/isn.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using lesson::Check;
using tcp::Connection;
using tcp::Seq;
using tcp::State;

/// Plain: no options that change what goes out, every segment acknowledged at once.
tcp::Config plain() {
    tcp::Config config;
    config.timestamps = config.sack = config.window_scale = config.ecn = config.nagle = false;
    config.time_based_loss = config.path_mtu_discovery = false;
    config.delayed_ack = {};
    config.msl = 30s;
    return config;
}

const tcp::Endpoint kClient{ip::Address(ip::Ipv4Address{0x0a000001}), lesson::kClientPort};
const tcp::Endpoint kServer{ip::Address(ip::Ipv4Address{0x0a000002}), lesson::kServerPort};
constexpr ip::SipKey kSecret{1, 2};

// ---- one connection; the peer is the story ----

/// Something happens, and what must be so after it. Numbers are relative: 0 is the SYN's of whoever sent it.
struct Step {
    /// "active open", "passive open", "close", "send 100", "read", "wait 60" (seconds), or a segment that
    /// arrives, as "SYN,ACK 0:1 len 5 win 1000": flags, SEG.SEQ, SEG.ACK, octets of text, window. N is
    /// RCV.NXT, A is SND.NXT.
    std::string what;
    std::string state;
    std::string sent{};  ///< "SYN,ACK 0:1; ACK 1:1"
    std::string
        told{};  ///< what the application hears: "opened", "finished", "ended: connection reset", an error
};

std::string flags_text(std::uint16_t flags) {
    std::string text;
    const auto add = [&](std::uint16_t flag, const char* name) {
        if (flags & flag) text += (text.empty() ? "" : ",") + std::string(name);
    };
    add(tcp::SYN, "SYN");
    add(tcp::FIN, "FIN");
    add(tcp::RST, "RST");
    add(tcp::ACK, "ACK");
    return text;
}

class Stage {
public:
    explicit Stage(Check& check, std::uint32_t their_iss = lesson::kServerIss,
                   const tcp::Config& config = plain(), ip::Time start = {})
        : check_(check),
          their_iss_(their_iss),
          connection_(config, kSecret, kClient, kServer),
          start_(start),
          now_(start) {}

    /// Does it, and says what came of it.
    Step happens(const std::string& what) {
        sent_.clear();
        check_.step(what);
        std::string told = act(what);
        while (const auto segment = connection_.poll(now_)) {
            goes_out(*segment);
            if (sent_.size() > 2000) break;
        }
        const std::uint16_t events = connection_.take_events();
        const auto add = [&](const std::string& word) { told += (told.empty() ? "" : ", ") + word; };
        if (events & tcp::kOpened) add("opened");
        if (events & tcp::kUrgent) add("urgent");
        if (events & tcp::kFinished)
            add(events & tcp::kReadable ? "finished" : "finished, but not that there is something to read");
        if (events & tcp::kEnded) add("ended: " + std::string(to_string(connection_.status().ending)));
        const Step seen{what, std::string(to_string(connection_.state())), sent_, told};
        check_.then(seen.state + (seen.sent.empty() ? "" : ", sends " + seen.sent) +
                    (told.empty() ? "" : "; the application hears: " + told));
        return seen;
    }
    const Connection& connection() const { return connection_; }
    ip::Time now() const { return now_; }

private:
    std::string act(const std::string& what) {
        std::istringstream words(what);
        std::string first;
        words >> first;
        if (first == "active") return error_of(connection_.open_active(now_));
        if (first == "passive") return error_of(connection_.open_passive());
        if (first == "close") return error_of(connection_.close());
        if (first == "read") {
            std::uint8_t octets[100];
            return "read " + std::to_string(connection_.read(octets).value_or(0));
        }
        std::uint32_t number = 0;
        if (first == "wait") {
            words >> number;
            return wait(std::chrono::seconds(number));
        }
        if (first == "send") {
            words >> number;
            const ip::Buffer octets(number, 'x');
            const auto taken = connection_.send(octets);
            return taken ? "" : "error: " + std::string(to_string(taken.error()));
        }
        arrives(first, words);
        return "";
    }
    static std::string error_of(const Connection::Done& done) {
        return done ? "" : "error: " + std::string(to_string(done.error()));
    }
    std::string wait(ip::Duration time) {
        const ip::Time until = now_ + time;
        while (const auto next = connection_.deadline()) {
            if (*next > until) break;
            now_ = std::max(now_, *next);
            while (const auto segment = connection_.poll(now_)) goes_out(*segment);
        }
        now_ = until;
        return "";
    }
    Seq ours(const std::string& text) const {
        const Seq iss = connection_.tcb().snd.iss;
        return text.starts_with('A') ? connection_.tcb().snd.nxt + plus(text) : iss + plus("+" + text);
    }
    Seq theirs(const std::string& text) const {
        const Seq nxt = connection_.tcb().rcv.nxt;
        if (!text.starts_with('N')) return their_iss_ + plus("+" + text);
        return (connection_.tcb().rcv.irs == Seq() ? their_iss_ : nxt) + plus(text);
    }
    /// "N+5", "A-1", "N"
    static std::uint32_t plus(const std::string& text) {
        const std::size_t at = text.find_first_of("+-");
        if (at == std::string::npos) return 0;
        const auto value = static_cast<std::uint32_t>(std::stoul(text.substr(at + 1)));
        return text[at] == '-' ? 0 - value : value;
    }
    void arrives(const std::string& flags, std::istringstream& words) {
        std::string numbers, word;
        words >> numbers;
        const std::size_t colon = numbers.find(':');
        std::map<std::string, std::uint32_t> more{{"win", 65535}};
        while (words >> word) words >> more[word];
        const std::uint32_t length = more["len"], window = more["win"];
        ip::Buffer options;
        if (more.contains("ws")) options = {3, 3, static_cast<std::uint8_t>(more["ws"]), 0};
        const ip::Buffer text(length, 'y');
        tcp::Segment segment{
            .seq = theirs(numbers.substr(0, colon)),
            .flags = static_cast<std::uint16_t>(bit(flags, "SYN", tcp::SYN) | bit(flags, "FIN", tcp::FIN) |
                                                bit(flags, "RST", tcp::RST) | bit(flags, "ACK", tcp::ACK) |
                                                bit(flags, "URG", tcp::URG) | bit(flags, "ECE", tcp::ECE)),
            .window = static_cast<std::uint16_t>(window),
            .urgent_pointer = static_cast<std::uint16_t>(flags.contains("URG") ? length : 0),
            .options = options,
            .payload = text};
        if (colon != std::string::npos) segment.ack = ours(numbers.substr(colon + 1));
        tape(false, segment);
        segment.src_port = lesson::kServerPort;
        segment.dst_port = lesson::kClientPort;
        now_ += 10ms;
        connection_.receive(segment, now_);
    }
    static std::uint16_t bit(const std::string& flags, const char* name, std::uint16_t flag) {
        return flags.find(name) == std::string::npos ? std::uint16_t{0} : flag;
    }
    void goes_out(const tcp::Segment& segment) {
        tape(true, segment);
        const Seq iss = connection_.tcb().snd.iss;
        std::string text =
            flags_text(segment.flags) + " " + std::to_string(static_cast<std::int32_t>(segment.seq - iss));
        if (segment.has(tcp::ACK))
            text += ":" + std::to_string(static_cast<std::int32_t>(segment.ack - their_iss_));
        if (!segment.payload.empty()) text += " len " + std::to_string(segment.payload.size());
        sent_ += (sent_.empty() ? "" : "; ") + text;
    }
    void tape(bool from_client, const tcp::Segment& segment) {
        check_.frame({.microseconds = static_cast<std::uint64_t>(
                          std::chrono::duration_cast<std::chrono::microseconds>(now_ - start_).count()),
                      .packet = lesson::packet(from_client, segment),
                      .comment = {}});
    }

    Check& check_;
    Seq their_iss_;
    Connection connection_;
    ip::Time start_;
    ip::Time now_;
    std::string sent_;
};

std::string or_nothing(const std::string& text) {
    return text.empty() ? "nothing" : text;
}

bool same(Check& check, std::string_view what, const Step& expected, const Step& seen) {
    return check.equal_fields(what,
                              {{"state", expected.state, seen.state},
                               {"sends", or_nothing(expected.sent), or_nothing(seen.sent)},
                               {"the application hears", or_nothing(expected.told), or_nothing(seen.told)}});
}

/// When our SYN has that number: it counts on by one in 4 microseconds.
ip::Time when_iss_is(std::uint32_t iss) {
    const Seq at_start = tcp::initial_sequence_number(kSecret, kClient, kServer, {});
    return ip::Time{} + (Seq(iss) - at_start) * 4us;
}

/// Plays a story, up to the first difference; with sequence numbers from all around the circle.
void play(Check& check, std::string_view what, const std::vector<Step>& steps,
          const tcp::Config& config = plain()) {
    struct Numbers {
        std::uint32_t theirs, ours;
    };
    for (const Numbers iss : {Numbers{lesson::kServerIss, lesson::kClientIss},
                              Numbers{0x9000'0000, 0x9000'0000}, Numbers{0xffff'fffd, 0xffff'ffff}}) {
        check.restart();
        Stage stage(check, iss.theirs, config, when_iss_is(iss.ours));
        for (const Step& step : steps)
            if (!same(check, what, step, stage.happens(step.what))) return;
    }
}

const Step kOpens{"active open", "SYN-SENT", "SYN 0"};
const Step kListens{"passive open", "LISTEN"};
const Step kGetsSyn{"SYN 0", "SYN-RECEIVED", "SYN,ACK 0:1"};
const Step kOpened{"SYN,ACK 0:1", "ESTABLISHED", "ACK 1:1", "opened"};

LESSON_CASE("active open", "RFC 9293 section 3.5, figure 6, TCP Peer A") {
    play(check, "SYN, SYN ACK, ACK", {kOpens, kOpened, {"ACK 1:1 len 5", "ESTABLISHED", "ACK 1:6"}});
    play(check, "and we speak first",
         {kOpens, kOpened, {"send 10", "ESTABLISHED", "ACK 1:1 len 10"}, {"ACK 1:11", "ESTABLISHED"}});
    play(check, "what was to be sent before it opens",
         {kOpens, {"send 10", "SYN-SENT"}, {"SYN,ACK 0:1", "ESTABLISHED", "ACK 1:1 len 10", "opened"}});
    play(check, "the window of the SYN ACK counts",
         {kOpens,
          {"send 2000", "SYN-SENT"},
          {"SYN,ACK 0:1 win 100", "ESTABLISHED", "ACK 1:1 len 100", "opened"}});
    play(check, "text in the SYN ACK is taken",
         {kOpens, {"SYN,ACK 0:1 len 5", "ESTABLISHED", "ACK 1:6", "opened"}});
    play(check, "nothing is left to be sent again", {kOpens, kOpened, {"wait 600", "ESTABLISHED"}});
    play(check, "urgent text in the SYN ACK",
         {kOpens, {"SYN,URG,ACK 0:1 len 5", "ESTABLISHED", "ACK 1:6", "opened, urgent"}});
    play(check, "a FIN in the SYN ACK, too",
         {kOpens, {"SYN,FIN,ACK 0:1 len 5", "CLOSE-WAIT", "ACK 1:7", "opened, finished"}});
}

LESSON_CASE("passive open", "RFC 9293 section 3.5, figure 6, TCP Peer B") {
    play(check, "SYN, SYN ACK, ACK", {kListens, kGetsSyn, {"ACK 1:1", "ESTABLISHED", "", "opened"}});
    play(check, "text comes with the ACK",
         {kListens, kGetsSyn, {"ACK 1:1 len 5", "ESTABLISHED", "ACK 1:6", "opened"}});
    play(check, "text and FIN with the ACK",
         {kListens, kGetsSyn, {"FIN,ACK 1:1 len 5", "CLOSE-WAIT", "ACK 1:7", "opened, finished"}});
    play(check, "the ACK is lost, text comes",
         {kListens,
          kGetsSyn,
          {"ACK 6:1 len 5", "ESTABLISHED", "ACK 1:1", "opened"},
          {"ACK 1:1 len 5", "ESTABLISHED", "ACK 1:11"}});
    play(check, "the window of the ACK counts",
         {kListens,
          {"SYN 0 win 60000", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"ACK 1:1 win 100", "ESTABLISHED", "", "opened"},
          {"send 2000", "ESTABLISHED", "ACK 1:1 len 100"}});
    play(check, "text in the SYN comes again",
         {kListens,
          {"SYN 0 len 5", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"ACK 1:1 len 5", "ESTABLISHED", "ACK 1:6", "opened"}});
    play(check, "the SYN comes twice",
         {kListens,
          kGetsSyn,
          {"SYN 0", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"ACK 1:1", "ESTABLISHED", "", "opened"}});
}

LESSON_CASE("both open at the same time", "RFC 9293 section 3.5, figure 7 (MUST-10)") {
    play(check, "SYNs cross, SYN ACKs cross",
         {kOpens,
          {"SYN 0", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"SYN,ACK 0:1", "ESTABLISHED", "ACK 1:1", "opened"}});
    play(check, "an ACK will do",
         {kOpens, {"SYN 0", "SYN-RECEIVED", "SYN,ACK 0:1"}, {"ACK 1:1", "ESTABLISHED", "", "opened"}});
    play(check, "and text flows",
         {kOpens,
          {"SYN 0 win 150", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"SYN,ACK 0:1 win 100", "ESTABLISHED", "ACK 1:1", "opened"},
          {"send 500", "ESTABLISHED", "ACK 1:1 len 100"}});
    check.restart();
    Stage stage(check);
    static_cast<void>(stage.happens("active open"));
    static_cast<void>(stage.happens("SYN 0 win 150"));
    check.equal("SND.WND is the window of the SYN", 150u, stage.connection().status().snd_wnd);
}

LESSON_CASE("congestion, or none", "RFC 3168 section 6.1.1: ECE in a SYN ACK says that the peer knows ECN") {
    tcp::Config ecn = plain();
    ecn.ecn = true;
    Stage with(check, lesson::kServerIss, ecn), without(check);
    for (const char* what : {"active open", "SYN,ACK 0:1"}) static_cast<void>(without.happens(what));
    check.restart();
    for (const char* what : {"active open", "SYN,ECE,ACK 0:1"}) static_cast<void>(with.happens(what));
    check.that("both know ECN", with.connection().status().ecn);
    check.equal("cwnd", without.connection().status().cwnd, with.connection().status().cwnd);
}

LESSON_CASE("when the peer was heard", "RFC 9293 section 3.8.4: a peer is probed after it has been quiet") {
    for (const std::string opens : {"active", "passive"}) {
        check.restart();
        Stage stage(check, lesson::kServerIss, plain(), ip::Time{} + 1h);
        static_cast<void>(stage.happens(opens + " open"));
        static_cast<void>(stage.happens(opens == "active" ? "SYN,ACK 0:1" : "SYN 0"));
        check.that("last_heard, after the SYN of the peer: " + opens + " open",
                   stage.connection().tcb().last_heard == stage.now());
    }
}

LESSON_CASE("the window of the peer",
            "RFC 9293 section 3.10.7.4, fifth: SND.WND, SND.WL1, SND.WL2; RFC 7323 section 2.2") {
    play(check, "after an active open",
         {kOpens,
          {"send 3000", "SYN-SENT"},
          {"SYN,ACK 0:1 win 100", "ESTABLISHED", "ACK 1:1 len 100", "opened"},
          {"ACK 1:101 win 200", "ESTABLISHED", "ACK 101:1 len 200"},
          {"ACK 1:301 win 0", "ESTABLISHED"},
          {"ACK 1:301 win 300", "ESTABLISHED", "ACK 301:1 len 300"}});
    play(check, "after a passive open",
         {kListens,
          {"SYN 0 win 60000", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"ACK 1:1 win 100", "ESTABLISHED", "", "opened"},
          {"send 3000", "ESTABLISHED", "ACK 1:1 len 100"},
          {"ACK 1:101 win 200", "ESTABLISHED", "ACK 101:1 len 200"},
          {"ACK 1:301 win 0", "ESTABLISHED"},
          {"ACK 1:301 win 300", "ESTABLISHED", "ACK 301:1 len 300"}});
    tcp::Config scaled = plain();
    scaled.window_scale = true;
    play(check, "scaled, but not in a SYN ACK",
         {kOpens,
          {"send 3000", "SYN-SENT"},
          {"SYN,ACK 0:1 win 100 ws 7", "ESTABLISHED", "ACK 1:1 len 100", "opened"},
          {"ACK 1:101 win 1", "ESTABLISHED", "ACK 101:1 len 128"}},
         scaled);
    play(check, "scaled in the ACK that opens",
         {kListens,
          {"SYN 0 win 60000 ws 7", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"ACK 1:1 win 1", "ESTABLISHED", "", "opened"},
          {"send 3000", "ESTABLISHED", "ACK 1:1 len 128"}},
         scaled);
    play(check, "after both have opened",
         {kOpens,
          {"SYN 0 win 150", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"ACK 1:1 win 100", "ESTABLISHED", "", "opened"},
          {"send 3000", "ESTABLISHED", "ACK 1:1 len 100"},
          {"ACK 1:101 win 200", "ESTABLISHED", "ACK 101:1 len 200"}});
}

LESSON_CASE("what does not open a connection", "RFC 9293 sections 3.10.7.2 and 3.10.7.3") {
    play(check, "LISTEN: an ACK of nothing", {kListens, {"ACK 0:9", "LISTEN", "RST 9"}, kGetsSyn});
    play(check, "LISTEN: SYN and ACK", {kListens, {"SYN,ACK 0:9", "LISTEN", "RST 9"}});
    play(check, "LISTEN: RST",
         {kListens, {"RST 0", "LISTEN"}, {"RST,ACK 0:9", "LISTEN"}, {"SYN,RST 0", "LISTEN"}});
    play(check, "LISTEN: no flag at all, FIN, SYN and FIN",
         {kListens, {"none 0", "LISTEN"}, {"FIN 0", "LISTEN"}, {"SYN,FIN 0", "LISTEN"}});
    play(check, "SYN-SENT: the ACK of another connection",
         {kOpens, {"ACK 0:9", "SYN-SENT", "RST 9"}, kOpened});
    play(check, "SYN-SENT: SYN and ACK of another connection",
         {kOpens, {"SYN,ACK 0:9", "SYN-SENT", "RST 9"}, kOpened});
    play(check, "SYN-SENT: the ACK of what was before the SYN",
         {kOpens, {"SYN,ACK 0:0", "SYN-SENT", "RST 0"}, kOpened});
    play(check, "SYN-SENT: RST with a wrong ACK is forged, or old",
         {kOpens, {"RST,ACK 0:9", "SYN-SENT"}, {"RST,ACK 0:0", "SYN-SENT"}, kOpened});
    play(check, "SYN-SENT: RST without ACK", {kOpens, {"RST 0", "SYN-SENT"}, kOpened});
    play(check, "SYN-SENT: RST with the ACK of our SYN",
         {kOpens, {"RST,ACK 0:1", "CLOSED", "", "ended: connection refused"}});
    play(check, "SYN-SENT: SYN, RST and ACK",
         {kOpens, {"SYN,RST,ACK 0:1", "CLOSED", "", "ended: connection refused"}});
    play(check, "SYN-SENT: an ACK without SYN",
         {kOpens, {"ACK 0:1", "SYN-SENT"}, {"FIN,ACK 0:1 len 5", "SYN-SENT"}, kOpened});
}

LESSON_CASE("old duplicates and crashes", "RFC 9293 sections 3.5 and 3.5.1, figures 8 and 9") {
    play(check, "figure 8: the SYN was old, its sender says so",
         {kListens,
          {"SYN 90", "SYN-RECEIVED", "SYN,ACK 0:91"},
          {"RST 91", "LISTEN"},
          {"SYN 400", "SYN-RECEIVED", "SYN,ACK 0:401"},
          {"ACK 401:1", "ESTABLISHED", "", "opened"}});
    play(check, "SYN-RECEIVED: another SYN after a passive open",
         {kListens, kGetsSyn, {"SYN 50", "LISTEN"}, {"SYN 50", "SYN-RECEIVED", "SYN,ACK 0:51"}});
    play(check, "SYN-RECEIVED: another SYN after an active open",
         {kOpens, {"SYN 0", "SYN-RECEIVED", "SYN,ACK 0:1"}, {"SYN 50", "SYN-RECEIVED", "ACK 1:1"}});
    play(check, "SYN-RECEIVED: RST after an active open",
         {kOpens,
          {"SYN 0", "SYN-RECEIVED", "SYN,ACK 0:1"},
          {"RST 1", "CLOSED", "", "ended: connection refused"}});
    play(
        check, "SYN-RECEIVED: the ACK of something never sent",
        {kListens, kGetsSyn, {"ACK 1:9", "SYN-RECEIVED", "RST 9"}, {"ACK 1:1", "ESTABLISHED", "", "opened"}});
    play(check, "SYN-RECEIVED: an ACK that does not cover our SYN",
         {kListens, kGetsSyn, {"ACK 1:0", "SYN-RECEIVED", "RST 0"}});
    play(
        check, "a SYN, long after a passive open",
        {kListens, kGetsSyn, {"ACK 1:1", "ESTABLISHED", "", "opened"}, {"SYN 50", "ESTABLISHED", "ACK 1:1"}});
    tcp::Config patient = plain();
    patient.delayed_ack = 200ms;
    play(check, "a RST behind text that is not acknowledged yet",
         {kOpens,
          kOpened,
          {"ACK 1:1 len 5", "ESTABLISHED"},
          {"RST 6", "CLOSED", "", "ended: connection reset"}},
         patient);
    play(check, "figure 9: the peer crashed, and opens again",
         {kOpens,
          kOpened,
          {"SYN 400", "ESTABLISHED", "ACK 1:1"},
          {"RST 1", "CLOSED", "", "ended: connection reset"}});
}

LESSON_CASE("few challenge ACKs a second",
            "RFC 5961 section 7: or a stranger has us send as much as he does") {
    for (const std::string what : {"RST N+5", "SYN N+5"}) {
        check.restart();
        Stage stage(check);
        static_cast<void>(stage.happens("active open"));
        static_cast<void>(stage.happens("SYN,ACK 0:1"));
        int answers = 0;
        for (int i = 0; i < 50; ++i) answers += stage.happens(what).sent.empty() ? 0 : 1;
        check.that("fifty times " + what + " in half a second", answers > 0 && answers <= 12,
                   std::to_string(answers) + " answers");
    }
}

const std::vector<Step> kClosesFirst{kOpens, kOpened, {"close", "FIN-WAIT-1", "FIN,ACK 1:1"}};
std::vector<Step> first_closing(std::vector<Step> more) {
    std::vector<Step> steps = kClosesFirst;
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

LESSON_CASE("closing first", "RFC 9293 section 3.6, figure 12, TCP Peer A") {
    play(check, "FIN, ACK, FIN, ACK, 2 MSL",
         first_closing({{"ACK 1:2", "FIN-WAIT-2"},
                        {"FIN,ACK 1:2", "TIME-WAIT", "ACK 2:2", "finished"},
                        {"wait 59", "TIME-WAIT"},
                        {"wait 1", "CLOSED", "", "ended: closed"}}));
    play(check, "FIN and ACK in one segment",
         first_closing({{"FIN,ACK 1:2", "TIME-WAIT", "ACK 2:2", "finished"}}));
    play(check, "text comes after our FIN: a half-closed connection",
         first_closing({{"ACK 1:2", "FIN-WAIT-2"},
                        {"ACK 1:2 len 5", "FIN-WAIT-2", "ACK 2:6"},
                        {"FIN,ACK 6:2 len 5", "TIME-WAIT", "ACK 2:12", "finished"}}));
    play(check, "text comes before the ACK of our FIN",
         first_closing({{"ACK 1:1 len 5", "FIN-WAIT-1", "ACK 2:6"}, {"ACK 6:2", "FIN-WAIT-2"}}));
    play(check, "what was sent before goes out first",
         {kOpens,
          kOpened,
          {"send 10", "ESTABLISHED", "ACK 1:1 len 10"},
          {"close", "FIN-WAIT-1", "FIN,ACK 11:1"},
          {"ACK 1:11", "FIN-WAIT-1"},
          {"ACK 1:12", "FIN-WAIT-2"}});
    play(check, "the FIN waits for a closed window",
         {kOpens,
          {"SYN,ACK 0:1 win 5", "ESTABLISHED", "ACK 1:1", "opened"},
          {"send 10", "ESTABLISHED", "ACK 1:1 len 5"},
          {"close", "FIN-WAIT-1"},
          {"ACK 1:6 win 100", "FIN-WAIT-1", "FIN,ACK 6:1 len 5"},
          {"ACK 1:12", "FIN-WAIT-2"}});
    play(check, "TIME-WAIT: the FIN again, and its time begins anew",
         first_closing({{"FIN,ACK 1:2", "TIME-WAIT", "ACK 2:2", "finished"},
                        {"wait 50", "TIME-WAIT"},
                        {"FIN,ACK 1:2", "TIME-WAIT", "ACK 2:2"},
                        {"wait 59", "TIME-WAIT"},
                        {"wait 1", "CLOSED", "", "ended: closed"}}));
    play(check, "TIME-WAIT: a RST does not end it (RFC 1337)",
         first_closing({{"FIN,ACK 1:2", "TIME-WAIT", "ACK 2:2", "finished"}, {"RST 2", "TIME-WAIT"}}));
}

LESSON_CASE("closing second", "RFC 9293 section 3.6, figure 12, TCP Peer B") {
    const Step finished{"FIN,ACK 1:1", "CLOSE-WAIT", "ACK 1:2", "finished"};
    play(check, "FIN, ACK, FIN, ACK",
         {kOpens,
          kOpened,
          finished,
          {"close", "LAST-ACK", "FIN,ACK 1:2"},
          {"ACK 2:2", "CLOSED", "", "ended: closed"}});
    play(check, "there is time to answer",
         {kOpens,
          kOpened,
          finished,
          {"send 10", "CLOSE-WAIT", "ACK 1:2 len 10"},
          {"ACK 2:11", "CLOSE-WAIT"},
          {"close", "LAST-ACK", "FIN,ACK 11:2"},
          {"ACK 2:11", "LAST-ACK"},
          {"ACK 2:12", "CLOSED", "", "ended: closed"}});
    play(check, "the FIN comes again: our ACK was lost",
         {kOpens, kOpened, finished, {"FIN,ACK 1:1", "CLOSE-WAIT", "ACK 1:2"}});
    play(check, "LAST-ACK: a RST ends it as well",
         {kOpens,
          kOpened,
          finished,
          {"close", "LAST-ACK", "FIN,ACK 1:2"},
          {"RST 2", "CLOSED", "", "ended: closed"}});
    play(check, "text before the FIN",
         {kOpens, kOpened, {"FIN,ACK 1:1 len 5", "CLOSE-WAIT", "ACK 1:7", "finished"}});
    play(check, "the FIN overtakes its text",
         {kOpens,
          kOpened,
          {"FIN,ACK 6:1", "ESTABLISHED", "ACK 1:1"},
          {"ACK 1:1 len 5", "CLOSE-WAIT", "ACK 1:7", "finished"}});
}

LESSON_CASE("both close at the same time", "RFC 9293 section 3.6, figure 13") {
    play(check, "FINs cross",
         first_closing({{"FIN,ACK 1:1", "CLOSING", "ACK 2:2", "finished"},
                        {"ACK 2:2", "TIME-WAIT"},
                        {"wait 60", "CLOSED", "", "ended: closed"}}));
    play(check, "CLOSING: the FIN again",
         first_closing({{"FIN,ACK 1:1", "CLOSING", "ACK 2:2", "finished"},
                        {"FIN,ACK 1:1", "CLOSING", "ACK 2:2"},
                        {"ACK 2:2", "TIME-WAIT"}}));
    play(check, "CLOSING: a RST",
         first_closing(
             {{"FIN,ACK 1:1", "CLOSING", "ACK 2:2", "finished"}, {"RST 2", "CLOSED", "", "ended: closed"}}));
    play(check, "CLOSING: an ACK of less than our FIN",
         {kOpens,
          kOpened,
          {"send 10", "ESTABLISHED", "ACK 1:1 len 10"},
          {"close", "FIN-WAIT-1", "FIN,ACK 11:1"},
          {"FIN,ACK 1:1", "CLOSING", "ACK 12:2", "finished"},
          {"ACK 2:11", "CLOSING"},
          {"ACK 2:12", "TIME-WAIT"}});
}

LESSON_CASE("CLOSE", "RFC 9293 section 3.10.4") {
    const Step received{"SYN 0", "SYN-RECEIVED", "SYN,ACK 0:1"};
    play(check, "CLOSED", {{"close", "CLOSED", "", "error: connection does not exist"}});
    play(check, "LISTEN", {kListens, {"close", "CLOSED", "", "ended: closed"}});
    play(check, "SYN-SENT", {kOpens, {"close", "CLOSED", "", "ended: connection aborted"}});
    play(check, "SYN-RECEIVED: the FIN waits until it is open",
         {kListens,
          received,
          {"close", "SYN-RECEIVED"},
          {"ACK 1:1", "FIN-WAIT-1", "FIN,ACK 1:1", "opened"},
          {"ACK 1:2", "FIN-WAIT-2"}});
    play(check, "SYN-RECEIVED, with text to send",
         {kListens,
          received,
          {"send 10", "SYN-RECEIVED"},
          {"close", "SYN-RECEIVED"},
          {"ACK 1:1", "FIN-WAIT-1", "FIN,ACK 1:1 len 10", "opened"}});
    play(check, "SYN-RECEIVED: a second time",
         {kListens,
          received,
          {"close", "SYN-RECEIVED"},
          {"close", "SYN-RECEIVED", "", "error: connection closing"}});
    play(check, "SYN-RECEIVED, and the peer's FIN comes with the ACK",
         {kListens,
          received,
          {"close", "SYN-RECEIVED"},
          {"FIN,ACK 1:1", "CLOSING", "FIN,ACK 1:2", "opened, finished"}});
    play(check, "FIN-WAIT-1", first_closing({{"close", "FIN-WAIT-1", "", "error: connection closing"}}));
    play(
        check, "FIN-WAIT-2",
        first_closing({{"ACK 1:2", "FIN-WAIT-2"}, {"close", "FIN-WAIT-2", "", "error: connection closing"}}));
    play(check, "CLOSE-WAIT: the second time",
         {kOpens,
          kOpened,
          {"FIN,ACK 1:1", "CLOSE-WAIT", "ACK 1:2", "finished"},
          {"close", "LAST-ACK", "FIN,ACK 1:2"},
          {"close", "LAST-ACK", "", "error: connection closing"}});
    play(check, "CLOSE-WAIT, with a closed window: a second time",
         {kOpens,
          {"SYN,ACK 0:1 win 0", "ESTABLISHED", "ACK 1:1", "opened"},
          {"FIN,ACK 1:1 win 0", "CLOSE-WAIT", "ACK 1:2", "finished"},
          {"send 5", "CLOSE-WAIT"},
          {"close", "CLOSE-WAIT"},
          {"close", "CLOSE-WAIT", "", "error: connection closing"}});
    play(check, "what has come can still be read",
         {kOpens,
          kOpened,
          {"ACK 1:1 len 5", "ESTABLISHED", "ACK 1:6"},
          {"close", "FIN-WAIT-1", "FIN,ACK 1:6"},
          {"read", "FIN-WAIT-1", "", "read 5"}});
    play(check, "after it nothing is sent",
         {kOpens,
          kOpened,
          {"close", "FIN-WAIT-1", "FIN,ACK 1:1"},
          {"send 5", "FIN-WAIT-1", "", "error: connection closing"}});
}

// ---- every state, every event ----

struct Place {
    const char* name;
    std::vector<std::string> path;
};

const std::vector<Place>& places() {
    static const std::vector<Place> all = {
        {"CLOSED", {}},
        {"LISTEN", {"passive open"}},
        {"SYN-SENT", {"active open"}},
        {"SYN-RECEIVED after a passive open", {"passive open", "SYN 0"}},
        {"SYN-RECEIVED after an active open", {"active open", "SYN 0"}},
        {"ESTABLISHED", {"active open", "SYN,ACK 0:1"}},
        {"FIN-WAIT-1", {"active open", "SYN,ACK 0:1", "close"}},
        {"FIN-WAIT-2", {"active open", "SYN,ACK 0:1", "close", "ACK 1:2"}},
        {"CLOSE-WAIT", {"active open", "SYN,ACK 0:1", "FIN,ACK 1:1"}},
        {"CLOSING", {"active open", "SYN,ACK 0:1", "close", "FIN,ACK 1:1"}},
        {"LAST-ACK", {"active open", "SYN,ACK 0:1", "FIN,ACK 1:1", "close"}},
        {"TIME-WAIT", {"active open", "SYN,ACK 0:1", "close", "FIN,ACK 1:2"}},
    };
    return all;
}

/// `expected`: for each of the places "STATE | what is sent | what the application hears".
void in_every_state(Check& check, const std::string& event, const std::vector<std::string>& expected) {
    for (std::size_t i = 0; i < places().size(); ++i) {
        const Place& place = places()[i];
        check.restart();
        Stage stage(check);
        for (const std::string& what : place.path) static_cast<void>(stage.happens(what));
        const std::string arrived(to_string(stage.connection().state()));
        if (!check.equal(std::string("the way to ") + place.name,
                         std::string(place.name).substr(0, arrived.size()), arrived))
            continue;
        const Step seen = stage.happens(event);
        std::vector<std::string> parts;
        std::istringstream text(expected[i]);
        for (std::string part; std::getline(text, part, '|');) {
            const std::size_t from = part.find_first_not_of(' ');
            parts.push_back(
                from == std::string::npos ? "" : part.substr(from, part.find_last_not_of(' ') + 1 - from));
        }
        parts.resize(3);
        same(check, place.name, {event, parts[0], parts[1], parts[2]}, seen);
    }
}

LESSON_CASE("every state: a RST at RCV.NXT",
            "RFC 9293 section 3.10.7, RFC 5961 section 3.2: it ends the connection; in TIME-WAIT it is "
            "ignored (RFC 1337)") {
    in_every_state(check, "RST N",
                   {"CLOSED", "LISTEN", "SYN-SENT", "LISTEN", "CLOSED |  | ended: connection refused",
                    "CLOSED |  | ended: connection reset", "CLOSED |  | ended: connection reset",
                    "CLOSED |  | ended: connection reset", "CLOSED |  | ended: connection reset",
                    "CLOSED |  | ended: closed", "CLOSED |  | ended: closed", "TIME-WAIT"});
}
LESSON_CASE(
    "every state: a RST elsewhere in the window",
    "RFC 5961 section 3.2: whoever guesses the window must not be able to reset: a challenge ACK asks") {
    in_every_state(
        check, "RST N+5",
        {"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED | ACK 1:1", "SYN-RECEIVED | ACK 1:1",
         "ESTABLISHED | ACK 1:1", "FIN-WAIT-1 | ACK 2:1", "FIN-WAIT-2 | ACK 2:1", "CLOSE-WAIT | ACK 1:2",
         "CLOSING | ACK 2:2", "LAST-ACK | ACK 2:2", "TIME-WAIT | ACK 2:2"});
}
LESSON_CASE("every state: a RST with an ACK",
            "RFC 9293 section 3.10.7.3: the answer to a SYN that nobody waits for") {
    in_every_state(check, "RST,ACK N:A",
                   {"CLOSED", "LISTEN", "CLOSED |  | ended: connection refused", "LISTEN",
                    "CLOSED |  | ended: connection refused", "CLOSED |  | ended: connection reset",
                    "CLOSED |  | ended: connection reset", "CLOSED |  | ended: connection reset",
                    "CLOSED |  | ended: connection reset", "CLOSED |  | ended: closed",
                    "CLOSED |  | ended: closed", "TIME-WAIT"});
}
LESSON_CASE("every state: a SYN",
            "RFC 9293 section 3.10.7.4, fourth; RFC 5961 section 4.2: a challenge ACK, and nothing else") {
    in_every_state(
        check, "SYN N",
        {"CLOSED | RST,ACK 0:1", "SYN-RECEIVED | SYN,ACK 0:1", "SYN-RECEIVED | SYN,ACK 0:1", "LISTEN",
         "SYN-RECEIVED | ACK 1:1", "ESTABLISHED | ACK 1:1", "FIN-WAIT-1 | ACK 2:1", "FIN-WAIT-2 | ACK 2:1",
         "CLOSE-WAIT | ACK 1:2", "CLOSING | ACK 2:2", "LAST-ACK | ACK 2:2", "TIME-WAIT | ACK 2:2"});
}
LESSON_CASE("every state: a SYN ACK", "RFC 9293 sections 3.10.7.2 to 3.10.7.4") {
    in_every_state(
        check, "SYN,ACK N:A",
        {"CLOSED | RST 0", "LISTEN | RST 0", "ESTABLISHED | ACK 1:1 | opened", "LISTEN",
         "SYN-RECEIVED | ACK 1:1", "ESTABLISHED | ACK 1:1", "FIN-WAIT-1 | ACK 2:1", "FIN-WAIT-2 | ACK 2:1",
         "CLOSE-WAIT | ACK 1:2", "CLOSING | ACK 2:2", "LAST-ACK | ACK 2:2", "TIME-WAIT | ACK 2:2"});
}
LESSON_CASE("every state: an ACK of all that was sent",
            "RFC 9293 section 3.10.7.4, fifth: of our SYN, of our FIN") {
    in_every_state(check, "ACK N:A",
                   {"CLOSED | RST 0", "LISTEN | RST 0", "SYN-SENT", "ESTABLISHED |  | opened",
                    "ESTABLISHED |  | opened", "ESTABLISHED", "FIN-WAIT-2", "FIN-WAIT-2", "CLOSE-WAIT",
                    "TIME-WAIT", "CLOSED |  | ended: closed", "TIME-WAIT"});
}
LESSON_CASE("every state: an ACK of something never sent",
            "RFC 9293 section 3.5.2: before the connection is open, a RST; after that, an ACK") {
    in_every_state(
        check, "ACK N:A+9",
        {"CLOSED | RST 9", "LISTEN | RST 9", "SYN-SENT | RST 10", "SYN-RECEIVED | RST 10",
         "SYN-RECEIVED | RST 10", "ESTABLISHED | ACK 1:1", "FIN-WAIT-1 | ACK 2:1", "FIN-WAIT-2 | ACK 2:1",
         "CLOSE-WAIT | ACK 1:2", "CLOSING | ACK 2:2", "LAST-ACK | ACK 2:2", "TIME-WAIT | ACK 2:2"});
}
LESSON_CASE("every state: a FIN, and the ACK of all that was sent", "RFC 9293 section 3.10.7.4, eighth") {
    in_every_state(check, "FIN,ACK N:A",
                   {"CLOSED | RST 0", "LISTEN | RST 0", "SYN-SENT", "CLOSE-WAIT | ACK 1:2 | opened, finished",
                    "CLOSE-WAIT | ACK 1:2 | opened, finished", "CLOSE-WAIT | ACK 1:2 | finished",
                    "TIME-WAIT | ACK 2:2 | finished", "TIME-WAIT | ACK 2:2 | finished", "CLOSE-WAIT",
                    "TIME-WAIT", "CLOSED |  | ended: closed", "TIME-WAIT"});
}
LESSON_CASE("every state: text, and the ACK of all that was sent",
            "RFC 9293 section 3.10.7.4, seventh: after the peer's FIN there is none") {
    in_every_state(
        check, "ACK N:A len 3",
        {"CLOSED | RST 0", "LISTEN | RST 0", "SYN-SENT", "ESTABLISHED | ACK 1:4 | opened",
         "ESTABLISHED | ACK 1:4 | opened", "ESTABLISHED | ACK 1:4", "FIN-WAIT-2 | ACK 2:4",
         "FIN-WAIT-2 | ACK 2:4", "CLOSE-WAIT", "TIME-WAIT", "CLOSED |  | ended: closed", "TIME-WAIT"});
}
LESSON_CASE("every state: CLOSE", "RFC 9293 section 3.10.4") {
    in_every_state(
        check, "close",
        {"CLOSED |  | error: connection does not exist", "CLOSED |  | ended: closed",
         "CLOSED |  | ended: connection aborted", "SYN-RECEIVED", "SYN-RECEIVED", "FIN-WAIT-1 | FIN,ACK 1:1",
         "FIN-WAIT-1 |  | error: connection closing", "FIN-WAIT-2 |  | error: connection closing",
         "LAST-ACK | FIN,ACK 1:2", "CLOSING |  | error: connection closing",
         "LAST-ACK |  | error: connection closing", "TIME-WAIT |  | error: connection closing"});
}

// ---- whole connections over a path that loses packets ----

/// How a connection is opened and closed.
struct Life {
    const char* name;
    bool both_open = false;
    bool server_closes = false;  ///< when it has sent all; else when the client has
    bool client_closes = false;  ///< when it has got all; else when the server has
};

/// Two connections, ten milliseconds apart, until both are CLOSED. Packets are numbered as they are sent.
class Path {
public:
    Path(Check& check, const Life& life, const std::vector<std::uint64_t>& lost)
        : check_(check),
          life_(life),
          lost_(lost),
          ends_{End{Connection(plain(), kSecret, kClient, kServer), std::string(2000, 'q'), 3000},
                End{Connection(plain(), {3, 4}, kServer, kClient), std::string(3000, 'a'), 2000}} {}

    void run() {
        static_cast<void>(ends_[0].connection.open_active(now_));
        if (life_.both_open) {
            static_cast<void>(ends_[1].connection.open_active(now_));
        } else {
            static_cast<void>(ends_[1].connection.open_passive());
        }
        const ip::Time until = now_ + 300s;
        for (int steps = 0; steps < 2000 && now_ < until; ++steps) {
            serve(0);
            serve(1);
            auto next = ip::earlier(ends_[0].connection.deadline(), ends_[1].connection.deadline());
            if (!under_way_.empty()) next = ip::earlier(next, under_way_.begin()->first);
            if (!next) return;
            now_ = std::max(now_, *next);
            while (!under_way_.empty() && under_way_.begin()->first <= now_) deliver();
        }
    }
    std::uint64_t packets() const { return packets_; }

    void verify(std::string_view what) {
        const auto text = [](const End& end) {
            return std::string(to_string(end.connection.state())) + ", " + std::to_string(end.got.size()) +
                   " octets received, ended: " + std::string(to_string(end.connection.status().ending));
        };
        const auto expected = [](std::size_t octets) {
            return "CLOSED, " + std::to_string(octets) + " octets received, ended: closed";
        };
        const bool waited = ends_[0].waited || ends_[1].waited;
        check_.equal_fields(what,
                            {{"client", expected(3000), text(ends_[0])},
                             {"server", expected(2000), text(ends_[1])},
                             {"TIME-WAIT", "one or both", waited ? "one or both" : "nobody was in it"}});
    }

private:
    struct End {
        Connection connection;
        std::string out;
        std::size_t wants;
        std::string got{};
        bool waited = false;
    };
    struct Packet {
        unsigned to;
        ip::Buffer octets;
    };

    void serve(unsigned side) {
        End& end = ends_[side];
        for (int turn = 0; turn < 20; ++turn) {
            if (!end.out.empty() && end.connection.state() != State::listen) {
                const ip::Bytes octets(reinterpret_cast<const std::uint8_t*>(end.out.data()), end.out.size());
                end.out.erase(0, end.connection.send(octets).value_or(0));
            }
            std::uint8_t room[4096];
            const std::size_t n = end.connection.read(room).value_or(0);
            end.got.append(reinterpret_cast<const char*>(room), n);
            const bool first = side == 0 ? life_.client_closes : life_.server_closes;
            const bool has_all = end.got.size() >= end.wants;
            const bool opened = is_synchronized(end.connection.state());
            if (opened && end.out.empty() && has_all && (first || end.connection.status().peer_finished))
                static_cast<void>(end.connection.close());
            end.waited = end.waited || end.connection.state() == State::time_wait;
            const auto segment = end.connection.poll(now_);
            if (segment) send(side, *segment);
            if (!segment && n == 0) return;
        }
    }
    void send(unsigned side, const tcp::Segment& segment) {
        const bool is_lost = std::ranges::find(lost_, packets_) != lost_.end();
        const tcp::Endpoint &from = side == 0 ? kClient : kServer, &to = side == 0 ? kServer : kClient;
        check_.step(std::string(side == 0 ? "client" : "server") + " sends #" + std::to_string(packets_) +
                    " " + flags_text(segment.flags) + " len " + std::to_string(segment.payload.size()) +
                    (is_lost ? ", lost" : ""));
        check_.then(std::string(to_string(ends_[0].connection.state())) + " / " +
                    std::string(to_string(ends_[1].connection.state())));
        check_.frame(
            {.microseconds = static_cast<std::uint64_t>(
                 std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch()).count()),
             .packet = lesson::packet(side == 0, segment),
             .comment = is_lost ? "lost" : ""});
        ++packets_;
        if (is_lost) return;
        ip::Buffer octets;
        segment.serialize(octets, from.address, to.address);
        under_way_.emplace(now_ + 10ms, Packet{1 - side, octets});
    }
    void deliver() {
        const Packet packet = std::move(under_way_.begin()->second);
        under_way_.erase(under_way_.begin());
        if (const auto segment = tcp::parse_segment(packet.octets))
            ends_[packet.to].connection.receive(*segment, now_);
        ends_[packet.to].waited =
            ends_[packet.to].waited || ends_[packet.to].connection.state() == State::time_wait;
    }

    Check& check_;
    Life life_;
    std::vector<std::uint64_t> lost_;
    End ends_[2];
    ip::Time now_{};
    std::uint64_t packets_ = 0;
    std::multimap<ip::Time, Packet> under_way_;
};

void live(Check& check, const Life& life, const std::vector<std::uint64_t>& lost) {
    check.restart();
    Path path(check, life, lost);
    path.run();
    path.verify(life.name);
}

void every_loss(Check& check, const Life& life) {
    Check quiet = Check::quiet(1);
    Path path(quiet, life, {});
    path.run();
    live(check, life, {});
    const std::uint64_t packets = std::min<std::uint64_t>(path.packets(), 24);
    for (std::uint64_t a = 0; a < packets && !check.failed(); ++a)
        for (std::uint64_t b = a + 1; b < packets + 1 && !check.failed(); ++b)
            check.smallest(std::vector<std::uint64_t>{a, b},
                           [&](const std::vector<std::uint64_t>& lost, Check& to) { live(to, life, lost); });
}

constexpr const char* kLosses = "RFC 9293 section 3.4: whatever is lost, both ends close with all octets";
LESSON_CASE("any two packets lost, the client closes first", kLosses) {
    every_loss(check, {.name = "the client closes first", .client_closes = true});
}
LESSON_CASE("any two packets lost, the server closes first", kLosses) {
    every_loss(check, {.name = "the server closes first", .server_closes = true});
}
LESSON_CASE("any two packets lost, both close", kLosses) {
    every_loss(check, {.name = "both close", .server_closes = true, .client_closes = true});
}
LESSON_CASE("any two packets lost, both open", kLosses) {
    every_loss(check, {.name = "both open", .both_open = true, .client_closes = true});
}

}  // namespace
