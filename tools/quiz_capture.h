// Captures of quizzes: how one is made, and what is so in its frames.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "ip/random.h"

namespace glass::tools {

/// The capture's path. `scene`: a file under captures/, or the options of `glass sim`; its file lies in
/// `folder`, named by the scene and the seed, and is made once.
[[nodiscard]] std::expected<std::string, std::string> quiz_capture(const std::string& scene,
                                                                   std::uint64_t seed,
                                                                   const std::string& folder);

/// A frame for which all conditions hold, and the field asked for.
struct QuizRow {
    std::uint64_t frame = 0;
    std::string value;
};
/// `where`: "tcp.len > 0 and ip.src == 10.0.0.1"; empty: all frames. Frames without one of the fields are
/// left out.
[[nodiscard]] std::expected<std::vector<QuizRow>, std::string> quiz_rows(const std::string& capture,
                                                                         const std::string& where,
                                                                         const std::string& field);

struct QuizAnswer {
    std::string answer;
    std::uint64_t frame = 0;  ///< the one that is asked about, where there is one
};
/// By the kind of question: "field", "count", "first", "last" or "sum".
[[nodiscard]] std::expected<QuizAnswer, std::string> answer_in(const std::vector<QuizRow>& rows,
                                                               const std::string& kind, ip::Random& random);

}  // namespace glass::tools
