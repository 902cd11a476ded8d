// Follow views: octets of a connection as text, as a hex dump, raw, or as JSON, in the order of delivery.
#pragma once

#include <cstdint>

#include "tcp/conversation.h"
#include "tools/command_follow.h"
#include "tools/json.h"
#include "tools/style.h"

namespace glass::tools {

/// A piece of one direction.
struct FollowedPiece {
    const tcp::Conversation& conversation;
    unsigned side;  ///< index into Conversation::sides
    std::uint64_t offset;

    bool from_client() const { return side == conversation.client(); }
};

class FollowView {
public:
    FollowView(FollowOptions::View how, bool fill, const Style& style, TextBuffer& out)
        : how_(how), fill_(fill), style_(style), out_(out), json_(out) {}

    void data(const FollowedPiece& piece, ip::Bytes octets, std::uint64_t frame);
    void gap(const FollowedPiece& piece, std::uint64_t length);
    /// The direction ends with a FIN.
    void end(const FollowedPiece& piece);
    /// The connection is over: by a RST, or the capture ends.
    void over(const tcp::Conversation& c);

private:
    void write_text(ip::Bytes octets);
    void write_hex(const FollowedPiece& piece, ip::Bytes octets);
    void write_json(const FollowedPiece& piece, ip::Bytes octets, std::uint64_t frame);
    void write_zeros(std::uint64_t length);
    void turn_to(const FollowedPiece& piece, std::uint64_t frame);
    void remark(std::string_view text);
    void finish_line();
    void begin_json(const FollowedPiece& piece);
    void end_json();

    FollowOptions::View how_;
    bool fill_;
    const Style& style_;
    TextBuffer& out_;
    JsonWriter json_;
    int speaker_ = -1;  ///< whose turn it is: a side, or nobody's yet
    bool at_line_start_ = true;
    bool first_json_ = true;
};

}  // namespace glass::tools
