#include "tools/content_output.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "http/characters.h"
#include "http/output_buffer.h"
#include "tools/patient_file.h"

namespace glass::tools {
namespace {

std::unexpected<std::string> cannot(const std::string& what, const std::string& path, int error) {
    return std::unexpected(
        fmt::format("cannot {} {}: {}", what, path, std::generic_category().message(error)));
}

class FileOutput final : public ContentOutput {
public:
    FileOutput(ip::FileDescriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

    Done write(ip::Bytes octets) override {
        while (!octets.empty()) {
            const ssize_t n = ::write(file_.get(), octets.data(), octets.size());
            if (n < 0 && errno != EINTR) return cannot("write", path_, errno);
            octets = octets.subspan(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
        }
        return {};
    }
    Done close(std::optional<std::int64_t> modified) override {
        struct stat status {};
        if (modified && fstat(file_.get(), &status) == 0 && S_ISREG(status.st_mode)) {
            const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                                       {.tv_sec = *modified, .tv_nsec = 0}};
            futimens(file_.get(), times);  // without it the next attempt starts anew
        }
        if (file_.close() != 0) return cannot("write", path_, errno);
        return {};
    }

private:
    ip::FileDescriptor file_;
    std::string path_;
};

class StandardOutput final : public ContentOutput {
public:
    StandardOutput(LiveLoop& loop, bool anything, bool& wakes)
        : out_(loop, STDOUT_FILENO, wakes), text_only_(!anything && isatty(STDOUT_FILENO) != 0) {}

    Done write(ip::Bytes octets) override {
        if (text_only_ && std::ranges::find(octets, 0) != octets.end())
            return std::unexpected("that is no text for a terminal: -o FILE keeps it, -o - shows it anyway");
        waiting_.append(http::text(octets));
        move();
        return {};
    }
    void move() override {
        while (!waiting_.empty()) {
            const std::size_t n = out_.write(waiting_.octets());
            if (n == 0) return;
            waiting_.consume(n);
        }
    }
    [[nodiscard]] bool ready() const override { return waiting_.size() < kEnough; }
    [[nodiscard]] bool empty() const override { return waiting_.empty(); }
    [[nodiscard]] bool unread() const override { return out_.unread(); }

private:
    static constexpr std::size_t kEnough = 64 * 1024;

    PatientOutput out_;
    bool text_only_;
    http::OutputBuffer waiting_;
};

}  // namespace

std::expected<std::unique_ptr<ContentOutput>, std::string> file_output(const std::string& path,
                                                                       FileStart start) {
    const int how = O_WRONLY | O_CREAT | O_CLOEXEC | (start == FileStart::empty ? O_TRUNC : O_APPEND);
    ip::FileDescriptor file(open(path.c_str(), how, 0666));
    if (!file) return cannot("write", path, errno);
    return std::make_unique<FileOutput>(std::move(file), path);
}

std::unique_ptr<ContentOutput> standard_output(LiveLoop& loop, bool anything, bool& wakes) {
    return std::make_unique<StandardOutput>(loop, anything, wakes);
}

}  // namespace glass::tools
