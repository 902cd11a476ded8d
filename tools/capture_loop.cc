#include "tools/capture_loop.h"

#include <cstdio>
#include <fmt/format.h>
#include <map>
#include <random>

#include "ip/pcap.h"
#include "tools/interrupt.h"
#include "tools/progress.h"

namespace glass::tools {
namespace {

/// The filter, compiled for every link type that turns up: pcapng files mix them.
class Filter {
public:
    explicit Filter(const std::string& expression) : expression_(expression) {}

    /// An expression that does not compile for the first link type is the user's mistake; for a later one it
    /// can just not match (there is no `vlan` on a PPP link).
    [[nodiscard]] std::expected<bool, std::string> matches(const ip::Frame& frame) {
        if (expression_.empty()) return true;
        const auto known = compiled_.find(frame.link);
        const auto it = known != compiled_.end() ? known : compile(frame.link);
        if (it->second) return it->second->matches(frame.bytes, frame.length);
        if (compiled_.size() == 1) return std::unexpected(it->second.error());
        return false;
    }

private:
    using Compiled = std::map<ip::LinkType, std::expected<ip::BpfFilter, std::string>>;
    Compiled::iterator compile(ip::LinkType link) {
        return compiled_.emplace(link, ip::BpfFilter::compile(expression_, link)).first;
    }

    std::string expression_;
    Compiled compiled_;
};

std::uint64_t random_seed() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

tcp::Conversations::Options with_seed(tcp::Conversations::Options options) {
    options.seed = random_seed();
    return options;
}

/// One frame through decoder, filter and taker.
class Pipeline {
public:
    using Take = std::function<bool(const Packet&, const Decoder&)>;

    Pipeline(const CaptureOptions& options, const Take& take)
        : options_(options),
          take_(take),
          filter_(options.interface.empty() ? options.filter : std::string()),  // live, the kernel filters
          decoder_({options.verify_checksums, with_seed(options.tcp), options.http}) {}

    /// Whether to go on.
    bool run(const ip::Frame& frame) {
        const Packet& packet = decoder_.decode(frame);
        const auto passes = filter_.matches(frame);
        if (!passes) {
            complain(passes.error());
            status_ = kCannotRead;
            return false;
        }
        if (!*passes) return true;
        return take_(packet, decoder_) && ++taken_ != options_.count;
    }
    int status() const { return status_; }
    void finish() { decoder_.finish(); }
    const Decoder& decoder() const { return decoder_; }

private:
    const CaptureOptions& options_;
    const Take& take_;
    Filter filter_;
    Decoder decoder_;
    std::uint64_t taken_ = 0;
    int status_ = kAllRead;
};

int read_file(const CaptureOptions& options, Pipeline& pipeline) {
    auto reader = ip::CaptureReader::open(options.file);
    if (!reader) {
        complain(reader.error());
        return kCannotRead;
    }
    ip::Frame frame;
    {
        Progress progress(options.show_progress);
        while (reader->next(frame)) {
            if (!pipeline.run(frame)) return pipeline.status();
            progress.update(frame.number, reader->position(), reader->size());
            if (interrupted()) return kInterrupted;
        }
    }
    if (interrupted()) return kInterrupted;  // while it waited for more
    if (!reader->damage()) return kAllRead;
    complain(fmt::format("{}: damaged at byte {}: {}", options.file, reader->damage()->offset,
                         reader->damage()->what));
    return kDamaged;
}

int read_interface(const CaptureOptions& options, Pipeline& pipeline) {
    auto capture = ip::LiveCapture::open(options.interface, {.filter = options.filter});
    if (!capture) {
        complain(capture.error());
        return kCannotRead;
    }
    ip::Frame frame;
    while (!interrupted()) {
        const auto came = capture->next(frame, std::chrono::milliseconds(100));
        if (!came) {
            complain(came.error());
            return kDamaged;
        }
        if (*came && !pipeline.run(frame)) return pipeline.status();
    }
    const auto counts = capture->counts();
    if (counts.dropped > 0)
        complain(fmt::format("{} frames were dropped: they came too fast", counts.dropped));
    return kAllRead;
}

}  // namespace

int for_each_packet(const CaptureOptions& options, const Pipeline::Take& take,
                    const std::function<void(const Decoder&)>& done) {
    catch_interrupts();
    Pipeline pipeline(options, take);
    const int status =
        options.interface.empty() ? read_file(options, pipeline) : read_interface(options, pipeline);
    pipeline.finish();
    if (done) done(pipeline.decoder());
    return status;
}

void complain(const std::string& line) {
    std::fflush(stdout);
    fmt::print(stderr, "glass: {}\n", line);
}

}  // namespace glass::tools
