// The rest of a representation: RFC 9110 sections 13.1.5, 14.2 to 14.4, 15.3.7 and 15.5.17.
#include <doctest/doctest.h>

#include "http/content_range.h"
#include "http/resume.h"

using namespace glass;
using Step = http::ResumeStep;

namespace {

http::Head response(std::uint16_t status, std::vector<http::Field> fields) {
    http::Head head;
    head.kind = http::Kind::response;
    head.status = status;
    head.fields = std::move(fields);
    return head;
}

}  // namespace

TEST_CASE("RFC 9110 section 14.4: Content-Range") {
    using Range = http::ContentRange;
    CHECK(http::parse_content_range("bytes 0-99/100") == Range{Range::Octets{0, 99}, 100});
    CHECK(http::parse_content_range("BYTES 5-5/*") == Range{Range::Octets{5, 5}, {}});
    CHECK(http::parse_content_range("bytes */100") == Range{{}, 100});
    for (const char* bad : {"", "bytes", "bytes 0-99", "bytes 0-99/99", "bytes 9-0/100", "bytes -9/100",
                            "bytes 9-/100", "bytes */*", "items 0-9/10", "bytes 0-9/x", "bytes=0-9/10",
                            "bytes 0-18446744073709551616/*", "bytes 0 - 9/10", "bytes +0-9/10"}) {
        CAPTURE(bad);
        CHECK(!http::parse_content_range(bad));
    }
}

TEST_CASE("RFC 9110 section 13.1.5: what If-Range may say") {
    const std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";
    CHECK(http::validator_of(response(200, {{"ETag", "\"a\""}, {"Last-Modified", date}})) == "\"a\"");
    CHECK(http::validator_of(response(200, {{"ETag", "W/\"a\""}, {"Last-Modified", date}})) == date);
    CHECK(http::validator_of(response(200, {{"ETag", "W/\"a\""}})) == "");
    CHECK(http::validator_of(response(200, {{"ETag", "\""}})) == "");
    CHECK(http::validator_of(response(200, {})) == "");
    // RFC 9110 section 8.8.2.2: changed in the second of the response.
    CHECK(http::validator_of(response(200, {{"Date", date}, {"Last-Modified", date}})) == "");
}

TEST_CASE("what asks for the rest") {
    http::ClientRequest request;
    http::ask_for_rest(request, {.size = 0, .validator = "\"a\""});
    CHECK(request.fields.empty());
    http::ask_for_rest(request, {.size = 7, .validator = "\"a\""});
    CHECK(request.fields == std::vector<http::FieldLine>{{"Range", "bytes=7-"}, {"If-Range", "\"a\""}});
    http::ClientRequest unknown;
    http::ask_for_rest(unknown, {.size = 7});
    CHECK(unknown.fields == std::vector<http::FieldLine>{{"Range", "bytes=7-"}});
}

TEST_CASE("what the answer to that is") {
    const http::Partial part{.size = 7, .validator = "\"a\""};
    const auto judge = [&](std::uint16_t status, std::vector<http::Field> fields) {
        return http::judge_resume(response(status, std::move(fields)), part);
    };
    const auto rest = judge(206, {{"Content-Range", "bytes 7-9/10"}, {"ETag", "\"a\""}});
    CHECK(rest.step == Step::append);
    CHECK(rest.complete == 10);
    CHECK(judge(206, {{"Content-Range", "bytes 7-9/*"}}).step == Step::append);
    CHECK(judge(206, {{"Content-Range", "bytes 6-9/10"}}).step == Step::mismatch);
    CHECK(judge(206, {{"Content-Range", "bytes 8-9/10"}}).step == Step::mismatch);
    CHECK(judge(206, {{"Content-Range", "bytes 7-9/10"}, {"ETag", "\"b\""}}).step == Step::mismatch);
    CHECK(judge(206, {{"Content-Type", "multipart/byteranges; boundary=x"}}).step == Step::mismatch);
    CHECK(judge(206, {{"Content-Range", "bytes */10"}}).step == Step::mismatch);

    const auto whole = judge(200, {{"Content-Length", "20"}});
    CHECK(whole.step == Step::restart);
    CHECK(whole.complete == 20);
    CHECK(judge(200, {}).step == Step::restart);

    CHECK(judge(416, {{"Content-Range", "bytes */7"}}).step == Step::nothing);
    const auto longer = judge(416, {{"Content-Range", "bytes */5"}});
    CHECK(longer.step == Step::mismatch);
    CHECK(longer.complete == 5);
    CHECK(judge(416, {}).step == Step::mismatch);
    CHECK(judge(404, {}).step == Step::other);
    CHECK(judge(503, {{"Content-Range", "bytes 7-9/10"}}).step == Step::other);
}

TEST_CASE("a date tells, too, whether it is the same") {
    const http::Partial part{.size = 7, .validator = "Sun, 06 Nov 1994 08:49:37 GMT"};
    const auto judge = [&](std::string_view date) {
        return http::judge_resume(response(206, {{"Content-Range", "bytes 7-9/10"}, {"Last-Modified", date}}),
                                  part)
            .step;
    };
    CHECK(judge("Sun, 06 Nov 1994 08:49:37 GMT") == Step::append);
    CHECK(judge("Mon, 07 Nov 1994 08:49:37 GMT") == Step::mismatch);
}
