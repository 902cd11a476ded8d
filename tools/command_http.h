// glass http: the HTTP messages of a capture, paired.
#pragma once

#include "tools/commands.h"

namespace glass::tools {

struct HttpOptions {
    CaptureOptions capture;
    ViewOptions view;
    bool json = false;
    bool headers = false;
    bool body = false;
    bool hash = true;       ///< JSON only: SHA-256 of the bodies
    std::string directory;  ///< where bodies are exported to; empty: nowhere
};
int run_http(const HttpOptions& options);

}  // namespace glass::tools
