// Microbenchmarks: reading HTTP heads and bodies, beside libhttp-parser (Node.js's parser before llhttp) on
// the same octets.
//
// The request has the size (703 octets), the number of fields and the long Cookie of the one that
// picohttpparser's benchmark is known for; its texts are our own.
#include <benchmark/benchmark.h>
#include <cstdint>
#include <http_parser.h>
#include <string>

#include "http/characters.h"
#include "http/connection.h"
#include "http/content_coding.h"
#include "http/date.h"
#include "http/framing.h"
#include "http/head.h"

namespace {

namespace http = glass::http;
namespace ip = glass::ip;

const std::string kRequest =
    "GET /pictures/2014/harbour/evening/kf4r7o2mfu1a83jb9tq5.jpg HTTP/1.1\r\n"
    "Host: www.harbour-views.example\r\n"
    "User-Agent: Mozilla/5.0 (X11; U; Linux x86_64; nl; rv:1.9.2.9) Gecko/20101105 Iceweasel/3.6.10\r\n"
    "Accept: image/png,image/*;q=0.8,*/*;q=0.5\r\n"
    "Accept-Language: nl,en-us;q=0.7,en;q=0.3\r\n"
    "Accept-Encoding: gzip,deflate\r\n"
    "Accept-Charset: utf-8,ISO-8859-15;q=0.7,*;q=0.7\r\n"
    "Keep-Alive: 115\r\n"
    "Connection: keep-alive\r\n"
    "Cookie: seen=91c07ae2d3b94f5fa6e0b8d71a2c3e4f-8890a1b2c3d4; "
    "visitor=27016845.1190336514.1290027601.1290711409."
    "1290799930.8; source=27016845.1290027601.1.1.from=(direct)|by=(none); "
    "region=%7B%22lat%22%3A52.37%2C%22lon%22%3A"
    "4.89%7D; layout=wide%20two-columns; AB=";
constexpr std::size_t kSize = 703;

std::string request() {
    std::string text = kRequest;
    while (text.size() < kSize - 4) text.push_back(static_cast<char>('a' + text.size() % 26));
    return text + "\r\n\r\n";
}

void octets_processed(benchmark::State& state, std::size_t each) {
    state.SetBytesProcessed(static_cast<std::int64_t>(each) * state.iterations());
}

/// Start line and fields found, checked by the strict policy, and listed as views.
void parse_head(benchmark::State& state) {
    const std::string text = request();
    const http::Limits limits;
    http::HeadParser parser(http::Kind::request, http::Policy::strict, limits);
    http::Head head;
    for (auto _ : state) {
        parser.reset();
        if (parser.parse(http::octets(text)) != http::Status::done) state.SkipWithError("not a sound head");
        parser.view(http::octets(text), head);
        benchmark::DoNotOptimize(head.fields.data());
        benchmark::ClobberMemory();
    }
    octets_processed(state, text.size());
}
BENCHMARK(parse_head);

/// That, and what RFC 9112 section 6.3 makes of it: framing, persistence, Host.
void parse_and_frame(benchmark::State& state) {
    const std::string text = request();
    const http::Limits limits;
    http::HeadParser parser(http::Kind::request, http::Policy::strict, limits);
    http::Message message;
    for (auto _ : state) {
        parser.reset();
        if (parser.parse(http::octets(text)) != http::Status::done) state.SkipWithError("not a sound head");
        parser.view(http::octets(text), message.head);
        if (!http::frame(message, nullptr, http::Policy::strict)) state.SkipWithError("not a sound request");
        benchmark::DoNotOptimize(message);
        benchmark::ClobberMemory();
    }
    octets_processed(state, text.size());
}
BENCHMARK(parse_and_frame);

/// A whole connection of such requests, as events, in pieces of so many octets.
void read_requests(benchmark::State& state) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += request();
    const auto piece = static_cast<std::size_t>(state.range());
    for (auto _ : state) {
        http::MessageReader reader(http::Kind::request, http::Policy::lenient);
        std::size_t events = 0;
        for (std::size_t at = 0; at < text.size(); at += piece) {
            reader.feed(http::octets(std::string_view(text).substr(at, piece)));
            while (reader.next()) ++events;
        }
        if (events != 200) state.SkipWithError("not as many events as there are");
    }
    octets_processed(state, text.size());
}
BENCHMARK(read_requests)->Arg(1 << 20)->Arg(1448)->Arg(100)->Arg(1);

int note(http_parser* parser, const char* at, std::size_t size) {
    auto& sum = *static_cast<std::size_t*>(parser->data);
    sum += size + static_cast<unsigned char>(*at);
    return 0;
}

/// The peer: with callbacks that take note of each part, as every user of it must have.
void peer_http_parser(benchmark::State& state) {
    const std::string text = request();
    http_parser_settings settings;
    http_parser_settings_init(&settings);
    settings.on_url = settings.on_header_field = settings.on_header_value = note;
    std::size_t sum = 0;
    for (auto _ : state) {
        http_parser parser;
        http_parser_init(&parser, HTTP_REQUEST);
        parser.data = &sum;
        if (http_parser_execute(&parser, &settings, text.data(), text.size()) != text.size())
            state.SkipWithError("not a sound head");
        benchmark::DoNotOptimize(sum);
    }
    octets_processed(state, text.size());
}
BENCHMARK(peer_http_parser);

/// A body in chunks of 4 KiB.
std::string chunked_response() {
    std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 256; ++i) text += "1000\r\n" + std::string(4096, 'x') + "\r\n";
    return text + "0\r\n\r\n";
}

void read_chunked(benchmark::State& state) {
    const std::string text = chunked_response();
    for (auto _ : state) {
        http::MessageReader reader(http::Kind::response, http::Policy::lenient);
        reader.feed(http::octets(text));
        std::size_t body = 0;
        while (const auto event = reader.next()) body += event->data.size();
        if (body != 256 * 4096) state.SkipWithError("not the body that was sent");
    }
    octets_processed(state, text.size());
}
BENCHMARK(read_chunked);

/// Octets that are no HTTP, and must be passed over until a start line comes.
void search_start_line(benchmark::State& state) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += "<p>some line of a body whose head was not captured</p>\n";
    for (auto _ : state) {
        http::MessageReader reader(http::Kind::response, http::Policy::lenient);
        reader.feed(http::octets(text));
        while (reader.next()) continue;
        benchmark::DoNotOptimize(reader.offset());
    }
    octets_processed(state, text.size());
}
BENCHMARK(search_start_line);

void parse_date(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(http::parse_date("Sun, 06 Nov 1994 08:49:37 GMT", 2020));
}
BENCHMARK(parse_date);

}  // namespace

BENCHMARK_MAIN();
