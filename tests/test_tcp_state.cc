// State: the table of moves against figure 5 of RFC 9293, section 3.3.2.
#include <doctest/doctest.h>
#include <set>

#include "tcp/state.h"

namespace {

using namespace glass;
using tcp::State;

constexpr State kAll[] = {State::closed,      State::listen,     State::syn_sent,   State::syn_received,
                          State::established, State::fin_wait_1, State::fin_wait_2, State::close_wait,
                          State::closing,     State::last_ack,   State::time_wait};

}  // namespace

TEST_CASE("every state can be reached, and left") {
    std::set<State> reached = {State::closed}, left;
    for (int round = 0; round < 11; ++round)
        for (const tcp::Move& move : tcp::legal_moves())
            if (reached.contains(move.from)) reached.insert(move.to), left.insert(move.from);
    CHECK(reached.size() == tcp::kStateCount);
    CHECK(left.size() == tcp::kStateCount);
}

TEST_CASE("what the table lists is legal, and nothing else") {
    std::set<std::pair<State, State>> listed;
    for (const tcp::Move& move : tcp::legal_moves()) {
        CHECK(listed.insert({move.from, move.to}).second);
        CHECK_FALSE(move.event.empty());
    }
    for (const State from : kAll)
        for (const State to : kAll) CHECK(tcp::is_legal(from, to) == listed.contains({from, to}));
    CHECK(listed.size() == 27);
}

TEST_CASE("figure 5 never goes back to where a connection is not closed") {
    CHECK_FALSE(tcp::is_legal(State::close_wait, State::established));
    CHECK_FALSE(tcp::is_legal(State::time_wait, State::established));
    CHECK_FALSE(tcp::is_legal(State::established, State::listen));
    CHECK_FALSE(tcp::is_legal(State::last_ack, State::time_wait));
    CHECK(to_string(State::syn_received) == "SYN-RECEIVED");
}
