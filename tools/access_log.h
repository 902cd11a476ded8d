// Access log: lines of what was served, written once a turn of the loop.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "http/access_log.h"
#include "ip/file_descriptor.h"
#include "tools/live_loop.h"
#include "tools/live_output.h"

namespace glass::tools {

/// Where it can be written no more, that is said once, and what is served later leaves no line.
class AccessLog final : private Task {
public:
    /// `path`: appended to; "-": standard output; empty: nothing is written. The error is one line.
    [[nodiscard]] static std::expected<std::unique_ptr<AccessLog>, std::string> open(LiveLoop& loop,
                                                                                     const std::string& path);
    ~AccessLog() override;

    void add(const http::AccessRecord& record);

private:
    AccessLog(LiveLoop& loop, ip::FileDescriptor file, std::string path);

    void run(ip::Time) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override { return std::nullopt; }

    LiveLoop& loop_;
    ip::FileDescriptor file_;
    std::string path_;
    std::string lines_;  ///< of this turn
    std::optional<LiveOutput> output_;
};

}  // namespace glass::tools
