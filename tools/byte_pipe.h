// Byte pipe: what is read from one file descriptor goes into a stream, and what comes out of it to another.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/live_loop.h"
#include "tools/transport.h"

namespace glass::tools {

/// Never waits: neither for who writes our input, nor for who reads our output. The end of the input closes
/// our direction, and the other one goes on.
class BytePipe final : public StreamUser, private Task {
public:
    /// Borrows loop and descriptors.
    BytePipe(LiveLoop& loop, std::unique_ptr<Stream> stream, int in, int out);
    ~BytePipe() override;

    void happened(std::uint16_t events, ip::Time now) override;

    /// Both directions are at their end, or there is nobody to read what comes.
    [[nodiscard]] bool over() const { return over_; }
    /// Other than closed: what went wrong.
    [[nodiscard]] tcp::Ending ending() const { return ending_; }
    [[nodiscard]] const tcp::Endpoint& remote() const { return stream_->remote(); }

private:
    /// A descriptor that is ready, or will be: files always are, and epoll does not take them.
    class Side final : public Watcher {
    public:
        Side(LiveLoop& loop, int descriptor, std::uint32_t events, bool& wakes);
        ~Side() override;
        void ready(std::uint32_t, ip::Time) override;
        /// It is not: tell when it is.
        void wait();
        void stop();

        int descriptor;
        bool is_ready;

    private:
        LiveLoop& loop_;
        std::uint32_t events_;
        bool& wakes_;
        LiveLoop::WatchId watch_;
        bool always_ = false;
    };
    /// Octets on their way.
    struct Held {
        std::vector<std::uint8_t> octets = std::vector<std::uint8_t>(64 * 1024);
        std::size_t begin = 0, end = 0;
        bool ended = false;  ///< nothing follows
        [[nodiscard]] bool empty() const { return begin == end; }
        [[nodiscard]] ip::Bytes rest() const { return ip::Bytes(octets).first(end).subspan(begin); }
    };

    void run(ip::Time now) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override;
    bool move_out();
    bool move_in();
    bool write_out();

    LiveLoop& loop_;
    /// There may be something to do. Nothing is tried without a reason: a stream that has no room is asked
    /// once.
    bool again_ = true;
    std::unique_ptr<Stream> stream_;
    ip::FileDescriptor out_file_;  ///< the output again, where it can be had so that it does not block
    Side in_, out_;
    Held to_stream_, from_stream_;
    bool closed_ = false;  ///< our direction
    bool over_ = false;
    tcp::Ending ending_ = tcp::Ending::none;
};

}  // namespace glass::tools
