// Our client against our server, in memory: whatever the pieces, and wherever the connection breaks, nobody
// gets octets that are not there, or takes a part for the whole. RFC 9110 section 14, RFC 9112 section 8.
#include "http/files.h"
#include "http/redirect.h"
#include "http/resume.h"
#include "http/server_connection.h"
#include "ip/random.h"
#include "tests/client_script.h"
#include "tests/memory_store.h"

using namespace glass;

namespace {

/// A client and a server, and between them a wire that carries pieces of any length up to where it breaks.
class Wire {
public:
    Wire(http::Server& server, ip::Random& random, std::uint64_t octets,
         const http::ClientOptions& options = {}, ip::Time now = ip::Time(std::chrono::hours(24 * 365)))
        : client(options, now), server_(server, {}, now), now_(now), random_(random), left_(octets) {
        client.opened(now_);
    }

    /// Until nothing moves any more.
    void run() {
        while (carry(client, server_) | carry(server_, client)) continue;
        if (left_ == 0)
            client.receive_end(random_.chance({1, 2}) ? http::StreamEnd::fin : http::StreamEnd::cut, now_);
        if (server_.finished()) client.receive_end(http::StreamEnd::fin, now_);
    }

    http::ClientConnection client;

private:
    template <class From, class To>
    bool carry(From& from, To& to) {
        const ip::Bytes all = from.output(now_);
        if (left_ == 0 || all.empty() || !to.wants_input()) return false;
        const std::uint64_t most = std::min<std::uint64_t>({all.size(), left_, 1 + random_.below(5000)});
        const ip::Bytes some = all.first(static_cast<std::size_t>(1 + random_.below(most)));
        const std::vector<std::uint8_t> copy(some.begin(), some.end());
        left_ -= copy.size();
        from.sent(copy.size(), now_);
        to.receive(copy, now_);
        return true;
    }

    http::ServerConnection server_;
    ip::Time now_;
    ip::Random& random_;
    std::uint64_t left_;
};

/// Keeps what it gets.
struct Keeper : http::ResponseTaker {
    bool on_head(const http::Message& response) override {
        status = response.head.status;
        validator = http::validator_of(response.head);
        answer = http::judge_resume(response.head, part);
        location = find(response.head.fields, "Location").value_or("");
        return true;
    }
    bool on_content(ip::Bytes octets) override {
        content += http::text(octets);
        return true;
    }
    void on_end(const http::ResponseEnd& response) override { end = response; }

