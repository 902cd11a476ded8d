#include "http/conditions.h"

#include "http/characters.h"

namespace glass::http {

namespace {

/// Of a list field with several lines each is looked at: RFC 9110 section 5.3.
bool any_line_lists(const std::vector<Field>& fields, std::string_view name, const Validators* current,
                    Comparison how) {
    for (const Field& field : fields) {
        if (!same_name(field.name, name)) continue;
        if (field.value == "*" && current != nullptr) return true;
        if (current != nullptr && lists_tag(field.value, current->tag, how)) return true;
    }
    return false;
}

void note(std::optional<std::string_view>& place, const Field& field, std::string_view name, bool& any) {
    if (place || !same_name(field.name, name)) return;
    place = field.value;
    any = true;
}

bool modified_after(const Validators& current, std::string_view date, int this_year, bool without_date) {
    const auto since = parse_date(date, this_year);
    return since && current.modified ? *current.modified > *since : without_date;
}

}  // namespace

ConditionFields::ConditionFields(const std::vector<Field>& fields) {
    for (const Field& field : fields) {
        switch (field.name.size()) {
            case 5: note(range, field, "Range", any); break;
            case 8:
                note(if_match, field, "If-Match", any);
                note(if_range, field, "If-Range", any);
                break;
            case 13: note(if_none_match, field, "If-None-Match", any); break;
            case 17: note(if_modified_since, field, "If-Modified-Since", any); break;
            case 19: note(if_unmodified_since, field, "If-Unmodified-Since", any); break;
            default: break;
        }
    }
}

Outcome evaluate(const std::vector<Field>& fields, const ConditionFields& conditions, std::string_view method,
                 const Validators* current, int this_year) {
    if (conditions.if_match) {
        if (!any_line_lists(fields, "If-Match", current, Comparison::strong)) return Outcome::failed;
    } else if (conditions.if_unmodified_since && current != nullptr) {
        // A date that is none is ignored: RFC 9110 section 13.1.4.
        if (modified_after(*current, *conditions.if_unmodified_since, this_year, false))
            return Outcome::failed;
    }
    const bool reads = method == "GET" || method == "HEAD";
    if (conditions.if_none_match) {
        if (any_line_lists(fields, "If-None-Match", current, Comparison::weak))
            return reads ? Outcome::not_modified : Outcome::failed;
    } else if (conditions.if_modified_since && reads && current != nullptr) {
        if (!modified_after(*current, *conditions.if_modified_since, this_year, true))
            return Outcome::not_modified;
    }
    return Outcome::proceed;
}

bool range_applies(const ConditionFields& conditions, const Validators& current, int this_year) {
    if (!conditions.range) return false;
    if (!conditions.if_range) return true;
    std::string_view text = *conditions.if_range;
    if (const auto tag = take_entity_tag(text))
        return text.empty() && matches(*tag, current.tag, Comparison::strong);
    const auto date = parse_date(text, this_year);
    return date && current.modified_is_strong && current.modified == date;
}

}  // namespace glass::http
