// Exchange: both directions of a connection that somebody else has, requests paired with their responses:
// RFC 9112 section 9.2, RFC 9110 sections 7.8, 9.3.6 and 15.2.
#pragma once

#include <cstdint>
#include <optional>

#include "http/connection.h"

namespace glass::http {

/// Reads what was captured of a connection, in the order of the capture, each direction as far as its octets
/// are in order. Tells the responses which requests they answer, and both what is not HTTP any more after
/// CONNECT or Upgrade.
class Exchange {
public:
    /// `from_start`: both directions are fed from the first octet of the connection on.
    explicit Exchange(bool from_start, Policy policy = Policy::lenient, const Limits& limits = {})
        : requests_(Kind::request, policy, limits),
          responses_(Kind::response, policy, limits),
          from_start_(from_start) {}

    /// Starts anew, with another connection.
    void reset(bool from_start);

    /// The next octets, a hole, or the end of the direction that carries these messages. As with
    /// MessageReader, octets are borrowed until next() gives nothing; only then there may be more.
    void feed(Kind direction, ip::Bytes octets) { side(direction).feed(octets); }
    void may_begin(Kind direction) { side(direction).may_begin(); }
    void feed_gap(Kind direction, std::uint64_t length) { side(direction).feed_gap(length); }
    void feed_eof(Kind direction, StreamEnd end) { side(direction).feed_eof(end); }

    struct Happening {
        Kind direction = Kind::request;
        Event event;
    };
    /// The next event of either direction, or nothing where all is used.
    [[nodiscard]] std::optional<Happening> next();

    /// yes: one direction begins with a start line. no: both, or the only one with octets, do not.
    [[nodiscard]] Recognition recognized() const;

    [[nodiscard]] const MessageReader& reader(Kind direction) const {
        return direction == Kind::request ? requests_ : responses_;
    }
    /// Octets kept of either direction.
    [[nodiscard]] std::size_t kept() const { return requests_.kept() + responses_.kept(); }

private:
    MessageReader& side(Kind direction) { return direction == Kind::request ? requests_ : responses_; }
    void note_request(const Message& request);
    void note_response(const Message& response);

    MessageReader requests_;
    MessageReader responses_;
    bool from_start_;
    std::uint64_t early_responses_ = 0;     ///< final responses that came before the request they answer
    std::optional<std::uint64_t> connect_;  ///< the number of a CONNECT whose answer is awaited
};

}  // namespace glass::http
