// Live records: the capture files into which a live command writes its packets.
#pragma once

#include <array>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ip/recorder.h"
#include "tools/live_loop.h"
#include "tools/live_options.h"

namespace glass::tools {

/// What cannot be written, as on a full disk, is said as soon as that shows, once for each file; the command
/// goes on without.
class LiveRecords final : private Task {
public:
    using Say = std::function<void(const std::string&)>;

    /// Those that the options ask for. The loop outlives them. The error is one line.
    [[nodiscard]] static std::expected<std::unique_ptr<LiveRecords>, std::string> open(
        LiveLoop& loop, const LiveOptions& options, Say say);
    ~LiveRecords() override;
    LiveRecords(const LiveRecords&) = delete;
    LiveRecords& operator=(const LiveRecords&) = delete;

    /// At our end of the link, and at the kernel's; null: none.
    [[nodiscard]] ip::Recorder* ours() const { return files_[0].recorder.get(); }
    [[nodiscard]] ip::Recorder* peers() const { return files_[1].recorder.get(); }

    /// To their end. Whether they are whole; else it has been said why not.
    [[nodiscard]] bool close();

private:
    struct File {
        std::unique_ptr<ip::Recorder> recorder;
        bool said = false;
    };

    LiveRecords(LiveLoop& loop, Say say);
    void run(ip::Time now) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override { return {}; }

    LiveLoop& loop_;
    Say say_;
    std::array<File, 2> files_;
};

}  // namespace glass::tools
