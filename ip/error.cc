#include "ip/error.h"

namespace glass::ip {

std::string_view to_string(Error error) {
    switch (error) {
        case Error::truncated: return "truncated";
        case Error::bad_version: return "wrong IP version";
        case Error::bad_header_length: return "impossible header length";
        case Error::bad_length: return "length contradicts the packet";
        case Error::bad_checksum: return "wrong checksum";
        case Error::bad_option: return "malformed option";
        case Error::bad_address: return "not a valid address";
        case Error::bad_value: return "forbidden value";
        case Error::loop: return "loop";
        case Error::too_long: return "longer than the limit";
    }
    return "unknown error";
}

}  // namespace glass::ip