    http::Partial part;
    std::uint16_t status = 0;
    std::string validator, content, location;
    http::ResumeAnswer answer;
    http::ResponseEnd end{.outcome = http::ResponseOutcome::not_opened};
};

std::string text_of(std::size_t size, std::uint64_t seed) {
    ip::Random random(seed);
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>('a' + random.below(26));
    return text;
}

struct Site {
    Site() {
        store.put("big", big, ip::Time(std::chrono::hours(24)));
        store.put("small.txt", "hello", ip::Time(std::chrono::hours(24)));
        store.put("folder/index.html", "<p>here", ip::Time(std::chrono::hours(24)));
        store.put("text.html", std::string(50'000, 'x'), ip::Time(std::chrono::hours(24)));
    }
    std::string big = text_of(100'000, 3);
    ip::Time now{std::chrono::hours(24 * 365)};
    tests::MemoryStore store;
    http::Files files{store, {.uploads = true}};
    http::Server server{files};
};

/// Runs so many tries, each with a chance of its own, and names the one that fails.
template <class Try>
void tries(std::uint64_t count, Try one) {
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        CAPTURE(seed);
        ip::Random random(seed);
        one(random);
    }
}

}  // namespace

TEST_CASE("many requests on one connection, one at a time or pipelined") {
    Site site;
    tries(60, [&site](ip::Random& random) {
        Wire wire(site.server, random, UINT64_MAX, {.pipeline = 1 + random.below(6)});
        std::deque<Keeper> keepers;
        const auto ask = [&](http::ClientRequest request) {
            wire.client.request(std::move(request), keepers.emplace_back(), {});
        };
        ask(tests::get("/big"));
        auto coded = tests::get("/text.html");
        coded.decode = true;
        ask(std::move(coded));
        auto head = tests::get("/big");
        head.method = "HEAD";
        ask(std::move(head));
        ask(tests::get("/nothing"));
        ask(tests::get("/folder"));
        ask(tests::get("/small.txt"));
        wire.client.close();
        wire.run();
        CHECK(wire.client.finished());
        CHECK(!wire.client.aborted());
        for (const Keeper& keeper : keepers) CHECK(keeper.end.outcome == http::ResponseOutcome::complete);
        CHECK(keepers[0].content == site.big);
        CHECK(keepers[1].content == std::string(50'000, 'x'));
        CHECK(keepers[1].end.octets < 1000);  // it came coded
        CHECK(keepers[2].content == "");
        CHECK(keepers[2].end.content_length == site.big.size());
        CHECK(keepers[3].status == 404);
        CHECK(keepers[4].status == 301);
        CHECK(keepers[4].location == "/folder/");
        CHECK(keepers[5].content == "hello");
    });
}

TEST_CASE("a connection that breaks anywhere: a part is never taken for the whole") {
    Site site;
    tries(300, [&site](ip::Random& random) {
        Wire wire(site.server, random, 1 + random.below(120'000));
        Keeper keeper;
        wire.client.request(tests::get("/big"), keeper, {});
        wire.run();
        CHECK(site.big.starts_with(keeper.content));
        const bool whole = keeper.content.size() == site.big.size();
        CHECK((keeper.end.outcome == http::ResponseOutcome::complete) == whole);
    });
}

TEST_CASE("a file is fetched to its end over connections that all break") {
    Site site;
    tries(40, [&site](ip::Random& random) {
        std::string file;
        Keeper keeper;
        int connections = 0;
        do {
            REQUIRE(++connections < 1000);
            http::ClientRequest request = tests::get("/big");
            const http::Partial part{file.size(), keeper.validator};
            http::ask_for_rest(request, part);
            keeper = {};
            keeper.part = part;
            site.now += std::chrono::minutes(1);
            Wire wire(site.server, random, 400 + random.below(20'000), {}, site.now);
            wire.client.request(std::move(request), keeper, {});
            wire.run();
            using Step = http::ResumeStep;
            if (keeper.answer.step == Step::restart) file.clear();
            if (keeper.answer.step == Step::restart || keeper.answer.step == Step::append)
                file += keeper.content;
            if (keeper.status == 0) keeper.validator = part.validator;
            // In the midst of it the file becomes another.
            if (connections == 3) {
                site.big = text_of(90'000, random.next());
                site.store.put("big", site.big, ip::Time(std::chrono::hours(random.below(8000))));
            }
        } while (keeper.end.outcome != http::ResponseOutcome::complete);
        CHECK(file == site.big);
    });
}

TEST_CASE("uploads, counted and chunked, with and without asking first") {
    Site site;
    tries(60, [&site](ip::Random& random) {
        const std::string text = text_of(random.below(300'000), random.next());
        Wire wire(site.server, random, UINT64_MAX);
        auto request = tests::post(text, random.chance({1, 2}));
        request.method = "PUT";
        request.target = "/new" + std::to_string(random.next());
        request.expect_continue = random.chance({1, 2});
        const std::string name = request.target.substr(1);
        Keeper keeper;
        wire.client.request(std::move(request), keeper, {});
        wire.run();
        CHECK(keeper.status == 201);
        CHECK(keeper.end.outcome == http::ResponseOutcome::complete);
        CHECK(site.store.nodes[name].content == text);
    });
}

TEST_CASE("an upload that breaks stores nothing") {
    Site site;
    tries(100, [&site](ip::Random& random) {
        Wire wire(site.server, random, 1 + random.below(30'000));
        auto request = tests::post(text_of(40'000, 5), random.chance({1, 2}));
        request.method = "PUT";
        request.target = "/broken";
        Keeper keeper;
        wire.client.request(std::move(request), keeper, {});
        wire.run();
        CHECK(keeper.end.outcome != http::ResponseOutcome::complete);
        CHECK(!site.store.nodes.contains("broken"));
    });
}

TEST_CASE("redirects of our server are followed") {
    Site site;
    ip::Random random(1);
    http::RedirectChain chain("http://a/folder?x=1", "GET", false);
    Keeper keeper;
    do {
        Wire wire(site.server, random, UINT64_MAX);
        keeper = {};
        const auto url = http::parse_http_url(chain.now().url);
        REQUIRE(url);
        wire.client.request(tests::get(url->target), keeper, {});
        wire.run();
        if (!http::RedirectChain::is_redirect(keeper.status)) break;
        http::Head head;
        head.status = keeper.status;
        head.fields.push_back({"Location", keeper.location});
        REQUIRE(chain.follow(head));
    } while (true);
    CHECK(chain.steps() == 1);
    CHECK(chain.now().url == "http://a/folder/?x=1");
    CHECK(keeper.content == "<p>here");
}
