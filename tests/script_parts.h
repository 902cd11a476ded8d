// What scripts are made of: options of the peer's segments, configurations that differ in a detail, text.
#pragma once

#include "tests/script.h"

namespace glass::tests {

/// Options as octets.
struct Opts {
    Opts(std::initializer_list<tcp::OptionValue> values) {
        for (const tcp::OptionValue& value : values) REQUIRE(writer.add(value));
    }
    operator ip::Bytes() const { return writer.octets(); }

    tcp::OptionWriter writer;
};

/// Script::plain() but for what `change` does to it.
inline tcp::Config with(void (*change)(tcp::Config&)) {
    tcp::Config config = Script::plain();
    change(config);
    return config;
}

inline std::string text(std::size_t n) {
    return std::string(n, 'x');
}

}  // namespace glass::tests
