// Fields: the field lines of a head or of a trailer section, read line by line as they come: RFC 9112
// section 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "http/error.h"
#include "http/message.h"
#include "http/policy.h"
#include "ip/bytes.h"

namespace glass::http {

/// The three outcomes of reading something that may not be there as a whole yet.
enum class Status : std::uint8_t { done, need_more, error };

/// Reads field lines up to the empty line. The octets are the caller's: each call gets those of the calls
/// before, at the same offsets (but not at the same address), and those that have come since. Every octet is
/// looked at a constant number of times, however many calls there are.
class FieldSectionParser {
public:
    /// Folded lines are refused in requests, made a space in responses and by Policy::lenient.
    FieldSectionParser(Policy policy, std::size_t max_fields, bool unfold)
        : policy_(policy), max_fields_(max_fields), unfold_(unfold || policy == Policy::lenient) {}

    /// Starts anew: the section begins at this offset.
    void begin(std::size_t at);

    [[nodiscard]] Status parse(ip::Bytes octets);

    /// Done: the offset after the empty line.
    [[nodiscard]] std::size_t end() const { return line_; }
    [[nodiscard]] Error error() const { return error_; }
    /// Error: where the line starts that is wrong.
    [[nodiscard]] std::size_t error_at() const { return line_; }
    /// Error: the offset after that line.
    [[nodiscard]] std::size_t error_end() const { return error_end_; }

    /// The fields so far, as views of these octets; values that are not as they were sent go to `rewritten`,
    /// which they point into.
    void fields(ip::Bytes octets, std::vector<Field>& fields, std::vector<char>& rewritten) const;
    [[nodiscard]] Note notes() const { return notes_; }

private:
    struct Line {
        std::uint32_t name = 0;  ///< offsets: names and values end before 4 GiB, for limits are far below
        std::uint32_t name_size = 0;
        std::uint32_t value = 0;
        std::uint32_t value_size = 0;
        bool rewrite = false;  ///< has folds, CR or NUL in it
    };

    bool take_line(const char* base, std::size_t end);
    bool take_fold(const char* base, std::size_t end);
    bool take_odd_line(const char* base, std::size_t end);
    bool note(Note note);
    bool fail(Error error);

    Policy policy_;
    std::size_t max_fields_;
    bool unfold_;
    std::size_t line_ = 0;     ///< where the line starts that is not read yet
    std::size_t scanned_ = 0;  ///< up to here there is no LF in that line
    bool first_ = true;        ///< no field line yet
    bool skipped_ = false;     ///< the line before was left out: so are the folds that belong to it
    Note notes_ = Note::none;
    Error error_{};
    std::size_t error_end_ = 0;
    std::vector<Line> lines_;
};

}  // namespace glass::http
