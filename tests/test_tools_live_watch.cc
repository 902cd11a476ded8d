// The live watch: what it tells of connections over a simulated link, in virtual time.
#include <algorithm>
#include <doctest/doctest.h>

#include "tests/live_world.h"
#include "tests/strict_text.h"
#include "tools/live_json.h"

namespace {

using namespace glass;
using namespace glass::tools;
using namespace std::chrono_literals;
using Fate = LiveRow::Fate;
using State = tcp::State;
using test::LiveWorld;

std::vector<std::uint8_t> octets(std::string_view text) {
    return {text.begin(), text.end()};
}

/// An open connection of the client's, and the same at the server.
struct Talk {
    explicit Talk(LiveWorld& world) : world_(world), client(world.connect()) {
        for (int i = 0; i < 100 && !server; ++i) {
            world.run_for(100ms);
            server = world.accept();
        }
        REQUIRE(server);
        remote = world.client.find(client)->local();
    }
    [[nodiscard]] const LiveTrack& track() {
        const LiveTrack* found = world_.watch.track_of(remote);
        REQUIRE(found);
        return *found;
    }
    /// So many octets from the server, which the client reads.
    void download(std::size_t count, ip::Duration time) {
        const std::vector<std::uint8_t> data(count, 'x');
        std::size_t at = 0;
        std::array<std::uint8_t, 65536> scratch;
        world_.run_for(time, [&] {
            const auto taken = world_.server.send(server, ip::Bytes(data).subspan(at));
            at += taken.value_or(0);
            while (world_.client.read(client, scratch).value_or(0) > 0) {
            }
        });
        CHECK(at == count);
    }

private:
    LiveWorld& world_;

public:
    tcp::ConnectionId client, server{};
    tcp::Endpoint remote;
};

std::vector<std::string> labels(const LiveTrack& track) {
    std::vector<std::string> out;
    for (const LiveRow& row : track.rows()) out.push_back((row.ours ? "< " : "> ") + row.label);
    return out;
}

std::vector<std::pair<State, State>> moves(const LiveTrack& track, bool ours) {
    std::vector<std::pair<State, State>> out;
    for (const LiveMove& move : track.moves())
        if (move.ours == ours) out.emplace_back(move.from, move.to);
    return out;
}

bool has_remark(const LiveRow& row, std::string_view text) {
    return std::ranges::any_of(row.remarks,
                               [&](const Remark& r) { return r.text.find(text) != r.text.npos; });
}

TEST_CASE("a handshake is three rows, and both ends' states move along the table") {
    LiveWorld world({.delay = 20ms});
    Talk talk(world);
    const LiveTrack& track = talk.track();
    CHECK(labels(track) == std::vector<std::string>{"> SYN ECE CWR seq 0 win 65535",
                                                    "< SYN ECE ACK seq 0 ack 1 win 65535", "> ACK 1"});
    CHECK_FALSE(track.we_opened());
    CHECK(track.state() == State::established);
    CHECK(track.peer_state() == State::established);
    CHECK(moves(track, true) ==
          std::vector<std::pair<State, State>>{{State::listen, State::syn_received},
                                               {State::syn_received, State::established}});
    CHECK(moves(track, false) == std::vector<std::pair<State, State>>{{State::closed, State::syn_sent},
                                                                      {State::syn_sent, State::established}});
    for (const LiveRow& row : track.rows()) {
        CHECK(row.fate == Fate::arrived);
        CHECK(row.settled - row.sent == 20ms);
    }
    for (const LiveMove& move : track.moves()) CHECK(tcp::is_legal(move.from, move.to));
    CHECK(world.watch.unseen() == 0);
}

TEST_CASE("what a link loses is a lost row, and its repetition says so and why") {
    ip::SimLinkOptions lossy{.delay = 20ms};
    LiveWorld world(lossy);
    Talk talk(world);
    const auto sent = world.link.to_a.counters().sent;
    ip::SimLinkOptions once = lossy;
    once.loss.numbers = {sent + 3};
    world.link.to_a.change(once);
    talk.download(20'000, 2s);
    const LiveTrack& track = talk.track();
    const auto lost = std::ranges::find(track.rows(), Fate::lost, &LiveRow::fate);
    REQUIRE(lost != track.rows().end());
    CHECK(lost->ours);
    CHECK(lost->why == ip::Drop::listed);
    CHECK(has_remark(*lost, "lost: "));
    const auto again = std::ranges::find(track.rows(), lost->number, &LiveRow::again);
    REQUIRE(again != track.rows().end());
    CHECK(again->repeats);
    CHECK(again->segment.relative_seq == lost->segment.relative_seq);
    CHECK(has_remark(*again, "repeats " + std::to_string(lost->number) + ", which was lost"));
    CHECK(has_remark(*again, "RACK"));
    CHECK(track.counts(true).lost == 1);
    CHECK(track.counts(true).repeated == 1);
    CHECK(track.counts(true).octets == 20'000 + again->segment.length);
    CHECK(track.counts(false).lost == 0);
}

TEST_CASE("rows say what went before them, so that what is left out can be counted") {
    LiveWorld world({.delay = 5ms});
    Talk talk(world);
    talk.download(200'000, 1s);
    const LiveTrack& track = talk.track();
    std::array<LiveRow::Before, 2> sum = track.rows().front().before;
    for (const LiveRow& row : track.rows()) {
        for (const bool ours : {false, true}) {
            CHECK(row.before[ours].segments == sum[ours].segments);
            CHECK(row.before[ours].octets == sum[ours].octets);
        }
        ++sum[row.ours].segments;
        sum[row.ours].octets += row.segment.length;
    }
    CHECK(sum[true].octets == 200'000);
    CHECK(track.rows().size() <= LiveTrack::kMostRows);
    CHECK(track.rows().back().number == sum[true].segments + sum[false].segments);
}

TEST_CASE("samples are as far apart as promised, and follow the connection") {
    LiveWorld world({.delay = 20ms, .rate = 10'000'000});
    Talk talk(world);
    talk.download(500'000, 2s);
    const LiveTrack& track = talk.track();
    REQUIRE(track.samples().size() > 10);
    CHECK(track.samples().size() < 120);
    CHECK(std::ranges::is_sorted(track.samples(), {}, &LiveSample::at));
    CHECK(std::ranges::any_of(track.samples(), [](const LiveSample& s) { return s.flight > 10'000; }));
    CHECK(std::ranges::any_of(track.samples(), [](const LiveSample& s) { return s.queued > 0; }));
    CHECK(track.samples().back().srtt > 39ms);
}

TEST_CASE("an end without a packet is seen: 2 MSL pass") {
    LiveWorld world({.delay = 5ms});
    Talk talk(world);
    (void)world.server.close(talk.server);
    world.run_for(100ms);
    CHECK(talk.track().state() == State::fin_wait_2);
    CHECK(talk.track().peer_state() == State::close_wait);
    (void)world.client.close(talk.client);
    world.server.release(talk.server);
    world.run_for(100ms);
    CHECK(talk.track().state() == State::time_wait);
    CHECK_FALSE(talk.track().over());
    world.run_for(10min);
    CHECK(talk.track().state() == State::closed);
    CHECK(talk.track().over());
    for (const LiveMove& move : talk.track().moves()) CHECK(tcp::is_legal(move.from, move.to));
}

TEST_CASE("what passed before anybody looked is told when somebody does") {
    LiveWorld world({.delay = 5ms}, false);
    Talk talk(world);
    world.watch.set_watched(true);
    world.run_for(1ms);
    CHECK(talk.track().rows().size() == 3);
    CHECK(talk.track().state() == State::established);
    CHECK(world.watch.unseen() == 0);
}

TEST_CASE("notes that are overwritten are counted while somebody looks, and rows go on") {
    LiveWorld world({});
    Talk talk(world);
    // Nobody takes in what is noted for so long: far more notes than the ring holds.
    talk.download(8'000'000, 5s);
    CHECK(world.watch.unseen() > 0);
    const auto before = talk.track().rows().back().number;
    talk.download(1000, 1s);
    CHECK(talk.track().rows().back().number > before);
    CHECK(talk.track().rows().back().fate == Fate::arrived);
}

TEST_CASE("a flood of SYNs takes no room from connections that opened") {
    LiveWorld world({});
    Talk talk(world);
    for (std::uint16_t port = 1; port < 500; ++port) {
        ip::Buffer segment, packet;
        const ip::Address from(ip::Ipv4Address{0x0a070009}), to(ip::Ipv4Address{LiveWorld::kServer});
        tcp::Segment{
            .src_port = port, .dst_port = 80, .seq = tcp::Seq(port), .flags = tcp::SYN, .window = 1000}
            .serialize(segment, from, to);
        ip::DatagramHeader{.src = from, .dst = to, .protocol = 6}.serialize(packet, segment.size());
        packet.insert(packet.end(), segment.begin(), segment.end());
        world.link.to_b.send(std::move(packet), world.now);
        if (port % 50 == 0) world.run_for(1ms);
    }
    world.run_for(1ms);
    CHECK(world.watch.tracks().size() == LiveWatch::kMostTracks);
    CHECK(world.watch.forgotten() > 400);
    CHECK(talk.track().state() == State::established);
}

TEST_CASE("without a link, packets arrive when they are sent") {
    LiveWatch watch;
    watch.set_watched(true);
    tcp::Host client({.addresses = {{.address = ip::Ipv4Address{0x0a000001}, .prefix_length = 8}}}, {1, 2});
    tcp::Host server({.addresses = {{.address = ip::Ipv4Address{0x0a000002}, .prefix_length = 8}}}, {3, 4});
    const tcp::Endpoint here{ip::Address(ip::Ipv4Address{0x0a000002}), 80};
    REQUIRE(server.listen(here, 1, {}));
    const ip::Time now(1h);
    REQUIRE(client.connect(here, {}, now));
    for (int i = 0; i < 4; ++i) {
        while (const auto packet = client.poll(now)) {
            server.receive(*packet, now);
            watch.tap().on_packet(false, *packet, server, now);
        }
        while (const auto packet = server.poll(now)) {
            watch.tap().on_packet(true, *packet, server, now);
            client.receive(*packet, now);
        }
    }
    watch.update(server, now);
    REQUIRE(watch.tracks().size() == 1);
    CHECK(watch.tracks()[0]->rows().size() == 3);
    for (const LiveRow& row : watch.tracks()[0]->rows()) CHECK(row.fate == Fate::arrived);
    CHECK(watch.tracks()[0]->state() == State::established);
}

TEST_CASE("octets of an annotated packet belong to fields inside of it, and it is JSON") {
    LiveWorld world({});
    Talk talk(world);
    (void)world.client.send(talk.client, octets("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    world.run_for(100ms);
    const LiveTrack& track = talk.track();
    const LiveRow* row = track.row(4);
    REQUIRE(row);
    CHECK(row->segment.http == "GET / HTTP/1.1");
    TextBuffer text;
    JsonWriter json(text);
    write_packet(track, *row, json);
    CHECK(tests::JsonCheck::is_valid(text.view()));
    for (const std::string_view part :
         {"\"label\":\"Source Port\"", "\"value\":\"80\"", "\"word\":\"window\"", "\"bit\":0,\"width\":4"})
        CHECK_MESSAGE(text.view().find(part) != std::string_view::npos, part);
    CHECK(track.row(0) == nullptr);
    CHECK(track.row(99) == nullptr);
}

TEST_CASE("the table of states is JSON with every legal move") {
    TextBuffer text;
    JsonWriter json(text);
    json.begin_object();
    write_state_table(json);
    json.end_object();
    CHECK(tests::JsonCheck::is_valid(text.view()));
    for (const tcp::Move& move : tcp::legal_moves())
        CHECK(text.view().find(move.event) != std::string_view::npos);
}

}  // namespace
