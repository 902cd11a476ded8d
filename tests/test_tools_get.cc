// glass get: what its command line means for a request, the line about its progress, and the story of its
// connection in virtual time.
#include <algorithm>
#include <doctest/doctest.h>

#include "tests/live_world.h"
#include "tools/get_request.h"
#include "tools/host_refusal.h"
#include "tools/tcp_story.h"
#include "tools/transfer_progress.h"

using namespace glass;
using namespace glass::tools;
using namespace std::chrono_literals;
using test::LiveWorld;

namespace {

/// A client whose connection is told about.
struct Telling {
    explicit Telling(const ip::SimLinkOptions& both)
        : world(both), story([this](const std::string& sentence, ip::Time) { said.push_back(sentence); }) {
        world.at_client = &story;
        client = world.connect();
        story.follow(client, *world.client.find(client));
        world.run_for(1s);
        server = world.accept();
    }
    /// So many octets, and then the end of that direction.
    void send(tcp::Host& from, tcp::ConnectionId by, tcp::Host& to, tcp::ConnectionId at, std::size_t count) {
        const std::vector<std::uint8_t> data(count, 'x');
        std::size_t sent = 0;
        std::array<std::uint8_t, 65536> scratch;
        world.run_for(30s, [&] {
            const bool more = sent < count;
            sent += from.send(by, ip::Bytes(data).subspan(sent)).value_or(0);
            if (more && sent == count) (void)from.close(by);
            while (to.read(at, scratch).value_or(0) > 0) {
            }
        });
        (void)to.close(at);
        world.run_for(1s);
    }
    [[nodiscard]] bool has(std::string_view words) const {
        return std::ranges::any_of(said, [&](const std::string& s) { return s.find(words) != s.npos; });
    }

    LiveWorld world;
    std::vector<std::string> said;
    TcpStory story;
    tcp::ConnectionId client, server;
};

std::string why(tcp::HostError error, const char* address) {
    return refusal_text(error, *ip::parse_address(address), address);
}

}  // namespace

