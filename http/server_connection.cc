#include "http/server_connection.h"

#include <algorithm>

#include "http/characters.h"
#include "http/error_page.h"
#include "http/method.h"

namespace glass::http {

namespace {

/// Requests are answered ahead of what was sent up to so many octets, and kept up to so many.
constexpr std::size_t kMostAhead = std::size_t{64} << 10;
constexpr std::size_t kMostKept = std::size_t{16} << 10;
constexpr std::size_t kSmallPiece = std::size_t{4} << 10;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// Whether the target is a URL of another scheme than this server's.
bool is_foreign(const Head& head) {
    return head.target.front() != '/' && head.method != "CONNECT" &&
           head.target.find(':') != std::string_view::npos && !same_name(head.target.substr(0, 7), "http://");
}

bool has_content(const Message& message) {
    return message.framing == Framing::chunked ||
           (message.framing == Framing::content_length && message.content_length != 0);
}

}  // namespace

ServerConnection::ServerConnection(Server& server, const tcp::Endpoint& peer, ip::Time now)
    : server_(server), peer_(peer), since_(now) {}

ServerConnection::~ServerConnection() {
    release_work();
}

ServerWork& ServerConnection::work() {
    if (!work_) work_ = server_.lend();
    return *work_;
}

void ServerConnection::release_work() {
    count_buffer(0);
    if (work_) server_.take_back(std::move(work_));
}

bool ServerConnection::wants_input() const {
    return phase_ != Phase::open || !work_ || work_->kept.size() - work_->kept_at < kMostKept;
}

/// RFC 9112 section 9.3.2: the next request is looked at when the one before it is answered.
bool ServerConnection::may_read() const {
    if (phase_ != Phase::open) return false;
    return work_->reader.in_message() || (work_->writer.done() && work_->out.size() < kMostAhead);
}

void ServerConnection::receive(ip::Bytes octets, ip::Time now) {
    if (phase_ != Phase::open || fin_) return;
    ServerWork& w = work();
    if (w.kept.empty() && may_read()) {
        const ip::Bytes rest = read(octets, now);
        if (phase_ == Phase::open) w.kept.assign(rest.begin(), rest.end());
    } else {
        w.keep(octets);
    }
    settle(now);
}

void ServerConnection::receive_end(StreamEnd end, ip::Time now) {
    if (done()) return;
    fin_ = true;
    if (end == StreamEnd::cut || phase_ == Phase::draining) return finish(Phase::done, now);
    settle(now);
}

/// As far as it can be read now; what is left begins with a request.
ip::Bytes ServerConnection::read(ip::Bytes octets, ip::Time now) {
    MessageReader& reader = work_->reader;
    reader.feed(octets);
    while (may_read()) {
        const auto event = reader.next();
        if (!event) break;
        take(*event, now);
    }
    const bool in_message = reader.in_message();
    const Reading reading = in_message           ? Reading::content
                            : reader.kept() != 0 ? Reading::head
                                                 : Reading::idle;
    if (reading != reading_) since_ = now;
    reading_ = reading;
    return reader.unread();
}

void ServerConnection::read_kept(ip::Time now) {
    ServerWork& w = *work_;
    const ip::Bytes rest = read(ip::Bytes(w.kept).subspan(w.kept_at), now);
    w.kept_at = w.kept.size() - rest.size();
    if (!rest.empty() && phase_ == Phase::open) return;
    w.kept.clear();
    w.kept_at = 0;
}

void ServerConnection::take(const Event& event, ip::Time now) {
    switch (event.type) {
        case Event::Type::head: return take_head(*event.message, now);
        case Event::Type::body: return take_content(event.data, now);
        case Event::Type::end: return take_end(event, now);
        case Event::Type::error:
            forget_request();
            return refuse(static_cast<std::uint16_t>(status_for(*event.error)), to_string(*event.error), now);
        default: return;
    }
}

void ServerConnection::forget_request() {
    head_only_ = old_ = false;
    if (!server_.options().log) return;
    work_->request_line.clear();
    work_->referer.clear();
    work_->user_agent.clear();
}

void ServerConnection::take_head(const Message& message, ip::Time now) {
    const Head& head = message.head;
    head_only_ = head.method == "HEAD";
    old_ = head.version < Version{1, 1};
    keep_alive_ = message.keep_alive;
    answered_ = false;
    content_ = 0;
    if (server_.options().log) note_for_log(head);
    if (message.host_check != HostCheck::ok) return refuse(400, "no valid Host field", now);
    if (is_foreign(head)) return refuse(421, {}, now);
    if (head.method == "CONNECT") return refuse(501, {}, now);
    const auto named = work_->name_resource(head.target);
    if (!named) return refuse(400, "malformed request target", now);
    answer({message, named->path, named->query, peer_, now}, now);
}

void ServerConnection::note_for_log(const Head& head) {
    ServerWork& w = *work_;
    w.request_line.assign(head.method).append(" ").append(head.target).append(" ").append(head.version_text);
    w.referer.assign(find(head.fields, "Referer").value_or(""));
    w.user_agent.assign(find(head.fields, "User-Agent").value_or(""));
}

void ServerConnection::answer(const Request& request, ip::Time now) {
    const std::string_view method = request.method();
    const std::string_view allowed = server_.handler().methods(request);
    if (!lists_method(allowed, method)) {
        Response response = error_page(is_method(method) ? 405 : 501);
        if (response.status == 405) response.add("Allow", allowed);
        return respond_early(request, std::move(response), now);
    }
    const auto expect = old_ ? std::nullopt : request.field("Expect");
    if (expect && !same_name(*expect, "100-continue")) return respond_early(request, error_page(417), now);
    if (method == "OPTIONS") {
        Response response{.status = 204};
        response.add("Allow", allowed);
        return respond_early(request, std::move(response), now);
    }
    if (request.message.content_length.value_or(0) > server_.options().limits.body)
        return refuse(413, {}, now);
    auto sink = server_.handler().accept(request);
    if (!sink) return respond_early(request, std::move(sink.error()), now);
    work_->sink = std::move(*sink);
    if (!work_->sink) return respond_early(request, server_.handler().handle(request), now);
    // RFC 9110 section 10.1.1: not needed where content has come already.
    if (expect && has_content(request.message) && work_->reader.unread().empty())
        work_->out.append(kContinue);
}

/// An answer that does not wait for the content. The connection persists where that is small, and sure to
/// come.
void ServerConnection::respond_early(const Request& request, Response&& response, ip::Time now) {
    const bool waits =
        has_content(request.message) && request.field("Expect") && work_->reader.unread().empty();
    const bool much = request.message.content_length.value_or(0) > server_.options().discard;
    if (waits || much) keep_alive_ = false;
    respond(std::move(response), now);
}

void ServerConnection::take_content(ip::Bytes octets, ip::Time now) {
    content_ += octets.size();
    if (work_->sink) {
        auto response = work_->sink->write(octets);
        if (!response) return;
        work_->sink.reset();
        keep_alive_ = false;
        return respond(std::move(*response), now);
    }
    if (content_ > server_.options().discard) phase_ = Phase::closing;
}

void ServerConnection::take_end(const Event& event, ip::Time now) {
    reading_ = Reading::idle;
    if (event.ending == Ending::complete) {
        if (work_->sink) {
            Response response = work_->sink->finish();
            work_->sink.reset();
            respond(std::move(response), now);
        }
        answered_ = false;  // the next one is not
        return;
    }
    work_->sink.reset();
    if (answered_)
        phase_ = Phase::closing;
    else if (event.error)
        refuse(static_cast<std::uint16_t>(status_for(*event.error)), to_string(*event.error), now);
    else
        refuse(400, "the request is not complete", now);
}

/// The peer has ended its direction: nothing more comes, but it may wait for answers.
void ServerConnection::take_fin(ip::Time now) {
    if (!work_) {
        phase_ = Phase::closing;
        return;
    }
    const bool in_head = work_->reader.kept() != 0 && !work_->reader.in_message();
    work_->reader.feed_eof(StreamEnd::fin);
    while (phase_ == Phase::open) {
        const auto event = work_->reader.next();
        if (!event) break;
        take(*event, now);
    }
    if (phase_ != Phase::open) return;
    if (in_head) {
        forget_request();
        return refuse(400, "the request is not complete", now);
    }
    phase_ = Phase::closing;
}

void ServerConnection::refuse(std::uint16_t status, std::string_view why, ip::Time now) {
    work().sink.reset();
    keep_alive_ = false;
    respond(error_page(status, why), now);
}

void ServerConnection::respond(Response&& response, ip::Time now) {
    ServerWork& w = *work_;
    const ResponseContext context{head_only_, old_, !keep_alive_ || ending_, server_.date_fields(now)};
    const bool persists = w.writer.start(std::move(response), context, w.out);
    answered_ = true;
    ++responses_;
    if (!persists) phase_ = Phase::closing;
    if (w.writer.done()) end_response(now);
}

void ServerConnection::end_response(ip::Time now) {
    if (!server_.options().log) return;
    const ServerWork& w = *work_;
    server_.options().log(
        {peer_, now, w.request_line, w.writer.status(), w.writer.octets(), w.referer, w.user_agent});
}

ip::Bytes ServerConnection::output(ip::Time now) {
    if (finished() || !work_) return {};
    ServerWork& w = *work_;
    if (!w.kept.empty() && may_read()) read_kept(now);
    if (!w.writer.done() && w.out.size() <= server_.options().piece / 4) fill(now);
    settle(now);
    return work_ ? work_->out.octets() : ip::Bytes();
}

void ServerConnection::fill(ip::Time now) {
    ServerWork& w = *work_;
    const ServerOptions& options = server_.options();
    w.writer.fill(
        w.out, server_.buffered() > options.buffers ? std::min(kSmallPiece, options.piece) : options.piece);
    if (!w.writer.done()) return;
    end_response(now);
    // What cannot be completed must not look as if it were: RFC 9112 section 8.
    if (w.writer.failed()) finish(Phase::aborted, now);
}

void ServerConnection::sent(std::size_t octets, ip::Time now) {
    if (!work_) return;
    work_->out.consume(octets);
    waiting_since_.reset();
    if (reading_ == Reading::idle) since_ = now;
    settle(now);
}

/// After everything that may have changed what there is to do.
void ServerConnection::settle(ip::Time now) {
    if (finished()) return;
    const bool quiet = !work_ || (work_->kept.empty() && work_->writer.done());
    if (phase_ == Phase::open && fin_ && quiet) take_fin(now);
    if (phase_ == Phase::open && ending_ && reading_ == Reading::idle && quiet) phase_ = Phase::closing;
    const bool sent_all = !work_ || (work_->writer.done() && work_->out.empty());
    if (phase_ == Phase::closing && sent_all) return finish(fin_ ? Phase::done : Phase::draining, now);
    if (!work_) return;
    if (sent_all && work_->idle()) return release_work();
    if (work_->out.empty())
        waiting_since_.reset();
    else if (!waiting_since_)
        waiting_since_ = now;
    count_buffer(work_->out.capacity());
}

void ServerConnection::count_buffer(std::size_t octets) {
    server_.count_buffer(static_cast<std::ptrdiff_t>(octets) - static_cast<std::ptrdiff_t>(buffered_));
    buffered_ = octets;
}

void ServerConnection::finish(Phase phase, ip::Time now) {
    phase_ = phase;
    since_ = now;
    if (work_ && !work_->writer.done()) end_response(now);  // as far as it has come
    release_work();
}

void ServerConnection::close(ip::Time now) {
    ending_ = true;
    settle(now);
}

std::optional<ip::Time> ServerConnection::deadline() const {
    const ServerOptions& options = server_.options();
    if (phase_ >= Phase::done) return {};
    if (phase_ == Phase::draining) return since_ + options.drain_time;
    if (waiting_since_) return *waiting_since_ + options.stall_time;
    if (work_ && !work_->writer.done()) return {};  // its source has nothing now
    switch (reading_) {
        case Reading::idle: return since_ + options.idle_time;
        case Reading::head: return since_ + options.head_time;
        case Reading::content: break;
    }
    return since_ + options.body_grace + std::chrono::seconds(content_ / options.body_rate);
}

void ServerConnection::advance(ip::Time now) {
    const auto at = deadline();
    if (!at || now < *at) return;
    if (phase_ == Phase::draining) return finish(Phase::done, now);
    if (waiting_since_) return finish(Phase::aborted, now);
    if (reading_ == Reading::idle || answered_) {
        phase_ = Phase::closing;
    } else {
        if (reading_ == Reading::head) forget_request();
        refuse(408, {}, now);
    }
    settle(now);
}

}  // namespace glass::http
