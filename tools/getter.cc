#include "tools/getter.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

#include "tools/capture_loop.h"
#include "tools/duration_text.h"
#include "tools/get_request.h"
#include "tools/json.h"
#include "tools/live_output.h"
#include "tools/name_lookup.h"
#include "tools/segment_text.h"

namespace glass::tools {
namespace {

/// For what both ends still have to say when everything is fetched.
constexpr ip::Duration kClosing = std::chrono::seconds(3);
constexpr ip::Duration kLongestPause = std::chrono::seconds(10);

http::ClientOptions client_options(const GetCommand& command) {
    http::ClientOptions options;
    if (command.most != 0) options.limits.body = options.limits.inflated = command.most;
    return options;
}

double milliseconds(ip::Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

Getter::Getter(LiveLoop& loop, Transport& transport, const GetCommand& command, GetVoice& voice,
               Observer observer)
    : loop_(loop),
      transport_(transport),
      command_(command),
      voice_(voice),
      observer_(std::move(observer)),
      options_(client_options(command)) {}

int Getter::run() {
    int status = kAllRead;
    for (const std::string& word : command_.urls) {
        status = std::max(status, get(word));
        if (loop_.interrupts() != 0) status = kInterrupted;
        if (status == kInterrupted) break;
    }
    // The kernel ends its own without us.
    hang_up(command_.own_stack ? kClosing : ip::Duration{});
    const ip::Time until = loop_.now() + kClosing;
    while (transport_.lingering() > 0 && loop_.interrupts() < 2 && loop_.now() < until) loop_.turn(until);
    transport_.abandon();
    loop_.turn(loop_.now());
    return status;
}

int Getter::get(const std::string& word) {
    began_ = loop_.refresh();
    const auto url = url_meant(command_, word);
    const auto output = url ? output_name(command_, *url) : url;
    if (!output) {
        voice_.complain(output.error());
        return kCannotRead;
    }
    GetTransfer transfer(loop_, command_, voice_, *url, *output);
    const int status = this->transfer(transfer);
    if (!transfer.error().empty()) voice_.complain(fmt::format("{}: {}", word, transfer.error()));
    if (command_.json) report(transfer, *url);
    return status;
}

int Getter::transfer(GetTransfer& transfer) {
    ip::Duration wait = std::chrono::seconds(1);
    for (unsigned attempts = 0;;) {
        if (attempt(transfer)) {
            const auto after = transfer.judge(why_broken());
            if (after == GetTransfer::After::done) return transfer.exit_status();
            if (after == GetTransfer::After::again) continue;
        }
        if (stopped() || !transfer.may_repeat()) return transfer.exit_status();
        // A connection that was kept may have been closed by the other end at any moment.
        if (transfer.unanswered() && !fresh_) continue;
        if (attempts++ == command_.retries) return transfer.exit_status();
        voice_.complain(fmt::format("{}; once more in {}", transfer.error(), duration_text(wait)));
        pause(wait);
        wait = std::min(2 * wait, kLongestPause);
    }
}

/// Asks once. False: it could not be asked, or the time was over.
bool Getter::attempt(GetTransfer& transfer) {
    auto request = transfer.next_request();
    if (!request) {
        transfer.give_up(request.error());
        return false;
    }
    if (const auto connected = connect(transfer.where()); !connected) {
        transfer.give_up(connected.error());
        return false;
    }
    connection_->http().request(std::move(*request), transfer, loop_.now());
    connection_->drive(loop_.now());
    while (!transfer.ended() || transfer.move_output()) {
        if (!turn()) {
            transfer.give_up(why_stopped());
            break_off();
            return false;
        }
        if (transfer.take_woken()) {
            (void)transfer.move_output();
            connection_->drive(loop_.now());
        }
    }
    return true;
}

// ---- connections ----

std::expected<void, std::string> Getter::connect(const http::HttpUrl& to) {
    fresh_ = !connection_ || !connection_->http().may_request() || !origin_.same_origin(to);
    if (!fresh_) return {};
    hang_up(std::chrono::milliseconds(0));
    const auto addresses = look_up(to.host);
    if (!addresses) return std::unexpected(addresses.error());
    origin_ = to;
    std::string error;
    for (const ip::Address& address : *addresses) {
        if (const std::string text = ip::to_string(address); text != to.host)
            voice_.tell(fmt::format("{} is {}", to.host, text));
        const auto connected = try_connect({address, to.port});
        if (connected) return {};
        error = connected.error();
        if (stopped()) break;
    }
    return std::unexpected(error);
}

std::expected<std::vector<ip::Address>, std::string> Getter::look_up(const std::string& host) {
    NameLookup lookup(loop_, host);
    while (!lookup.done())
        if (!turn()) {
            if (loop_.interrupts() != 0) return std::unexpected(why_stopped());
            return std::unexpected(fmt::format("no name server tells the address of {} within {}", host,
                                               duration_text(*command_.max_time)));
        }
    return lookup.addresses();
}

std::expected<void, std::string> Getter::try_connect(const tcp::Endpoint& remote) {
    auto stream = transport_.connect(remote);
    if (!stream) return std::unexpected(stream.error());
    connection_ = std::make_unique<ClientStream>(loop_, std::move(*stream), options_);
    if (observer_.begins) observer_.begins(connection_->stream());
    while (!connection_->handshake() && !connection_->http().finished())
        if (!turn()) {
            break_off();
            if (loop_.interrupts() != 0) return std::unexpected(why_stopped());
            return std::unexpected(
                fmt::format("{} does not answer within {}: is it up, or a firewall between?",
                            endpoint_text(remote), duration_text(*command_.max_time)));
        }
    if (connection_->handshake()) {
        if (observer_.opened) observer_.opened(*connection_);
        return {};
    }
    const tcp::Ending ending = connection_->stream().status().ending;
    hang_up({});
    // Our own deadline has aborted it.
    return std::unexpected(
        failure_text(ending == tcp::Ending::aborted ? tcp::Ending::timed_out : ending, remote));
}

/// Ends the connection; waits so long for the other end to do so, too.
void Getter::hang_up(ip::Duration most) {
    if (!connection_) return;
    connection_->http().close();
    connection_->drive(loop_.now());
    const ip::Time until = loop_.now() + most;
    while (!connection_->over() && loop_.now() < until && loop_.interrupts() < 2) loop_.turn(until);
    if (observer_.ends) observer_.ends(*connection_);
    connection_.reset();
}

/// At once, and the peer is told.
void Getter::break_off() {
    connection_->abort();
    loop_.turn(loop_.now());
    hang_up({});
}

std::string Getter::why_broken() const {
    if (!connection_) return {};
    return failure_text(connection_->stream().status().ending, connection_->stream().remote());
}

// ---- time ----

/// False: it is to end.
bool Getter::turn(std::optional<ip::Time> until) {
    if (stopped()) return false;
    if (command_.max_time) {
        const ip::Time end = began_ + *command_.max_time;
        until = ip::earlier(until, end);
    }
    loop_.turn(until);
    return !stopped();
}

bool Getter::stopped() const {
    return loop_.interrupts() != 0 || (command_.max_time && loop_.now() >= began_ + *command_.max_time);
}

std::string Getter::why_stopped() const {
    if (loop_.interrupts() != 0) return "interrupted";
    return fmt::format("not done within {}", duration_text(*command_.max_time));
}

void Getter::pause(ip::Duration time) {
    const ip::Time until = loop_.now() + time;
    while (loop_.now() < until && turn(until)) continue;
}

// ---- the line about it ----

void Getter::report(GetTransfer& transfer, const std::string& url) {
    TextBuffer text;
    JsonWriter json(text);
    json.begin_object();
    if (!std::exchange(reported_, true)) json.key("schema").number(std::uint64_t{1});
    json.key("url").text(url).key("final_url").text(transfer.chain().now().url);
    json.key("method").text(transfer.chain().now().method);
    json.key("redirects").number(std::uint64_t{transfer.chain().steps()});
    if (transfer.status() != 0) json.key("status").number(std::uint64_t{transfer.status()});
    json.key("complete").boolean(transfer.error().empty());
    json.key("octets").number(transfer.written()).key("wire_body_len").number(transfer.came());
    if (const std::string sum = transfer.sha256(); !sum.empty()) json.key("sha256").text(sum);
    if (!transfer.output_path().empty()) json.key("file").text(transfer.output_path());
    if (connection_ && connection_->handshake()) {
        json.key("local").text(endpoint_text(connection_->stream().local()));
        json.key("remote").text(endpoint_text(connection_->stream().remote()));
        json.key("handshake_ms").number(milliseconds(*connection_->handshake()));
    }
    if (const auto answered = transfer.answered_after())
        json.key("answered_ms").number(milliseconds(*answered));
    json.key("total_ms").number(milliseconds(loop_.now() - began_));
    if (const auto facts = connection_ ? connection_->stream().facts() : std::nullopt) {
        json.key("srtt_ms").number(milliseconds(facts->srtt)).key("rto_ms").number(milliseconds(facts->rto));
        json.key("cwnd")
            .number(std::uint64_t{facts->cwnd})
            .key("resent")
            .number(std::uint64_t{facts->resent});
    }
    if (!transfer.error().empty()) json.key("error").text(transfer.error());
    json.end_object();
    text.append('\n');
    LiveOutput output(STDOUT_FILENO);
    output.write(text.view());
    if (!output.failure().empty()) voice_.complain("cannot write the output: " + output.failure());
}

}  // namespace glass::tools
