// Flows seen from outside: numbering, relative numbers, window scale (RFC 7323 section 2), reused ports,
// limits.
#include <doctest/doctest.h>
#include <vector>

#include "tcp/flow.h"
#include "tcp/options.h"

namespace {

using namespace glass;
using tcp::Endpoint;
using tcp::FlowTable;
using tcp::Segment;
using tcp::Seq;

const Endpoint kClient{ip::Address(ip::Ipv4Address{0x0a000001}), 49152};
const Endpoint kServer{ip::Address(ip::Ipv4Address{0x0a000002}), 80};

Segment segment(std::uint16_t flags, std::uint32_t seq, std::uint32_t ack = 0, ip::Bytes options = {}) {
    Segment s;
    s.flags = flags;
    s.seq = Seq(seq);
    s.ack = Seq(ack);
    s.window = 1000;
    s.options = options;
    return s;
}

/// Options of a SYN with a window scale.
struct Scale {
    tcp::OptionWriter writer;
    explicit Scale(std::uint8_t shift) { REQUIRE(writer.add(tcp::WindowScale{shift})); }
    operator ip::Bytes() const { return writer.octets(); }
};

TEST_CASE("both directions are one stream, in the order of first segments") {
    FlowTable table(1);
    const auto syn = table.observe(kClient, kServer, segment(tcp::SYN, 100));
    CHECK(syn.new_flow);
    CHECK(syn.flow->stream == 0);
    CHECK(syn.side == 0);
    const auto syn_ack = table.observe(kServer, kClient, segment(tcp::SYN | tcp::ACK, 500, 101));
    CHECK_FALSE(syn_ack.new_flow);
    CHECK(syn_ack.flow->stream == 0);
    CHECK(syn_ack.side == 1);
    const Endpoint other{kClient.address, 49153};
    CHECK(table.observe(other, kServer, segment(tcp::SYN, 7)).flow->stream == 1);
    CHECK(table.observe(kClient, kServer, segment(tcp::ACK, 101, 501)).flow->stream == 0);
    CHECK(table.count() == 2);
}

TEST_CASE("relative numbers count from the ISN, or from one before the first octet seen") {
    FlowTable table(1);
    const auto syn = table.observe(kClient, kServer, segment(tcp::SYN, 0xffffffff));
    CHECK(syn.flow->sides[0].base == Seq(0xffffffff));
    const auto data = table.observe(kClient, kServer, segment(tcp::ACK, 0, 501));
    CHECK(Seq(0) - data.flow->sides[0].base == 1);  // across the wrap
    CHECK(data.flow->sides[1].base == Seq(500));    // the other side has not spoken, but was acknowledged

    FlowTable midstream(1);
    const auto first = midstream.observe(kClient, kServer, segment(tcp::ACK, 1000, 2000));
    CHECK(Seq(1000) - first.flow->sides[0].base == 1);
    CHECK(Seq(2000) - first.flow->sides[1].base == 1);
}

TEST_CASE("windows are scaled where the handshake says so (RFC 7323 2.2, 2.3)") {
    struct Row {
        const char* name;
        std::optional<Scale> client, server;
        bool client_syn, server_syn;
        std::optional<std::uint32_t> from_client, from_server;
    };
    const Row rows[] = {
        {"both offer", Scale(7), Scale(2), true, true, 128'000, 4'000},
        {"the server refuses", Scale(7), std::nullopt, true, true, 1'000, 1'000},
        {"the client does not offer", std::nullopt, Scale(7), true, true, 1'000, 1'000},
        {"above 14 counts as 14", Scale(15), Scale(0), true, true, 1'000u << 14, 1'000},
        {"only the client's SYN is in the file", Scale(7), std::nullopt, true, false, 128'000, std::nullopt},
        {"only the server's SYN is in the file", std::nullopt, Scale(3), false, true, std::nullopt, 8'000},
        {"no handshake in the file", std::nullopt, std::nullopt, false, false, std::nullopt, std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        FlowTable table(1);
        const auto options = [](const std::optional<Scale>& s) { return s ? ip::Bytes(*s) : ip::Bytes{}; };
        if (row.client_syn) table.observe(kClient, kServer, segment(tcp::SYN, 100, 0, options(row.client)));
        if (row.server_syn)
            table.observe(kServer, kClient, segment(tcp::SYN | tcp::ACK, 500, 101, options(row.server)));
        const Segment ack = segment(tcp::ACK, 101, 501);
        const auto client = table.observe(kClient, kServer, ack);
        CHECK(client.flow->window(ack, client.side) == row.from_client);
        const Segment reply = segment(tcp::ACK, 501, 101);
        const auto server = table.observe(kServer, kClient, reply);
        CHECK(server.flow->window(reply, server.side) == row.from_server);
    }
}

TEST_CASE("the window of a SYN is never scaled") {
    FlowTable table(1);
    const Scale scale(7);
    const Segment syn = segment(tcp::SYN, 100, 0, scale);
    const auto sighting = table.observe(kClient, kServer, syn);
    CHECK(sighting.flow->window(syn, sighting.side) == 1000);
}

TEST_CASE("a SYN on known ports: a repetition, or a new connection") {
    struct Row {
        const char* name;
        std::vector<Segment> before;
        Segment again;
        bool reused;
    };
    const Row rows[] = {
        {"the same ISN repeats", {}, segment(tcp::SYN, 100), false},
        {"another ISN", {}, segment(tcp::SYN, 101), true},
        {"the same ISN after a RST", {segment(tcp::RST, 101)}, segment(tcp::SYN, 100), true},
        {"the same ISN after a FIN", {segment(tcp::FIN | tcp::ACK, 101, 1)}, segment(tcp::SYN, 100), true},
        {"data is not a SYN", {segment(tcp::RST, 101)}, segment(tcp::ACK, 300, 1), false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        FlowTable table(1);
        table.observe(kClient, kServer, segment(tcp::SYN, 100));
        for (const Segment& s : row.before) table.observe(kClient, kServer, s);
        const auto again = table.observe(kClient, kServer, row.again);
        CHECK(again.reused_ports == row.reused);
        CHECK(again.new_flow == row.reused);
        CHECK(again.flow->stream == (row.reused ? 1 : 0));
        CHECK(again.side == 0);
    }
}

TEST_CASE("a SYN from the other side does not reuse anything: simultaneous open") {
    FlowTable table(1);
    table.observe(kClient, kServer, segment(tcp::SYN, 100));
    const auto crossing = table.observe(kServer, kClient, segment(tcp::SYN, 900));
    CHECK_FALSE(crossing.new_flow);
    CHECK(crossing.side == 1);
}

TEST_CASE("a segment from an endpoint to itself has a flow, too (LAND)") {
    FlowTable table(1);
    const auto land = table.observe(kServer, kServer, segment(tcp::SYN, 1));
    CHECK(land.side == 0);
    CHECK(land.flow->stream == 0);
}

TEST_CASE("IPv4 and IPv6 endpoints with the same octets are different ones") {
    FlowTable table(1);
    ip::Ipv6Address six;
    six.octets[12] = 10, six.octets[15] = 1;
    table.observe(kClient, kServer, segment(tcp::ACK, 1, 1));
    const Endpoint client6{ip::Address(six), kClient.port};
    six.octets[15] = 2;
    CHECK(table.observe(client6, {ip::Address(six), kServer.port}, segment(tcp::ACK, 1, 1)).flow->stream ==
          1);
}

TEST_CASE("no more connections are remembered than stated; the one silent for longest goes first") {
    FlowTable table(1, {.open = 100});
    table.observe(kClient, kServer, segment(tcp::SYN, 100));
    for (std::uint16_t port = 1; port <= 1000; ++port) {
        table.observe({kClient.address, port}, kServer, segment(tcp::SYN, 1));
        if (port % 50 == 0) {  // the first connection keeps talking, and stays
            CHECK(table.observe(kClient, kServer, segment(tcp::ACK, 101, 1)).flow->stream == 0);
        }
    }
    CHECK(table.forgotten() == 1001 - 100);
    CHECK(table.observe({kClient.address, 1}, kServer, segment(tcp::ACK, 2, 1)).new_flow);
}

}  // namespace
