#include "tools/live_answers.h"

#include <algorithm>
#include <fmt/format.h>

#include "tcp/applications.h"
#include "tools/glossary.h"
#include "tools/json.h"
#include "tools/svg.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

constexpr std::uint64_t kPatternSeed = 1;
constexpr std::size_t kLongestAgent = 30;

class PatternBody final : public http::BodySource {
public:
    explicit PatternBody(std::uint64_t octets) : octets_(octets) {}

    std::size_t read(std::span<std::uint8_t> out) override {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), octets_ - at_));
        tcp::fill_pattern(kPatternSeed, at_, out.first(n));
        at_ += n;
        return n;
    }
    [[nodiscard]] bool finished() const override { return at_ == octets_; }

private:
    std::uint64_t octets_;
    std::uint64_t at_ = 0;
};

std::string near_text(std::string_view word) {
    const auto near = near_terms(word);
    return near.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(near, " or "));
}

http::Response explanation_page(std::string_view word, const Term* term) {
    std::string page =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"color-scheme\" "
        "content=\"light "
        "dark\"><title>";
    append_xml_escaped(page, term ? term->word : word);
    page += "</title><h1>";
    append_xml_escaped(page, term ? term->word : word);
    page += "</h1><p>";
    append_xml_escaped(page, term ? term->spec : "Nothing is known of this word" + near_text(word));
    page += "</p><pre>";
    if (term) append_xml_escaped(page, term->text);
    page += "</pre><p><a href=\"../\">The live page</a></p></html>\n";
    return answer(term ? 200 : 404, "text/html; charset=utf-8", std::move(page));
}

}  // namespace

http::Response answer(std::uint16_t status, std::string_view type, std::string content) {
    http::Response response;
    response.status = status;
    response.add("Content-Type", type);
    response.add("Cache-Control", "no-store");
    response.content = std::move(content);
    return response;
}

http::Response refusal(std::uint16_t status, std::string_view why) {
    return answer(status, "text/plain; charset=utf-8", std::string(why) + "\n");
}

http::Response json_answer(std::string_view json) {
    return answer(200, "application/json", std::string(json));
}

http::Response explanation(std::string_view word, bool json) {
    const Term* term = find_term(word);
    if (!json) return explanation_page(word, term);
    TextBuffer text;
    JsonWriter out(text);
    out.begin_object();
    if (term)
        out.key("word").text(term->word).key("spec").text(term->spec).key("text").text(term->text);
    else
        out.key("error").text("Nothing is known of this word" + near_text(word));
    out.end_object();
    http::Response response = json_answer(text.view());
    if (!term) response.status = 404;
    return response;
}

std::string_view query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::string_view item = query.substr(0, query.find('&'));
        if (item.starts_with(name) && item.substr(name.size()).starts_with('='))
            return item.substr(name.size() + 1);
        query.remove_prefix(std::min(item.size() + 1, query.size()));
    }
    return {};
}

std::string agent_name(std::string_view user_agent) {
    for (const std::string_view browser : {"Firefox", "Chrome"})
        if (user_agent.find(std::string(browser) + "/") != std::string_view::npos)
            return std::string(browser);
    std::string out;
    append_escaped(user_agent.substr(0, std::min(user_agent.find(' '), kLongestAgent)), out);
    return out;
}

http::Response pattern(std::uint64_t octets) {
    http::Response response;
    response.add("Content-Type", "application/octet-stream");
    response.add("Cache-Control", "no-store");
    response.source = std::make_unique<PatternBody>(octets);
    response.length = octets;
    return response;
}

}  // namespace glass::tools
