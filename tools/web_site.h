// Web site: what a web server has to offer: the files of a directory, the live page, or both.
#pragma once

#include <optional>

#include "http/files.h"
#include "tools/file_store.h"
#include "tools/live_site.h"

namespace glass::tools {

/// Outlives the server that it opened.
class WebSite {
public:
    WebSite(LiveLoop& loop, const ServeCommand& command);

    /// The error is one line.
    [[nodiscard]] std::expected<std::unique_ptr<WebServer>, std::string> open();
    /// The server is about to shut down.
    void end();

    /// "captures", "the live page": what is offered.
    [[nodiscard]] std::string text() const;

private:
    LiveLoop& loop_;
    ServeCommand command_;
    std::optional<DirectoryStore> store_;
    std::optional<http::Files> files_;
    std::optional<LiveSite> live_;
};

}  // namespace glass::tools
