// Chunked: RFC 9112 section 7.1 row by row, whole, octet by octet and cut at every place.
#include <doctest/doctest.h>
#include <string>

#include "http/characters.h"
#include "http/chunked.h"

using namespace glass;
using http::Error;
using http::Status;

namespace {

struct Outcome {
    Status status = Status::need_more;
    std::string body;
    std::string rest;
    Error error{};
    bool operator==(const Outcome&) const = default;
};

/// Fed in pieces that end at these places.
Outcome decode(http::Policy policy, const std::string& text, std::vector<std::size_t> ends,
               const http::Limits& limits = {}) {
    Outcome out;
    http::ChunkedDecoder decoder(policy, limits);
    std::size_t at = 0;
    ends.push_back(text.size());
    for (const std::size_t end : ends) {
        while (at < end && out.status == Status::need_more) {
            const auto step = decoder.step(http::octets(std::string_view(text).substr(at, end - at)));
            out.status = step.status;
            out.body += http::text(step.data);
            at += step.consumed;
        }
    }
    if (out.status == Status::error) out.error = decoder.error();
    if (out.status == Status::done) out.rest = text.substr(at);
    return out;
}

struct Row {
    std::string why;
    std::string text;
    std::optional<Error> strict;
    std::optional<Error> lenient;
    std::string body;
};

const Row kRows[] = {
    {"one chunk", "5\r\nhello\r\n0\r\n", {}, {}, "hello"},
    {"either case", "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n", {}, {}, "01234567890123456789"},
    {"zeros", "0005\r\nhello\r\n000\r\n", {}, {}, "hello"},
    {"the data looks like framing", "7\r\n\r\n0\r\n\r\n\r\n0\r\n", {}, {}, "\r\n0\r\n\r\n"},
    {"7.1.1: extension", "5;a\r\nhello\r\n0;b=c\r\n", {}, {}, "hello"},
    {"7.1.1: white space", "5 ; a = b ; c\r\nhello\r\n0\r\n", {}, {}, "hello"},
    {"7.1.1: quoted", "5;a=\"b;\\\"\tc\"\r\nhello\r\n0\r\n", {}, {}, "hello"},
    {"7.1.1: no name", "5;\r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"7.1.1: no value", "5;a=\r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"7.1.1: bad name", "5;a[=b\r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"7.1.1: space at the end", "5 \r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"7.1.1: space at the end", "5;a \r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"7.1.1: space after a quote", "5;a=\"b\" \r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"7.1.1: after a quote", "5;a=\"b\"c\r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"7.1.1: CR in it", "5;a=b\rc\r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"7.1.1: CR in quotes", "5;a=\"b\r\"\r\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"2.2: LF in the extension", "5;a\nhello\r\n0\r\n", Error::bad_chunk_extension, {}, "hello"},
    {"2.2: LF alone", "5\nhello\n0\n", Error::bad_chunk_size, {}, "hello"},
    {"2.2: LF after data", "5\r\nhello\n0\r\n", Error::bad_chunk_end, {}, "hello"},
    {"data too long", "5\r\nhello!\r\n0\r\n", Error::bad_chunk_end, Error::bad_chunk_end, ""},
    {"data too short", "7\r\nhello\r\n0\r\n", Error::bad_chunk_end, Error::bad_chunk_end, ""},
    {"data too short by one", "6\r\nhello\r\n0\r\n", Error::bad_chunk_end, {}, "hello\r"},
    {"no size", "\r\nhello\r\n0\r\n", Error::bad_chunk_size, Error::bad_chunk_size, ""},
    {"no size", ";a\r\n", Error::bad_chunk_size, Error::bad_chunk_size, ""},
    {"sign", "+5\r\nhello\r\n0\r\n", Error::bad_chunk_size, Error::bad_chunk_size, ""},
    {"sign", "-1\r\nhello\r\n0\r\n", Error::bad_chunk_size, Error::bad_chunk_size, ""},
    {"prefix", "0x5\r\nhello\r\n0\r\n", Error::bad_chunk_size, Error::bad_chunk_size, ""},
    {"underscore", "5_0\r\nhello\r\n0\r\n", Error::bad_chunk_size, {}, "hello"},
    {"no digit", "5x\r\nhello\r\n0 x\r\n", Error::bad_chunk_size, {}, "hello"},
    {"space before it", " 5\r\nhello\r\n0\r\n", Error::bad_chunk_size, {}, "hello"},
    {"overflow", "10000000000000005\r\nhello\r\n0\r\n", Error::bad_chunk_size, Error::bad_chunk_size, ""},
    {"overflow", "fffffffffffffffff\r\n", Error::bad_chunk_size, Error::bad_chunk_size, ""},
};

}  // namespace

TEST_CASE("RFC 9112 section 7.1: chunks, however they are cut") {
    for (const Row& row : kRows) {
        CAPTURE(row.why);
        CAPTURE(row.text);
        for (const auto policy : {http::Policy::strict, http::Policy::lenient}) {
            const auto expected = policy == http::Policy::strict ? row.strict : row.lenient;
            const Outcome whole = decode(policy, row.text + (expected ? "" : "rest"), {});
            CHECK(whole.status == (expected ? Status::error : Status::done));
            if (expected) CHECK(whole.error == *expected);
            if (!expected) CHECK(whole.body == row.body);
            if (!expected) CHECK(whole.rest == "rest");
            std::vector<std::size_t> every;
            for (std::size_t cut = 1; cut < row.text.size(); ++cut) {
                CHECK(decode(policy, row.text + (expected ? "" : "rest"), {cut}) == whole);
                every.push_back(cut);
            }
            CHECK(decode(policy, row.text + (expected ? "" : "rest"), every) == whole);
        }
    }
}

TEST_CASE("every prefix waits for more") {
    const std::string text = "5;a=\"b\"\r\nhello\r\n1\r\n!\r\n0;c\r\n";
    for (std::size_t n = 0; n < text.size(); ++n) {
        const auto out = decode(http::Policy::strict, text.substr(0, n), {});
        CHECK(out.status == Status::need_more);
        CHECK(std::string("hello!").starts_with(out.body));
    }
    CHECK(decode(http::Policy::strict, "ffffffffffffffff\r\nabc", {}).status == Status::need_more);
}

TEST_CASE("7.1.1: the length of a chunk line is bounded") {
    const http::Limits limits{.chunk_line = 100};
    for (const auto policy : {http::Policy::strict, http::Policy::lenient}) {
        CHECK(decode(policy, "5;" + std::string(96, 'a') + "\r\nhello\r\n0\r\n", {}, limits).body == "hello");
        CHECK(decode(policy, "5;" + std::string(97, 'a') + "\r\nhello\r\n0\r\n", {}, limits).error ==
              Error::chunk_extension_too_long);
        CHECK(decode(policy, std::string(200, '0'), {}, limits).error == Error::chunk_extension_too_long);
    }
}

TEST_CASE("chunks of one octet are refused in the long run, those of ten are not") {
    std::string ones, tens;
    for (int i = 0; i < 100'000; ++i) ones += "1\r\na\r\n";
    for (int i = 0; i < 100'000; ++i) tens += "a\r\n0123456789\r\n";
    CHECK(decode(http::Policy::strict, ones + "0\r\n", {}).error == Error::chunk_overhead);
    CHECK(decode(http::Policy::lenient, ones + "0\r\n", {}).body.size() == 100'000);
    CHECK(decode(http::Policy::strict, tens + "0\r\n", {}).body.size() == 1'000'000);
    CHECK(decode(http::Policy::strict, ones.substr(0, 60'000) + "0\r\n", {}).body.size() == 10'000);
}

TEST_CASE("a hole in a chunk's data is stepped over") {
    http::ChunkedDecoder decoder(http::Policy::lenient, {});
    const std::string begin = "a\r\n012", end = "89\r\n0\r\n";
    CHECK(http::text(decoder.step(http::octets(begin)).data) == "012");
    CHECK(decoder.left() == 7);
    decoder.skip(5);
    CHECK(http::text(decoder.step(http::octets(end)).data) == "89");
    CHECK(decoder.step(http::octets(std::string_view(end).substr(2))).status == Status::done);
    CHECK(decoder.left() == 0);
}
