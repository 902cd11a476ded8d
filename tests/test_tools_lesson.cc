// The course's frame: records of check programs, crashes explained, dossiers, diagnoses, reports, progress.
#include <csignal>
#include <doctest/doctest.h>
#include <string>

#include "lessons/frame/check.h"
#include "tools/lesson_course.h"
#include "tools/lesson_crash.h"
#include "tools/lesson_diagnosis.h"
#include "tools/lesson_dossier.h"
#include "tools/lesson_progress.h"
#include "tools/lesson_records.h"
#include "tools/lesson_report.h"

namespace {

using namespace glass::tools;

constexpr const char* kRecords =
    "case 1 small sums\nrfc RFC 1071\nend \n"
    "case 2 an odd length\nrfc RFC 1071 section 4.1\nfail one octet\nform text\nexpected 0x1200\nactual "
    "0x0012\n"
    "story add {12}\\nfold\\\\ed\ncapture x.pcapng\nend \n"
    "case 3 the rest\nrfc none\ntodo 03: write it\nend \ndone 3\n";

TEST_CASE("records become cases; done is said at the end") {
    std::vector<LessonCase> cases;
    CHECK(read_lesson_records(kRecords, cases));
    REQUIRE(cases.size() == 3);
    CHECK(cases[0].outcome() == Outcome::pass);
    CHECK(cases[1].outcome() == Outcome::fail);
    CHECK(cases[1].name == "an odd length");
    REQUIRE(cases[1].failures.size() == 1);
    CHECK(cases[1].failures[0].what == "one octet");
    CHECK(cases[1].failures[0].story == "add {12}\nfold\\ed");
    CHECK(cases[1].failures[0].capture == "x.pcapng");
    CHECK(cases[2].outcome() == Outcome::todo);
    LessonResult result{.lesson = "03", .cases = cases};
    CHECK(result.outcome() == Outcome::fail);
    result.cases.erase(result.cases.begin() + 1);
    CHECK(result.outcome() == Outcome::todo);
    result.cases.pop_back();
    CHECK(result.outcome() == Outcome::pass);
    result.cases.clear();
    CHECK(result.outcome() == Outcome::fail);  // nothing was checked
}

TEST_CASE("records cut anywhere, or made up, are no pass") {
    const std::string all = kRecords;
    for (std::size_t size = 0; size + 1 < all.size(); ++size) {
        std::vector<LessonCase> cases;
        CHECK_FALSE(read_lesson_records(all.substr(0, size), cases));
    }
    for (const char* nonsense : {"", "\n\n", "end \n", "fail x\n", "actual 1\ncase\n",
                                 "case 99999999999999999999 x\n", "\\\\\\\n", "case 1 a\\"}) {
        CAPTURE(nonsense);
        std::vector<LessonCase> cases;
        CHECK_FALSE(read_lesson_records(nonsense, cases));
        for (const LessonCase& one : cases) CHECK(one.outcome() == Outcome::fail);
    }
}

TEST_CASE("a sanitizer's report in one sentence, and the student's line") {
    const char* overflow =
        "==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1\n"
        "READ of size 2\n    #0 0x1 in glass::ip::load16(unsigned char const*) ip/bytes.h:23\n"
        "    #1 0x2 in glass::ip::ChecksumSum::add(std::span<unsigned char const>) "
        "lessons/03-checksum/exercise.cc:17\n"
        "    #2 0x3 in run lessons/frame/main.cc:43\n";
    const LessonCrash crash = explain_crash(overflow, SIGABRT, "exercise.cc");
    CHECK(crash.kind == "heap-buffer-overflow");
    CHECK(crash.where == "exercise.cc:17, in glass::ip::ChecksumSum::add(std::span<unsigned char const>)");
    const LessonCrash undefined = explain_crash(
        "lessons/03-checksum/exercise.cc:9:14: runtime error: shift exponent 40 is too large\n    #0 0x1 in "
        "f x.cc:1\n",
        SIGABRT, "exercise.cc");
    CHECK(undefined.what == "undefined behaviour: shift exponent 40 is too large");
    CHECK(undefined.where == "exercise.cc:9");
    CHECK(explain_crash("x: Assertion '__n < size()' failed.\n", SIGABRT, "exercise.cc").what ==
          "a container was used against its rules: '__n < size()' failed.");
    CHECK(explain_crash("", SIGKILL, "exercise.cc").kind == "signal");
    CHECK(explain_crash("", 3 << 8, "exercise.cc").what ==
          "the program ended itself, with status 3, before the checks were done");
    CHECK(place_in("#0 in exercise.cc\n# in \n", "exercise.cc").empty());
}

LessonResult failing() {
    LessonResult result{.lesson = "03"};
    static_cast<void>(read_lesson_records(kRecords, result.cases));
    return result;
}

const Lesson kLesson{
    .number = "03", .name = "checksum", .folder = "lessons/03-checksum", .title = "The checksum"};

TEST_CASE("the dossier: cases, steps, both values, and the known bug") {
    const Diagnosis diagnosis{
        .mutant = {.name = "odd", .bug = "forgets the odd octet", .whose = "students", .look_at = "the end"},
        .exact = true};
    CHECK(dossier(kLesson, failing(), diagnosis, Style()) ==
          "03 The checksum: FAIL   1 of 3 cases pass\n"
          "  PASS  small sums\n"
          "  FAIL  an odd length\n"
          "  TODO  the rest: 03: write it\n"
          "\nan odd length\n  RFC 1071 section 4.1\n"
          "\n  What happened:\n    1. add {12}\n    2. fold\\ed\n"
          "\n  one octet:\n    expected  0x1200\n    yours     0x0012\n"
          "\nYour code behaves exactly as if it forgets the odd octet.\n"
          "  Seen in: students\n  Look at: the end\n");
    CHECK(dossier(kLesson, {.built = false}, {}, Style()).find("FAIL   not built") != std::string::npos);
    CHECK(dossier(kLesson, {.built = false, .started = false}, {}, Style()) ==
          "03 The checksum: TODO   not started\n");
}

TEST_CASE("two values, and what differs between them") {
    CHECK(
        compared({.what = "x", .form = "octets", .expected = "45 00 01", .actual = "45 01 01 02"}, Style()) ==
        "    expected  45 00 01\n    yours     45 01 01 02\n                  ^   ^^^\n");
    CHECK(compared({.what = "x", .form = "fields", .expected = "SEQ=1\nACK=2\n", .actual = "SEQ=1\nACK=3\n"},
                   Style()) ==
          "      expected                             yours\n"
          "      SEQ=1                                1\n"
          "    * ACK=2                                3\n");
}

TEST_CASE("many octets: the rows around the first that differs") {
    std::vector<std::uint8_t> expected(1460);
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<std::uint8_t>(i / 16);
    std::vector<std::uint8_t> actual = expected;
    actual[1000] = 0xff;
    actual[1459] = 0xff;
    const auto told = [&] {
        return compared({.what = "x",
                         .form = "octets",
                         .expected = glass::lesson::octets_around(expected, 1000),
                         .actual = glass::lesson::octets_around(actual, 1000)},
                        Style());
    };
    CHECK(told() ==
          "              1460 octets, from octet 960 on:\n"
          "                 960  3c 3c 3c 3c 3c 3c 3c 3c 3c 3c 3c 3c 3c 3c 3c 3c\n"
          "                 976  3d 3d 3d 3d 3d 3d 3d 3d 3d 3d 3d 3d 3d 3d 3d 3d\n"
          "    expected     992  3e 3e 3e 3e 3e 3e 3e 3e 3e 3e 3e 3e 3e 3e 3e 3e\n"
          "    yours        992  3e 3e 3e 3e 3e 3e 3e 3e ff 3e 3e 3e 3e 3e 3e 3e\n"
          "                                              ^^\n"
          "                1008  3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f\n"
          "                1024  40 40 40 40 40 40 40 40 40 40 40 40 40 40 40 40\n");
    actual.resize(1000);  // one ends where the other goes on
    CHECK(told().find("    yours        992  3e 3e 3e 3e 3e 3e 3e 3e\n") != std::string::npos);
    CHECK(glass::lesson::octets_around({}, 0) == "0 octets, from octet 0 on:");
}

TEST_CASE("fingerprints tell failures and values apart") {
    const LessonResult one = failing();
    LessonResult other = one;
    CHECK(fingerprint_of(one).size() == 1);
    CHECK(fingerprint_of(one)[0].starts_with("an odd length/one octet = "));
    other.cases[1].failures[0].actual = "0x1200 and more";
    CHECK(fingerprint_of(one) != fingerprint_of(other));
}

TEST_CASE("progress is a text that reads back, and nonsense in it is left out") {
    const Progress progress{
        {"03", {.started = true, .passed = true, .hints = 2, .quiz_right = 4, .quiz_of = 5}},
        {"08", {.started = true, .gave_up = true}},
        {"10a", {.started = true, .hints = 1}}};
    const std::string text = progress_text(progress);
    CHECK(text.find("03 started passed hints=2 quiz=4/5\n") != std::string::npos);
    CHECK(progress_text(read_progress(text)) == text);
    CHECK(read_progress("hello\n# 03 passed\n\n123 passed\n").empty());
    CHECK(read_progress("03 hints=x quiz=/ flying\n")["03"].hints == 0);
}

TEST_CASE("reports: JSON that parses, JUnit that is well-formed, CSV, Gradescope") {
    LessonReport report{
        .lesson = &kLesson, .result = failing(), .text = "a < b & \"c\"\n", .diagnosis = "odd"};
    const std::string json = report_text({report}, ReportForm::json);
    CHECK(json.find("\"lesson\":\"03\",\"name\":\"checksum\",\"outcome\":\"FAIL\"") != std::string::npos);
    CHECK(json.find("\"behaves_like\":\"odd\"") != std::string::npos);
    const std::string junit = report_text({report}, ReportForm::junit);
    CHECK(junit.find("tests=\"3\" failures=\"1\" skipped=\"1\"") != std::string::npos);
    CHECK(junit.find("a &lt; b &amp; &quot;c&quot;") != std::string::npos);
    CHECK(report_text({report}, ReportForm::csv).find("03,checksum,FAIL,1,3,0,no,0,0,odd\n") !=
          std::string::npos);
    CHECK(report_text({report}, ReportForm::gradescope).find("\"score\":3.33,\"max_score\":10.00") !=
          std::string::npos);
    report.result = {.built = false};
    CHECK(report_text({report}, ReportForm::junit).find("tests=\"1\" failures=\"1\"") != std::string::npos);
}

TEST_CASE("reports: a lesson that nobody has started has not failed") {
    LessonReport report{.lesson = &kLesson, .result = {.built = false, .started = false}};
    report.text = dossier(kLesson, report.result, {}, Style());
    const auto has = [&](ReportForm form, const char* text) {
        return report_text({report}, form).find(text) != std::string::npos;
    };
    CHECK(has(ReportForm::json, "\"outcome\":\"TODO\",\"started\":false,\"built\":false"));
    CHECK(has(ReportForm::junit, "tests=\"1\" failures=\"0\" skipped=\"1\""));
    CHECK(has(ReportForm::junit, "<skipped message=\"not started\"/>"));
    CHECK(has(ReportForm::csv, "03,checksum,TODO,0,0,"));
    CHECK(has(ReportForm::gradescope, "\"score\":0.00"));
    CHECK(has(ReportForm::gradescope, "\"output\":\"03 The checksum: TODO   not started"));
}

TEST_CASE("keyed text: values go on in indented lines, and end where a line is none") {
    const KeyedText text = read_keyed("Bug: one\n  two\nWhose: three\n--- a/file\nLook at: four\n");
    REQUIRE(text.size() == 2);
    CHECK(value_of(text, "Bug") == "one two");
    CHECK(value_of(text, "Look at").empty());
}

}  // namespace
