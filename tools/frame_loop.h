// Frame loop: what every command that reads a capture does alike before it decodes anything: open, filter,
// count, show progress, stop at Ctrl-C, and say where a damaged file ended.
#pragma once

#include <cstdint>

#include "ip/capture_file.h"
#include "ip/pcap.h"
#include "tools/capture_loop.h"
#include "tools/frame_filter.h"
#include "tools/interrupt.h"
#include "tools/progress.h"

namespace glass::tools {

/// kDamaged, after a line that says where and why.
int report_damage(const std::string& file, const ip::Damage& damage);
void report_dropped(std::uint64_t frames);

/// `Take`: bool(const ip::Frame&, bool passes). It sees every frame, and whether the filter lets it pass, so
/// that numbers and streams are the same with and without one; it answers whether to go on. A template and
/// no std::function, because it is called millions of times a second.
template <class Take>
class FrameLoop {
public:
    FrameLoop(const CaptureOptions& options, Take& take)
        : options_(options),
          take_(take),
          filter_(options.interface.empty() ? options.filter : std::string()) {}  // live, the kernel filters

    /// An exit status. Messages go to standard error.
    [[nodiscard]] int run() {
        catch_interrupts();
        return options_.interface.empty() ? read_file() : read_interface();
    }

private:
    int read_file() {
        auto reader = ip::CaptureReader::open(options_.file);
        if (!reader) return fail(reader.error(), kCannotRead);
        ip::Frame frame;
        {
            Progress progress(options_.show_progress);
            while (reader->next(frame)) {
                if (!pass_on(frame)) return status_;
                progress.update(frame.number, *reader);
                if (interrupted()) return kInterrupted;
            }
        }
        if (interrupted()) return kInterrupted;  // while it waited for more
        if (!reader->damage()) return kAllRead;
        return options_.quiet ? kDamaged : report_damage(options_.file, *reader->damage());
    }

    int read_interface() {
        auto capture = ip::LiveCapture::open(options_.interface, {.filter = options_.filter});
        if (!capture) return fail(capture.error(), kCannotRead);
        ip::Frame frame;
        while (!interrupted()) {
            const auto came = capture->next(frame, std::chrono::milliseconds(100));
            if (!came) return fail(came.error(), kDamaged);
            if (*came && !pass_on(frame)) return status_;
        }
        report_dropped(capture->counts().dropped);
        return kAllRead;
    }

    /// Whether to go on.
    bool pass_on(const ip::Frame& frame) {
        return filter_.lets_all_pass() ? hand_on(frame, true) : judge_and_hand_on(frame);
    }
    [[gnu::noinline]] bool judge_and_hand_on(const ip::Frame& frame) {
        const auto passes = filter_.matches(frame);
        if (passes) return hand_on(frame, *passes);
        status_ = fail(passes.error(), kCannotRead);
        return false;
    }
    bool hand_on(const ip::Frame& frame, bool passes) {
        return take_(frame, passes) && (!passes || ++passed_ != options_.count);
    }

    static int fail(const std::string& why, int status) {
        complain(why);
        return status;
    }

    const CaptureOptions& options_;
    Take& take_;
    FrameFilter filter_;
    std::uint64_t passed_ = 0;
    int status_ = kAllRead;
};

template <class Take>
[[nodiscard]] int for_each_frame(const CaptureOptions& options, Take take) {
    return FrameLoop<Take>(options, take).run();
}

}  // namespace glass::tools
