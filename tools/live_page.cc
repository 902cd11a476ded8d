#include "tools/live_page.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>

#include "tools/live_answers.h"
#include "tools/live_assets.h"
#include "tools/live_json.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

constexpr std::string_view kPrefix = "/live/";

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool is_live(std::string_view path) {
    return path.starts_with(kPrefix);
}

bool wants_json(const http::Request& request) {
    return request.field("accept").value_or("").find("application/json") != std::string_view::npos;
}

bool has_word(std::string_view words, std::string_view word) {
    for (std::size_t at = words.find(word); at != words.npos; at = words.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || words[at - 1] == ' ') && end < words.size() && words[end] == ' ') return true;
    }
    return false;
}

http::Response redirect_to_page() {
    http::Response response = refusal(307, "The page is at /live/.");
    response.add("Location", kPrefix);
    return response;
}

/// What a connection was asked for last: "GET /live/file/1MB".
std::string_view request_of(const LiveTrack& track) {
    for (auto row = track.rows().rbegin(); row != track.rows().rend(); ++row) {
        const std::string_view line = row->segment.http;
        if (row->segment.side == 0 && !line.empty()) return line.substr(0, line.rfind(" HTTP/"));
    }
    return {};
}

}  // namespace

/// The content of an event stream: what the page's update() made, as fast as TCP takes it.
class LivePage::Events final : public http::BodySource {
public:
    Events(LivePage& page, LiveFeed feed) : page_(page), feed_(std::move(feed)) {
        page_.open_.push_back(this);
    }
    ~Events() override { std::erase(page_.open_, this); }

    std::size_t read(std::span<std::uint8_t> out) override {
        const std::size_t n = std::min(out.size(), text_.size());
        std::memcpy(out.data(), text_.data(), n);
        text_.erase(0, n);
        return n;
    }
    [[nodiscard]] bool finished() const override { return page_.closed_ && text_.empty(); }

    LiveFeed& feed() { return feed_; }
    [[nodiscard]] const LiveFeed& feed() const { return feed_; }
    [[nodiscard]] std::size_t waiting() const { return text_.size(); }
    /// Whether there was anything.
    bool make(ip::Time now) {
        text_ += feed_.take(now);
        return !text_.empty();
    }

private:
    LivePage& page_;
    LiveFeed feed_;
    std::string text_;
};

/// The words that describe the link.
class LivePage::LinkSink final : public http::BodySink {
public:
    LinkSink(LivePage& page, ip::Time now) : page_(page), now_(now) {}

    std::optional<http::Response> write(ip::Bytes octets) override {
        if (words_.size() + octets.size() > kMost)
            return refusal(413, "That is too long for a link's words.");
        words_.append(reinterpret_cast<const char*>(octets.data()), octets.size());
        return std::nullopt;
    }
    http::Response finish() override { return page_.change_link(words_, now_); }

private:
    static constexpr std::size_t kMost = 500;

    LivePage& page_;
    ip::Time now_;
    std::string words_;
};

LivePage::LivePage(LiveWatch& watch, Options options) : watch_(watch), options_(std::move(options)) {}
LivePage::~LivePage() = default;

std::string_view LivePage::methods(const http::Request& request) {
    if (request.path == "/live/link") return "GET, HEAD, PUT, OPTIONS";
    if (request.path == "/live/follow") return "PUT, OPTIONS";
    if (is_live(request.path) || !options_.others) return "GET, HEAD, OPTIONS";
    return options_.others->methods(request);
}

std::expected<std::unique_ptr<http::BodySink>, http::Response> LivePage::accept(
    const http::Request& request) {
    if (request.path == "/live/link" && request.method() == "PUT")
        return std::make_unique<LinkSink>(*this, request.now);
    if (is_live(request.path) || !options_.others) return nullptr;
    return options_.others->accept(request);
}

http::Response LivePage::handle(const http::Request& request) {
    const bool live = is_live(request.path);
    if (live || watch_.watched()) note_agent(request);
    if (live) return handle_live(request.path.substr(kPrefix.size()), request);
    busy_ = request.peer;
    if (request.path == "/live" || (request.path == "/" && !options_.others)) return redirect_to_page();
    if (!options_.others) return refusal(404, "Only the live page is here, at /live/.");
    return options_.others->handle(request);
}

http::Response LivePage::handle_live(std::string_view name, const http::Request& request) {
    const auto after = [name](std::string_view prefix) { return name.substr(prefix.size()); };
    if (name == "events") return events(request);
    if (name == "facts") return facts();
    if (name == "link") return json_answer(link_json());
    if (name == "follow") return follow(request);
    if (name.starts_with("packet/")) return packet(after("packet/"), request.now);
    if (name.starts_with("file/")) return file(after("file/"), request);
    if (name.starts_with("explain/")) return explanation(after("explain/"), wants_json(request));
    const auto asset = live_asset(name);
    if (!asset) return refusal(404, "There is no such part of the live page.");
    http::Response response = answer(200, asset->type, std::string(asset->content));
    // Nothing comes from elsewhere, and nothing goes there.
    response.add("Content-Security-Policy", "default-src 'self'; img-src data:");
    return response;
}

http::Response LivePage::events(const http::Request& request) {
    if (request.head()) return answer(200, "text/event-stream", {});
    watch_.set_watched(true);
    watch_.update(*host_, request.now);
    LiveFeed feed(watch_, {.number = ++last_feed_,
                           .peer = request.peer,
                           .session = options_.session,
                           .epoch = options_.epoch,
                           .last_id = std::string(request.field("last-event-id").value_or(""))});
    http::Response response = answer(200, "text/event-stream", {});
    auto stream = std::make_unique<Events>(*this, std::move(feed));
    stream->make(request.now);
    response.source = std::move(stream);
    return response;
}

