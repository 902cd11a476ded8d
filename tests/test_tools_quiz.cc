// Quizzes: blocks read, questions made from captures, answers judged.
#include <doctest/doctest.h>
#include <string>

#include "tools/quiz.h"
#include "tools/quiz_capture.h"

namespace {

using namespace glass;
using namespace glass::tools;

TEST_CASE("blocks of a quiz, and what is wrong with others") {
    const auto blocks = read_quiz(
        "# a note\nkind: choice\nask: One?\nright: yes\nwrong: no\nwrong: maybe\n\n\n"
        "scene: captures/ping.pcap\nkind: count\nask: How\n  many?\nbecause: {answer}\n");
    REQUIRE(blocks.has_value());
    REQUIRE(blocks->size() == 2);
    CHECK((*blocks)[0].wrong.size() == 2);
    CHECK((*blocks)[1].ask == "How many?");
    CHECK(read_quiz("")->empty());
    CHECK_FALSE(read_quiz("kind: choice\nask: One?\nright: yes\n").has_value());
    CHECK_FALSE(read_quiz("kind: count\nask: One?\n").has_value());
    CHECK_FALSE(read_quiz("kind: count\nflavour: sweet\n").has_value());
}

TEST_CASE("answers: numbers by value, words by letters") {
    const QuizQuestion number{.text = {}, .choices = {}, .answer = "32", .because = {}, .capture = {}};
    for (const char* right : {"32", " 32\n", "0x20", "0X20"}) CHECK(is_right(number, right));
    for (const char* wrong : {"", "33", "32 octets", "x20", "-32", "99999999999999999999999"})
        CHECK_FALSE(is_right(number, wrong));
    const QuizQuestion word{.text = {}, .choices = {"x", "y"}, .answer = "b", .because = {}, .capture = {}};
    CHECK(is_right(word, "B "));
    CHECK_FALSE(is_right(word, "a"));
}

TEST_CASE("frames for which conditions hold, and what is asked about them") {
    const std::string capture = "captures/http-get.pcap";
    const auto syns = quiz_rows(capture, "tcp.flags_str has SYN", "ip.ttl");
    REQUIRE(syns.has_value());
    REQUIRE(syns->size() == 2);
    CHECK((*syns)[1].frame == 2);
    CHECK((*syns)[0].value == "64");
    ip::Random random(1);
    CHECK(answer_in(*syns, "count", random)->answer == "2");
    CHECK(answer_in(*syns, "first", random)->answer == "1");
    CHECK(answer_in(*syns, "last", random)->answer == "2");
    CHECK(answer_in(*syns, "sum", random)->answer == "128");
    CHECK(answer_in(*syns, "field", random)->answer == "64");
    CHECK_FALSE(answer_in(*syns, "guess", random).has_value());
    CHECK_FALSE(answer_in({}, "first", random).has_value());
    CHECK(quiz_rows(capture, "tcp.len > 0 and ip.src == 10.0.0.1", "")->size() == 1);
    CHECK(quiz_rows(capture, "tcp.len >= 85 and tcp.len <= 85 and ip.src != 10.0.0.2", "")->size() == 1);
    CHECK(quiz_rows(capture, "tcp.len < 0", "")->empty());
    CHECK_FALSE(quiz_rows(capture, "tcp.len", "").has_value());
    CHECK_FALSE(quiz_rows(capture, "tcp.len > 0 or ip.ttl > 0", "").has_value());
    CHECK_FALSE(quiz_rows(capture, "tcp.lenn > 0", "").has_value());
}

TEST_CASE("the same student gets the same questions, in the same order of choices") {
    const std::vector<QuizBlock> blocks{
        {.kind = "choice", .ask = "?", .right = "right", .wrong = {"x", "y", "z"}},
        {.kind = "field",
         .ask = "{frame}",
         .because = "{answer}",
         .scene = "captures/http-get.pcap",
         .where = "tcp.len > 0",
         .field = "tcp.len"}};
    const auto one = make_quiz(blocks, quiz_seed("anna"), "build/quiz/test");
    const auto again = make_quiz(blocks, quiz_seed("anna"), "build/quiz/test");
    REQUIRE(one.has_value());
    REQUIRE(again.has_value());
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK((*one)[i].text == (*again)[i].text);
        CHECK((*one)[i].answer == (*again)[i].answer);
    }
    CHECK((*one)[0].choices[static_cast<std::size_t>((*one)[0].answer[0] - 'a')] == "right");
    CHECK((*one)[1].because == (*one)[1].answer);
    CHECK(quiz_seed("anna") != quiz_seed("bert"));
}

}  // namespace
