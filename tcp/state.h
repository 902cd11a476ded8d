// State: the eleven states of a connection and the moves that are legal between them, RFC 9293 section 3.3.2.
#pragma once

#include <cassert>
#include <cstdint>
#include <span>
#include <string_view>

namespace glass::tcp {

enum class State : std::uint8_t {
    closed,
    listen,
    syn_sent,
    syn_received,
    established,
    fin_wait_1,
    fin_wait_2,
    close_wait,
    closing,
    last_ack,
    time_wait,
};
inline constexpr std::size_t kStateCount = 11;

/// As the RFC writes it: "SYN-SENT".
[[nodiscard]] std::string_view to_string(State state);

/// One arrow of figure 5, or of the text beside it.
struct Move {
    State from;
    State to;
    std::string_view event;
};

/// All of them: diagrams, the assertion below and the tests come from this one table.
[[nodiscard]] std::span<const Move> legal_moves();
[[nodiscard]] bool is_legal(State from, State to);

/// Both directions have been opened: everything from ESTABLISHED on (section 3.3.2).
[[nodiscard]] constexpr bool is_synchronized(State state) {
    return state >= State::established;
}

/// A state that moves only along the table.
class ConnectionState {
public:
    constexpr operator State() const { return state_; }

    void set_state(State to) {
        assert(is_legal(state_, to));
        state_ = to;
    }

private:
    State state_ = State::closed;
};

}  // namespace glass::tcp
