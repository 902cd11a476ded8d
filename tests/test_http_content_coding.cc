// Content coding: RFC 9110 section 8.4.1; what zlib made, in every format and cut anywhere, and what claims
// to be it.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>
#include <zlib.h>

#include "http/characters.h"
#include "http/content_coding.h"

using namespace glass;
using http::Coding;
using http::DecodeStatus;

namespace {

constexpr int kGzip = 31, kZlib = 15, kRaw = -15;

std::string deflated(std::string_view text, int window) {
    z_stream z{};
    REQUIRE(deflateInit2(&z, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&z, static_cast<uLong>(text.size())) + 64, '\0');
    std::string in(text);
    z.next_in = reinterpret_cast<Bytef*>(in.data());
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

struct Outcome {
    std::string text;
    DecodeStatus status = DecodeStatus::ok;
    std::size_t calls = 0;
    bool operator==(const Outcome& o) const { return text == o.text && status == o.status; }
};

Outcome decoded(const std::vector<Coding>& codings, const std::string& coded, std::size_t step,
                std::uint64_t max = 1 << 30) {
    http::ContentDecoder decoder(codings, max);
    Outcome out;
    for (std::size_t at = 0; at < coded.size(); at += step) {
        const std::string piece = coded.substr(at, step);
        ip::Bytes in = http::octets(piece);
        do {
            ip::Buffer room;
            out.status = decoder.decode(in, room);
            ++out.calls;
            REQUIRE(room.size() <= http::ContentDecoder::kRoom);
            out.text += http::text(room);
        } while (out.status == DecodeStatus::more);
        if (out.status != DecodeStatus::ok) return out;
        REQUIRE(in.empty());
    }
    out.status = decoder.finish();
    return out;
}

std::string some_text(std::size_t size) {
    std::string text;
    std::uint32_t state = 1;
    while (text.size() < size) {
        state = state * 1664525 + 1013904223;
        text += std::to_string(state >> 20) + (state >> 31 ? "\n" : ", ");
    }
    return text.substr(0, size);
}

http::Head head_with(const std::vector<http::Field>& fields) {
    http::Head head;
    head.fields = fields;
    return head;
}

}  // namespace

TEST_CASE("every format, whole and in pieces") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{300'000}}) {
        const std::string text = some_text(size);
        for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1'000'000}}) {
            CAPTURE(size);
            CAPTURE(step);
            const Outcome expected{text, DecodeStatus::ok};
            CHECK(decoded({Coding::gzip}, deflated(text, kGzip), step) == expected);
            CHECK(decoded({Coding::deflate}, deflated(text, kZlib), step) == expected);
            CHECK(decoded({Coding::deflate}, deflated(text, kRaw), step) == expected);  // as some send it
            CHECK(decoded({Coding::deflate}, deflated(text, kGzip), step) == expected);
            CHECK(decoded({}, text, step) == expected);
            const std::string twice = deflated(deflated(text, kZlib), kGzip);
            CHECK(decoded({Coding::gzip, Coding::deflate}, twice, step) == expected);
        }
    }
    CHECK(decoded({Coding::gzip}, "", 1).status ==
          DecodeStatus::ok);  // nothing at all: a response to HEAD, say
}

TEST_CASE("RFC 1952 section 2.2: members follow each other; anything else behind them is left out") {
    const std::string a = deflated("aaa", kGzip), b = deflated("bbb", kGzip);
    for (const std::size_t step : {std::size_t{1}, std::size_t{1000}}) {
        CHECK(decoded({Coding::gzip}, a + b, step) == Outcome{"aaabbb", DecodeStatus::ok});
        CHECK(decoded({Coding::gzip}, a + "junk", step) == Outcome{"aaa", DecodeStatus::ok});
        CHECK(decoded({Coding::gzip}, a + "\x1fjunk", step) == Outcome{"aaa", DecodeStatus::ok});
        CHECK(decoded({Coding::gzip}, a + b.substr(0, b.size() - 1), step) ==
              Outcome{"aaabbb", DecodeStatus::cut});
        CHECK(decoded({Coding::deflate}, deflated("x", kZlib) + "\x1f", step) ==
              Outcome{"x", DecodeStatus::ok});
    }
}

