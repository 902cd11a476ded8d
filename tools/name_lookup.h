// Name lookup: resolve() while the loop goes on.
#pragma once

#include <expected>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ip/address.h"
#include "tools/live_loop.h"

namespace glass::tools {

/// The system's resolver blocks, for minutes where no name server answers. So a process of its own asks it,
/// which ends with the lookup. What is an address already needs none.
class NameLookup final : private Watcher {
public:
    /// Begins. The loop outlives it.
    NameLookup(LiveLoop& loop, const std::string& host);
    /// Gives up where it is not done.
    ~NameLookup() override;
    NameLookup(const NameLookup&) = delete;
    NameLookup& operator=(const NameLookup&) = delete;

    [[nodiscard]] bool done() const { return !answer_; }
    /// Once it is done: as of resolve().
    [[nodiscard]] const std::expected<std::vector<ip::Address>, std::string>& addresses() const {
        return addresses_;
    }

private:
    void ask(const std::string& host);
    void ready(std::uint32_t events, ip::Time now) override;
    void finish();

    LiveLoop& loop_;
    ip::FileDescriptor answer_;  ///< comes out of it; closed when all of it has
    LiveLoop::WatchId watch_;
    pid_t child_ = -1;
    std::string text_;  ///< an address a line, or an error
    std::expected<std::vector<ip::Address>, std::string> addresses_;
};

}  // namespace glass::tools
