// Glossary: every word Glass prints, explained in about five lines each with the section to read.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace glass::tools {

/// One entry. All text is ASCII and lives as long as the program.
struct Term {
    std::string_view word;     ///< as Glass prints it: "duplicate_ack", "slow-start"
    std::string_view aliases;  ///< other spellings, ", " between them, without those find_term works out
    std::string_view spec;     ///< where to read on: "RFC 5681 section 2"
    std::string_view text;     ///< 3 to 7 lines of at most 78 columns, no newline at the end
};

/// All of them, sorted by word.
[[nodiscard]] std::span<const Term> all_terms();

/// The term for a word, or null. Case does not matter, nor which of '-' '_' '.' and space is written. A field
/// may have its protocol before it or not ("tcp.window_size", "window size"), a label its kind
/// ("tcp.analysis.dup-ack"), and "flag", "state", "option", ... may follow ("SYN flag"). len, id, type and
/// others that mean something else in every layer have an entry of their own where that is worth it
/// ("tcp.len"), and one for all of them ("len").
[[nodiscard]] const Term* find_term(std::string_view word);

/// Words and aliases that the writer of this unknown word may have meant, likeliest first: at most five, one
/// a term.
[[nodiscard]] std::vector<std::string_view> near_terms(std::string_view word);

}  // namespace glass::tools
