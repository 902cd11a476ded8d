#include "tools/command_serve.h"

#include <fmt/format.h>

#include "http/files.h"
#include "tools/capture_loop.h"
#include "tools/file_store.h"
#include "tools/secrets.h"
#include "tools/web_server.h"

namespace glass::tools {
namespace {

/// For what is under way when it ends.
constexpr ip::Duration kDrainTime = std::chrono::seconds(5);

void announce(const ServeCommand& command, WebServer& server) {
    std::string urls;
    for (const std::string& url : server.urls()) urls += (urls.empty() ? "" : " and ") + url;
    const std::string carrier =
        server.stack() == nullptr ? "the kernel's TCP" : "our own TCP on " + server.stack()->interface();
    fmt::print("Serving {} over {}: {}\nCtrl-C ends it.\n", command.directory, carrier, urls);
    std::fflush(stdout);
}

}  // namespace

int run_serve(const ServeCommand& command) {
    DirectoryStore store(command.directory);
    http::Files files(store, {.hidden = command.hidden, .uploads = command.uploads, .key = random_key()});
    LiveLoop loop;
    const auto server = WebServer::open(loop, command, files);
    if (!server) {
        complain(server.error());
        return kCannotRead;
    }
    announce(command, **server);
    while (loop.interrupts() == 0) loop.turn();
    if (const auto done = (*server)->shut_down(kDrainTime); !done) {
        complain(done.error());
        return kCannotRead;
    }
    return kAllRead;
}

}  // namespace glass::tools
