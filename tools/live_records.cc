#include "tools/live_records.h"

#include "tools/output_file.h"

namespace glass::tools {
namespace {

using Opened = std::expected<std::unique_ptr<ip::Recorder>, std::string>;

/// Null where there is no path.
Opened open_record(const std::string& path, ip::Recorder::Vantage vantage) {
    if (path.empty()) return nullptr;
    if (path == "-") return std::unexpected("a record on standard output would mix with what is printed");
    if (auto why = why_not_write("", path)) return std::unexpected(*why);
    auto writer = ip::CaptureWriter::create(path, {.format = ip::CaptureWriter::Format::pcapng});
    if (!writer) return std::unexpected(writer.error());
    return std::make_unique<ip::Recorder>(std::move(*writer), vantage);
}

}  // namespace

LiveRecords::LiveRecords(LiveLoop& loop, Say say) : loop_(loop), say_(std::move(say)) {
    loop_.add(*this);
}

LiveRecords::~LiveRecords() {
    loop_.remove(*this);
}

std::expected<std::unique_ptr<LiveRecords>, std::string> LiveRecords::open(LiveLoop& loop,
                                                                           const LiveOptions& options,
                                                                           Say say) {
    if (!options.record_to.empty() && options.record_to == options.record_peer_to)
        return std::unexpected(options.record_to + ": two records need two files");
    std::unique_ptr<LiveRecords> records(new LiveRecords(loop, std::move(say)));
    auto ours = open_record(options.record_to, ip::Recorder::Vantage::a);
    if (!ours) return std::unexpected(ours.error());
    auto peers = open_record(options.record_peer_to, ip::Recorder::Vantage::b);
    if (!peers) return std::unexpected(peers.error());
    records->files_[0].recorder = std::move(*ours);
    records->files_[1].recorder = std::move(*peers);
    return records;
}

void LiveRecords::run(ip::Time) {
    for (File& file : files_) {
        if (!file.recorder || file.said || file.recorder->failure().empty()) continue;
        file.said = true;
        say_(file.recorder->failure() + ": the record ends here, the rest goes on");
    }
}

bool LiveRecords::close() {
    bool whole = true;
    for (File& file : files_) {
        if (!file.recorder) continue;
        const ip::Written written = file.recorder->close();
        if (written) continue;
        whole = false;
        if (!file.said) say_(written.error());
        file.said = true;
    }
    return whole;
}

}  // namespace glass::tools
