#include "tools/access_log.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>

#include "tools/capture_loop.h"

namespace glass::tools {

AccessLog::AccessLog(LiveLoop& loop, ip::FileDescriptor file, std::string path)
    : loop_(loop), file_(std::move(file)), path_(std::move(path)) {
    if (file_) output_.emplace(file_.get());
    loop_.add(*this);
}

AccessLog::~AccessLog() {
    loop_.remove(*this);
}

std::expected<std::unique_ptr<AccessLog>, std::string> AccessLog::open(LiveLoop& loop,
                                                                       const std::string& path) {
    ip::FileDescriptor file;
    if (path == "-")
        file = ip::FileDescriptor(STDOUT_FILENO);
    else if (!path.empty()) {
        file = ip::FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
        if (!file) return std::unexpected(fmt::format("{}: {}", path, std::strerror(errno)));
    }
    return std::unique_ptr<AccessLog>(new AccessLog(loop, std::move(file), path));
}

void AccessLog::add(const http::AccessRecord& record) {
    if (output_) lines_ += http::combined_line(record);
}

void AccessLog::run(ip::Time) {
    if (!output_ || lines_.empty()) return;
    output_->write(lines_);
    lines_.clear();
    if (!output_->ended()) return;
    const std::string why = output_->failure();
    complain(why.empty()
                 ? "nobody reads the log any more: serving goes on without it (--quiet: from the start)"
                 : fmt::format("cannot write the log {}: {}: serving goes on without it", path_, why));
    output_.reset();
}

}  // namespace glass::tools
