#include "tools/upload_source.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "tools/patient_file.h"

namespace glass::tools {
namespace {

/// Its size is what it was when it was opened: what is more is left out, and a file that shrinks has failed.
class FileSource final : public http::BodySource {
public:
    FileSource(ip::FileDescriptor file, std::uint64_t size) : file_(std::move(file)), left_(size) {}

    std::size_t read(std::span<std::uint8_t> out) override {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_));
        ssize_t n = 0;
        do n = ::read(file_.get(), out.data(), most);
        while (n < 0 && errno == EINTR);
        failed_ = most > 0 && n <= 0;
        if (n <= 0) return 0;
        left_ -= static_cast<std::uint64_t>(n);
        return static_cast<std::size_t>(n);
    }
    [[nodiscard]] bool finished() const override { return left_ == 0 || failed_; }
    [[nodiscard]] bool failed() const override { return failed_; }

private:
    ip::FileDescriptor file_;
    std::uint64_t left_;
    bool failed_ = false;
};

class PipeSource final : public http::BodySource {
public:
    PipeSource(LiveLoop& loop, ip::FileDescriptor file, bool& wakes)
        : file_(std::move(file)), input_(loop, file_.get(), wakes) {}

    std::size_t read(std::span<std::uint8_t> out) override { return input_.read(out); }
    [[nodiscard]] bool finished() const override { return input_.ended(); }

private:
    ip::FileDescriptor file_;
    PatientInput input_;
};

class CountedSource final : public http::BodySource {
public:
    CountedSource(std::unique_ptr<http::BodySource> source, std::function<void(std::uint64_t)> tell)
        : source_(std::move(source)), tell_(std::move(tell)) {}

    std::size_t read(std::span<std::uint8_t> out) override {
        const std::size_t n = source_->read(out);
        tell_(octets_ += n);
        return n;
    }
    [[nodiscard]] bool finished() const override { return source_->finished(); }
    [[nodiscard]] bool failed() const override { return source_->failed(); }

private:
    std::unique_ptr<http::BodySource> source_;
    std::function<void(std::uint64_t)> tell_;
    std::uint64_t octets_ = 0;
};

}  // namespace

std::unique_ptr<http::BodySource> counted(std::unique_ptr<http::BodySource> source,
                                          std::function<void(std::uint64_t)> tell) {
    return std::make_unique<CountedSource>(std::move(source), std::move(tell));
}

std::expected<Upload, std::string> open_upload(LiveLoop& loop, const std::string& path, bool& wakes) {
    const bool standard = path == "-";
    ip::FileDescriptor file(standard ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file || fstat(file.get(), &status) != 0)
        return std::unexpected(
            fmt::format("cannot read {}: {}", path, std::generic_category().message(errno)));
    if (S_ISDIR(status.st_mode))
        return std::unexpected(fmt::format("cannot read {}: it is a directory", path));
    const off_t at = S_ISREG(status.st_mode) ? lseek(file.get(), 0, SEEK_CUR) : -1;
    if (at < 0) return Upload{std::make_unique<PipeSource>(loop, std::move(file), wakes), std::nullopt};
    const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size - at, 0));
    return Upload{std::make_unique<FileSource>(std::move(file), size), size};
}

}  // namespace glass::tools
