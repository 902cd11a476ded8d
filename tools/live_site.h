// Live site: the live page in a web server: what it watches, what it answers, and its turn in the loop.
#pragma once

#include "tools/live_page.h"
#include "tools/web_server.h"

namespace glass::tools {

/// Made before the server whose handler it has, and outlives it.
class LiveSite final : private Task {
public:
    /// `link`: as the server's stack has it at first. `others` answers what is not the page's; null: nobody.
    LiveSite(LiveLoop& loop, const LinkPlan& link, http::Handler* others);
    ~LiveSite() override;

    [[nodiscard]] http::Handler& handler() { return page_; }
    [[nodiscard]] LiveObservers observers();
    /// The server is open, over our own stack.
    void begin(WebServer& server);
    /// The server is about to shut down: event streams end.
    void end();

private:
    void run(ip::Time now) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override { return page_.deadline(); }

    LiveLoop& loop_;
    LiveWatch watch_;
    LivePage page_;
    WebServer* server_ = nullptr;
};

}  // namespace glass::tools
