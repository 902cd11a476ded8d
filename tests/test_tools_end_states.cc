// End states: which states segments prove, RFC 9293 figures 5 to 13.
#include <doctest/doctest.h>

#include "tests/trace_builder.h"
#include "tools/end_states.h"

namespace {

using namespace glass;
using namespace glass::tools;
using tcp::ACK, tcp::FIN, tcp::RST, tcp::SYN;
using tests::TraceBuilder;

/// After each segment, "client/server".
std::string states_of(const StreamTrace& trace) {
    EndStates states;
    std::string text;
    for (const TraceSegment& segment : trace.segments) {
        (void)states.observe(segment);
        text.append(text.empty() ? "" : " ")
            .append(name(states.state(0)))
            .append("/")
            .append(name(states.state(1)));
    }
    return text;
}

TEST_CASE("RFC 9293 figures 6 and 12: opening and closing, one after the other") {
    const StreamTrace trace = TraceBuilder()
                                  .handshake()
                                  .client(30, FIN | ACK, 1, 1)
                                  .server(50, ACK, 1, 2)
                                  .server(60, FIN | ACK, 1, 2)
                                  .client(61, ACK, 2, 2)
                                  .trace();
    CHECK(states_of(trace) ==
          "SYN-SENT/? SYN-SENT/SYN-RECEIVED ESTABLISHED/ESTABLISHED FIN-WAIT-1/ESTABLISHED "
          "FIN-WAIT-2/CLOSE-WAIT FIN-WAIT-2/LAST-ACK TIME-WAIT/CLOSED");
}

TEST_CASE("RFC 9293 figure 12, with ACK and FIN in one segment: FIN-WAIT-2 is skipped") {
    const StreamTrace trace = TraceBuilder()
                                  .handshake()
                                  .client(30, FIN | ACK, 1, 1)
                                  .server(50, FIN | ACK, 1, 2)
                                  .client(51, ACK, 2, 2)
                                  .trace();
    CHECK(states_of(trace).ends_with("FIN-WAIT-1/ESTABLISHED FIN-WAIT-1/LAST-ACK TIME-WAIT/CLOSED"));
}

TEST_CASE("RFC 9293 figure 7: both open at once") {
    const StreamTrace trace = TraceBuilder()
                                  .client(0, SYN, 0, 0)
                                  .server(1, SYN, 0, 0)
                                  .client(20, SYN | ACK, 0, 1)
                                  .server(21, SYN | ACK, 0, 1)
                                  .client(40, ACK, 1, 1)
                                  .trace();
    CHECK(states_of(trace) ==
          "SYN-SENT/? SYN-SENT/SYN-SENT SYN-RECEIVED/SYN-SENT ESTABLISHED/SYN-RECEIVED "
          "ESTABLISHED/ESTABLISHED");
}

TEST_CASE("RFC 9293 figure 13: both close at once") {
    const StreamTrace trace = TraceBuilder()
                                  .handshake()
                                  .client(30, FIN | ACK, 1, 1)
                                  .server(31, FIN | ACK, 1, 1)
                                  .client(50, ACK, 2, 2)
                                  .server(51, ACK, 2, 2)
                                  .trace();
    CHECK(
        states_of(trace).ends_with("FIN-WAIT-1/ESTABLISHED FIN-WAIT-1/FIN-WAIT-1 CLOSING/TIME-WAIT "
                                   "TIME-WAIT/TIME-WAIT"));
}

TEST_CASE("RFC 9293 section 3.10.7: resets") {
    SUBCASE("refused") {
        CHECK(states_of(TraceBuilder().client(0, SYN, 0, 0).server(1, RST | ACK, 0, 1).trace()) ==
              "SYN-SENT/? CLOSED/CLOSED");
    }
    SUBCASE("section 3.10.7.3: one that does not acknowledge the SYN is ignored") {
        CHECK(states_of(TraceBuilder().client(0, SYN, 0, 0).server(1, RST | ACK, 0, 0).trace()) ==
              "SYN-SENT/? SYN-SENT/CLOSED");
    }
    SUBCASE("in mid-connection") {
        CHECK(
            states_of(TraceBuilder().handshake().client(30, RST, 1, 0).trace()).ends_with(" CLOSED/CLOSED"));
    }
    SUBCASE("outside the window: its receiver goes on") {
        CHECK(states_of(TraceBuilder().handshake().client(30, RST, 500'000, 0).trace())
                  .ends_with(" CLOSED/ESTABLISHED"));
    }
    SUBCASE("section 3.5.3: a passive open goes back to LISTEN") {
        CHECK(states_of(
                  TraceBuilder().client(0, SYN, 0, 0).server(1, SYN | ACK, 0, 1).client(2, RST, 1, 0).trace())
                  .ends_with(" CLOSED/LISTEN"));
    }
}

TEST_CASE("states of what was captured in part") {
    CHECK(states_of(TraceBuilder().client(0, ACK, 1, 1, 100).server(1, ACK, 1, 101).trace()) ==
          "ESTABLISHED/? ESTABLISHED/ESTABLISHED");
    // Only the server's side: what it sends tells.
    CHECK(states_of(TraceBuilder().server(0, SYN | ACK, 0, 1).server(20, ACK, 1, 80).trace()) ==
          "?/SYN-RECEIVED ?/ESTABLISHED");
    // A lost FIN is received when it is acknowledged.
    CHECK(
        states_of(TraceBuilder().handshake().client(30, FIN | ACK, 1, 1).client(300, FIN | ACK, 1, 1).trace())
            .ends_with("FIN-WAIT-1/ESTABLISHED FIN-WAIT-1/ESTABLISHED"));
}

}  // namespace
