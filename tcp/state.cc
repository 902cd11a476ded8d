#include "tcp/state.h"

#include <algorithm>
#include <array>

namespace glass::tcp {

namespace {

constexpr std::array<std::string_view, kStateCount> kNames = {
    "CLOSED",     "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
    "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT",
};

constexpr auto kMoves = std::to_array<Move>({
    {State::closed, State::listen, "passive OPEN"},
    {State::closed, State::syn_sent, "active OPEN, SYN sent"},
    {State::listen, State::syn_sent, "SEND, SYN sent"},
    {State::listen, State::syn_received, "SYN received, SYN,ACK sent"},
    {State::listen, State::closed, "CLOSE"},
    {State::syn_sent, State::syn_received, "SYN received, SYN,ACK sent"},
    {State::syn_sent, State::established, "SYN,ACK received, ACK sent"},
    {State::syn_sent, State::closed, "CLOSE, ABORT, RST or user timeout"},
    {State::syn_received, State::established, "ACK of SYN received"},
    {State::syn_received, State::listen, "RST or SYN received after a passive OPEN"},
    {State::syn_received, State::fin_wait_1, "CLOSE, FIN sent"},
    {State::syn_received, State::closed, "ABORT, RST or user timeout"},
    {State::established, State::fin_wait_1, "CLOSE, FIN sent"},
    {State::established, State::close_wait, "FIN received"},
    {State::established, State::closed, "ABORT, RST or user timeout"},
    {State::fin_wait_1, State::fin_wait_2, "ACK of FIN received"},
    {State::fin_wait_1, State::closing, "FIN received"},
    {State::fin_wait_1, State::time_wait, "FIN and ACK of FIN received"},
    {State::fin_wait_1, State::closed, "ABORT, RST or user timeout"},
    {State::fin_wait_2, State::time_wait, "FIN received"},
    {State::fin_wait_2, State::closed, "ABORT, RST or user timeout"},
    {State::close_wait, State::last_ack, "CLOSE, FIN sent"},
    {State::close_wait, State::closed, "ABORT, RST or user timeout"},
    {State::closing, State::time_wait, "ACK of FIN received"},
    {State::closing, State::closed, "ABORT, RST or user timeout"},
    {State::last_ack, State::closed, "ACK of FIN received, ABORT, RST or user timeout"},
    {State::time_wait, State::closed, "2 MSL passed, ABORT"},
});

/// A bit for each state that can be moved to, by the state left.
constexpr auto kTargets = [] {
    std::array<std::uint16_t, kStateCount> targets{};
    for (const Move& move : kMoves)
        targets[static_cast<std::size_t>(move.from)] |=
            static_cast<std::uint16_t>(1u << static_cast<unsigned>(move.to));
    return targets;
}();

}  // namespace

std::string_view to_string(State state) {
    return kNames[static_cast<std::size_t>(state)];
}

std::span<const Move> legal_moves() {
    return kMoves;
}

bool is_legal(State from, State to) {
    return kTargets[static_cast<std::size_t>(from)] >> static_cast<unsigned>(to) & 1u;
}

}  // namespace glass::tcp
