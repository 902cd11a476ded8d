#include "tcp/applications.h"

#include <array>
#include <bit>
#include <cstring>

namespace glass::tcp {

namespace {

std::uint64_t pattern_word(std::uint64_t seed, std::uint64_t index) {
    std::uint64_t word = (seed ^ index) * 0x9e3779b97f4a7c15;
    word = (word ^ word >> 29) * 0xbf58476d1ce4e5b9;
    return word ^ word >> 32;
}

using Piece = std::array<std::uint8_t, 16 * 1024>;

void note_events(const Seat& seat, Tally& tally) {
    if (seat.events & kOpened && !tally.open) {
        tally.open = true;
        tally.opened = seat.now;
    }
    if (seat.events & kFinished) tally.finished = true;
}

/// Reads up to a piece; `most` octets. Returns them.
ip::Bytes read_piece(Seat& seat, Piece& piece, std::size_t most, Tally& tally) {
    const auto n = seat.host.read(seat.connection, std::span(piece).first(std::min(most, piece.size())));
    const ip::Bytes octets = ip::Bytes(piece).first(n.value_or(0));
    if (octets.empty()) return octets;
    if (tally.received == 0) tally.first_octet = seat.now;
    tally.last_octet = seat.now;
    tally.received += octets.size();
    return octets;
}

/// Sends octets of the pattern up to the `end`th.
void send_pattern(Seat& seat, std::uint64_t seed, std::uint64_t end, Tally& tally) {
    Piece piece;
    while (tally.sent < end) {
        const auto status = seat.host.status(seat.connection);
        const std::size_t n =
            std::min<std::uint64_t>({piece.size(), end - tally.sent, status ? status->send_room : 0});
        if (n == 0) return;
        fill_pattern(seed, tally.sent, std::span(piece).first(n));
        const auto taken = seat.host.send(seat.connection, ip::Bytes(piece).first(n));
        if (taken.value_or(0) == 0) return;
        tally.sent += *taken;
    }
}

/// Gives the handle back where the connection is CLOSED, or both sides have said all.
void leave_when_over(Seat& seat, Tally& tally, bool closed) {
    const auto status = seat.host.status(seat.connection);
    if (!status || tally.over) return;
    const bool both = closed && status->peer_finished && status->unread == 0;
    if (status->state != State::closed && !both) return;
    tally.over = true;
    tally.ended = seat.now;
    tally.ending = status->ending;
    seat.host.release(seat.connection);
}

bool peer_has_finished(const Seat& seat) {
    const auto status = seat.host.status(seat.connection);
    return status && status->peer_finished && status->unread == 0;
}

}  // namespace

void fill_pattern(std::uint64_t seed, std::uint64_t offset, std::span<std::uint8_t> out) {
    std::size_t at = 0;
    while (at < out.size()) {
        std::uint64_t word = pattern_word(seed, (offset + at) / 8);
        if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
        std::array<std::uint8_t, sizeof word> octets;
        std::memcpy(octets.data(), &word, sizeof word);
        const std::size_t skip = (offset + at) % sizeof word;
        const std::size_t n = std::min(sizeof word - skip, out.size() - at);
        std::memcpy(&out[at], &octets[skip], n);
        at += n;
    }
}

bool matches_pattern(std::uint64_t seed, std::uint64_t offset, ip::Bytes octets) {
    Piece want;
    while (!octets.empty()) {
        const ip::Bytes part = ip::first(octets, want.size());
        fill_pattern(seed, offset, std::span(want).first(part.size()));
        if (std::memcmp(part.data(), want.data(), part.size()) != 0) return false;
        octets = octets.subspan(part.size());
        offset += part.size();
    }
    return true;
}

void BulkSender::run(Seat& seat) {
    note_events(seat, *tally_);
    send_pattern(seat, seed_, octets_, *tally_);
    Piece piece;
    while (!read_piece(seat, piece, piece.size(), *tally_).empty()) {
    }
    // CLOSE in SYN-SENT would forget what was sent (RFC 9293 section 3.10.4).
    const auto status = seat.host.status(seat.connection);
    const bool closed = tally_->sent == octets_ && status && is_synchronized(status->state);
    if (closed) (void)seat.host.close(seat.connection);
    leave_when_over(seat, *tally_, closed);
}

void BulkReceiver::run(Seat& seat) {
    note_events(seat, *tally_);
    Piece piece;
    while (seat.now >= may_read_at_) {
        const std::uint64_t offset = tally_->received;
        const std::size_t most =
            rate_ == 0 ? piece.size() : std::min<std::uint64_t>(rate_ / 100 + 1, 1 << 14);
        const ip::Bytes octets = read_piece(seat, piece, most, *tally_);
        if (octets.empty()) break;
        if (!matches_pattern(seed_, offset, octets)) ++tally_->wrong;
        if (rate_ > 0)
            may_read_at_ = seat.now + ip::Duration(static_cast<std::int64_t>(octets.size()) * 1'000'000'000 /
                                                   static_cast<std::int64_t>(rate_));
    }
    if (seat.now < may_read_at_) seat.wake_at = may_read_at_;
    const bool finished = peer_has_finished(seat);
    if (finished) (void)seat.host.close(seat.connection);
    leave_when_over(seat, *tally_, finished);
}

void Echo::run(Seat& seat) {
    note_events(seat, *tally_);
    Piece piece;
    for (;;) {
        if (held_.empty()) {
            const ip::Bytes octets = read_piece(seat, piece, piece.size(), *tally_);
            held_.assign(octets.begin(), octets.end());
        }
        if (held_.empty()) break;
        const std::size_t taken = seat.host.send(seat.connection, held_).value_or(0);
        if (taken == 0) break;
        tally_->sent += taken;
        held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    const bool finished = held_.empty() && peer_has_finished(seat);
    if (finished) (void)seat.host.close(seat.connection);
    leave_when_over(seat, *tally_, finished);
}

void Requester::run(Seat& seat) {
    note_events(seat, *tally_);
    Piece piece;
    const auto come = [&] {
        while (!read_piece(seat, piece, piece.size(), *tally_).empty()) {
        }
        return tally_->received >= std::uint64_t{plan_.response} * tally_->rounds + plan_.response;
    };
    if (waiting_ && to_send_ == 0 && come()) {
        waiting_ = false;
        ++tally_->rounds;
        next_at_ = seat.now + plan_.pause;
    }
    if (!waiting_ && tally_->rounds < plan_.rounds) {
        if (seat.now < next_at_) {
            seat.wake_at = next_at_;
        } else {
            waiting_ = true;
            to_send_ = plan_.request;
        }
    }
    if (to_send_ > 0) {
        const std::uint64_t before = tally_->sent;
        send_pattern(seat, 0, tally_->sent + to_send_, *tally_);
        to_send_ -= static_cast<std::uint32_t>(tally_->sent - before);
    }
    const bool done = tally_->rounds == plan_.rounds;
    if (done) (void)seat.host.close(seat.connection);
    leave_when_over(seat, *tally_, done);
}

void Responder::run(Seat& seat) {
    note_events(seat, *tally_);
    Piece piece;
    for (;;) {
        const ip::Bytes octets = read_piece(seat, piece, piece.size(), *tally_);
        if (octets.empty()) break;
        come_ += static_cast<std::uint32_t>(octets.size());
        for (; come_ >= plan_.request && plan_.request > 0; come_ -= plan_.request) {
            to_send_ += plan_.response;
            ++tally_->rounds;
        }
    }
    const std::uint64_t before = tally_->sent;
    send_pattern(seat, 0, tally_->sent + to_send_, *tally_);
    to_send_ -= tally_->sent - before;
    const bool finished = to_send_ == 0 && peer_has_finished(seat);
    if (finished) (void)seat.host.close(seat.connection);
    leave_when_over(seat, *tally_, finished);
}

}  // namespace glass::tcp
