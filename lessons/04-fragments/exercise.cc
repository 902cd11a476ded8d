// Lesson 04: fragments. Two functions, which undo each other; what each must do is said in
// ip/fragmentation.h.
#include "ip/fragmentation.h"
#include "ip/ipv4.h"
#include "ip/ipv4_options.h"
#include "lessons/todo.h"

namespace glass::ip {

// Given: parse_ipv4() and Ipv4Header::serialize(), which computes lengths and checksum (ip/ipv4.h);
// Ipv4OptionReader, ipv4_option::is_copied(), serialize_ipv4_options() (ip/ipv4_options.h).

Result<std::vector<Buffer>> fragment_ipv4([[maybe_unused]] Bytes packet, [[maybe_unused]] std::size_t mtu) {
    glass::todo("04 fragments: cut the packet");
}

// FragmentPieces has three members: by_offset, end and held. complete() reads the last two.

FragmentDrop FragmentPieces::add([[maybe_unused]] std::uint32_t offset, [[maybe_unused]] Bytes octets,
                                 [[maybe_unused]] bool more_fragments, [[maybe_unused]] std::uint64_t frame,
                                 [[maybe_unused]] OverlapPolicy policy) {
    glass::todo("04 fragments: put the octets where nothing is yet");
}

}  // namespace glass::ip
