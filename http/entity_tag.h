// Entity tag: what tells two versions of a representation apart: RFC 9110 section 8.8.3.
#pragma once

#include <optional>
#include <string_view>

namespace glass::http {

/// Borrowed.
struct EntityTag {
    bool weak = false;
    std::string_view text;  ///< with its quotes, without W/
};

/// [ "W/" ] DQUOTE *etagc DQUOTE off the front of `text`. Nothing, and `text` stays, where there is none.
[[nodiscard]] std::optional<EntityTag> take_entity_tag(std::string_view& text);

/// How two tags are compared: RFC 9110 section 8.8.3.2.
enum class Comparison : bool { weak, strong };

[[nodiscard]] bool matches(const EntityTag& a, const EntityTag& b, Comparison how);

/// Whether a list as If-Match and If-None-Match have it names the tag. "*" is not a list. What comes behind
/// something that is no entity tag counts for nothing.
[[nodiscard]] bool lists_tag(std::string_view list, const EntityTag& tag, Comparison how);

}  // namespace glass::http
