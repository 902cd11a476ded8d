// Content output: where the content of a response goes: a file, standard output, or nowhere.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "ip/bytes.h"
#include "tools/live_loop.h"

namespace glass::tools {

/// Errors are one line each. Standard output throws std::system_error where it cannot be written.
class ContentOutput {
public:
    using Done = std::expected<void, std::string>;

    virtual ~ContentOutput() = default;
    /// Takes all.
    virtual Done write(ip::Bytes octets) = 0;
    /// Moves on what write() took. ready(): so little of it waits that more may come. empty(): nothing does.
    virtual void move() {}
    [[nodiscard]] virtual bool ready() const { return true; }
    [[nodiscard]] virtual bool empty() const { return true; }
    /// Nobody reads what is written.
    [[nodiscard]] virtual bool unread() const { return false; }
    /// To the disk's last word. `modified`: when the content was last changed, for who asks for the rest
    /// later.
    virtual Done close(std::optional<std::int64_t> /*modified*/) { return {}; }
};

/// Counts for nothing.
class NoOutput final : public ContentOutput {
public:
    Done write(ip::Bytes) override { return {}; }
};

enum class FileStart : bool { empty, at_its_end };
/// Makes the file, or empties it, or goes on at its end.
[[nodiscard]] std::expected<std::unique_ptr<ContentOutput>, std::string> file_output(const std::string& path,
                                                                                     FileStart start);

/// A terminal gets text only, unless `anything`. `wakes` becomes true when more can be moved.
[[nodiscard]] std::unique_ptr<ContentOutput> standard_output(LiveLoop& loop, bool anything, bool& wakes);

}  // namespace glass::tools
