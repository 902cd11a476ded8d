// The command line of glass lesson.
#include <memory>

#include "tools/cli_values.h"
#include "tools/command_lesson.h"

namespace glass::tools {
namespace {

using Options = std::shared_ptr<LessonCommand>;
using Run = int (*)(const LessonCommand&);

CLI::App& add(CLI::App& group, Commands& commands, const char* name, const char* text, const Options& o,
              Run run) {
    CLI::App& c = *group.add_subcommand(name, text);
    commands.push_back({&c, [o, run] { return run(*o); }});
    return c;
}

void add_number(CLI::App& c, const Options& o, bool required) {
    c.add_option("NN", o->lesson, "the lesson: 3, 03 or checksum")->required(required);
}

void add_check(CLI::App& group, Commands& commands, const Options& o) {
    CLI::App& c =
        add(group, commands, "check", "build and check an exercise; without NN: all", o, run_lesson_check);
    add_number(c, o, false);
    c.add_flag("--watch", o->watch, "check again whenever the exercise changes");
    c.add_option("--seed", o->seed, "of what is random in the checks (1)")->type_name("N");
    c.add_option("--program", o->program, "this check program, built already")->type_name("FILE");
    c.add_option("--programs", o->programs, "all check programs in this folder, built already")
        ->type_name("DIR");
    c.add_flag("--json", o->json, "one JSON object");
    c.footer("\nExit status: 0 passes or is still to do, 1 a check fails, 2 wrong usage.");
}

void add_report(CLI::App& group, Commands& commands, const Options& o) {
    CLI::App& c = add(group, commands, "report", "check all that is built, for programs and grade books", o,
                      run_lesson_report);
    o->programs = "build/asan/lessons";
    add_words<ReportForm>(c, "--format", o->form,
                          {{"json", ReportForm::json},
                           {"junit", ReportForm::junit},
                           {"csv", ReportForm::csv},
                           {"gradescope", ReportForm::gradescope}},
                          "json (default), junit, csv or gradescope");
    c.add_option("-o,--output", o->write_to, "write it to this file")->type_name("OUT");
    c.add_option("--programs", o->programs, "the folder of the check programs (build/asan/lessons)")
        ->type_name("DIR");
    c.add_option("--seed", o->seed, "of what is random in the checks (1)")->type_name("N");
    c.footer("\nExit status: 0 it is written, whatever it says, 2 it cannot be, or wrong usage.");
}

void add_quiz(CLI::App& c, const Options& o) {
    c.add_option("--student", o->student, "whose questions: a name or number, the same for ever")
        ->type_name("ID");
    c.add_option("--seed", o->seed, "the questions of this seed instead (1)")->type_name("N");
    c.add_option("--answers", o->answers, "all answers with commas between, instead of typing them")
        ->type_name("LIST");
    c.add_flag("--key", o->key, "for instructors: the questions with their answers");
    c.footer("\nExit status: 0 all right, 1 not, 2 wrong usage.");
}

}  // namespace

void add_lesson_commands(CLI::App& app, Commands& commands) {
    CLI::App& group =
        *app.add_subcommand("lesson", "the course: write parts of this stack, and see them checked");
    group.require_subcommand(1);
    group.footer("\nTry:  glass lesson list | glass lesson start 03 | make check-03");
    const auto fresh = [] { return std::make_shared<LessonCommand>(); };
    add(group, commands, "list", "the lessons, and how far you are", fresh(), run_lesson_list);
    const auto one = [&](const char* name, const char* text, Run run) -> std::pair<CLI::App*, Options> {
        const Options o = fresh();
        CLI::App& c = add(group, commands, name, text, o, run);
        add_number(c, o, true);
        return {&c, o};
    };
    one("start", "begin a lesson: what to read, write and run", run_lesson_start);
    add_check(group, commands, fresh());
    one("hint", "the next of three hints", run_lesson_hint);
    const auto [show, o] = one("show", "our solution beside yours, once yours passes", run_lesson_show);
    show->add_flag("--give-up", o->give_up, "show it although yours does not pass");
    const auto [quiz, q] = one("quiz", "questions on captures that are yours alone", run_lesson_quiz);
    add_quiz(*quiz, q);
    add_report(group, commands, fresh());
    one("reset", "make the exercise the stub again", run_lesson_reset);
    const Options pages = fresh();
    CLI::App& serve =
        add(group, commands, "serve", "the texts as web pages, on this machine", pages, run_lesson_serve);
    add_whole(serve, "--port", pages->port, 0, 65535, "TCP port (8000)");
}

}  // namespace glass::tools
