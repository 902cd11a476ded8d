#include "http/client_connection.h"

#include <algorithm>
#include <ranges>

#include "http/characters.h"

namespace glass::http {

std::string_view to_string(ResponseOutcome outcome) {
    switch (outcome) {
        case ResponseOutcome::complete: return "complete";
        case ResponseOutcome::unanswered: return "the server closed the connection without an answer";
        case ResponseOutcome::cut: return "the connection ended before the response did";
        case ResponseOutcome::malformed: return "the response is malformed";
        case ResponseOutcome::unasked:
            return "the server uses a coding or a protocol that it was not asked for";
        case ResponseOutcome::undecodable: return "the content cannot be decoded";
        case ResponseOutcome::declined: return "the response was not wanted";
        case ResponseOutcome::body_failed: return "what was to be sent ended too early";
        case ResponseOutcome::not_opened: return "no connection";
        case ResponseOutcome::not_answered: return "the server does not answer the request";
        case ResponseOutcome::stalled: return "nothing moves any more";
    }
    return "unknown";
}

ClientConnection::ClientConnection(const ClientOptions& options, ip::Time now)
    : options_(options), reader_(Kind::response, Policy::strict, options.limits), moved_(now) {}

ClientConnection::~ClientConnection() = default;

void ClientConnection::request(ClientRequest request, ResponseTaker& taker, ip::Time now) {
    if (requests_.empty() && phase_ == Phase::open) moved_ = now;
    requests_.push_back({.request = std::move(request), .taker = &taker});
}

void ClientConnection::opened(ip::Time now) {
    if (phase_ != Phase::opening) return;
    phase_ = Phase::open;
    moved_ = now;
}

// ---- what goes out ----

ip::Bytes ClientConnection::output(ip::Time now) {
    if (phase_ == Phase::open && out_.empty()) fill();
    look_who_waits(now);
    return out_.octets();
}

void ClientConnection::fill() {
    while (phase_ == Phase::open && out_.size() < options_.piece && sending_ < requests_.size()) {
        Exchange& exchange = requests_[sending_];
        if (exchange.sending == Sending::nothing) {
            if (!start_next()) return;
            continue;
        }
        if (exchange.sending != Sending::body) return;
        const std::size_t before = out_.size();
        body_.fill(out_, options_.piece);
        if (body_.failed()) return fail(Phase::aborted, {.outcome = ResponseOutcome::body_failed});
        if (body_.done()) sent_all();
        if (out_.size() == before) return;
    }
}

bool ClientConnection::start_next() {
    if (!may_start()) return false;
    Exchange& exchange = requests_[sending_];
    const std::size_t before = out_.size();
    append_head(exchange.request, out_);
    exchange.taker->on_request(text(out_.octets().subspan(before)));
    reader_.expect({.number = started_++, .head = exchange.request.method == "HEAD"});
    exchange.sending = Sending::waiting;
    if (!exchange.request.body)
        sent_all();
    else if (!exchange.request.expect_continue)
        start_body();
    return true;
}

/// RFC 9112 section 9.3.2: what could not simply be asked again goes out alone.
bool ClientConnection::may_start() const {
    if (sending_ == 0) return true;
    const auto together = requests_ | std::views::take(sending_ + 1);
    return sending_ < options_.pipeline && std::ranges::all_of(together, &Exchange::may_be_pipelined);
}

void ClientConnection::start_body() {
    Exchange& exchange = requests_[sending_];
    const auto size = exchange.request.body_size;
    body_.start(std::move(exchange.request.body), size ? Framing::content_length : Framing::chunked,
                size.value_or(0));
    continue_until_.reset();
    exchange.sending = Sending::body;
    if (body_.done()) sent_all();
}

void ClientConnection::sent_all() {
    requests_[sending_].sending = Sending::done;
    ++sending_;
}

void ClientConnection::sent(std::size_t octets, ip::Time now) {
    if (octets == 0 || phase_ != Phase::open) return;
    out_.consume(octets);
    moved_ = now;
    for (Exchange& exchange : requests_ | std::views::take(sending_ + 1))
        exchange.went_out = exchange.went_out || exchange.sending != Sending::nothing;
    const bool waits = sending_ < requests_.size() && requests_[sending_].sending == Sending::waiting;
    if (waits && out_.empty() && !continue_until_) continue_until_ = now + options_.continue_time;
}

// ---- what comes in ----

bool ClientConnection::wants_input() const {
    return phase_ == Phase::open && (requests_.empty() || requests_.front().taker->ready());
}

void ClientConnection::receive(ip::Bytes octets, ip::Time now) {
    if (phase_ != Phase::open) return;
    moved_ = now;
    reader_.feed(octets);
    drain();
}

/// RFC 9112 section 8: without its end a message is incomplete.
void ClientConnection::receive_end(StreamEnd end, ip::Time now) {
    if (phase_ > Phase::open) return;
    moved_ = now;
    const bool begun = reader_.kept() != 0;
    const ResponseOutcome outcome = phase_ == Phase::opening ? ResponseOutcome::not_opened
                                    : begun                  ? ResponseOutcome::cut
                                                             : ResponseOutcome::unanswered;
    reader_.feed_eof(end);
    drain();
    if (phase_ <= Phase::open) fail(Phase::finished, {.outcome = outcome});
}

void ClientConnection::drain() {
    while (phase_ == Phase::open) {
        const auto event = reader_.next();
        if (!event) return;
        take(*event);
    }
}

void ClientConnection::take(const Event& event) {
    // RFC 9112 section 9.2: a response that nobody asked for is none. Servers say 408 before they close.
    const bool unasked = event.type == Event::Type::head && !event.message->request;
    if (requests_.empty() || unasked) return fail(Phase::finished, {.outcome = ResponseOutcome::unanswered});
    switch (event.type) {
        case Event::Type::head: return take_head(*event.message);
        case Event::Type::body: return take_content(event.data);
        case Event::Type::trailers: return requests_.front().taker->on_trailers(*event.trailers);
        case Event::Type::end: return take_end(event);
        case Event::Type::error:
            return fail(Phase::aborted, {.outcome = ResponseOutcome::malformed, .error = event.error});
        default: return;  // empty lines, and what follows the last response
    }
}

void ClientConnection::take_head(const Message& message) {
    Exchange& front = requests_.front();
    if (message.framing == Framing::tunnel)
        return fail(Phase::aborted, {.outcome = ResponseOutcome::unasked});
    if (message.interim()) {
        front.taker->on_interim(message);
        if (message.head.status == 100 && front.sending == Sending::waiting) start_body();
        return;
    }
    answering_ = true;
    octets_ = 0;
    content_length_ = message.content_length;
    if (!prepare_decoding(message.head)) return fail(Phase::aborted, {.outcome = ResponseOutcome::unasked});
    maybe_stop_sending(message);
    if (!front.taker->on_head(message)) fail(Phase::aborted, {.outcome = ResponseOutcome::declined});
}

/// RFC 9112 section 9.5: what the server does not want is not sent to its end. That costs the connection.
void ClientConnection::maybe_stop_sending(const Message& message) {
    Exchange& front = requests_.front();
    const bool waiting = front.sending == Sending::waiting;
    if (!waiting && front.sending != Sending::body) return;
    if (!waiting && message.keep_alive && message.head.status < 400) return;
    front.sending = Sending::stopped;
    continue_until_.reset();
    body_.drop();
    out_.clear();
}

/// False where there is a coding that was not asked for.
bool ClientConnection::prepare_decoding(const Head& head) {
    decoder_.reset();
    if (const auto coding = find(head.fields, "Transfer-Encoding"); coding && !same_name(*coding, "chunked"))
        return false;
    if (!requests_.front().request.decode) return true;
    const auto codings = codings_of(head);
    if (codings && !codings->empty()) decoder_.emplace(*codings, options_.limits.inflated);
    return codings.has_value();
}

void ClientConnection::take_content(ip::Bytes octets) {
    octets_ += octets.size();
    ResponseTaker& taker = *requests_.front().taker;
    if (!decoder_) {
        if (!taker.on_content(octets)) fail(Phase::aborted, {.outcome = ResponseOutcome::declined});
        return;
    }
    for (DecodeStatus status = DecodeStatus::more; status == DecodeStatus::more;) {
        decoded_.clear();
        status = decoder_->decode(octets, decoded_);
        if (!decoded_.empty() && !taker.on_content(decoded_))
            return fail(Phase::aborted, {.outcome = ResponseOutcome::declined});
        if (status != DecodeStatus::ok && status != DecodeStatus::more)
            return fail(Phase::aborted, {.outcome = ResponseOutcome::undecodable, .decoding = status});
    }
}

void ClientConnection::take_end(const Event& event) {
    if (event.message->interim()) return;
    if (event.ending == Ending::error)
        return fail(Phase::aborted, {.outcome = ResponseOutcome::malformed, .error = event.error});
    if (event.ending != Ending::complete) return fail(Phase::finished, {.outcome = ResponseOutcome::cut});
    ResponseEnd end;
    if (decoder_) end.decoding = decoder_->finish();
    if (end.decoding != DecodeStatus::ok) end.outcome = ResponseOutcome::undecodable;
    const bool persists = event.message->keep_alive && requests_.front().sending == Sending::done;
    end_response(end);
    if (!persists) fail(Phase::finished, {.outcome = ResponseOutcome::unanswered});
}

void ClientConnection::end_response(ResponseEnd end) {
    const Exchange front = std::move(requests_.front());
    requests_.pop_front();
    sending_ -= sending_ == 0 ? 0 : 1;
    end.octets = answering_ ? octets_ : 0;
    end.content_length = answering_ ? content_length_ : std::nullopt;
    end.sent = front.went_out;
    answering_ = false;
    decoder_.reset();
    front.taker->on_end(end);
}

/// The connection is of no use any more. `end` is that of the request whose response was awaited.
void ClientConnection::fail(Phase phase, ResponseEnd end) {
    phase_ = phase;
    out_.clear();
    body_.drop();
    continue_until_.reset();
    for (; !requests_.empty(); end = {.outcome = ResponseOutcome::unanswered}) end_response(end);
}

// ---- time ----

/// Time that a source or a taker needs is none that the server wastes.
void ClientConnection::look_who_waits(ip::Time now) {
    const bool had_paused = paused_;
    paused_ = false;
    if (phase_ == Phase::open && !requests_.empty()) {
        const Exchange& front = requests_.front();
        paused_ = !front.taker->ready() || (front.sending == Sending::body && out_.empty());
    }
    if (had_paused && !paused_) moved_ = now;
}

std::optional<ip::Time> ClientConnection::deadline() const {
    if (phase_ == Phase::opening) return moved_ + options_.connect_time;
    if (phase_ != Phase::open || requests_.empty() || paused_) return {};
    if (continue_until_) return continue_until_;
    return moved_ + (awaits_answer() ? options_.response_time : options_.stall_time);
}

/// All was sent, and nothing came.
bool ClientConnection::awaits_answer() const {
    return requests_.front().sending == Sending::done && !answering_ && out_.empty();
}

void ClientConnection::advance(ip::Time now) {
    const auto due = deadline();
    if (!due || now < *due) return;
    if (continue_until_) return start_body();
    const ResponseOutcome outcome = phase_ == Phase::opening ? ResponseOutcome::not_opened
                                    : awaits_answer()        ? ResponseOutcome::not_answered
                                                             : ResponseOutcome::stalled;
    fail(Phase::aborted, {.outcome = outcome});
}

}  // namespace glass::http
