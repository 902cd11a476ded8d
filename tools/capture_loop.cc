#include "tools/capture_loop.h"

#include <cstdio>
#include <fmt/format.h>
#include <random>

#include "tools/frame_loop.h"

namespace glass::tools {
namespace {

std::uint64_t random_seed() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

tcp::Conversations::Options with_seed(tcp::Conversations::Options options) {
    options.seed = random_seed();
    return options;
}

}  // namespace

Decoder::Options decoder_options(const CaptureOptions& options) {
    return {options.verify_checksums, with_seed(options.tcp), options.http};
}

int for_each_packet(const CaptureOptions& options,
                    const std::function<bool(const Packet&, const Decoder&)>& take,
                    const std::function<void(const Decoder&)>& done) {
    Decoder decoder(decoder_options(options));
    const int status = for_each_frame(options, [&](const ip::Frame& frame, bool passes) {
        const Packet& packet = decoder.decode(frame);
        return !passes || take(packet, decoder);
    });
    if (status != kCannotRead) decoder.finish();  // or what was looked at before the error would be shown
    if (done) done(decoder);
    return status;
}

int report_damage(const std::string& file, const ip::Damage& damage) {
    complain(fmt::format("{}: damaged at byte {}: {}", file, damage.offset, damage.what));
    return kDamaged;
}

void report_dropped(std::uint64_t frames) {
    if (frames > 0) complain(fmt::format("{} frames were dropped: they came too fast", frames));
}

void complain(const std::string& line) {
    std::fflush(stdout);
    fmt::print(stderr, "glass: {}\n", line);
}

}  // namespace glass::tools
