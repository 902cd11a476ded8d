// Lesson 15: where a field, a body and a chunk end. What the functions must do is said in http/borders.h, and
// of step() in http/chunked.h.
#include "http/borders.h"
#include "http/characters.h"
#include "http/chunked.h"
#include "http/transfer_coding.h"
#include "lessons/todo.h"

namespace glass::http {

// Given: is_digit(), is_space(), is_control(), hex_value(), same_name(), trim(), token_length(),
// find_control() (http/characters.h); TransferCodings (http/transfer_coding.h); ChunkExtensions
// (http/chunk_extensions.h).

Result<Field> parse_field_line([[maybe_unused]] std::string_view line) {
    glass::todo("15 HTTP: a field line");
}

std::optional<std::uint64_t> parse_content_length([[maybe_unused]] std::string_view text) {
    glass::todo("15 HTTP: the number in Content-Length");
}

Result<void> frame_body([[maybe_unused]] Message& message, [[maybe_unused]] const RequestContext* context) {
    glass::todo("15 HTTP: where the body ends");
}

// State::anything, take_odd() and policy_ are for captures, cr_ and notes_ too: leave them alone. skip(n) and
// end_line() are given: call the one when n octets of data are taken, the other when the LF of a size's line
// is.
ChunkedDecoder::Step ChunkedDecoder::step([[maybe_unused]] ip::Bytes octets) {
    glass::todo("15 HTTP: chunks");
}

}  // namespace glass::http
