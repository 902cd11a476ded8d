// History: what happened on a connection in a few letters, each at its first time. Upper case: by the
// endpoint that was seen first; lower case: by the other. The letters are those of Zeek's conn.log.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace glass::tcp {

///  S SYN        H SYN with ACK   A an ACK alone   D text         F FIN         R RST
///  C checksum   T sent again     W window zero    G octets that are not in the capture
///  I SYN with FIN or RST: nothing that TCP sends
class History {
public:
    /// `letter`: upper case. `side`: 0, who was seen first.
    void note(char letter, unsigned side) {
        const std::uint32_t bit = 1u << (letter - 'A');
        if (seen_[side] & bit) return;
        seen_[side] |= bit;
        if (size_ < letters_.size()) letters_[size_++] = static_cast<char>(side == 0 ? letter : letter + 32);
    }
    std::string text() const { return {letters_.data(), size_}; }

private:
    static constexpr std::size_t kLetters = 11;
    std::array<std::uint32_t, 2> seen_{};
    std::array<char, 2 * kLetters> letters_{};
    std::uint8_t size_ = 0;
};

}  // namespace glass::tcp
