// Conditions: whether a request is to be carried out, by what its client knows already: RFC 9110 section 13.
#pragma once

#include <optional>
#include <string_view>

#include "http/date.h"
#include "http/entity_tag.h"
#include "http/message.h"

namespace glass::http {

/// What the selected representation is at the moment.
struct Validators {
    EntityTag tag;
    std::optional<UnixTime> modified;
    /// No two versions had the same `modified`: RFC 9110 section 8.8.2.2.
    bool modified_is_strong = false;
};

/// The fields of a request that make it conditional or partial, found in one pass; empty where there are
/// none. Of fields that may stand there once the first counts; lists in several lines are kept apart.
struct ConditionFields {
    std::optional<std::string_view> if_match, if_none_match, if_modified_since, if_unmodified_since;
    std::optional<std::string_view> if_range, range;
    bool any = false;

    explicit ConditionFields(const std::vector<Field>& fields);
};

enum class Outcome : std::uint8_t {
    proceed,
    not_modified,  ///< 304
    failed,        ///< 412
};

/// RFC 9110 section 13.2.2. `current` is null where there is no representation. `this_year` is for dates with
/// two digits of year.
[[nodiscard]] Outcome evaluate(const std::vector<Field>& fields, const ConditionFields& conditions,
                               std::string_view method, const Validators* current, int this_year);

/// Whether Range is to be heeded: RFC 9110 section 13.1.5.
[[nodiscard]] bool range_applies(const ConditionFields& conditions, const Validators& current, int this_year);

}  // namespace glass::http
