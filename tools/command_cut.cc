// glass cut: a part of a capture, as a capture: filtered, sliced, with other addresses, split by flow.
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <sys/resource.h>
#include <vector>

#include "ip/capture_writer.h"
#include "tools/anonymize.h"
#include "tools/commands.h"
#include "tools/flow_shards.h"
#include "tools/output_file.h"

namespace glass::tools {
namespace {

/// The files written to: one, or one for each shard.
class Outputs {
public:
    static std::expected<Outputs, std::string> create(const CutOptions& options) {
        Outputs outputs;
        for (const std::string& name : names(options)) {
            auto writer = ip::CaptureWriter::create(name);
            if (!writer) return std::unexpected(writer.error());
            outputs.writers_.push_back(std::move(*writer));
        }
        return outputs;
    }
    static std::vector<std::string> names(const CutOptions& options) {
        if (options.shards == 0) return {options.write_to};
        std::vector<std::string> names;
        for (unsigned i = 0; i < options.shards; ++i) names.push_back(shard_name(options.write_to, i));
        return names;
    }

    ip::Written write(const ip::Frame& frame, std::uint32_t shard) { return writers_[shard].write(frame); }
    ip::Written close() {
        ip::Written result;
        for (ip::CaptureWriter& writer : writers_)
            if (ip::Written closed = writer.close(); !closed && result) result = std::move(closed);
        return result;
    }

private:
    std::vector<ip::CaptureWriter> writers_;
};

/// Which frames, changed how, into which file.
class Cutter {
public:
    Cutter(const CutOptions& options, FrameRange range) : options_(options), range_(range) {
        if (!options.anonymize_key.empty()) anonymizer_ = std::make_unique<Anonymizer>(options.anonymize_key);
        if (options.shards > 0)
            shards_.emplace(options.shards,
                            [this](const ip::Frame& f, std::uint32_t shard) { return write(f, shard); });
    }

    /// Files are made when there is something to read: no other file is lost to an input that cannot be
    /// opened.
    ip::Written open() {
        if (outputs_) return {};
        auto outputs = Outputs::create(options_);
        if (!outputs) return std::unexpected(outputs.error());
        outputs_.emplace(std::move(*outputs));
        return {};
    }
    /// Whether to go on.
    bool take(const ip::Frame& frame) {
        if (frame.number < range_.first) return true;
        if (frame.number > range_.last) return false;
        result_ = open();
        if (result_) result_ = shards_ ? shards_->add(frame) : write(frame, 0);
        return result_ && ++taken_ != options_.capture.count && frame.number != range_.last;
    }
    ip::Written close() {
        if (result_) result_ = open();
        if (result_ && shards_) result_ = shards_->finish();
        if (!outputs_) return result_;
        if (ip::Written closed = outputs_->close(); result_) result_ = std::move(closed);
        return result_;
    }
    std::uint64_t taken() const { return taken_; }

private:
    ip::Written write(const ip::Frame& frame, std::uint32_t shard) {
        ip::Frame out = anonymizer_ ? anonymizer_->rewrite(frame) : frame;
        if (options_.snaplen > 0) out.bytes = ip::first(out.bytes, options_.snaplen);
        return outputs_->write(out, shard);
    }

    const CutOptions& options_;
    FrameRange range_;
    std::unique_ptr<Anonymizer> anonymizer_;
    std::optional<Outputs> outputs_;
    std::optional<FlowShards> shards_;
    ip::Written result_;
    std::uint64_t taken_ = 0;
};

/// What is wrong with the options, as far as nothing need be read for that.
std::optional<std::string> mistake(const CutOptions& options) {
    if (!options.frames.empty() && !parse_frame_range(options.frames))
        return fmt::format("'{}' is no range of frames; write 7, 7-9 or 7-", options.frames);
    if (options.shards > 0 && options.write_to == "-")
        return "--by-flow writes several files: name them with -w";
    for (const std::string& name : Outputs::names(options))
        if (auto why = why_not_write(options.capture.file, name)) return why;
    return std::nullopt;
}

/// A shard is an open file, and shells commonly allow for 1024.
void allow_open_files(std::uint32_t n) {
    constexpr rlim_t kOthers = 64;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= n + kOthers) return;
    limit.rlim_cur = std::min<rlim_t>(n + kOthers, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);  // where that fails, opening says so
}

void print_notes(const CutOptions& options, const Cutter& cutter) {
    if (!options.anonymize_key.empty())
        fmt::print(stderr,
                   "note: addresses in headers were replaced; payload was not (DNS, DHCP, HTTP, ... still "
                   "name hosts; "
                   "--snaplen cuts it off), nor were comments, ports, sizes and times\n");
    if (cutter.taken() == 0) fmt::print(stderr, "note: no frame matched: {} has none\n", options.write_to);
}

}  // namespace

int run_cut(const CutOptions& options) {
    if (const auto wrong = mistake(options)) {
        complain(*wrong);
        return kCannotRead;
    }
    allow_open_files(options.shards);
    Cutter cutter(options, options.frames.empty() ? FrameRange{} : *parse_frame_range(options.frames));
    CaptureOptions capture = options.capture;
    capture.count = 0;  // those that the range leaves out do not count
    capture.verify_checksums = false;
    const int status = for_each_packet(
        capture, [&](const Packet& packet, const Decoder&) { return cutter.take(packet.frame); });
    if (status == kCannotRead) return status;
    if (const ip::Written written = cutter.close(); !written) {
        complain(written.error());
        return kCannotRead;
    }
    print_notes(options, cutter);
    return status;
}

}  // namespace glass::tools
