// Fuzz: what a server of files answers to a stream of octets: whole messages and nothing else, the same
// however the octets are cut and the answers taken, in bounded memory, and an end to every wait.
#include <algorithm>
#include <cctype>

#include "http/files.h"
#include "tests/fuzz/http_invariants.h"
#include "tests/memory_store.h"
#include "tests/server_talk.h"

using namespace glass;

namespace {

constexpr ip::Time kNow = tests::ServerTalk::kStart;

http::ServerOptions options_of(std::uint8_t control, std::vector<http::RequestContext>& answered) {
    http::ServerOptions options;
    if (control & 2) options.limits = fuzz::small_limits();
    if (control & 4) options.piece = 100;
    if (control & 8) options.discard = 20;
    options.log = [&answered](const http::AccessRecord& record) {
        answered.push_back({.number = answered.size(), .head = record.request.starts_with("HEAD ")});
        fuzz::require(http::combined_line(record).find('\n') == http::combined_line(record).size() - 1);
    };
    return options;
}

/// A server of a few files, and one connection to it.
struct Run {
    explicit Run(std::uint8_t control)
        : files(store, {.hidden = (control & 16) != 0, .uploads = (control & 1) != 0}),
          server(files, options_of(control, answered)),
          talk(server) {
        store.put("a", "hello, world", kNow - std::chrono::hours(1));
        store.put("b.txt", std::string(1000, 'b'), kNow);
        store.put("d/index.html", "<p>", kNow - std::chrono::hours(1));
        store.put("e/<&>", "", kNow - std::chrono::hours(1));
        store.put("f.txt", std::string(70'000, 'f'), kNow - std::chrono::hours(1));
    }

    std::vector<http::RequestContext> answered;
    tests::MemoryStore store;
    http::Files files;
    http::Server server;
    tests::ServerTalk talk;
};

std::string answers(std::uint8_t control, std::string_view input, const std::vector<std::size_t>& cuts) {
    Run run(control);
    std::size_t from = 0;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const std::size_t to = i < cuts.size() ? cuts[i] : input.size();
        run.talk.send(input.substr(from, to - from));
        from = to;
    }
    run.talk.send_fin();
    fuzz::require(run.talk.connection.done() && run.server.buffered() == 0);
    return run.talk.answer();
}

/// A client makes sense of all that was sent.
void check_messages(std::uint8_t control, std::string_view input) {
    Run run(control);
    run.talk.send(input).send_fin();
    const std::string sent = run.talk.answer();
    http::MessageReader reader(http::Kind::response, http::Policy::strict,
                               {.outstanding = run.answered.size() + 1});
    for (const auto& request : run.answered) reader.expect(request);
    reader.feed(http::octets(sent));
    std::size_t finals = 0;
    const auto take = [&](const http::Event& event) {
        fuzz::require(event.type != http::Event::Type::error && event.type != http::Event::Type::skipped);
        if (event.type != http::Event::Type::end) return;
        fuzz::require(event.ending == http::Ending::complete);
        finals += event.message->interim() ? 0 : 1;
    };
    while (const auto event = reader.next()) take(*event);
    reader.feed_eof(http::StreamEnd::fin);
    while (const auto event = reader.next()) take(*event);
    fuzz::require(finals == run.answered.size() && finals == run.talk.connection.responses());
}

/// Nobody takes anything: no memory without bound. Then time passes: the connection ends.
void check_patience(std::uint8_t control, std::string_view input) {
    Run run(control);
    http::ServerConnection& connection = run.talk.connection;
    for (const char c : input)
        if (connection.wants_input()) connection.receive(http::octets({&c, 1}), run.talk.now);
    (void)connection.output(run.talk.now);
    fuzz::require(run.server.buffered() <= 500'000);
    for (int i = 0; i < 10 && !connection.done(); ++i) {
        const auto at = connection.deadline();
        fuzz::require(at.has_value());
        run.talk.now = std::max(run.talk.now, *at);
        connection.advance(run.talk.now);
        (void)connection.output(run.talk.now);
    }
    fuzz::require(connection.done());
}

/// Who waits for 100 is answered otherwise than who does not: there the cuts make a difference.
bool expects(std::string_view input) {
    constexpr std::string_view kExpect = "expect";
    return std::ranges::search(input, kExpect, {}, [](char c) { return http::lower(c); }).size() != 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::uint8_t control = *data;
    const std::string_view input = http::text(ip::Bytes(data, size).subspan(1));
    check_messages(control, input);
    check_patience(control, input);
    if (expects(input)) return 0;
    const std::string expected = answers(control, input, {});
    fuzz::require(answers(control, input, tests::every_octet(input)) == expected);
    fuzz::require(answers(control, input, fuzz::some_cuts(input)) == expected);
    return 0;
}
