// A connection made of the ACK of a SYN cookie, RFC 4987 section 3.6; the user timeout option, RFC 5482.
#include <doctest/doctest.h>

#include "tests/script.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Script;

const Endpoint kHere{ip::Address(ip::Ipv4Address{0x0a000001}), 80};
const Endpoint kThere{ip::Address(ip::Ipv4Address{0x0a000002}), 2000};
const ip::Time kNow{1h};
constexpr ip::SipKey kSecret{5, 6};

Segment ack_with(ip::Bytes options, std::string_view text = "") {
    return {.src_port = 2000,
            .dst_port = 80,
            .seq = Seq(1001),
            .ack = Seq(0xfffffff0) + 1,  // the cookie wraps
            .flags = ACK,
            .window = 500,
            .options = options,
            .payload = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}};
}

}  // namespace

TEST_CASE("the ACK of a SYN cookie opens a connection with what the cookie kept, and its text is taken") {
    OptionWriter options;
    REQUIRE(options.add(Timestamps{.tsval = 77, .tsecr = 5}));
    const CookieFacts facts{.mss = 1000, .sack = true, .timestamps = true, .window_scale = 7};
    Connection c =
        Connection::from_cookie({}, kSecret, kHere, kThere, ack_with(options.octets(), "GET"), facts, kNow);
    CHECK(c.state() == State::established);
    CHECK((c.take_events() & (kOpened | kReadable)) == (kOpened | kReadable));
    CHECK(c.tcb().snd.iss == Seq(0xfffffff0));
    CHECK(c.tcb().rcv.irs == Seq(1000));
    CHECK(c.status().snd_wnd == 500u << 7);
    CHECK(c.status().mss == 1000 - 12);
    CHECK(c.tcb().agreed.sack);
    std::uint8_t octets[10];
    CHECK(c.read(octets).value() == 3);
    REQUIRE(c.send({octets, 3}).value() == 3);
    const auto answer = c.poll(kNow);
    REQUIRE(answer);
    CHECK(answer->seq == Seq(0xfffffff1));
    CHECK(answer->ack == Seq(1004));
    CHECK(find_option<Timestamps>(answer->options)->tsecr == 77);
    REQUIRE(c.close());
    CHECK(c.poll(kNow)->has(FIN));
}

TEST_CASE("a SYN cookie without facts gives the defaults, and an ACK without timestamps ends them") {
    const CookieFacts facts{.timestamps = true};
    Connection c = Connection::from_cookie({}, kSecret, kHere, kThere, ack_with({}), facts, kNow);
    CHECK(c.state() == State::established);
    CHECK(c.status().mss == 536);
    CHECK_FALSE(c.tcb().agreed.timestamps);
    CHECK_FALSE(c.tcb().agreed.sack);
    CHECK(c.status().snd_wnd == 500);
    CHECK_FALSE(c.poll(kNow));
}

TEST_CASE("a connection of a SYN cookie ends as any other, and never goes back to LISTEN") {
    Connection c = Connection::from_cookie({}, kSecret, kHere, kThere, ack_with({}), {}, kNow);
    Segment reset = ack_with({});
    reset.flags = RST;
    c.receive(reset, kNow);
    CHECK(c.state() == State::closed);
    CHECK(c.status().ending == Ending::reset);
}

TEST_CASE("RFC 5482: the user timeout is told in the SYN and the longer one adopted, within limits") {
    struct Row {
        UserTimeout option;
        ip::Duration becomes;
    };
    const Row rows[] = {{{false, 600}, 600s},
                        {{false, 30}, 300s},
                        {{true, 20}, 20min},
                        {{true, 30000}, 1h},
                        {{false, 0}, 300s}};
    for (const Row& row : rows) {
        Config config = Script::plain();
        config.user_timeout_option = true;
        Script script(config);
        script.opens().sends({.flags = SYN, .seq = 0});
        CHECK(find_option<UserTimeout>(script.sent.options) == UserTimeout{false, 300});
        OptionWriter options;
        REQUIRE(options.add(row.option));
        script.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1, .options = options.octets()});
        CHECK(script.connection.tcb().config->r2 == row.becomes);
    }
    Script off;  // unless asked for, neither
    OptionWriter options;
    REQUIRE(options.add(UserTimeout{false, 3000}));
    off.opens().sends({.flags = SYN, .seq = 0});
    CHECK_FALSE(find_option<UserTimeout>(off.sent.options));
    off.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1, .options = options.octets()});
    CHECK(off.connection.tcb().config->r2 == 300s);
}
