// glass check: is the file sound, what in it is not right, and what of a damaged one can be saved.
//
// With --json it prints one object, whose members tools/check_report.h lists.
#include <fmt/format.h>
#include <memory>
#include <random>
#include <unistd.h>

#include "ip/capture_writer.h"
#include "tools/check_report.h"
#include "tools/commands.h"
#include "tools/frame_filter.h"
#include "tools/interrupt.h"
#include "tools/output.h"
#include "tools/output_file.h"
#include "tools/pager.h"
#include "tools/progress.h"

namespace glass::tools {
namespace {

std::uint64_t random_seed() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

/// Reads the file: up to the first damage with all that can be said of its packets, and on after it as far as
/// there are frames to be found.
class Checker {
public:
    Checker(const CheckOptions& options, ip::CaptureReader reader, std::optional<ip::CaptureWriter> writer)
        : options_(options),
          reader_(std::move(reader)),
          writer_(std::move(writer)),
          filter_(options.capture.filter),
          decoder_({options.capture.verify_checksums,
                    {.seed = random_seed(), .limits = options.capture.tcp.limits}}) {
        file_.name = options.capture.file;
        file_.format = reader_.format();
        file_.size = reader_.size();
        if (options.salvage) file_.saved_to = options.write_to;
    }

    /// An exit status. For kCannotRead a line has said why; else there is something to report.
    int run() {
        Progress progress(options_.capture.show_progress);
        while (read_on(progress) && reader_.damage() && resume()) {
        }
        facts_.finish(decoder_);
        if (writer_)
            if (const ip::Written closed = writer_->close(); !closed) fail(closed.error());
        return status_;
    }

    const FileFacts& file() const { return file_; }
    const CheckFacts& facts() const { return facts_; }

private:
    /// Up to the file's end, or to damage. False where no more is wanted.
    bool read_on(Progress& progress) {
        ip::Frame frame;
        while (reader_.next(frame)) {
            if (!near_ && frame.has_time && !is_zeros(frame)) near_ = frame.time;
            const bool damaged = file_.damaged_places > 0;
            const Packet* packet = damaged ? nullptr : &decoder_.decode(frame);
            const auto passes = filter_.matches(frame);
            if (!passes) return fail(passes.error());
            if (*passes && packet) facts_.observe(*packet, decoder_);
            if (*passes && !take(frame, damaged)) return false;
            progress.update(frame.number, reader_);
            if (interrupted()) return stop(kInterrupted);
        }
        return interrupted() ? stop(kInterrupted) : true;
    }

    /// A record header of nothing but zeros was never written by anybody.
    static bool is_zeros(const ip::Frame& frame) {
        return frame.bytes.empty() && frame.length == 0 && frame.has_time && frame.time == ip::Time{};
    }

    bool take(const ip::Frame& frame, bool after_damage) {
        if (after_damage) ++file_.frames_after_damage;
        const bool zeros = is_zeros(frame);
        if (writer_ && zeros) ++file_.left_out;
        if (writer_ && !zeros) {
            if (const ip::Written written = writer_->write(frame); !written) return fail(written.error());
            ++(after_damage ? file_.saved_after : file_.saved_before);
        }
        return ++taken_ == options_.capture.count ? stop(status_) : true;
    }

    /// Whether there is something to read after the damage.
    bool resume() {
        DamagedPlace place{*reader_.damage(), 0, false};
        const ip::CaptureReader::Resumption resumption = reader_.resume_after_damage(near_);
        place.lost_bytes = resumption.skipped;
        place.resumed = resumption.found;
        file_.lost_bytes += place.lost_bytes;
        if (file_.damaged_places++ < FileFacts::kPlacesNamed) file_.damage.push_back(std::move(place));
        status_ = kDamaged;
        return resumption.found;
    }

    bool stop(int status) {
        status_ = status;
        file_.read_to_end = false;
        return false;
    }
    bool fail(const std::string& why) {
        complain(why);
        return stop(kCannotRead);
    }

    const CheckOptions& options_;
    ip::CaptureReader reader_;
    std::optional<ip::CaptureWriter> writer_;
    FrameFilter filter_;
    Decoder decoder_;
    std::optional<ip::Time> near_;  ///< of the first frame: later ones may be damaged, and nobody knows yet
    std::uint64_t taken_ = 0;
    int status_ = kAllRead;
    FileFacts file_;
    CheckFacts facts_;
};

/// The reader, and the writer if one is wanted; the error is one line.
std::expected<std::unique_ptr<Checker>, std::string> open(const CheckOptions& options) {
    auto reader = ip::CaptureReader::open(options.capture.file);
    if (!reader) return std::unexpected(reader.error());
    std::optional<ip::CaptureWriter> writer;
    if (options.salvage) {
        if (auto why = why_not_write(options.capture.file, options.write_to)) return std::unexpected(*why);
        auto created = ip::CaptureWriter::create(options.write_to);
        if (!created) return std::unexpected(created.error());
        writer.emplace(std::move(*created));
    }
    return std::make_unique<Checker>(options, std::move(*reader), std::move(writer));
}

void print(const CheckOptions& options, const Checker& checker) {
    // The report may not go where a saved capture goes.
    Output output(options.salvage && options.write_to == "-" ? STDERR_FILENO : STDOUT_FILENO);
    if (options.json)
        write_check_json(checker.file(), checker.facts(), output.text());
    else
        output.append(check_text(checker.file(), checker.facts(), style_for_output(options.view.color)));
}

/// The first line of the report says the same: on a terminal that is enough.
void complain_about_damage(const CheckOptions& options, const Checker& checker) {
    const bool seen = !options.json && isatty(STDOUT_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
    if (!checker.file().damage.empty() && !seen)
        complain(fmt::format("{}: {}", checker.file().name, verdict(checker.file())));
}

}  // namespace

int run_check(const CheckOptions& options) {
    catch_interrupts();
    const auto checker = open(options);
    if (!checker) {
        complain(checker.error());
        return kCannotRead;
    }
    const int status = (*checker)->run();
    if (status == kCannotRead) return status;
    {
        const Pager pager(options.view.pager && !options.json);
        print(options, **checker);
    }
    complain_about_damage(options, **checker);
    return status;
}

}  // namespace glass::tools