TEST_CASE("the story of a download that loses a segment on its way to us") {
    Telling t({.delay = 20ms, .loss = {.numbers = {6}}});
    t.send(t.world.server, t.server, t.world.client, t.client, 100'000);
    REQUIRE(t.said.size() > 6);
    CHECK(t.said[0].find("asks 10.7.0.2:80 for a connection: SYN") != std::string::npos);
    CHECK(t.said[1].find("10.7.0.2:80 agrees: SYN,ACK; the handshake took 40.0 ms: ") == 0);
    CHECK(t.has("came, but [5793..7240] is missing before it: we keep it, and ask with every ACK and SACK"));
    CHECK(t.has("nothing is missing any more, after 4"));
    CHECK(t.has("they have said all that they had to: FIN"));
    CHECK(t.said.back() == "our FIN is acknowledged: CLOSED");
    CHECK(t.story.sum().find("with 100000 octets, ") != std::string::npos);
}

TEST_CASE("the story of an upload that loses a segment") {
    Telling t({.delay = 20ms, .loss = {.numbers = {6}}});
    t.send(t.world.client, t.client, t.world.server, t.server, 100'000);
    CHECK(t.has("we send [4345..5792] again: "));
    CHECK(t.has("all that was lost has arrived: cwnd "));
    CHECK(t.has("both FINs are acknowledged: TIME-WAIT"));
    CHECK(t.story.sum().find(" with 101448 octets, 1 again; ") != std::string::npos);
}

TEST_CASE("what happens without number is told a few times, and counted") {
    Telling t({.delay = 20ms, .loss = {.chance = {1, 5}}});
    t.send(t.world.client, t.client, t.world.server, t.server, 500'000);
    CHECK(std::ranges::count(t.said, "... and so on: more of this kind is only counted") >= 1);
    CHECK(t.said.size() < 5 * TcpStory::kMostOfAKind);
}

TEST_CASE("progress is as much as is known") {
    CHECK(progress_text(430'000, 1'000'000, 1s, 430'000) ==
          "[##########..............]  43 %   430 kB of 1.00 MB   430 kB/s   1.33 s left");
    CHECK(progress_text(430'000, std::nullopt, 2s, 430'000) == "430 kB so far   215 kB/s");
    CHECK(progress_text(500, 100, 1s, 500) == "500 B so far   500 B/s");
    CHECK(progress_text(0, 0, 0s, 0) == "0 B so far   0 B/s");
    CHECK(progress_text(100, 100, 1s, 0).starts_with("[########################] 100 %"));
}

TEST_CASE("a URL as people write it") {
    GetCommand plain, upload;
    upload.upload = "some/new file";
    CHECK(url_meant(plain, "example.com") == "http://example.com");
    CHECK(url_meant(plain, "10.7.0.1:8000/a b?c") == "http://10.7.0.1:8000/a%20b?c");
    CHECK(url_meant(plain, "http://[fd07::1]/x") == "http://[fd07::1]/x");
    CHECK(url_meant(upload, "a/dir/") == "http://a/dir/new%20file");
    CHECK(url_meant(upload, "a/file") == "http://a/file");
    CHECK(url_meant(plain, "https://a/").error() ==
          "https://a/: https needs TLS, which is not part of Glass: only http");
    CHECK_FALSE(url_meant(plain, "").has_value());
    CHECK_FALSE(url_meant(plain, "http://a:0/").has_value());
}

TEST_CASE("where the content goes") {
    GetCommand command;
    CHECK(output_name(command, "http://a/b") == "-");
    command.json = true;
    CHECK(output_name(command, "http://a/b") == "");
    command.remote_name = true;
    CHECK(output_name(command, "http://a/dir/b%20c?x=/y") == "b c");
    for (const char* url :
         {"http://a/", "http://a", "http://a/..", "http://a/%2fetc%2fpasswd", "http://a/x%00"})
        CHECK_FALSE(output_name(command, url).has_value());
    command.output = "file";
    CHECK(output_name(command, "http://a/") == "file");
}

TEST_CASE("fields: the usual ones, the user's, and what stays with the first server") {
    GetCommand command;
    command.fields = {{"accept", ""}, {"X-One", "1"}, {"Cookie", "secret"}, {"Host", "other"}};
    http::ClientRequest first, second;
    first.host = second.host = "a";
    http::Redirect at;
    add_fields(command, at, first);
    CHECK(first.host == "other");
    CHECK(first.fields ==
          std::vector<http::FieldLine>{{"User-Agent", "glass"}, {"X-One", "1"}, {"Cookie", "secret"}});
    at.same_origin = false;
    add_fields(command, at, second);
    CHECK(second.host == "a");
    CHECK(second.fields == std::vector<http::FieldLine>{{"User-Agent", "glass"}, {"X-One", "1"}});
    CHECK(basic_credentials("Aladdin:open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617
    CHECK(basic_credentials("").empty());
}

TEST_CASE("whom our stack cannot talk to, it says") {
    using enum tcp::HostError;
    for (const char* loopback : {"127.0.0.1", "127.9.9.9", "::1"})
        CHECK(why(illegal_remote, loopback).find(": that is the kernel's loopback, ") != std::string::npos);
    for (const char* nobody : {"0.0.0.0", "::"})
        CHECK(why(illegal_remote, nobody).find(": that is nobody's address") != std::string::npos);
    for (const char* many : {"224.0.0.1", "255.255.255.255", "ff02::1"})
        CHECK(why(illegal_remote, many).find(": that is not one host's address") != std::string::npos);
    CHECK(why(illegal_remote, "10.7.0.2").find("10.7.0.2: that is our own stack") == 0);
    CHECK(why(no_address, "fd07::1") == "fd07::1: our stack has no IPv6 address: give it one with --address");
}
