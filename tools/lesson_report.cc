#include "tools/lesson_report.h"

#include <fmt/format.h>
#include <iterator>

#include "tools/json.h"
#include "tools/lesson_diagnosis.h"

namespace glass::tools {
namespace {

/// Text inside XML. Control characters have no place there.
std::string xml(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '&': out += "&amp;"; break;
            case '"': out += "&quot;"; break;
            default: out += c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= ' ' ? c : '?';
        }
    }
    return out;
}

void add_case(JsonWriter& json, const LessonCase& one) {
    json.begin_object().key("name").text(one.name).key("rfc").text(one.rfc).key("outcome").text(
        to_string(one.outcome()));
    if (!one.todo.empty()) json.key("todo").text(one.todo);
    if (one.crash) json.key("crash").text(one.crash->what).key("where").text(one.crash->where);
    json.key("failures").begin_array();
    for (const LessonFailure& failure : one.failures) {
        json.begin_object()
            .key("what")
            .text(failure.what)
            .key("expected")
            .text(failure.expected)
            .key("actual")
            .text(failure.actual);
        if (!failure.capture.empty()) json.key("capture").text(failure.capture);
        json.end_object();
    }
    json.end_array().end_object();
}

void add_json(TextBuffer& out, const LessonReport& report) {
    JsonWriter json(out);
    json.begin_object().key("lesson").text(report.lesson->number).key("name").text(report.lesson->name);
    json.key("outcome").text(to_string(report.result.outcome()));
    json.key("started").boolean(report.result.started).key("built").boolean(report.result.built);
    json.key("seed").number(report.result.seed);
    json.key("passed")
        .number(std::uint64_t{report.result.count(Outcome::pass)})
        .key("of")
        .number(std::uint64_t{report.result.cases.size()});
    json.key("hints")
        .number(std::uint64_t{report.progress.hints})
        .key("gave_up")
        .boolean(report.progress.gave_up);
    json.key("quiz_right")
        .number(std::uint64_t{report.progress.quiz_right})
        .key("quiz_of")
        .number(std::uint64_t{report.progress.quiz_of});
    if (!report.diagnosis.empty()) json.key("behaves_like").text(report.diagnosis);
    json.key("fingerprint").begin_array();
    for (const std::string& line : fingerprint_of(report.result)) json.text(line);
    json.end_array().key("cases").begin_array();
    for (const LessonCase& one : report.result.cases) add_case(json, one);
    json.end_array().end_object();
    out.append('\n');
}

std::string as_json(const std::vector<LessonReport>& reports) {
    TextBuffer out;
    for (const LessonReport& report : reports) add_json(out, report);
    return std::string(out.view());
}

void add_junit_case(std::string& out, const LessonReport& report, const LessonCase& one) {
    fmt::format_to(std::back_inserter(out), "    <testcase classname=\"lesson.{}\" name=\"{}\"",
                   xml(report.lesson->number), xml(one.name));
    const Outcome outcome = one.outcome();
    if (outcome == Outcome::pass) {
        out += "/>\n";
    } else if (outcome == Outcome::todo) {
        out += "><skipped message=\"" + xml(one.todo) + "\"/></testcase>\n";
    } else {
        const std::string message = one.crash              ? one.crash->what
                                    : one.failures.empty() ? "it did not end"
                                                           : one.failures[0].what;
        out += "><failure message=\"" + xml(message) + "\">" + xml(one.rfc) + "</failure></testcase>\n";
    }
}

std::string as_junit(const std::vector<LessonReport>& reports) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    for (const LessonReport& report : reports) {
        const LessonResult& result = report.result;
        const std::size_t none = result.cases.empty() ? 1 : 0;  // it does not compile, or is the stub
        const std::size_t broken = result.started ? none : 0;
        fmt::format_to(std::back_inserter(out),
                       "  <testsuite name=\"{} {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
                       report.lesson->number, xml(report.lesson->title), result.cases.size() + none,
                       result.count(Outcome::fail) + broken, result.count(Outcome::todo) + none - broken);
        if (none > 0)
            out +=
                "    <testcase classname=\"lesson." + report.lesson->number + "\" name=\"compiles\"><" +
                (broken > 0 ? "failure message=\"it does not compile\"" : "skipped message=\"not started\"") +
                "/></testcase>\n";
        for (const LessonCase& one : result.cases) add_junit_case(out, report, one);
        out += "    <system-out>" + xml(report.text) + "</system-out>\n  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

std::string as_csv(const std::vector<LessonReport>& reports) {
    std::string out = "lesson,name,outcome,passed,of,hints,gave_up,quiz_right,quiz_of,behaves_like\n";
    for (const LessonReport& r : reports)
        fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{},{},{}\n", r.lesson->number,
                       r.lesson->name, to_string(r.result.outcome()), r.result.count(Outcome::pass),
                       r.result.cases.size(), r.progress.hints, r.progress.gave_up ? "yes" : "no",
                       r.progress.quiz_right, r.progress.quiz_of, r.diagnosis);
    return out;
}

/// Points are in proportion to the cases that pass: a student sees that work counts.
std::string as_gradescope(const std::vector<LessonReport>& reports) {
    constexpr double kPoints = 10;
    TextBuffer out;
    JsonWriter json(out);
    json.begin_object().key("stdout_visibility").text("hidden").key("tests").begin_array();
    for (const LessonReport& r : reports) {
        const double share = r.result.cases.empty() ? 0
                                                    : static_cast<double>(r.result.count(Outcome::pass)) /
                                                          static_cast<double>(r.result.cases.size());
        json.begin_object().key("name").text(r.lesson->number + " " + r.lesson->title);
        json.key("score")
            .raw(fmt::format("{:.2f}", kPoints * share))
            .key("max_score")
            .raw(fmt::format("{:.2f}", kPoints));
        json.key("status").text(r.result.outcome() == Outcome::pass ? "passed" : "failed");
        json.key("output_format")
            .text("text")
            .key("output")
            .text(r.text)
            .key("visibility")
            .text("visible")
            .end_object();
    }
    json.end_array().end_object();
    out.append('\n');
    return std::string(out.view());
}

}  // namespace

std::string report_text(const std::vector<LessonReport>& reports, ReportForm form) {
    switch (form) {
        case ReportForm::json: return as_json(reports);
        case ReportForm::junit: return as_junit(reports);
        case ReportForm::csv: return as_csv(reports);
        case ReportForm::gradescope: return as_gradescope(reports);
    }
    return {};
}

}  // namespace glass::tools
