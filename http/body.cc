#include "http/body.h"

#include <algorithm>

namespace glass::http {

BodyReader::Step BodyReader::step(ip::Bytes octets) {
    Step step;
    if (full_) return fail(step, Error::body_too_long);
    switch (framing_) {
        case Framing::none:
        case Framing::tunnel: step.result = Step::Result::end; break;
        case Framing::content_length: step = step_length(octets); break;
        case Framing::chunked: step = step_chunked(octets); break;
        case Framing::close:
            step.data = octets;
            step.consumed = octets.size();
            break;
    }
    if (step.data.size() > room()) {
        full_ = true;
        step.result = Step::Result::need_more;
        const auto kept = static_cast<std::size_t>(room());
        step.consumed -= step.data.size() - kept;
        step.data = step.data.first(kept);
        if (kept == 0) return fail(step, Error::body_too_long);
    }
    octets_ += step.data.size();
    return step;
}

BodyReader::Step BodyReader::step_length(ip::Bytes octets) {
    Step step;
    if (left_ > room()) return fail(step, Error::body_too_long);
    step.data = octets.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, octets.size())));
    step.consumed = step.data.size();
    left_ -= step.consumed;
    if (left_ == 0) step.result = Step::Result::end;
    return step;
}

BodyReader::Step BodyReader::step_chunked(ip::Bytes octets) {
    const auto chunk = chunked_.step(octets);
    Step step;
    step.consumed = chunk.consumed;
    step.data = chunk.data;
    if (chunk.status == Status::error) return fail(step, chunked_.error());
    if (chunk.status == Status::done) step.result = Step::Result::trailers;
    return step;
}

std::uint64_t BodyReader::skip(std::uint64_t octets) {
    std::uint64_t n = 0;
    if (framing_ == Framing::content_length) {
        n = std::min(octets, left_);
        left_ -= n;
    } else if (framing_ == Framing::chunked) {
        n = std::min(octets, chunked_.left());
        if (n != 0) chunked_.skip(n);
    } else if (framing_ == Framing::close) {
        n = std::min(octets, UINT64_MAX - octets_);
    }
    octets_ += n;
    return n;
}

BodyReader::Step BodyReader::fail(Step step, Error error) {
    error_ = error;
    step.result = Step::Result::error;
    step.data = {};
    return step;
}

}  // namespace glass::http
