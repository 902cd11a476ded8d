// Lesson 07: TCP options, and which of two numbers on a circle comes first. Four functions; what each must do
// is said in tcp/options.h, and what the options say in tcp/option_values.h.
#include "lessons/todo.h"
#include "tcp/option_extensions.h"
#include "tcp/option_octets.h"
#include "tcp/options.h"

namespace glass::tcp {

// Given: read_extension() and write_extension() for all kinds but 0 to 5 and 8 (tcp/option_extensions.h), and
// OptionOctets, in which one option can be written (tcp/option_octets.h).

// OptionReader has options_ (at most forty octets), at_ (where the next option starts) and ended_ (an end of
// list was read: padding() asks for it).

std::optional<Option> OptionReader::next() {
    glass::todo("07 TCP options: read the next option");
}

// OptionWriter has octets_ (forty, zeros at first) and size_ (how many of them are written).

bool OptionWriter::add([[maybe_unused]] const OptionValue& value) {
    glass::todo("07 TCP options: write an option");
}

ip::Bytes OptionWriter::octets() const {
    glass::todo("07 TCP options: all that was written, padded");
}

bool is_older([[maybe_unused]] std::uint32_t timestamp, [[maybe_unused]] std::uint32_t than) {
    glass::todo("07 TCP options: which of two timestamps comes first");
}

}  // namespace glass::tcp
