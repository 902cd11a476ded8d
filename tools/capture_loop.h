// Capture loop: what every command that reads a capture does alike: open, decode, filter, count, show
// progress, stop at Ctrl-C, and say where a damaged file ended.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tools/decoder.h"

namespace glass::tools {

/// Exit statuses of the output contract.
inline constexpr int kAllRead = 0;
inline constexpr int kDamaged = 1;
inline constexpr int kCannotRead = 2;
inline constexpr int kInterrupted = 130;  ///< as a shell reports SIGINT

struct CaptureOptions {
    std::string file;         ///< "-" is standard input; empty where `interface` is given
    std::string interface;    ///< live capture instead of a file
    std::string filter;       ///< BPF; empty lets everything pass
    std::uint64_t count = 0;  ///< stop after so many frames that passed the filter; 0: no limit
    bool verify_checksums = true;
    bool show_progress = true;        ///< on a terminal, and only after a while
    bool quiet = false;               ///< say nothing of damage: it has been said in an earlier pass
    tcp::Conversations::Options tcp;  ///< `seed` is chosen at random
    bool http = false;                ///< find HTTP heads (Decoder::Options)
};

/// Decodes every frame, and hands on those that pass the filter: numbers and streams are the same with and
/// without one. `take` answers whether to go on. Messages go to standard error; the result is an exit status.
/// `done`, where given, sees the decoder at the end, however it came.
[[nodiscard]] int for_each_packet(const CaptureOptions& options,
                                  const std::function<bool(const Packet&, const Decoder&)>& take,
                                  const std::function<void(const Decoder&)>& done = {});

/// With a seed of its own.
[[nodiscard]] Decoder::Options decoder_options(const CaptureOptions& options);

/// "glass: " and a line on standard error, after what is on its way to standard output.
void complain(const std::string& line);

}  // namespace glass::tools
