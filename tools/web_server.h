// Web server: files of a directory, served over our own stack or over the kernel's sockets, until it is told
// to end. What glass serve and glass lab run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/server.h"
#include "tools/access_log.h"
#include "tools/command_serve.h"
#include "tools/http_service.h"
#include "tools/live_stack.h"
#include "tools/socket_transport.h"

namespace glass::tools {

class WebServer {
public:
    /// Listens. The error is one line.
    [[nodiscard]] static std::expected<std::unique_ptr<WebServer>, std::string> open(
        LiveLoop& loop, const ServeCommand& command, http::Handler& handler,
        const LiveObservers& observers = {});

    /// Null with --sockets.
    [[nodiscard]] LiveStack* stack() { return stack_.get(); }
    /// Sources of content may have something now that had nothing before: event streams.
    void stir() { service_->stir(); }
    /// "http://10.7.0.2/", ...
    [[nodiscard]] const std::vector<std::string>& urls() const { return urls_; }

    /// No more connections; what is under way ends, within this time, or until somebody wants it to end at
    /// once. Then nothing is left. Whether the records are whole.
    [[nodiscard]] bool shut_down(ip::Duration most);

private:
    WebServer(LiveLoop& loop, const ServeCommand& command, http::Handler& handler,
              std::unique_ptr<AccessLog> log, std::unique_ptr<LiveStack> stack);
    std::expected<void, std::string> listen(const ServeCommand& command);
    [[nodiscard]] bool is_quiet() const;

    LiveLoop& loop_;
    std::unique_ptr<AccessLog> log_;
    std::unique_ptr<LiveStack> stack_;
    std::unique_ptr<SocketTransport> sockets_;
    Transport& transport_;
    http::Server server_;
    std::unique_ptr<HttpService> service_;
    std::vector<std::string> urls_;
};

}  // namespace glass::tools
