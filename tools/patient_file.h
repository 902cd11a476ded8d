// Patient files: descriptors that are read and written without ever waiting for who is at their other end.
#pragma once

#include <cstdint>
#include <span>

#include "ip/bytes.h"
#include "ip/file_descriptor.h"
#include "tools/live_loop.h"

namespace glass::tools {

/// A descriptor that is ready, or will be: files always are, and epoll does not take them.
class PatientFile final : private Watcher {
public:
    /// Borrows all. `wakes` becomes true when it is ready again. `events`: EPOLLIN or EPOLLOUT.
    PatientFile(LiveLoop& loop, int descriptor, std::uint32_t events, bool& wakes);
    ~PatientFile();

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] bool is_ready() const { return is_ready_; }
    /// It is not: tell when it is.
    void wait();
    void stop();

private:
    void ready(std::uint32_t, ip::Time) override { is_ready_ = wakes_ = true; }

    LiveLoop& loop_;
    int descriptor_;
    std::uint32_t events_;
    bool& wakes_;
    bool is_ready_ = false;
    bool always_ = false;
    LiveLoop::WatchId watch_;
};

class PatientInput {
public:
    PatientInput(LiveLoop& loop, int descriptor, bool& wakes);

    /// How many octets were read; 0: none now, or ended(). Throws std::system_error.
    std::size_t read(std::span<std::uint8_t> out);
    [[nodiscard]] bool ended() const { return ended_; }

private:
    PatientFile file_;
    bool ended_ = false;
};

class PatientOutput {
public:
    PatientOutput(LiveLoop& loop, int descriptor, bool& wakes);

    /// How many octets were taken; 0: none now, or unread(). Throws std::system_error.
    std::size_t write(ip::Bytes octets);
    /// Nobody reads any more: as with any filter, that is the end.
    [[nodiscard]] bool unread() const { return unread_; }

private:
    ip::FileDescriptor again_;  ///< the same once more, where it can be had so that it does not block
    PatientFile file_;
    bool unread_ = false;
};

}  // namespace glass::tools
