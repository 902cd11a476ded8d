// Fuzz: a client's connection, and a server that sends anything, at any time: no response without its end, no
// octet of content that did not come, bounded memory, and deadlines that lead somewhere.
#include <memory>
#include <vector>

#include "http/characters.h"
#include "http/client_connection.h"
#include "http/redirect.h"
#include "http/resume.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/http_invariants.h"

namespace {

using namespace glass;
using tests::Input;
using tests::require;

/// Fails, or has nothing for a while, as the input says.
class OddSource final : public http::BodySource {
public:
    explicit OddSource(std::uint8_t choice) : left_(choice & 63), choice_(choice) {}
    std::size_t read(std::span<std::uint8_t> out) override {
        waits_ = !waits_ && (choice_ & 64) != 0;
        if (waits_ || left_ == 0) return 0;
        --left_;
        out[0] = 'x';
        return 1;
    }
    [[nodiscard]] bool finished() const override { return left_ == 0; }
    [[nodiscard]] bool failed() const override { return left_ == 0 && (choice_ & 128) != 0; }

private:
    unsigned left_;
    std::uint8_t choice_;
    bool waits_ = false;
};

struct Taker final : http::ResponseTaker {
    explicit Taker(std::uint8_t choice) : choice_(choice) {}
    bool on_head(const http::Message& response) override {
        require(!head && !ended, "one head, before the end");
        head = true;
        std::string url = "http://a/b";
        if (http::RedirectChain::is_redirect(response.head.status))
            if (const auto next = http::RedirectChain(url, "GET", false).follow(response.head))
                require(http::parse_http_url(next->url).has_value(), "redirects lead to http URLs");
        const http::Partial part{.size = 3, .validator = "\"a\""};
        const auto answer = judge_resume(response.head, part);
        require(answer.step != http::ResumeStep::append || response.head.status == 206, "206 appends");
        return (choice_ & 1) == 0;
    }
    bool on_content(ip::Bytes octets) override {
        require(head && !ended && !octets.empty(), "content comes after its head");
        content += octets.size();
        return (choice_ & 2) == 0 || content < 100;
    }
    void on_interim(const http::Message&) override { require(!head && !ended, "interim comes first"); }
    void on_trailers(const std::vector<http::Field>&) override { require(head && !ended, "trailers"); }
    void on_end(const http::ResponseEnd& end) override {
        require(!ended, "one end");
        ended = true;
        require(end.outcome != http::ResponseOutcome::complete || head,
                "complete means that there was a head");
        require(content <= fuzz::small_limits().inflated, "decoded content is bounded");
    }
    [[nodiscard]] bool ready() const override { return (choice_ & 4) == 0 || (ready_ = !ready_); }

    bool head = false, ended = false;
    std::uint64_t content = 0;

private:
    std::uint8_t choice_;
    mutable bool ready_ = false;
};

class World {
public:
    explicit World(std::uint8_t choice) : client_(options(choice), now_) {}

    void step(Input& input) {
        const std::uint8_t what = input.u8();
        switch (what & 7) {
            case 0: ask(input.u8()); break;
            case 1: client_.opened(now_); break;
            case 2: send(input.u8()); break;
            case 3: now_ += std::chrono::milliseconds(input.u16()); break;
            case 4: to_deadline(); break;
            case 5: client_.receive_end(what & 8 ? http::StreamEnd::fin : http::StreamEnd::cut, now_); break;
            case 6:
                if (what & 8) client_.close();
                break;
            default: receive(input.up_to(input.u8()));
        }
        if (!client_.finished()) return;
        for (const auto& taker : takers_) require(taker->ended, "nobody waits for ever");
    }
    void end() {
        client_.receive_end(http::StreamEnd::fin, now_);
        for (const auto& taker : takers_) require(taker->ended, "nobody waits for ever");
        require(client_.outstanding() == 0 && !client_.deadline(), "nothing is left");
    }

private:
    static http::ClientOptions options(std::uint8_t choice) {
        http::ClientOptions options;
        options.limits = fuzz::small_limits();
        options.pipeline = 1 + (choice & 3);
        options.piece = 1 + (choice >> 2 & 31);
        return options;
    }
    void ask(std::uint8_t choice) {
        if (!client_.may_request() || takers_.size() > 20) return;
        http::ClientRequest request;
        request.host = "a";
        request.method = choice & 1 ? "HEAD" : choice & 2 ? "POST" : "GET";
        request.decode = choice & 4;
        request.expect_continue = choice & 8;
        if ((choice & 3) == 2) {
            request.body = std::make_unique<OddSource>(choice ^ 0xff);
            if (choice & 16) request.body_size = choice >> 4;
        }
        takers_.push_back(std::make_unique<Taker>(choice >> 5));
        client_.request(std::move(request), *takers_.back(), now_);
    }
    void send(std::size_t most) {
        const ip::Bytes out = client_.output(now_);
        require(out.size() < 2000, "what waits to be sent is bounded");
        client_.sent(std::min(most, out.size()), now_);
    }
    void receive(ip::Bytes octets) {
        const std::vector<std::uint8_t> copy(octets.begin(), octets.end());
        if (client_.wants_input()) client_.receive(copy, now_);
    }
    void to_deadline() {
        const auto due = client_.deadline();
        if (!due) return;
        now_ = std::max(now_, *due);
        client_.advance(now_);
        (void)client_.output(now_);
        require(client_.deadline() != due, "a deadline passes");
    }

    ip::Time now_{std::chrono::hours(1)};
    std::vector<std::unique_ptr<Taker>> takers_;
    http::ClientConnection client_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input({data, size});
    World world(input.u8());
    while (input.more()) world.step(input);
    world.end();
    return 0;
}
