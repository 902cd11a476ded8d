#include "tools/command_serve.h"

#include <fmt/format.h>

#include "tools/capture_loop.h"
#include "tools/web_site.h"

namespace glass::tools {
namespace {

/// For what is under way when it ends.
constexpr ip::Duration kDrainTime = std::chrono::seconds(5);

void announce(const ServeCommand& command, const WebSite& site, WebServer& server) {
    std::string urls;
    for (const std::string& url : server.urls())
        urls += (urls.empty() ? "" : " and ") + url + (command.page ? "live/" : "");
    const std::string carrier =
        server.stack() == nullptr ? "the kernel's TCP" : "our own TCP on " + server.stack()->interface();
    fmt::print("Serving {} over {}: {}\nCtrl-C ends it.\n", site.text(), carrier, urls);
    std::fflush(stdout);
}

}  // namespace

int run_serve(const ServeCommand& command) {
    LiveLoop loop;
    WebSite site(loop, command);
    const auto server = site.open();
    if (!server) {
        complain(server.error());
        return kCannotRead;
    }
    announce(command, site, **server);
    while (loop.interrupts() == 0) loop.turn();
    site.end();
    return (*server)->shut_down(kDrainTime) ? kAllRead : kCannotRead;
}

}  // namespace glass::tools
