// Scripts: a connection's life in steps that read like the figures of RFC 9293: what it sends, what arrives,
// what time passes, in which state it is.
#pragma once

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "tcp/connection.h"

namespace glass::tests {

/// A segment as a figure writes it: <SEQ=..><ACK=..><CTL=..>, with text and window. Sequence numbers are
/// relative: ours count from our ISS, the peer's from its own, both 0 in the script.
struct Seg {
    std::uint16_t flags = 0;
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::string text{};
    std::uint16_t window = 65535;
    ip::Bytes options{};
    std::uint16_t urgent = 0;
    ip::Ecn ecn = ip::Ecn::not_ect;  ///< of its packet; of what is sent see Script::sent_ecn
};

inline std::string text_of(const Seg& seg) {
    return "<SEQ=" + std::to_string(seg.seq) + ">" +
           (seg.flags & tcp::ACK ? "<ACK=" + std::to_string(seg.ack) + ">" : "") +
           "<CTL=" + tcp::flags_text(seg.flags) + ">" + (seg.text.empty() ? "" : "\"" + seg.text + "\"") +
           (seg.flags & tcp::URG ? "<UP=" + std::to_string(seg.urgent) + ">" : "");
}

/// One connection, and the rest of the world played by the test.
class Script {
public:
    static constexpr std::uint32_t kPeerIss = 0xfffffff0;  ///< the peer's numbers wrap soon

    explicit Script(const tcp::Config& config = plain())
        : connection(config, {.low = 7, .high = 9}, {ip::Address(ip::Ipv4Address{0x0a000001}), 1000},
                     {ip::Address(ip::Ipv4Address{0x0a000002}), 2000}) {}

    /// No options but MSS, no delayed ACK, no Nagle, ten octets a segment where a test says so: what the
    /// figures are about, and nothing else.
    static tcp::Config plain() {
        tcp::Config config;
        config.sack = config.timestamps = config.window_scale = config.ecn = false;
        config.congestion = tcp::CongestionAlgorithm::newreno;
        config.delayed_ack = {};
        config.nagle = false;
        return config;
    }

    Script& listens() {
        REQUIRE(connection.open_passive().has_value());
        return *this;
    }
    Script& opens() {
        REQUIRE(connection.open_active(now).has_value());
        return *this;
    }
    Script& writes(const std::string& text, bool urgent = false) {
        const auto taken = connection.send(octets(text), urgent);
        CHECK(taken.value_or(0) == text.size());
        return *this;
    }
    Script& reads(const std::string& text) {
        std::string got(text.size() + 100, '\0');
        const auto n = connection.read({reinterpret_cast<std::uint8_t*>(got.data()), got.size()});
        CHECK(got.substr(0, n.value_or(0)) == text);
        return *this;
    }
    Script& closes() {
        CHECK(connection.close().has_value());
        return *this;
    }
    Script& aborts() {
        CHECK(connection.abort().has_value());
        return *this;
    }

    /// The next segment is this one. Window and options are looked at in sent().
    Script& sends(const Seg& want) {
        const auto segment = connection.poll(now);
        REQUIRE_MESSAGE(segment.has_value(), "nothing sent instead of ", text_of(want));
        CHECK(text_of(relative(*segment)) == text_of(want));
        last_options.assign(segment->options.begin(), segment->options.end());
        sent = *segment;
        sent_ecn = connection.ecn();
        sent.payload = {};
        sent.options = last_options;
        return *this;
    }
    Script& sends_nothing() {
        const auto segment = connection.poll(now);
        CHECK_MESSAGE(!segment.has_value(), "sent ", text_of(segment ? relative(*segment) : Seg{}));
        return *this;
    }
    Script& arrives(const Seg& seg) {
        tcp::Segment segment{.src_port = 2000, .dst_port = 1000, .flags = seg.flags, .window = seg.window};
        segment.seq = tcp::Seq(kPeerIss) + seg.seq;
        if (seg.flags & tcp::ACK) segment.ack = iss() + seg.ack;
        segment.urgent_pointer = seg.urgent;
        segment.options = seg.options;
        segment.payload = octets(seg.text);
        connection.receive(segment, now, seg.ecn);
        return *this;
    }
    /// An ICMP error that quotes our segment at `seq`.
    Script& is_told(tcp::IcmpReport::Kind kind, std::uint32_t seq, std::uint32_t mtu = 0) {
        connection.icmp_arrives({.kind = kind, .mtu = mtu, .seq = iss() + seq}, now);
        return *this;
    }
    /// How many octets of text the next segments have, as long as there are any.
    std::vector<std::size_t> sends_sizes() {
        std::vector<std::size_t> sizes;
        while (const auto segment = connection.poll(now)) sizes.push_back(segment->payload.size());
        return sizes;
    }
    /// Nothing is sent meanwhile: it is asked for at every deadline before the end.
    Script& passes(ip::Duration time) {
        const ip::Time end = now + time;
        while (const auto deadline = connection.deadline()) {
            if (*deadline >= end) break;
            REQUIRE(*deadline >= now);
            now = *deadline;
            sends_nothing();
            if (connection.deadline() && *connection.deadline() <= now)
                FAIL("a deadline that does not move on");
        }
        now = end;
        return *this;
    }
    Script& is(tcp::State state) {
        CHECK(to_string(connection.state()) == to_string(state));
        return *this;
    }
    Script& ended(tcp::Ending ending) {
        is(tcp::State::closed);
        CHECK(to_string(connection.status().ending) == to_string(ending));
        return *this;
    }

    /// ESTABLISHED by an active OPEN: both sequence numbers are 1.
    Script& established(std::uint16_t window = 65535, ip::Bytes options = {}) {
        opens().sends({.flags = tcp::SYN, .seq = 0});
        arrives({.flags = tcp::SYN | tcp::ACK, .seq = 0, .ack = 1, .window = window, .options = options});
        return sends({.flags = tcp::ACK, .seq = 1, .ack = 1}).is(tcp::State::established);
    }

    tcp::Connection connection;
    ip::Time now{std::chrono::hours(5)};
    tcp::Segment sent;  ///< the last one; its payload is gone
    ip::Ecn sent_ecn = ip::Ecn::not_ect;

private:
    static ip::Bytes octets(const std::string& text) {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }
    tcp::Seq iss() const { return connection.tcb().snd.iss; }
    Seg relative(const tcp::Segment& segment) const {
        Seg seg{.flags = segment.flags, .seq = segment.seq - iss(), .window = segment.window};
        seg.ack = segment.has(tcp::ACK) ? segment.ack - tcp::Seq(kPeerIss) : 0;
        seg.text.assign(segment.payload.begin(), segment.payload.end());
        seg.urgent = segment.urgent_pointer;
        return seg;
    }

    ip::Buffer last_options;
};

}  // namespace glass::tests
