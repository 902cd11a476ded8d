#include "tools/live_output.h"

#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace glass::tools {

void LiveOutput::write(std::string_view text) {
    while (!ended_ && !text.empty()) {
        const ssize_t n = ::write(descriptor_, text.data(), text.size());
        if (n >= 0) {
            text.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno != EINTR) {
            ended_ = true;
            if (errno != EPIPE) failure_ = std::generic_category().message(errno);
        }
    }
}

}  // namespace glass::tools
