// Byte pipe: what is read from one file descriptor goes into a stream, and what comes out of it to another.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/live_loop.h"
#include "tools/patient_file.h"
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
    PatientInput in_;
    PatientOutput out_;
    Held to_stream_, from_stream_;
    bool closed_ = false;  ///< our direction
    bool over_ = false;
    tcp::Ending ending_ = tcp::Ending::none;
};

}  // namespace glass::tools
