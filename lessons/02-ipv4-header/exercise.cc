// Lesson 02: the IPv4 header. Three functions; what each must do is said in ip/ipv4.h.
#include "ip/checksum.h"
#include "ip/ipv4.h"
#include "lessons/todo.h"

namespace glass::ip {

// Given: Reader, which reads network byte order and gives zeros past the end, load16(), store16(), first(),
// after() (ip/bytes.h); checksum() (ip/checksum.h); read_ipv4_address() (ip/address.h).

Ipv4Header read_ipv4([[maybe_unused]] Bytes packet) {
    glass::todo("02 IPv4 header: read the fields, whatever they say");
}

Result<Ipv4Header> parse_ipv4([[maybe_unused]] Bytes packet) {
    glass::todo("02 IPv4 header: refuse what a host must not believe");
}

void Ipv4Header::serialize_header([[maybe_unused]] Buffer& out,
                                  [[maybe_unused]] std::size_t payload_length) const {
    glass::todo("02 IPv4 header: write the header, its checksum included");
}

}  // namespace glass::ip
