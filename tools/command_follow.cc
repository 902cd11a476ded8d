#include "tools/command_follow.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unordered_map>

#include "tools/follow_view.h"
#include "tools/notes.h"
#include "tools/output.h"
#include "tools/pager.h"
#include "tools/stream_choice.h"
#include "tools/stream_files.h"
#include "tools/stream_summary.h"
#include "tools/view_streams.h"

namespace glass::tools {
namespace {

/// One connection, to standard output.
class FollowOne : public tcp::ConversationSink {
public:
    FollowOne(const FollowOptions& options, const Style& style, Output& output)
        : options_(options), output_(output), view_(options.how, options.fill, style, output.text()) {}

    bool wants(const tcp::Conversation& c) override { return c.stream == options_.stream; }

    void on_data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                 std::uint64_t frame) override {
        if (!shows(c, side)) return;
        view_.data({c, side, offset}, octets, frame);
        output_.end_line();
    }
    void on_gap(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) override {
        if (!shows(c, side)) return;
        missing_ += length;
        // Zeros for a hole of any size, with no more memory than for a small one.
        constexpr std::uint64_t kPiece = 1 << 20;
        const bool zeros = options_.how == FollowOptions::View::raw;
        for (std::uint64_t done = 0; done < length; done += kPiece) {
            view_.gap({c, side, offset + done}, zeros ? std::min(kPiece, length - done) : length);
            output_.end_line();
            if (!zeros) return;
        }
    }
    void on_end(tcp::Conversation& c, unsigned side, std::uint64_t offset) override {
        if (!shows(c, side)) return;
        view_.end({c, side, offset});
        output_.end_line();
    }
    void on_over(tcp::Conversation& c) override {
        if (!c.wanted) return;
        found_ = true;
        view_.over(c);
        output_.end_line();
    }

    bool found() const { return found_; }
    std::uint64_t missing() const { return missing_; }

private:
    bool shows(const tcp::Conversation& c, unsigned side) const {
        if (options_.side == FollowOptions::Side::both) return true;
        return (options_.side == FollowOptions::Side::client) == (side == c.client());
    }

    const FollowOptions& options_;
    Output& output_;
    FollowView view_;
    bool found_ = false;
    std::uint64_t missing_ = 0;
};

/// All connections, into files; an index says what is what.
class FollowAll : public tcp::ConversationSink {
public:
    explicit FollowAll(const std::string& directory)
        : folder_(directory), json_(index_), collector_({}, [this](StreamSummary&& s) { note(s); }) {}

    void on_data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                 std::uint64_t frame) override {
        collector_.on_data(c, side, offset, octets, frame);
        if (waiting_.octets + octets.size() > StreamFile::Waiting::kLimit) write_all();
        Files& to = files(c);
        to.sides[side].append(folder_, name(c.stream, side == to.client), octets, waiting_);
    }
    /// The connection is remembered for long after, but hardly anything more comes.
    void on_end(tcp::Conversation& c, unsigned side, std::uint64_t) override {
        if (const auto it = files_.find(c.stream); it != files_.end())
            it->second.sides[side].close(folder_, name(c.stream, side == it->second.client), waiting_);
    }
    void on_gap(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) override {
        collector_.on_gap(c, side, offset, length);
        missing_ += length;
    }
    void on_over(tcp::Conversation& c) override {
        if (const auto it = files_.find(c.stream); it != files_.end()) {
            const Files& files = it->second;
            write(c.stream, it->second);
            if (files.client != c.client()) folder_.swap(name(c.stream, true), name(c.stream, false));
            files_.erase(it);
        }
        collector_.on_over(c);
    }
    void finish() { folder_.write("index.json", as_octets(index_.view()), index_made_); }
    std::uint64_t missing() const { return missing_; }

private:
    struct Files {
        unsigned client;  ///< as it seemed when the first octets came: in a capture out of order, the SYN may
                          ///< be later
        std::array<StreamFile, 2> sides;
    };

    static ip::Bytes as_octets(std::string_view text) {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }
    static std::string name(std::uint32_t stream, bool client) {
        std::string text = "stream-" + std::to_string(stream);
        return text += client ? "-client.bin" : "-server.bin";
    }
    Files& files(const tcp::Conversation& c) {
        return files_.try_emplace(c.stream, Files{c.client(), {}}).first->second;
    }
    void write(std::uint32_t stream, Files& files) {
        for (unsigned side = 0; side < 2; ++side)
            files.sides[side].close(folder_, name(stream, side == files.client), waiting_);
    }
    /// Too much waits: each of the many pieces goes into its file at once, so that the next ones may wait
    /// again.
    void write_all() {
        for (auto& [stream, files] : files_) write(stream, files);
    }

    void note(const StreamSummary& s) {
        write_stream_json(s, first_, json_);
        first_ = false;
        if (index_.size() < kIndexPiece) return;
        finish();
        index_made_ = true;
        index_.clear();
    }

    static constexpr std::size_t kIndexPiece = 256 << 10;
    Folder folder_;
    StreamFile::Waiting waiting_;
    std::unordered_map<std::uint32_t, Files> files_;
    TextBuffer index_;
    JsonWriter json_;
    bool first_ = true, index_made_ = false;
    StreamCollector collector_;
    std::uint64_t missing_ = 0;
};

int read_into(const FollowOptions& options, tcp::ConversationSink& sink, Output& output,
              std::uint32_t& streams) {
    CaptureOptions capture = options.capture;
    capture.tcp.sink = &sink;
    Notes notes;
    const int status = for_each_packet(
        capture,
        [&](const Packet& packet, const Decoder& decoder) {
            notes.observe(packet, decoder);
            return true;
        },
        [&](const Decoder& decoder) { streams = decoder.flows().count(); });
    output.flush();
    notes.print();
    return status;
}

int strictly(const FollowOptions& options, int status, std::uint64_t missing) {
    if (!options.strict || missing == 0 || status != kAllRead) return status;
    complain(fmt::format("{}: {} bytes are missing", options.capture.file, missing));
    return kIncomplete;
}

int follow_all(const FollowOptions& options) {
    FollowAll sink(options.directory);
    Output output;
    std::uint32_t streams = 0;
    const int status = read_into(options, sink, output, streams);
    if (status == kCannotRead) return status;
    sink.finish();
    return strictly(options, status, sink.missing());
}

int follow_one(const FollowOptions& options) {
    const Style style = style_for_output(options.view.color);
    const bool for_people =
        options.how == FollowOptions::View::text || options.how == FollowOptions::View::hex;
    const Pager pager(options.view.pager && for_people);
    Output output;
    FollowOne sink(options, style, output);
    std::uint32_t streams = 0;
    const int status = read_into(options, sink, output, streams);
    if (sink.found() || status == kCannotRead) return strictly(options, status, sink.missing());
    complain(no_such_stream(options.capture.file, *options.stream, streams));
    return kCannotRead;
}

}  // namespace

int run_follow(const FollowOptions& options) {
    if (options.all && options.stream) {
        complain("follow: a connection's number, or --all, not both");
    } else if (!options.all && !options.stream) {
        complain("follow: which connection? Give its number (glass streams lists them), or --all -o DIR");
    } else if (options.all != !options.directory.empty()) {
        complain("follow: --all and -o DIR go together");
    } else if (!options.all && options.how == FollowOptions::View::raw &&
               options.side == FollowOptions::Side::both) {
        complain("follow: --raw writes one direction: add --client or --server");
    } else {
        return options.all ? follow_all(options) : follow_one(options);
    }
    return kCannotRead;
}

}  // namespace glass::tools
