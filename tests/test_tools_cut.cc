// Cutting: which frames belong together in one part of a capture, and what the parts are called.
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "ip/datagram.h"
#include "ip/icmp.h"
#include "ip/udp.h"
#include "tcp/segment.h"
#include "tests/capture_bytes.h"
#include "tests/hop_rows.h"
#include "tools/flow_shards.h"
#include "tools/output_file.h"

using namespace glass;
using namespace std::chrono_literals;
using tools::FlowShards;

namespace {

struct Put {
    std::uint64_t number;
    std::uint32_t shard;
    ip::Buffer octets;
    std::string comment;
};

/// Shards frames, and remembers where each went.
struct Sorter {
    explicit Sorter(std::uint32_t n)
        : shards(n, [this](const ip::Frame& f, std::uint32_t shard) {
              put.push_back({f.number, shard, {f.bytes.begin(), f.bytes.end()}, std::string(f.comment)});
              return ip::Written{};
          }) {}

    void add(const ip::Buffer& octets, ip::LinkType link = ip::LinkType::ipv4, ip::Duration time = {}) {
        ip::Frame frame;
        frame.number = ++frames;
        frame.bytes = octets;
        frame.length = static_cast<std::uint32_t>(octets.size());
        frame.link = link;
        frame.time = ip::Time(1000h + time);
        const std::string comment = "frame " + std::to_string(frames);
        frame.comment = comment;
        REQUIRE(shards.add(frame));
    }
    std::uint32_t shard_of(std::uint64_t number) const {
        for (const Put& p : put)
            if (p.number == number) return p.shard;
        FAIL("frame " << number << " was not put anywhere");
        return 0;
    }

