// Lesson 08: the reassembler. Three functions; what each must do is said in tcp/reassembler.h, and the shelf
// on which octets wait for their turn is tcp/held_octets.h.
#include "lessons/todo.h"
#include "tcp/reassembler.h"

namespace glass::tcp {

void Reassembler::insert([[maybe_unused]] std::uint64_t offset, [[maybe_unused]] ip::Bytes octets,
                         [[maybe_unused]] std::uint64_t frame, [[maybe_unused]] ReassemblySink& sink) {
    glass::todo("08 reassembler: insert a segment's octets");
    // When something changed, and only then, end with settle(sink): it calls let_out(), and keeps the
    // accounts.
}

bool Reassembler::finish_at([[maybe_unused]] std::uint64_t offset, [[maybe_unused]] ReassemblySink& sink) {
    glass::todo("08 reassembler: the FIN");
}

void Reassembler::let_out([[maybe_unused]] ReassemblySink& sink) {
    glass::todo("08 reassembler: let out what has become due");
}

}  // namespace glass::tcp
