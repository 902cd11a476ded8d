// Get voice: what glass get says while it works, on standard error: in the order of time, what HTTP says and
// what TCP does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "tools/live_loop.h"
#include "tools/style.h"
#include "tools/transfer_progress.h"

namespace glass::tools {

class GetVoice {
public:
    /// The loop is borrowed. `verbose`: say all; else only what goes wrong.
    GetVoice(const LiveLoop& loop, bool verbose, bool progress, ColorChoice color);

    /// "*": what TCP does. `at`: nothing: now.
    void tell(std::string_view sentence, std::optional<ip::Time> at = {});
    /// ">", "<": heads as they go and come.
    void sent(std::string_view head);
    void received(const http::Message& response);
    void received(const std::vector<http::Field>& trailers);
    /// Not only where it is verbose.
    void complain(std::string_view line);

    [[nodiscard]] TransferProgress& progress() { return progress_; }

private:
    void line(std::string_view mark, ip::Proto layer, std::string_view text, std::optional<ip::Time> at = {});

    const LiveLoop& loop_;
    bool verbose_;
    Style style_;
    TransferProgress progress_;
    ip::Time began_;
};

}  // namespace glass::tools
