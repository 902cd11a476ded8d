// Connection: one direction of a connection as a sequence of messages, without input or output of its own:
// octets, holes and the end go in, events come out. RFC 9112 sections 2.2, 6.3, 8 and 9.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "http/body.h"
#include "http/error.h"
#include "http/fields.h"
#include "http/framing.h"
#include "http/head.h"
#include "http/message.h"
#include "http/policy.h"
#include "http/recognize.h"
#include "ip/bytes.h"

namespace glass::http {

/// How a message ended: RFC 9112 section 8.
enum class Ending : std::uint8_t {
    complete,
    no_fin,  ///< a body until close, and the stream stopped without FIN: nobody knows whether that was all
    cut,     ///< the stream ended within the message
    hole,    ///< octets of it are missing
    error,   ///< its body or trailers are malformed
};
[[nodiscard]] std::string_view to_string(Ending ending);

/// What the stream's end was.
enum class StreamEnd : std::uint8_t {
    fin,  ///< the peer has closed: all it sent is here
    cut,  ///< reset, or the capture stops
};

/// Events come in the order of the stream. Every octet belongs to one of them, but for the lines between
/// chunks; holes are gap events.
struct Event {
    enum class Type : std::uint8_t {
        head,      ///< `message` begins; the octets of its head
        body,      ///< `data`: content, without framing
        trailers,  ///< `trailers`, where a chunked body has any
        end,       ///< `message` ends, as `ending` says; offset: after its last octet
        error,     ///< `error`: the octets here are no HTTP/1.1
        gap,       ///< `length` octets are missing; within a message where `message` is not null
        tunnel,    ///< `data`: of another protocol, after CONNECT or 101
        skipped,   ///< octets that belong to no message
    };
    Type type = Type::skipped;
    std::uint64_t offset = 0;  ///< in the stream, of the first octet
    std::uint64_t length = 0;  ///< octets of the stream
    ip::Bytes data{};
    const Message* message = nullptr;  ///< head, body, trailers, gap, end: valid until the next head
    const std::vector<Field>* trailers = nullptr;
    Ending ending = Ending::complete;
    std::optional<Error> error{};    ///< error; end, where `ending` is error
    std::uint64_t error_offset = 0;  ///< error: of the line that is wrong
    std::uint64_t body_octets = 0;   ///< end: content, missing octets included
    std::uint64_t wire_octets = 0;   ///< end: what follows the head, chunk lines and trailers included
    std::uint64_t missing = 0;       ///< end: content octets lost in holes
};

/// Reads one direction. Policy::strict stops for good at an error; Policy::lenient skips to the next line
/// that looks like a start line. Keeps at most Limits::head octets, and the requests that are outstanding.
class MessageReader {
public:
    MessageReader(Kind kind, Policy policy, const Limits& limits = {});
    MessageReader(const MessageReader&) = delete;
    MessageReader& operator=(const MessageReader&) = delete;

    /// Starts anew, with another stream.
    void reset();

    /// The next octets of the stream. They are borrowed until next() gives nothing; only then there may be
    /// more, or a hole, or the end.
    void feed(ip::Bytes octets);
    /// Policy::lenient, where messages are looked for: what is fed next may begin one though no line has
    /// ended before it. Senders often begin one with a segment.
    void may_begin();
    /// So many octets of the stream are missing here.
    void feed_gap(std::uint64_t length);
    /// Nothing more will come.
    void feed_eof(StreamEnd end);

    /// The next event, or nothing where all that was fed is used. What an event points to is valid until the
    /// next call, but where said.
    [[nodiscard]] std::optional<Event> next();

    /// For responses: a request was sent, and waits for its response.
    void expect(const RequestContext& request);
    /// Requests that wait. A client takes octets for no response where there are none: RFC 9112 section 9.2.
    [[nodiscard]] std::size_t outstanding() const { return outstanding_.size(); }

    /// What follows is another protocol's: the peer has answered with 101.
    void switch_protocol();
    /// What follows a CONNECT is HTTP: the peer has refused it.
    void resume();

    /// Whether the first octets were a start line; need_more where that is not known yet.
    [[nodiscard]] Recognition recognized() const { return recognized_; }
    /// Stream offset of the next octet to be read.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    /// What was fed and not read yet; borrowed. Between messages it may be fed again later, as the next
    /// octets.
    [[nodiscard]] ip::Bytes unread() const { return in_; }
    /// Octets kept, of a head or a trailer section that is not complete.
    [[nodiscard]] std::size_t kept() const { return pending_.size(); }
    /// Whether a message has begun and not ended.
    [[nodiscard]] bool in_message() const;
    /// Whether octets were missing where messages begin: how many there were is a guess from there on.
    [[nodiscard]] bool lost_count() const { return lost_count_; }

private:
    enum class State : std::uint8_t { search, head, body, trailers, tunnel, closed };
    enum class Progress : std::uint8_t { event, again, wait };

    Progress step();
    Progress step_search();
    Progress search_line();
    Progress step_head();
    Progress begin_message(ip::Bytes head);
    Progress step_body();
    Progress step_trailers();
    Progress step_rest(Event::Type type);
    Progress step_gap();
    Progress step_eof();

    ip::Bytes gather(std::size_t most);
    void release(std::size_t used);
    void keep();
    Progress emit(Event event);
    Progress skip(std::size_t octets);
    Progress skipped(std::size_t octets);
    Progress fail(Error error, std::size_t at, std::size_t used);
    Progress lose_place(Event gap, std::uint64_t content);
    Progress end_message(Ending ending, std::optional<Error> error = {});
    void after_message(Ending ending);
    void start_search(bool at_line_start);
    void lose_response();
    void set_state(State state) { state_ = state; }

    Kind kind_;
    Policy policy_;
    Limits limits_;
    State state_;
    ip::Bytes in_{};         ///< fed and not used yet
    std::uint64_t gap_ = 0;  ///< fed and not used yet: after in_
    std::optional<StreamEnd> eof_;
    std::uint64_t offset_ = 0;           ///< of the first octet not used yet: pending_, then in_
    std::vector<std::uint8_t> pending_;  ///< of a start line, head or trailer section not complete yet
    std::size_t gathered_ = 0;           ///< octets of in_ that are at the end of pending_, too
    HeadParser head_parser_;
    FieldSectionParser trailer_parser_;
    Recognizer recognizer_;
    bool line_start_ = true;  ///< search: at the start of a line that may be a start line
    bool first_line_ = true;  ///< search: no line was looked at yet
    Recognition recognized_ = Recognition::need_more;
    bool lost_count_ = false;
    bool lost_response_ = false;  ///< the one that the only request outstanding waits for, it seems
    bool switched_ = false;
    std::vector<std::uint8_t> head_octets_;  ///< what message_ borrows from
    std::vector<std::uint8_t> trailer_octets_;
    std::vector<Field> trailers_;
    std::vector<char> trailers_rewritten_;
    Message message_;
    std::uint64_t messages_ = 0;
    BodyReader body_;
    std::uint64_t missing_ = 0;
    std::uint64_t body_start_ = 0;           ///< stream offset after the head
    std::list<RequestContext> outstanding_;  ///< takes no memory while it is empty
    Event event_;
    std::optional<Event> second_;  ///< to come right after event_
};

}  // namespace glass::http
