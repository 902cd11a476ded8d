#include "http/connection.h"

#include <algorithm>
#include <cstring>

namespace glass::http {

std::string_view to_string(Ending ending) {
    switch (ending) {
        case Ending::complete: return "complete";
        case Ending::no_fin: return "no FIN was seen after the body";
        case Ending::cut: return "the stream ends within the message";
        case Ending::hole: return "octets of the message are missing";
        case Ending::error: return "malformed body";
    }
    return "unknown";
}

MessageReader::MessageReader(Kind kind, Policy policy, const Limits& limits)
    : kind_(kind),
      policy_(policy),
      limits_(limits),
      state_(policy == Policy::lenient ? State::search : State::head),
      head_parser_(kind, policy, limits_),
      trailer_parser_(policy, limits.fields, kind == Kind::response),
      recognizer_(kind, limits.start_line),
      body_(Framing::none, 0, policy, limits) {}

void MessageReader::reset() {
    set_state(policy_ == Policy::lenient ? State::search : State::head);
    in_ = {};
    gap_ = offset_ = messages_ = missing_ = body_start_ = 0;
    eof_.reset();
    second_.reset();
    pending_.clear();
    outstanding_.clear();
    gathered_ = 0;
    head_parser_.reset();
    recognizer_ = Recognizer(kind_, limits_.start_line);
    recognized_ = Recognition::need_more;
    line_start_ = first_line_ = true;
    lost_count_ = lost_response_ = switched_ = false;
}

void MessageReader::feed(ip::Bytes octets) {
    in_ = octets;
    gathered_ = 0;
}

void MessageReader::may_begin() {
    if (state_ == State::search && !line_start_ && pending_.empty()) start_search(true);
}

void MessageReader::feed_gap(std::uint64_t length) {
    gap_ += length;
}

void MessageReader::feed_eof(StreamEnd end) {
    if (!eof_) eof_ = end;
}

std::optional<Event> MessageReader::next() {
    if (second_) {
        const Event event = *second_;
        second_.reset();
        return event;
    }
    for (;;) switch (step()) {
            case Progress::event: return event_;
            case Progress::wait: return std::nullopt;
            case Progress::again: break;
        }
}

MessageReader::Progress MessageReader::step() {
    // A body of no octets ends without any.
    if (state_ == State::body) return step_body();
    const bool rest = state_ == State::tunnel || state_ == State::closed;
    const auto rest_type = state_ == State::tunnel ? Event::Type::tunnel : Event::Type::skipped;
    if (rest && !(in_.empty() && pending_.empty())) return step_rest(rest_type);
    if (in_.empty()) {
        if (gap_ != 0) return step_gap();
        return eof_ ? step_eof() : Progress::wait;
    }
    switch (state_) {
        case State::search: return step_search();
        case State::head: return step_head();
        default: return step_trailers();
    }
}

/// Looks for a start line: at the start of the stream, or after an error or a hole.
MessageReader::Progress MessageReader::step_search() {
    if (line_start_) return search_line();
    const auto* lf = static_cast<const std::uint8_t*>(std::memchr(in_.data(), '\n', in_.size()));
    if (lf == nullptr) return skip(in_.size());
    start_search(true);
    return skip(static_cast<std::size_t>(lf - in_.data()) + 1);
}

MessageReader::Progress MessageReader::search_line() {
    // Empty lines before a start line are no sign of anything.
    if (pending_.empty() && (in_.front() == '\r' || in_.front() == '\n')) return skip(1);
    const Recognition answer = recognizer_.feed(in_);
    if (answer == Recognition::need_more) {
        keep();
        return Progress::wait;
    }
    if (first_line_) recognized_ = answer;
    first_line_ = false;
    if (answer == Recognition::yes) {
        recognized_ = Recognition::yes;
        head_parser_.reset();
        set_state(State::head);
        return Progress::again;
    }
    line_start_ = false;
    if (pending_.empty()) return Progress::again;
    const std::size_t kept = pending_.size();
    pending_.clear();
    return skipped(kept);
}

MessageReader::Progress MessageReader::step_head() {
    const ip::Bytes octets = gather(limits_.head + 1);
    const Status status = head_parser_.parse(octets);
    if (status == Status::need_more) {
        keep();
        return Progress::wait;
    }
    if (status == Status::error)
        return fail(head_parser_.error(), head_parser_.error_at(), head_parser_.error_end());
    return begin_message(octets.first(head_parser_.size()));
}

MessageReader::Progress MessageReader::begin_message(ip::Bytes head) {
    head_octets_.assign(head.begin(), head.end());
    head_parser_.view(head_octets_, message_.head);
    message_.number = messages_;
    message_.start = offset_ + head_parser_.start();
    recognized_ = Recognition::yes;
    const RequestContext* request = outstanding_.empty() ? nullptr : &outstanding_.front();
    if (const auto framed = frame(message_, request, policy_); !framed)
        return fail(framed.error(), head_parser_.start(), head.size());
    message_.request = request != nullptr ? std::optional(request->number) : std::nullopt;
    const bool final = !message_.interim() || message_.framing == Framing::tunnel;
    if (request != nullptr && final) outstanding_.pop_front();
    lost_response_ = lost_response_ && !final;
    ++messages_;
    missing_ = 0;
    body_ = BodyReader(message_.framing, message_.content_length.value_or(0), policy_, limits_);
    set_state(State::body);
    const std::uint64_t at = offset_;
    release(head.size());
    body_start_ = offset_;
    return emit({.type = Event::Type::head, .offset = at, .length = head.size(), .message = &message_});
}

MessageReader::Progress MessageReader::step_body() {
    using Result = BodyReader::Step::Result;
    const auto step = body_.step(in_);
    const std::size_t framing = step.consumed - step.data.size();
    if (step.result == Result::error) {
        offset_ += step.consumed;
        in_ = in_.subspan(step.consumed);
        return end_message(Ending::error, body_.error());
    }
    const Event event{.type = Event::Type::body,
                      .offset = offset_ + framing,
                      .length = step.data.size(),
                      .data = step.data,
                      .message = &message_};
    offset_ += step.consumed;
    in_ = in_.subspan(step.consumed);
    if (step.result == Result::trailers) {
        trailer_parser_.begin(0);
        set_state(State::trailers);
        return Progress::again;
    }
    if (step.result == Result::end) {
        if (step.data.empty()) return end_message(Ending::complete);
        end_message(Ending::complete);
        second_ = event_;
        return emit(event);
    }
    if (!step.data.empty()) return emit(event);
    if (step.consumed != 0) return Progress::again;
    if (gap_ != 0) return step_gap();
    return eof_ ? step_eof() : Progress::wait;
}

MessageReader::Progress MessageReader::step_trailers() {
    const ip::Bytes octets = ip::first(gather(limits_.trailers + 1), limits_.trailers + 1);
    const Status status = trailer_parser_.parse(octets);
    const std::size_t used = status == Status::done    ? trailer_parser_.end()
                             : status == Status::error ? trailer_parser_.error_end()
                                                       : octets.size();
    if (status == Status::error || used > limits_.trailers) {
        const Error error = status == Status::error ? trailer_parser_.error() : Error::trailers_too_long;
        release(used);
        return end_message(Ending::error, error);
    }
    if (status == Status::need_more) {
        keep();
        return Progress::wait;
    }
    trailer_octets_.assign(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(used));
    trailer_parser_.fields(trailer_octets_, trailers_, trailers_rewritten_);
    const Event event{.type = Event::Type::trailers,
                      .offset = offset_,
                      .length = used,
                      .message = &message_,
                      .trailers = &trailers_};
    release(used);
    end_message(Ending::complete);
    if (trailers_.empty()) return Progress::event;
    second_ = event_;
    return emit(event);
}

/// All there is: none of HTTP's concern.
MessageReader::Progress MessageReader::step_rest(Event::Type type) {
    Event event{.type = type, .offset = offset_, .length = in_.size(), .data = in_};
    if (pending_.empty()) {
        in_ = {};
    } else {
        trailer_octets_.swap(pending_);
        pending_.clear();
        event.data = trailer_octets_;
        event.length = event.data.size();
    }
    offset_ += event.length;
    return emit(event);
}

MessageReader::Progress MessageReader::step_gap() {
    const std::uint64_t gap = gap_;
    gap_ = 0;
    const std::uint64_t content = state_ == State::body ? body_.skip(gap) : 0;
    missing_ += content;
    const std::uint64_t kept = pending_.size();
    Event event{.type = Event::Type::gap, .offset = offset_ + kept, .length = gap};
    if (in_message()) event.message = &message_;
    if (content == gap || state_ == State::tunnel || state_ == State::closed) {
        offset_ += gap;
        return emit(event);
    }
    return lose_place(event, content);
}

/// A hole where messages begin, or where the end of one cannot be told any more.
MessageReader::Progress MessageReader::lose_place(Event gap, std::uint64_t content) {
    lost_count_ = true;
    if (!in_message()) lose_response();
    const std::uint64_t kept = pending_.size();
    const std::uint64_t resume = gap.offset + gap.length;
    pending_.clear();
    if (in_message()) {
        offset_ = gap.offset + content;
        end_message(Ending::hole);
        second_ = event_;
    } else if (kept != 0) {
        second_ = gap;
        gap = {.type = Event::Type::skipped, .offset = offset_, .length = kept};
    }
    offset_ = resume;
    start_search(true);
    return emit(gap);
}

MessageReader::Progress MessageReader::step_eof() {
    const StreamEnd end = *eof_;
    if (state_ == State::body && message_.framing == Framing::close)
        return end_message(end == StreamEnd::fin ? Ending::complete : Ending::no_fin);
    const std::size_t kept = pending_.size();
    pending_.clear();
    if (in_message()) {
        offset_ += kept;
        return end_message(Ending::cut);
    }
    if (kept == 0) return Progress::wait;
    set_state(State::closed);
    return skipped(kept);
}

/// What is left of the last call, and what was fed: as one run of octets. At least `most` of them, where
/// there are.
ip::Bytes MessageReader::gather(std::size_t most) {
    if (pending_.empty()) return in_;
    gathered_ = std::min(in_.size(), most - std::min(most, pending_.size()));
    pending_.insert(pending_.end(), in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(gathered_));
    return pending_;
}

/// The first `used` octets of what gather() gave are done with.
void MessageReader::release(std::size_t used) {
    const std::size_t before = pending_.size() - gathered_;
    in_ = in_.subspan(used - std::min(used, before));
    pending_.clear();
    gathered_ = 0;
    offset_ += used;
}

/// Keeps what gather() gave for the next call.
void MessageReader::keep() {
    pending_.insert(pending_.end(), in_.begin() + static_cast<std::ptrdiff_t>(gathered_), in_.end());
    in_ = {};
    gathered_ = 0;
}

bool MessageReader::in_message() const {
    return state_ == State::body || state_ == State::trailers;
}

/// The head is none: all that was looked at to see that is the event's.
MessageReader::Progress MessageReader::fail(Error error, std::size_t at, std::size_t used) {
    if (recognized_ == Recognition::need_more) recognized_ = Recognition::no;
    const Event event{.type = Event::Type::error,
                      .offset = offset_,
                      .length = used,
                      .error = error,
                      .error_offset = offset_ + at};
    const bool line_end = (pending_.empty() ? in_ : ip::Bytes(pending_))[used - 1] == '\n';
    release(used);
    start_search(line_end);
    return emit(event);
}

/// RFC 9112 section 8: a message is incomplete where octets of it are missing.
MessageReader::Progress MessageReader::end_message(Ending ending, std::optional<Error> error) {
    Event event{.type = Event::Type::end, .offset = offset_, .message = &message_, .ending = ending};
    if (ending == Ending::complete && missing_ != 0) event.ending = Ending::hole;
    event.error = error;
    event.body_octets = body_.octets();
    event.wire_octets = offset_ - body_start_;
    event.missing = missing_;
    message_.head.notes |= body_.notes();
    after_message(ending);
    return emit(event);
}

void MessageReader::after_message(Ending ending) {
    head_parser_.reset();
    const bool last = !message_.keep_alive && !message_.interim();
    if (ending == Ending::error)
        start_search(true);
    else if (switched_ || message_.framing == Framing::tunnel)
        set_state(State::tunnel);
    else if (ending != Ending::complete || (policy_ == Policy::strict && last))
        set_state(State::closed);  // RFC 9112 section 9.6: nothing after it is a message
    else
        set_state(State::head);
}

void MessageReader::start_search(bool at_line_start) {
    set_state(policy_ == Policy::lenient ? State::search : State::closed);
    line_start_ = at_line_start;
    recognizer_ = Recognizer(kind_, limits_.start_line);
}

/// The head of a response is in the hole, for all we know: that of the oldest request, where they are
/// pipelined. Where there is one request only, its response may be yet to come; the next request will tell.
void MessageReader::lose_response() {
    lost_response_ = outstanding_.size() == 1;
    if (outstanding_.size() > 1) outstanding_.pop_front();
}

void MessageReader::expect(const RequestContext& request) {
    if (lost_response_) outstanding_.clear();
    lost_response_ = false;
    if (outstanding_.size() == limits_.outstanding) outstanding_.pop_front();
    outstanding_.push_back(request);
}

void MessageReader::switch_protocol() {
    switched_ = true;
    if (!in_message()) set_state(State::tunnel);
}

void MessageReader::resume() {
    if (state_ != State::tunnel || switched_) return;
    head_parser_.reset();
    set_state(State::head);
}

MessageReader::Progress MessageReader::skip(std::size_t octets) {
    in_ = in_.subspan(octets);
    return skipped(octets);
}

/// So many octets, taken already, belong to no message.
MessageReader::Progress MessageReader::skipped(std::size_t octets) {
    offset_ += octets;
    return emit({.type = Event::Type::skipped, .offset = offset_ - octets, .length = octets});
}

MessageReader::Progress MessageReader::emit(Event event) {
    event_ = event;
    return Progress::event;
}

}  // namespace glass::http
