// glass explain: a label or field in a few lines, with the section of the RFC.
#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/glossary.h"
#include "tools/json.h"
#include "tools/output.h"
#include "tools/pager.h"

namespace glass::tools {
namespace {

void print_term(const Term& term, const Style& style, std::string& out) {
    style.put(out, Ink::strong, term.word);
    style.put(out, Ink::dim, fmt::format("  {}", term.spec));
    out += fmt::format("\n{}\n", term.text);
}

void write_json(const Term& term, Output& output) {
    JsonWriter json(output.text());
    json.begin_object().key("word").text(term.word).key("spec").text(term.spec).key("text").text(term.text);
    json.end_object();
    output.append("\n");
}

/// A term a line, its first line as the summary.
void list_terms(bool json, const Style& style, Output& output) {
    for (const Term& term : all_terms()) {
        if (json) {
            write_json(term, output);
            continue;
        }
        std::string line;
        style.put(line, Ink::strong, fmt::format("{:<26}", term.word));
        output.append(line + fmt::format(" {}\n", term.text.substr(0, term.text.find('\n'))));
    }
}

}  // namespace

int run_explain(const ExplainOptions& options) {
    const Style style = style_for_output(options.view.color);
    if (options.word.empty()) {
        const Pager pager(options.view.pager && !options.json);
        Output output;
        list_terms(options.json, style, output);
        return kAllRead;
    }
    const Term* term = find_term(options.word);
    if (!term) {
        const auto near = near_terms(options.word);
        const std::string hint = near.empty() ? "glass explain lists what is"
                                              : fmt::format("did you mean {}?", fmt::join(near, " or "));
        complain(fmt::format("nothing is known of '{}'; {}", options.word, hint));
        return kCannotRead;
    }
    Output output;
    if (options.json) {
        write_json(*term, output);
        return kAllRead;
    }
    std::string text;
    print_term(*term, style, text);
    output.append(text);
    return kAllRead;
}

}  // namespace glass::tools
