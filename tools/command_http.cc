#include "tools/command_http.h"

#include <algorithm>
#include <array>
#include <deque>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <unordered_map>

#include "tools/http_view.h"
#include "tools/notes.h"
#include "tools/output.h"
#include "tools/pager.h"
#include "tools/stream_files.h"

namespace glass::tools {
namespace {

constexpr std::size_t kMaxShownBody = 1 << 20;

/// "index.html" of "/a/index.html?q": what a file may be called, and says something.
std::string name_in(std::string_view target) {
    target = target.substr(0, target.find_first_of("?#"));
    target.remove_prefix(target.rfind('/') == std::string_view::npos ? 0 : target.rfind('/') + 1);
    std::string name;
    for (const char c : target.substr(0, 80)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '.' || c == '-' || c == '_';
        name += plain ? c : '_';
    }
    return name.empty() || name[0] == '.' ? "body" + name : name;
}

/// Bodies into files.
class Exporter {
public:
    explicit Exporter(const std::string& directory) : directory_(directory) {
        if (!directory.empty()) folder_ = std::make_unique<Folder>(directory);
    }
    /// A message begins.
    void name(const HttpMessage& m) {
        if (!folder_) return;
        std::map<std::uint64_t, std::string>& asked = asked_[m.stream];
        if (m.is_request()) {
            if (asked.size() == kMaxAsked) asked.erase(asked.begin());
            asked[m.number] = name_in(m.uri);
        }
        const auto request = asked.find(m.is_request() ? m.number : m.request_number.value_or(kNone));
        open_[key(m)].name =
            fmt::format("stream-{}-{}-{}-{}", m.stream, m.is_request() ? "request" : "response", m.number,
                        request == asked.end() ? "body" : request->second);
    }
    void add(const HttpMessage& m, ip::Bytes octets) {
        if (!folder_) return;
        Export& file = open_[key(m)];
        file.any = true;
        file.file.append(*folder_, file.name, octets, waiting_);
    }
    /// The path of its file, or nothing.
    std::string close(const HttpMessage& m) {
        const auto it = open_.find(key(m));
        if (it == open_.end()) return {};
        it->second.file.close(*folder_, it->second.name, waiting_);
        const std::string path = it->second.any ? directory_ + "/" + it->second.name : std::string();
        open_.erase(it);
        return path;
    }
    /// The connection is over.
    void forget(std::uint32_t stream) { asked_.erase(stream); }

private:
    static constexpr std::size_t kMaxAsked = 1024;
    static constexpr std::uint64_t kNone = ~std::uint64_t{0};
    struct Export {
        std::string name;
        StreamFile file;
        bool any = false;
    };
    static std::uint64_t key(const HttpMessage& m) { return std::uint64_t{m.stream} * 2 + m.is_request(); }

    std::string directory_;
    std::unique_ptr<Folder> folder_;
    StreamFile::Waiting waiting_;
    std::unordered_map<std::uint64_t, Export> open_;
    std::unordered_map<std::uint32_t, std::map<std::uint64_t, std::string>>
        asked_;  ///< what a request's target names
};

/// Puts requests and responses side by side, and writes what is asked for.
class HttpReport : public HttpTaker {
public:
    HttpReport(const HttpOptions& options, const Style& style, Output& output)
        : options_(options),
          style_(style),
          output_(output),
          json_(output.text()),
          exporter_(options.directory) {}

    /// The first frame of the capture.
    void start_at(ip::Time time) { start_ = time; }

    void on_head(tcp::Conversation&, const HttpMessage& m) override { exporter_.name(m); }
    void on_body(tcp::Conversation& c, const HttpMessage& m, ip::Bytes octets) override {
        exporter_.add(m, octets);
        if (!options_.body) return;
        std::string& text = streams_[c.stream].body[m.is_request()];
        const std::size_t room =
            std::min(kMaxShownBody - text.size(), kMaxWaitingOctets - std::min(waiting_, kMaxWaitingOctets));
        text.append(reinterpret_cast<const char*>(octets.data()), std::min(room, octets.size()));
        waiting_ += std::min(room, octets.size());
    }
    void on_message(tcp::Conversation& c, HttpMessage&& m) override {
        const std::string exported = exporter_.close(m);
        if (options_.json) {
            write_http_json(m, written_++ == 0, exported, json_);
            return output_.end_line();
        }
        Stream& stream = streams_[c.stream];
        std::string body = std::exchange(stream.body[m.is_request()], {});
        waiting_ -= body.size();
        if (m.is_request()) {
            asked(stream, {std::move(m), std::move(body)});
        } else if (m.status / 100 != 1 || m.status == 101) {
            answered(stream, {std::move(m), std::move(body)});
        }
    }
    void on_over(tcp::Conversation& c) override {
        exporter_.forget(c.stream);
        const auto it = streams_.find(c.stream);
        if (it == streams_.end()) return;
        for (const Shown& response : it->second.early) {
            write(nullptr, &response);
            waiting_ -= response.memory();
        }
        while (!it->second.requests.empty()) unanswered(it->second);
        streams_.erase(it);
    }
    std::uint64_t written() const { return written_; }

private:
    static constexpr std::size_t kMaxWaiting = 1024;                         ///< messages, of a connection
    static constexpr std::size_t kMaxWaitingOctets = std::size_t{64} << 20;  ///< of all connections
    struct Shown {
        HttpMessage message;
        std::string body;

