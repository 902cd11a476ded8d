// Records and the story, as a check program writes them; tools/lesson_records.h says what they are.
#pragma once

#include <string_view>

namespace glass::lesson {

void send(std::string_view kind, std::string_view text);

/// The story of the current run, in memory that the parent sees even if this process dies.
void story_clear();
void story_add(std::string_view text, bool same_line);
[[nodiscard]] std::string_view story();

}  // namespace glass::lesson
