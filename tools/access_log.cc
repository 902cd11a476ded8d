#include "tools/access_log.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>

namespace glass::tools {

AccessLog::AccessLog(LiveLoop& loop, ip::FileDescriptor file) : loop_(loop), file_(std::move(file)) {
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
    return std::unique_ptr<AccessLog>(new AccessLog(loop, std::move(file)));
}

void AccessLog::add(const http::AccessRecord& record) {
    if (output_) output_->append(http::combined_line(record));
}

void AccessLog::run(ip::Time) {
    if (output_ && output_->text().size() > 0) output_->flush();
}

}  // namespace glass::tools
