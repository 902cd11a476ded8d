// glass serve: a web server in which every octet is carried by our own TCP.
#pragma once

#include <string>
#include <vector>

#include "tcp/endpoint.h"
#include "tools/live_options.h"

namespace glass::tools {

struct ServeCommand {
    std::string directory;  ///< empty: ".", or with `page` nothing but that
    bool page = false;      ///< the live page, which needs our own TCP
    std::uint16_t port = 80;
    LiveOptions live;
    std::vector<tcp::Endpoint> sockets;  ///< of the kernel's TCP, in place of ours
    std::string log_to = "-";            ///< access lines; "-": standard output, empty: nowhere
    bool uploads = false;                ///< PUT and POST make files
    std::uint64_t max_upload = std::uint64_t{1} << 30;  ///< octets of one of them
    bool hidden = false;                                ///< files whose names begin with a dot, too
};
int run_serve(const ServeCommand& command);

}  // namespace glass::tools
