#include "http/error.h"

namespace glass::http {

std::string_view to_string(Error error) {
    switch (error) {
        case Error::bad_request_line: return "malformed request line";
        case Error::bad_method: return "malformed method";
        case Error::bad_target: return "malformed request target";
        case Error::bad_version: return "malformed HTTP version";
        case Error::unsupported_version: return "unsupported major version of HTTP";
        case Error::bad_status_line: return "malformed status line";
        case Error::bad_line_end: return "LF without CR";
        case Error::space_before_fields: return "white space before the first field";
        case Error::bad_field_name: return "malformed field name";
        case Error::bad_field_value: return "control octet in a field value";
        case Error::folded_line: return "folded field line";
        case Error::start_line_too_long: return "start line over the limit";
        case Error::head_too_long: return "head over the limit";
        case Error::too_many_fields: return "more fields than the limit";
        case Error::bad_content_length: return "malformed Content-Length";
        case Error::several_content_lengths: return "more than one Content-Length";
        case Error::length_and_coding: return "Content-Length beside Transfer-Encoding";
        case Error::bad_transfer_coding: return "malformed Transfer-Encoding";
        case Error::unknown_transfer_coding: return "unknown transfer coding";
        case Error::chunked_twice: return "chunked applied twice";
        case Error::chunked_not_last: return "chunked is not the last transfer coding";
        case Error::transfer_coding_in_1_0: return "Transfer-Encoding in HTTP/1.0";
        case Error::bad_chunk_size: return "malformed chunk size";
        case Error::bad_chunk_extension: return "malformed chunk extension";
        case Error::bad_chunk_end: return "chunk data not followed by CRLF";
        case Error::chunk_extension_too_long: return "chunk line over the limit";
        case Error::chunk_overhead: return "chunk lines out of proportion to their data";
        case Error::trailers_too_long: return "trailer section over the limit";
        case Error::body_too_long: return "body over the limit";
        case Error::http2_preface: return "HTTP/2 connection preface";
    }
    return "unknown error";
}

int status_for(Error error) {
    switch (error) {
        case Error::start_line_too_long: return 414;
        case Error::head_too_long:
        case Error::too_many_fields:
        case Error::trailers_too_long: return 431;
        case Error::body_too_long: return 413;
        case Error::unknown_transfer_coding: return 501;
        case Error::unsupported_version:
        case Error::http2_preface: return 505;
        default: return 400;
    }
}

}  // namespace glass::http
