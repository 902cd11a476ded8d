// Live page: what glass serve --live answers: the page that draws the packets which carry it, its events, and
// the controls of the link.
//
//     /live/            the page, and beside it its parts
//     /live/events      an event stream for each open page (tools/live_feed.h)
//     /live/facts       the table of states
//     /live/link        GET, or PUT "loss 2% rtt 40ms rate 20mbit": what is named of these three changes
//     /live/follow      PUT ?feed=N&connection=N: what that page shows; 0: whatever happens
//     /live/packet/C/N  segment N of connection C, octet by octet
//     /live/file/SIZE   so many octets ("1MB") of a pattern
//     /live/explain/W   what glass explain says
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "http/handler.h"
#include "tools/link_words.h"
#include "tools/live_feed.h"

namespace glass::tools {

class LivePage final : public http::Handler {
public:
    struct Options {
        std::uint64_t session = 0;  ///< another number each time the program runs
        ip::Time epoch{};           ///< now
        LinkPlan link;
        std::function<void(const LinkPlan&, ip::Time)> change_link;
        http::Handler* others = nullptr;  ///< what answers everything else; null: nothing else is here
    };
    /// The watch outlives it; it outlives the responses that it made.
    LivePage(LiveWatch& watch, Options options);
    ~LivePage() override;

    [[nodiscard]] std::string_view methods(const http::Request& request) override;
    [[nodiscard]] std::expected<std::unique_ptr<http::BodySink>, http::Response> accept(
        const http::Request& request) override;
    [[nodiscard]] http::Response handle(const http::Request& request) override;

    /// The host that the watch taps. Before it is said there are no requests.
    void watch(const tcp::Host& host) { host_ = &host; }
    /// To be called in every turn of the loop: takes in what the watch's tap noted, and makes events. Whether
    /// there are some.
    bool update(ip::Time now);
    /// When to call it though nothing happens; nothing: nobody looks.
    [[nodiscard]] std::optional<ip::Time> deadline() const;
    /// Event streams come to their end.
    void close() { closed_ = true; }

private:
    class Events;
    class LinkSink;

    /// The one that is shown where nobody chose: it changes when something new happens, but not all the time.
    static constexpr ip::Duration kShownAtLeast = std::chrono::seconds(2);
    static constexpr std::size_t kMostAgents = 256;
    static constexpr std::uint64_t kLargestFile = 10'000'000'000;

    [[nodiscard]] http::Response handle_live(std::string_view name, const http::Request& request);
    [[nodiscard]] http::Response events(const http::Request& request);
    [[nodiscard]] http::Response facts() const;
    [[nodiscard]] http::Response follow(const http::Request& request);
    [[nodiscard]] http::Response packet(std::string_view which, ip::Time now);
    [[nodiscard]] http::Response file(std::string_view size, const http::Request& request);
    [[nodiscard]] http::Response change_link(std::string_view words, ip::Time now);
    [[nodiscard]] std::string link_json() const;
    void note_agent(const http::Request& request);
    void name_tracks();
    void choose_usual(ip::Time now);

    LiveWatch& watch_;
    const tcp::Host* host_ = nullptr;
    Options options_;
    std::vector<Events*> open_;
    std::map<tcp::Endpoint, std::string> agents_;  ///< the program at the other end
    tcp::Endpoint busy_{};                         ///< who asked for something else than the page last
    std::uint64_t usual_ = 0;                      ///< track
    ip::Time usual_since_{};
    std::uint64_t last_feed_ = 0;
    bool closed_ = false;
};

}  // namespace glass::tools
