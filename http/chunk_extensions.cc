#include "http/chunk_extensions.h"

#include "http/characters.h"

namespace glass::http {

bool ChunkExtensions::take(char c) {
    if (state_ == State::quoted || state_ == State::quoted_pair) return take_quoted(c);
    const bool between =
        state_ == State::after_size || state_ == State::after_name || state_ == State::after_value;
    if (is_space(c)) {
        if (state_ == State::name) return go(State::after_name);
        return complete() ? go(State::after_value) : true;
    }
    if (c == ';' && (complete() || between)) return go(State::name_start);
    if (c == '=' && (state_ == State::name || state_ == State::after_name)) return go(State::value_start);
    if (c == '"' && state_ == State::value_start) return go(State::quoted);
    if (!is_token(c) || between || state_ == State::quote_end) return false;
    if (state_ == State::name_start) return go(State::name);
    if (state_ == State::value_start) return go(State::value);
    return true;
}

bool ChunkExtensions::take_quoted(char c) {
    if (is_control(c)) return false;
    if (state_ == State::quoted_pair) return go(State::quoted);
    if (c == '\\') return go(State::quoted_pair);
    return c != '"' || go(State::quote_end);
}

}  // namespace glass::http