TEST_CASE("what is broken is said, and what came before it kept") {
    const std::string text = some_text(5000);
    std::string bad_sum = deflated(text, kGzip);
    bad_sum[bad_sum.size() - 5] = static_cast<char>(bad_sum[bad_sum.size() - 5] ^ 1);
    CHECK(decoded({Coding::gzip}, bad_sum, 100).status == DecodeStatus::bad_data);
    CHECK(decoded({Coding::gzip}, bad_sum, 100).text == text);
    CHECK(decoded({Coding::gzip}, "<html>", 100) == Outcome{"", DecodeStatus::bad_data});
    CHECK(decoded({Coding::gzip}, "\x1f", 100).status == DecodeStatus::cut);
    const std::string whole = deflated(text, kGzip);
    for (std::size_t n = 1; n < whole.size(); n += 13) {
        const auto out = decoded({Coding::gzip}, whole.substr(0, n), 50);
        CHECK(out.status == DecodeStatus::cut);
        CHECK(text.starts_with(out.text));
    }
}

TEST_CASE("bombs stop at the limit, in pieces of bounded size") {
    const std::string zeros(20'000'000, '\0');
    const std::string bomb = deflated(zeros, kGzip);
    CHECK(bomb.size() < 30'000);
    const auto out = decoded({Coding::gzip}, bomb, 1'000'000, 1'000'000);
    CHECK(out.status == DecodeStatus::too_long);
    CHECK(out.text.size() == 1'000'000);
    const auto nested = decoded({Coding::gzip, Coding::gzip}, deflated(bomb, kGzip), 1'000'000, 1'000'000);
    CHECK(nested.status == DecodeStatus::too_long);
    CHECK(nested.text.size() == 1'000'000);
    CHECK(decoded({Coding::gzip}, bomb, 1'000'000, zeros.size()) == Outcome{zeros, DecodeStatus::ok});
}

TEST_CASE("any octets do no harm") {
    rc::check([] {
        auto octets = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
        if (*rc::gen::arbitrary<bool>()) octets = "\x1f\x8b\x08" + octets;
        for (const auto& codings :
             {std::vector{Coding::gzip}, {Coding::deflate}, {Coding::deflate, Coding::gzip}})
            RC_ASSERT(decoded(codings, octets, 1, 100'000) == decoded(codings, octets, 1000, 100'000));
    });
}

TEST_CASE("RFC 9110 section 8.4: codings are taken off in the opposite order") {
    using Codings = std::vector<Coding>;
    CHECK(http::codings_of(head_with({})) == Codings{});
    CHECK(http::codings_of(head_with({{"content-encoding", "X-GZIP"}})) == Codings{Coding::gzip});
    CHECK(http::codings_of(head_with({{"Content-Encoding", "deflate, gzip"}})) ==
          Codings{Coding::gzip, Coding::deflate});
    CHECK(http::codings_of(head_with({{"Content-Encoding", "deflate"}, {"Content-Encoding", "gzip"}})) ==
          Codings{Coding::gzip, Coding::deflate});
    CHECK(http::codings_of(
              head_with({{"Content-Encoding", "deflate"}, {"Transfer-Encoding", "gzip, chunked"}})) ==
          Codings{Coding::gzip, Coding::deflate});
    CHECK(http::codings_of(head_with({{"Content-Encoding", "identity, ,"}})) == Codings{});
    CHECK(!http::codings_of(head_with({{"Content-Encoding", "br"}})));
    CHECK(!http::codings_of(head_with({{"Content-Encoding", "gzip,gzip,gzip,gzip,gzip"}})));
}
