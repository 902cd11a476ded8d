// Chunk extensions: what may stand behind a chunk's size, RFC 9112 section 7.1.1.
#pragma once

#include <cstdint>

namespace glass::http {

/// Checks them octet by octet, and keeps nothing:
///   chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
class ChunkExtensions {
public:
    /// The next octet behind the size, up to the CR that ends the line. Whether it may stand there.
    [[nodiscard]] bool take(char c);
    /// Whether the line may end here: white space goes before something.
    [[nodiscard]] bool complete() const {
        return state_ == State::name || state_ == State::value || state_ == State::quote_end;
    }

private:
    enum class State : std::uint8_t {
        after_size,
        name_start,  ///< after ';'
        name,
        after_name,
        value_start,  ///< after '='
        value,
        quoted,
        quoted_pair,  ///< after a backslash
        quote_end,    ///< after the closing quote
        after_value,  ///< white space after a value
    };

    bool take_quoted(char c);
    bool go(State state) {
        state_ = state;
        return true;
    }

    State state_ = State::after_size;
};

}  // namespace glass::http
