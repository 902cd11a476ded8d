// glass get: fetches what is at a URL, or sends something there, over the kernel's TCP or our own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/client_request.h"
#include "tools/live_options.h"
#include "tools/style.h"

namespace glass::tools {

struct GetCommand {
    std::vector<std::string> urls;    ///< without a scheme: http
    std::string method;               ///< empty: GET, or what the following ask for
    bool head = false;                ///< HEAD, and the response's head is what is printed
    std::optional<std::string> data;  ///< POST this text, or with @ in front this file; "@-": standard input
    std::string upload;               ///< PUT this file; "-": standard input
    std::vector<http::FieldLine> fields;

    std::string output;        ///< a file; "-": standard output, even if that is a terminal; empty: see next
    bool remote_name = false;  ///< a file with the URL's last name; else standard output
    bool resume = false;       ///< go on at the end of the file
    std::string range;         ///< "0-499": only these octets

    bool follow = true;       ///< redirects
    bool compressed = false;  ///< ask for gzip and deflate, and take them off
    bool fail = false;        ///< 4xx and 5xx are failures
    std::uint64_t most = 0;   ///< octets of content, decoded; 0: 1 GiB decoded, else no limit
    std::optional<ip::Duration> max_time;
    unsigned retries = 0;

    bool verbose = false;
    bool json = false;     ///< a line about each URL; without a file the content goes nowhere
    bool progress = true;  ///< on a terminal
    ColorChoice color = ColorChoice::automatic;

    bool own_stack = false;  ///< our TCP in place of the kernel's
    LiveOptions live;
};
/// kDamaged where something was not fetched as a whole.
int run_get(const GetCommand& command);

}  // namespace glass::tools