http::Response LivePage::facts() const {
    TextBuffer text;
    JsonWriter json(text);
    json.begin_object();
    write_state_table(json);
    json.end_object();
    return json_answer(text.view());
}

http::Response LivePage::follow(const http::Request& request) {
    const auto feed = number(query_value(request.query, "feed"));
    const auto track = number(query_value(request.query, "connection"));
    if (!feed || !track) return refusal(400, "Say which: ?feed=1&connection=3");
    for (Events* stream : open_) {
        if (stream->feed().number() != *feed) continue;
        stream->feed().follow(*track);
        return answer(204, "text/plain", {});
    }
    return refusal(404, "There is no such feed.");
}

http::Response LivePage::packet(std::string_view which, ip::Time now) {
    if (watch_.watched()) watch_.update(*host_, now);
    const std::size_t slash = std::min(which.find('/'), which.size());
    const auto track = number(which.substr(0, slash));
    const auto row = number(which.substr(std::min(slash + 1, which.size())));
    const LiveTrack* const found = track ? watch_.track(*track) : nullptr;
    const LiveRow* const segment = found && row ? found->row(*row) : nullptr;
    if (!segment) return refusal(404, "That segment is not kept.");
    TextBuffer text;
    JsonWriter json(text);
    write_packet(*found, *segment, json);
    return json_answer(text.view());
}

/// What had to be sent again for it is the difference to what the fields say.
http::Response LivePage::file(std::string_view size, const http::Request& request) {
    const auto octets = parse_octets(size);
    if (!octets) return refusal(404, octets.error());
    if (*octets > kLargestFile) return refusal(404, "Files have 10 GB at most.");
    busy_ = request.peer;
    http::Response response = pattern(*octets);
    if (!watch_.watched()) return response;
    watch_.update(*host_, request.now);
    if (const LiveTrack* track = watch_.track_of(request.peer)) {
        response.add("Glass-Connection", std::to_string(track->number()));
        response.add("Glass-Sent-Again", std::to_string(track->counts(true).repeated));
    }
    return response;
}

http::Response LivePage::change_link(std::string_view words, ip::Time now) {
    const auto wanted = parse_link(words);
    if (!wanted) return refusal(400, wanted.error());
    LinkPlan plan = options_.link;
    for (const auto way : {&LinkPlan::data, &LinkPlan::acks}) {
        if (has_word(words, "loss")) (plan.*way).loss.chance = ((*wanted).*way).loss.chance;
        if (has_word(words, "rtt")) (plan.*way).delay = ((*wanted).*way).delay;
        if (has_word(words, "rate")) (plan.*way).rate = ((*wanted).*way).rate;
    }
    if (const std::string why = why_impossible(plan); !why.empty()) return refusal(400, why);
    options_.link = plan;
    if (options_.change_link) options_.change_link(plan, now);
    return json_answer(link_json());
}

std::string LivePage::link_json() const {
    const ip::SimLinkOptions& way = options_.link.data;
    const ip::Ratio loss = way.loss.chance;
    const auto rtt =
        std::chrono::duration_cast<std::chrono::microseconds>(way.delay + options_.link.acks.delay);
    TextBuffer text;
    JsonWriter json(text);
    json.begin_object().key("loss").number(static_cast<double>(loss.part) / static_cast<double>(loss.whole));
    json.key("rtt").number(static_cast<std::uint64_t>(rtt.count())).key("rate").number(way.rate);
    json.key("queue").text(way.queue.octets > 0 ? fmt::format("{} bytes", way.queue.octets)
                                                : fmt::format("{} packets", way.queue.packets));
    json.end_object();
    return std::string(text.view());
}

// ---- events ----

bool LivePage::update(ip::Time now) {
    watch_.set_watched(!open_.empty());
    const auto due = deadline();
    if (!due || *due > now) return false;
    watch_.update(*host_, now);
    name_tracks();
    choose_usual(now);
    const std::string link = link_json();
    bool any = false;
    for (Events* stream : open_) {
        LiveFeed& feed = stream->feed();
        const LiveTrack* const own = watch_.track_of(feed.peer());
        const auto status = own ? host_->status(own->connection()) : std::nullopt;
        feed.set_waiting(stream->waiting() + (status ? status->unsent : 0));
        feed.set_link(link);
        feed.set_usual(usual_);
        any |= stream->make(now);
    }
    return any;
}

std::optional<ip::Time> LivePage::deadline() const {
    std::optional<ip::Time> next;
    for (const Events* stream : open_) next = ip::earlier(next, stream->feed().deadline());
    return next;
}

void LivePage::note_agent(const http::Request& request) {
    if (agents_.size() >= kMostAgents) agents_.clear();
    std::string& name = agents_[request.peer];
    if (name.empty()) name = agent_name(request.field("user-agent").value_or(""));
}

void LivePage::name_tracks() {
    for (const auto& track : watch_.tracks()) {
        const std::string_view request = request_of(*track);
        if (request.empty()) continue;
        const auto agent = agents_.find(track->tuple().remote);
        std::string text = agent == agents_.end() || agent->second.empty() ? "" : agent->second + ", ";
        append_escaped(request, text);
        if (request == "GET /live/events") track->set_events();
        track->set_text(std::move(text));
    }
}

void LivePage::choose_usual(ip::Time now) {
    const LiveTrack* const busy = watch_.track_of(busy_);
    if (!busy || busy->number() == usual_) return;
    const bool shown_long = now - usual_since_ >= kShownAtLeast;
    if (!shown_long && watch_.track(usual_)) return;
    usual_ = busy->number();
    usual_since_ = now;
}

}  // namespace glass::tools
