// Is this XML well-formed? As far as drawings need it: tags nest, attributes are quoted and there once, text
// holds no raw '<' or '&', and every character may stand in XML 1.0.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/text_value.h"

namespace glass::tests {

class XmlCheck {
public:
    explicit XmlCheck(std::string_view text) : text_(text) {}

    /// What is wrong, or nothing.
    std::string run() {
        if (const std::string why = characters(); !why.empty()) return why;
        if (text_.starts_with("<?xml")) skip_to("?>");
        while (!text_.empty()) {
            const std::string why = text_[0] == '<' ? tag() : content();
            if (!why.empty()) return why;
        }
        return open_.empty() ? roots_ == 1 ? "" : "not one root" : "not closed: " + open_.back();
    }

private:
    std::string characters() const {
        for (std::string_view rest = text_; !rest.empty();) {
            const tools::CodePoint c = tools::first_code_point(rest);
            if (!c.valid) return "not UTF-8";
            if ((c.value < 0x20 && c.value != '\n' && c.value != '\t') || c.value == 0xfffe ||
                c.value == 0xffff)
                return "a character that XML has not";
            rest.remove_prefix(c.length);
        }
        return {};
    }
    void skip_to(std::string_view end) { text_.remove_prefix(text_.find(end) + end.size()); }

    std::string content() {
        const std::string_view run = text_.substr(0, text_.find('<'));
        text_.remove_prefix(run.size());
        if (open_.empty() && run.find_first_not_of(" \n") != std::string_view::npos) return "text outside";
        return entities(run);
    }
    static std::string entities(std::string_view run) {
        for (std::size_t at = run.find('&'); at != std::string_view::npos; at = run.find('&', at + 1)) {
            const std::string_view name = run.substr(at + 1, run.find(';', at) - at - 1);
            if (name != "amp" && name != "lt" && name != "gt" && name != "quot" && name != "apos")
                return "entity " + std::string(name.substr(0, 20));
        }
        return {};
    }
    std::string tag() {
        const std::size_t end = text_.find('>');
        if (end == std::string_view::npos) return "a tag without end";
        std::string_view inside = text_.substr(1, end - 1);
        text_.remove_prefix(end + 1);
        if (inside.starts_with('/')) {
            if (open_.empty() || open_.back() != inside.substr(1))
                return "closes what is not open: " + std::string(inside);
            open_.pop_back();
            return {};
        }
        const bool alone = inside.ends_with('/');
        if (alone) inside.remove_suffix(1);
        const std::size_t name_end = inside.find(' ');
        const std::string name(inside.substr(0, name_end));
        if (open_.empty()) ++roots_;
        if (!alone) open_.push_back(name);
        return name_end == std::string_view::npos ? "" : attributes(inside.substr(name_end));
    }
    static std::string attributes(std::string_view rest) {
        std::set<std::string_view> names;
        while (!rest.empty()) {
            const std::size_t equals = rest.find("=\"");
            if (rest[0] != ' ' || equals == std::string_view::npos) return "attribute: " + std::string(rest);
            const std::size_t close = rest.find('"', equals + 2);
            if (close == std::string_view::npos) return "a value without end";
            if (!names.insert(rest.substr(1, equals - 1)).second) return "an attribute twice";
            const std::string_view value = rest.substr(equals + 2, close - equals - 2);
            if (value.find('<') != std::string_view::npos) return "'<' in a value";
            if (const std::string why = entities(value); !why.empty()) return why;
            rest.remove_prefix(close + 1);
        }
        return {};
    }

    std::string_view text_;
    std::vector<std::string> open_;
    int roots_ = 0;
};

inline std::string why_not_well_formed(std::string_view text) {
    return XmlCheck(text).run();
}

}  // namespace glass::tests
