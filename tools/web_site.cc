#include "tools/web_site.h"

#include "tools/secrets.h"

namespace glass::tools {

WebSite::WebSite(LiveLoop& loop, const ServeCommand& command) : loop_(loop), command_(command) {
    if (command_.page && !command_.live.link) command_.live.link = plain_link();
    if (!command_.page && command_.directory.empty()) command_.directory = ".";
    if (!command_.directory.empty()) {
        store_.emplace(command_.directory);
        files_.emplace(
            *store_,
            http::FilesOptions{.hidden = command_.hidden, .uploads = command_.uploads, .key = random_key()});
    }
    if (command_.page) live_.emplace(loop_, *command_.live.link, files_ ? &*files_ : nullptr);
}

std::expected<std::unique_ptr<WebServer>, std::string> WebSite::open() {
    if (!live_) return WebServer::open(loop_, command_, *files_);
    auto server = WebServer::open(loop_, command_, live_->handler(), live_->observers());
    if (server) live_->begin(**server);
    return server;
}

void WebSite::end() {
    if (live_) live_->end();
}

std::string WebSite::text() const {
    const std::string page = live_ ? "the live page" : "";
    if (command_.directory.empty()) return page;
    return command_.directory + (page.empty() ? "" : " and " + page);
}

}  // namespace glass::tools
