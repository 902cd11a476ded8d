// Fuzz: a stream of responses, to requests that the first octet chooses: as fuzz_http_request does.
#include "tests/fuzz/http_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return glass::fuzz::read_messages(glass::http::Kind::response, {data, size});
}
