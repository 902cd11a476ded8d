// Fuzz: a stream of requests, whole, octet by octet and cut anywhere: the same events, in order, in bounded
// memory.
#include "tests/fuzz/http_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return glass::fuzz::read_messages(glass::http::Kind::request, {data, size});
}
