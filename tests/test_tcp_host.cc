// Host: packets in, packets out: connections, listeners, and what belongs to neither.
#include <doctest/doctest.h>

#include "tests/host_script.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::tests;

TEST_CASE("two hosts open, transfer and close") {
    HostPair pair;
    const auto listener = pair.b.listen({kB, 80}, 10, {});
    REQUIRE(listener.has_value());
    const auto client = pair.a.connect({kB, 80}, {}, pair.now);
    REQUIRE(client.has_value());
    pair.run();
    const auto server = pair.b.accept(*listener);
    REQUIRE(server.has_value());
    CHECK(pair.a.status(*client)->state == State::established);
    CHECK(pair.a.send(*client, octets("hello")) == 5u);
    pair.run();
    CHECK(pair.read_b(*server) == "hello");
    pair.a.release(*client);
    pair.run();
    CHECK(pair.b.status(*server)->state == State::close_wait);
    pair.b.release(*server);
    pair.run();
    CHECK(pair.b.connections() == 0);
    CHECK(pair.a.connections() == 1);  // TIME-WAIT
    pair.pass(std::chrono::minutes(5));
    CHECK(pair.a.connections() == 0);
}

TEST_CASE("a SYN to a port where nobody listens is answered with RST, MUST of section 3.10.7.1") {
    HostPair pair;
    const auto client = pair.a.connect({kB, 81}, {}, pair.now);
    pair.run();
    CHECK(pair.a.status(*client)->state == State::closed);
    CHECK(pair.a.status(*client)->ending == Ending::refused);
    CHECK(pair.b.counters().resets_out == 1);
}
