// Lesson pages: the course's texts, and the source they speak of, as a web site.
#pragma once

#include <string>

#include "http/handler.h"

namespace glass::tools {

/// Answers requests from the tree in the working folder: texts (*.md, README.md for a folder) and source
/// (*.h, *.cc) as pages, nothing else. Every request reads the file as it is now.
class LessonPages final : public http::Handler {
public:
    [[nodiscard]] http::Response handle(const http::Request& request) override;

private:
    [[nodiscard]] http::Response page_of(const std::string& file) const;
};

}  // namespace glass::tools
