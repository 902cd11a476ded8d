// Lesson 03: the Internet checksum. Six functions; what each must do is said in ip/checksum.h.
#include "ip/checksum.h"
#include "lessons/todo.h"

namespace glass::ip {

// ChecksumSum has one member, std::uint64_t sum_, which starts at 0. What you keep in it is your choice.

void ChecksumSum::add([[maybe_unused]] Bytes bytes) {
    glass::todo("03 checksum: add the octets as 16-bit words");
}

void ChecksumSum::add16([[maybe_unused]] std::uint16_t word) {
    glass::todo("03 checksum: add one word");
}

std::uint16_t ChecksumSum::folded() const {
    glass::todo("03 checksum: fold the carries");
}

std::uint16_t update_checksum([[maybe_unused]] std::uint16_t checksum, [[maybe_unused]] std::uint16_t before,
                              [[maybe_unused]] std::uint16_t after) {
    glass::todo("03 checksum: RFC 1624 equation 3");
}

ChecksumSum pseudo_header([[maybe_unused]] Ipv4Address src, [[maybe_unused]] Ipv4Address dst,
                          [[maybe_unused]] std::uint8_t protocol, [[maybe_unused]] std::uint32_t length) {
    glass::todo("03 checksum: the pseudo-header of IPv4");
}

ChecksumSum pseudo_header([[maybe_unused]] const Ipv6Address& src, [[maybe_unused]] const Ipv6Address& dst,
                          [[maybe_unused]] std::uint8_t next_header, [[maybe_unused]] std::uint32_t length) {
    glass::todo("03 checksum: the pseudo-header of IPv6");
}

}  // namespace glass::ip
