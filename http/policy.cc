#include "http/policy.h"

namespace glass::http {

std::string_view to_string(Note note) {
    const auto bits = static_cast<std::uint32_t>(note);
    switch (static_cast<Note>(bits & -bits)) {
        case Note::none: return "nothing odd";
        case Note::empty_lines: return "empty lines before the start line";
        case Note::bare_lf: return "line ends without CR";
        case Note::odd_spaces: return "odd white space in the start line";
        case Note::odd_target: return "odd request target";
        case Note::odd_version: return "odd HTTP version";
        case Note::no_reason: return "no space and reason after the status";
        case Note::space_before_fields: return "white space before the first field";
        case Note::space_before_colon: return "white space before a colon";
        case Note::odd_field_name: return "odd field name";
        case Note::junk_line: return "line that is no field";
        case Note::folded: return "folded field line";
        case Note::control_octets: return "control octets in a field";
        case Note::repeated_length: return "repeated Content-Length";
        case Note::bad_length: return "unusable Content-Length";
        case Note::length_and_coding: return "Content-Length beside Transfer-Encoding";
        case Note::odd_coding: return "odd Transfer-Encoding";
        case Note::coding_in_1_0: return "Transfer-Encoding in HTTP/1.0";
        case Note::odd_chunks: return "odd chunk lines";
    }
    return "unknown note";
}

}  // namespace glass::http