    std::vector<Put> put;
    FlowShards shards;
    std::uint64_t frames = 0;
};

struct Host {
    ip::Address address;
    std::uint16_t port;
};
const Host kClient4{ip::Ipv4Address{0x0a000001}, 40'000}, kServer4{ip::Ipv4Address{0x0a000002}, 80};

ip::Buffer wrap(const Host& from, const Host& to, std::uint8_t protocol, ip::Bytes payload) {
    ip::Buffer out;
    ip::DatagramHeader{.src = from.address,
                       .dst = to.address,
                       .protocol = protocol,
                       .dont_fragment = false,
                       .identification = 7}
        .serialize(out, payload.size());
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}
ip::Buffer udp(const Host& from, const Host& to, std::size_t size = 32) {
    ip::Buffer datagram;
    const ip::Buffer payload(size, 0x61);
    ip::UdpHeader{.src_port = from.port, .dst_port = to.port, .payload = payload}.serialize(
        datagram, from.address, to.address);
    return wrap(from, to, 17, datagram);
}
ip::Buffer tcp_segment(const Host& from, const Host& to) {
    ip::Buffer out;
    tcp::Segment segment;
    segment.src_port = from.port;
    segment.dst_port = to.port;
    segment.serialize(out, from.address, to.address);
    return wrap(from, to, 6, out);
}

std::vector<ip::Buffer> fragments_of(const ip::Buffer& packet, std::size_t mtu) {
    const std::uint8_t* p = packet.data();
    std::vector<ip::Buffer> out;
    const std::size_t header = 20, step = (mtu - header) / 8 * 8;
    for (std::size_t at = 0; at < packet.size() - header; at += step) {
        ip::Ipv4Header h = ip::read_ipv4(packet);
        h.payload = ip::Bytes(p + header, packet.size() - header)
                        .subspan(at, std::min(step, packet.size() - header - at));
        h.fragment_offset = static_cast<std::uint16_t>(at);
        h.more_fragments = at + step < packet.size() - header;
        h.serialize(out.emplace_back());
    }
    return out;
}

constexpr std::uint32_t kShards = 64;  // so many that two flows hardly meet by chance

}  // namespace

TEST_CASE("both directions of a connection, of any kind, are in one shard") {
    const Host six_a{ip::parse_ipv6_address("2001:db8::1").value(), 1000},
        six_b{ip::parse_ipv6_address("2001:db8::2").value(), 53};
    Sorter sorter(kShards);
    sorter.add(tcp_segment(kClient4, kServer4));
    sorter.add(tcp_segment(kServer4, kClient4));
    sorter.add(udp(kClient4, kServer4));
    sorter.add(udp(kServer4, kClient4));
    sorter.add(udp(six_a, six_b), ip::LinkType::ipv6);
    sorter.add(udp(six_b, six_a), ip::LinkType::ipv6);
    REQUIRE(sorter.put.size() == 6);
    CHECK(sorter.shard_of(1) == sorter.shard_of(2));
    CHECK(sorter.shard_of(3) == sorter.shard_of(4));
    CHECK(sorter.shard_of(5) == sorter.shard_of(6));
}

TEST_CASE("connections of the same two hosts spread over the shards, and always the same way") {
    std::map<std::uint32_t, int> used;
    Sorter one(8), other(8);
    for (std::uint16_t port = 1000; port < 1800; ++port) {
        const ip::Buffer segment = tcp_segment({kClient4.address, port}, kServer4);
        one.add(segment);
        other.add(segment);
        ++used[one.put.back().shard];
        CHECK(one.put.back().shard == other.put.back().shard);
    }
    CHECK(used.size() == 8);
    for (const auto& [shard, n] : used) CHECK(n > 50);  // of 100 on average
    Sorter fixed(kShards);
    fixed.add(tcp_segment(kClient4, kServer4));
    CHECK(fixed.put.back().shard ==
          53);  // as on every other machine: whoever changes the hash changes people's files
}

TEST_CASE("frames without IP are in shard 0") {
    Sorter sorter(kShards);
    sorter.add(tests::octets("ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001 "
                             "000000000000 0a000002"),
               ip::LinkType::ethernet);
    sorter.add({}, ip::LinkType::ethernet);
    sorter.add({0x45}, ip::LinkType::ipv4);
    CHECK(sorter.shard_of(1) == 0);
    CHECK(sorter.shard_of(2) == 0);
    CHECK(sorter.shard_of(3) == 0);
}

TEST_CASE("an ICMP error goes with the packet that it quotes") {
    const Host router{ip::Ipv4Address{0x0a0000fe}, 0};
    ip::Buffer error;
    ip::time_exceeded(0, tcp_segment(kClient4, kServer4)).serialize(error);
    Sorter sorter(kShards);
    sorter.add(tcp_segment(kClient4, kServer4));
    sorter.add(wrap(router, kClient4, 1, error));
    CHECK(sorter.shard_of(1) == sorter.shard_of(2));

    const auto pieces = fragments_of(udp(kClient4, kServer4, 2000), 600);
    ip::Buffer about_fragment;
    ip::time_exceeded(1, pieces[1]).serialize(about_fragment);
    sorter.add(pieces[0]);
    sorter.add(wrap(router, kClient4, 1, about_fragment));
    CHECK(sorter.shard_of(3) == sorter.shard_of(4));
}

TEST_CASE("tunnels: what counts is the connection inside") {
    const ip::Buffer there = tcp_segment(kClient4, kServer4), back = tcp_segment(kServer4, kClient4);
    const Host left{ip::Ipv4Address{0xc0000201}, 0}, right{ip::Ipv4Address{0xc0000202}, 0};
    Sorter sorter(kShards);
    sorter.add(there);
    sorter.add(wrap(left, right, 4, there));
    sorter.add(wrap(right, left, 4, back));
    CHECK(sorter.shard_of(1) == sorter.shard_of(2));
    CHECK(sorter.shard_of(1) == sorter.shard_of(3));
}

TEST_CASE("fragments in any order are with their connection, and frames stay in order") {
    const ip::Buffer whole = udp(kClient4, kServer4, 2000);
    std::vector<ip::Buffer> pieces = fragments_of(whole, 600);
    REQUIRE(pieces.size() == 4);
    Sorter expected(kShards);
    expected.add(whole);
    std::vector<std::size_t> order{0, 1, 2, 3};
    do {
        Sorter sorter(kShards);
        for (std::size_t i = 0; i < 4; ++i) {
            sorter.add(pieces[order[i]]);
            sorter.add(tcp_segment(kServer4, {kClient4.address, static_cast<std::uint16_t>(i)}));
        }
        REQUIRE(sorter.shards.finish());
        REQUIRE(sorter.put.size() == 8);
        for (std::size_t i = 0; i < 8; ++i) {
            CHECK(sorter.put[i].number == i + 1);
            CHECK(sorter.put[i].comment == "frame " + std::to_string(i + 1));
            if (i % 2 == 0) CHECK(sorter.put[i].shard == expected.put[0].shard);
            if (i % 2 == 0) CHECK(sorter.put[i].octets == pieces[order[i / 2]]);
        }
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("fragments wait for their first one, but not for ever") {
    const std::vector<ip::Buffer> pieces = fragments_of(udp(kClient4, kServer4, 2000), 600);
    SUBCASE("until the file ends") {
        Sorter sorter(kShards);
        sorter.add(pieces[1]);
        CHECK(sorter.put.empty());
        REQUIRE(sorter.shards.finish());
        CHECK(sorter.put.size() == 1);
    }
    SUBCASE("for a minute of the capture") {
        Sorter sorter(kShards);
        sorter.add(pieces[1]);
        sorter.add(tcp_segment(kClient4, kServer4), ip::LinkType::ipv4, 59s);
        CHECK(sorter.put.empty());
        sorter.add(tcp_segment(kClient4, kServer4), ip::LinkType::ipv4, 61s);
        CHECK(sorter.put.size() == 3);
    }
    SUBCASE("as long as there is room") {
        Sorter sorter(kShards);
        sorter.add(pieces[1]);
        const ip::Buffer large = udp(kClient4, kServer4, 60'000);
        for (int i = 0; i < 279; ++i) sorter.add(large);
        CHECK(sorter.put.empty());
        sorter.add(large);
        CHECK(sorter.put.size() == sorter.frames);
    }
    SUBCASE("an old first fragment with the same identification does not count") {
        Sorter sorter(kShards);
        sorter.add(pieces[0]);
        sorter.add(pieces[1], ip::LinkType::ipv4, 61s);
        CHECK(sorter.put.size() == 1);
    }
}

TEST_CASE("whatever octets come, every frame is put once, in order, and in a shard that there is") {
    CHECK(rc::check([](const std::vector<std::vector<std::uint8_t>>& frames, std::uint8_t n) {
        const std::vector<ip::Buffer> pieces = fragments_of(udp(kClient4, kServer4, 2000), 600);
        Sorter sorter(n % 7 + 2u);
        for (std::size_t i = 0; i < frames.size(); ++i) {
            ip::Buffer octets = pieces[frames[i].size() % 4];
            for (std::size_t k = 0; k + 1 < frames[i].size(); k += 2)
                octets[frames[i][k] % 40] = frames[i][k + 1];
            sorter.add(octets);
        }
        RC_ASSERT(sorter.shards.finish().has_value());
        RC_ASSERT(sorter.put.size() == frames.size());
        for (std::size_t i = 0; i < frames.size(); ++i) {
            RC_ASSERT(sorter.put[i].number == i + 1);
            RC_ASSERT(sorter.put[i].shard < n % 7 + 2u);
        }
    }));
}

TEST_CASE("names of shards") {
    struct Row {
        const char* output;
        const char* third;
    };
    const Row rows[] = {{"out.pcap", "out-3.pcap"}, {"a.b/out", "a.b/out-3"},
                        {"out", "out-3"},           {"a/b.c.pcapng", "a/b.c-3.pcapng"},
                        {".hidden", ".hidden-3"},   {"a/.hidden", "a/.hidden-3"}};
    for (const Row& row : rows) CHECK(tools::shard_name(row.output, 3) == row.third);
}

TEST_CASE("a capture is not written over itself, by whatever name") {
    const test::TemporaryFile file("in.pcap", test::pcap_file().out);
    CHECK(tools::why_not_write(file.path(), file.path()));
    CHECK(tools::why_not_write(file.path(), file.folder() + "/./in.pcap"));
    std::filesystem::create_symlink("in.pcap", file.folder() + "/link.pcap");
    std::filesystem::create_hard_link(file.path(), file.folder() + "/hard.pcap");
    CHECK(tools::why_not_write(file.path(), file.folder() + "/link.pcap"));
    CHECK(tools::why_not_write(file.folder() + "/link.pcap", file.folder() + "/hard.pcap"));
    CHECK(!tools::why_not_write(file.path(), file.folder() + "/other.pcap"));
    CHECK(!tools::why_not_write("/dev/null", "/dev/null"));
    const auto missing = tools::why_not_write(file.path(), file.folder() + "/no/folder.pcap");
    REQUIRE(missing);
    CHECK(missing->find("No such file") != std::string::npos);
    CHECK(!std::filesystem::exists(file.folder() + "/other.pcap"));
}