        std::size_t memory() const {
            std::size_t octets = sizeof(Shown) + message.uri.size() + body.size();
            for (const auto& [name, value] : message.fields)
                octets += sizeof(message.fields[0]) + name.size() + value.size();
            return octets;
        }
    };
    struct Stream {
        std::map<std::uint64_t, Shown> requests;  ///< not answered yet, by number
        std::deque<Shown> early;                  ///< responses captured before their requests
        std::array<std::string, 2> body;          ///< of the message that is coming, by is_request()
    };

    void asked(Stream& stream, Shown&& request) {
        if (!stream.early.empty()) {
            write(&request, &stream.early.front());
            waiting_ -= stream.early.front().memory();
            return stream.early.pop_front();
        }
        if (stream.requests.size() == kMaxWaiting) unanswered(stream);
        waiting_ += request.memory();
        const std::uint64_t number = request.message.number;
        stream.requests.emplace(number, std::move(request));
        while (waiting_ > kMaxWaitingOctets && !stream.requests.empty()) unanswered(stream);
    }
    void answered(Stream& stream, Shown&& response) {
        const std::optional<std::uint64_t> number = response.message.request_number;
        auto it = number ? stream.requests.find(*number) : stream.requests.end();
        // Captured the wrong way round: it had begun before its request was seen.
        if (!number && !stream.requests.empty() &&
            stream.requests.begin()->second.message.head.number > response.message.head.number)
            it = stream.requests.begin();
        if (it == stream.requests.end()) {
            if (stream.early.size() == kMaxWaiting || waiting_ > kMaxWaitingOctets)
                return write(nullptr, &response);
            waiting_ += response.memory();
            return stream.early.push_back(std::move(response));
        }
        write(&it->second, &response);
        forget(stream, it);
    }
    void unanswered(Stream& stream) {
        write(&stream.requests.begin()->second, nullptr);
        forget(stream, stream.requests.begin());
    }
    void forget(Stream& stream, std::map<std::uint64_t, Shown>::iterator it) {
        waiting_ -= it->second.memory();
        stream.requests.erase(it);
    }

    void write(const Shown* request, const Shown* response) {
        if (written_++ == 0) write_http_heading(style_, output_.text());
        write_http_line({request ? &request->message : nullptr, response ? &response->message : nullptr},
                        start_, style_, output_.text());
        for (const Shown* shown : {request, response})
            if (shown) write_more(*shown);
        output_.end_line();
    }
    void write_more(const Shown& shown) {
        if (options_.headers) write_http_head(shown.message, style_, output_.text());
        if (!options_.body || shown.body.empty()) return;
        output_.append(harmless_text(shown.body, true));
        if (!shown.body.ends_with('\n')) output_.append("\n");
        if (shown.message.octets > shown.body.size())
            output_.append(fmt::format("── {} more bytes: --export writes them all ──\n",
                                       shown.message.octets - shown.body.size()));
    }

    const HttpOptions& options_;
    const Style& style_;
    Output& output_;
    JsonWriter json_;
    Exporter exporter_;
    ip::Time start_;
    std::unordered_map<std::uint32_t, Stream> streams_;
    std::size_t waiting_ = 0;  ///< octets, in all of them
    std::uint64_t written_ = 0;
};

}  // namespace

int run_http(const HttpOptions& options) {
    const Style style = style_for_output(options.view.color);
    const Pager pager(options.view.pager && !options.json && options.capture.interface.empty());
    Output output;
    HttpReport report(options, style, output);
    HttpWatch watch(
        {.bodies = true, .hash = options.json && options.hash, .all_fields = options.json || options.headers},
        report);
    CaptureOptions capture = options.capture;
    capture.tcp.sink = &watch;
    Notes notes;
    bool started = false;
    const int status = for_each_packet(capture, [&](const Packet& packet, const Decoder& decoder) {
        if (!std::exchange(started, true)) report.start_at(packet.frame.time);
        notes.observe(packet, decoder);
        return true;
    });
    if (report.written() == 0 && !options.json && status == kAllRead) output.append("no HTTP/1 messages\n");
    output.flush();
    notes.print();
    return status;
}

}  // namespace glass::tools
