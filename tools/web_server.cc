#include "tools/web_server.h"

#include <fmt/format.h>

#include "tools/segment_text.h"

namespace glass::tools {
namespace {

constexpr ip::Duration kChallenges = std::chrono::milliseconds(200);  // they come within a round trip

http::ServerOptions server_options(AccessLog& log, const ServeCommand& command) {
    http::ServerOptions options;
    options.limits.body = command.max_upload;
    if (!command.log_to.empty()) options.log = [&log](const http::AccessRecord& record) { log.add(record); };
    return options;
}

std::string url_of(const tcp::Endpoint& endpoint) {
    if (endpoint.port != 80) return fmt::format("http://{}/", endpoint_text(endpoint));
    const std::string address = to_string(endpoint.address);
    return endpoint.address.is_v4() ? fmt::format("http://{}/", address)
                                    : fmt::format("http://[{}]/", address);
}

}  // namespace

WebServer::WebServer(LiveLoop& loop, const ServeCommand& command, http::Handler& handler,
                     std::unique_ptr<AccessLog> log, std::unique_ptr<LiveStack> stack)
    : loop_(loop),
      log_(std::move(log)),
      stack_(std::move(stack)),
      sockets_(stack_ ? nullptr : std::make_unique<SocketTransport>(loop)),
      transport_(stack_ ? static_cast<Transport&>(stack_->transport()) : *sockets_),
      server_(handler, server_options(*log_, command)),
      service_(std::make_unique<HttpService>(loop, server_)) {}

std::expected<std::unique_ptr<WebServer>, std::string> WebServer::open(LiveLoop& loop,
                                                                       const ServeCommand& command,
                                                                       http::Handler& handler,
                                                                       const LiveObservers& observers) {
    auto log = AccessLog::open(loop, command.log_to);
    if (!log) return std::unexpected(log.error());
    std::unique_ptr<LiveStack> stack;
    if (command.sockets.empty()) {
        auto opened = LiveStack::open(loop, command.live, observers);
        if (!opened) return std::unexpected(opened.error());
        stack = std::move(*opened);
    }
    std::unique_ptr<WebServer> server(
        new WebServer(loop, command, handler, std::move(*log), std::move(stack)));
    if (auto done = server->listen(command); !done) return std::unexpected(done.error());
    return server;
}

std::expected<void, std::string> WebServer::listen(const ServeCommand& command) {
    std::vector<tcp::Endpoint> endpoints = command.sockets;
    if (stack_)
        for (const ip::Prefix& one : stack_->addresses()) endpoints.push_back({one.address, command.port});
    for (const tcp::Endpoint& endpoint : endpoints) {
        const auto at = transport_.listen(endpoint, *service_);
        if (!at) return std::unexpected(at.error());
        urls_.push_back(url_of(*at));
    }
    return {};
}

bool WebServer::is_quiet() const {
    return service_->connections() == 0 && transport_.lingering() == 0;
}

bool WebServer::shut_down(ip::Duration most) {
    transport_.stop_listening();
    service_->close(loop_.now());
    const ip::Time limit = loop_.now() + most;
    while (!is_quiet() && loop_.now() < limit && loop_.interrupts() < 2) loop_.turn(limit);
    const bool breaks_off = !is_quiet();
    service_.reset();
    transport_.abandon();
    loop_.turn(loop_.now());
    // A peer that lacks octets takes no reset at first: it asks with an ACK, which gets one that it takes
    // (RFC 9293 section 3.10.7.4, RFC 5961 section 3.2).
    if (breaks_off)
        for (const ip::Time end = loop_.now() + kChallenges; loop_.now() < end;) loop_.turn(end);
    return !stack_ || stack_->close_records();
}

}  // namespace glass::tools
