#include "tools/follow_view.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/segment_text.h"
#include "tools/utf8.h"
#include "tools/view_json.h"

namespace glass::tools {
namespace {

constexpr std::size_t kHexRow = 16;

std::string_view who(const FollowedPiece& piece) {
    return piece.from_client() ? "client" : "server";
}

/// Nothing that a terminal would obey; what is not text is a dot, as in every hex dump.
bool is_shown(std::string_view character) {
    const auto lead = static_cast<std::uint8_t>(character[0]);
    if (character.size() == 1) return lead >= 0x20 && lead < 0x7f;
    const bool c1_control = lead == 0xc2 && static_cast<std::uint8_t>(character[1]) < 0xa0;
    return !c1_control;
}

}  // namespace

void FollowView::data(const FollowedPiece& piece, ip::Bytes octets, std::uint64_t frame) {
    switch (how_) {
        case FollowOptions::View::raw:
            return out_.append({reinterpret_cast<const char*>(octets.data()), octets.size()});
        case FollowOptions::View::json: return write_json(piece, octets, frame);
        case FollowOptions::View::text: turn_to(piece, frame); return write_text(octets);
        case FollowOptions::View::hex: turn_to(piece, frame); return write_hex(piece, octets);
    }
}

void FollowView::gap(const FollowedPiece& piece, std::uint64_t length) {
    switch (how_) {
        case FollowOptions::View::raw:
            if (fill_) write_zeros(length);
            return;
        case FollowOptions::View::json:
            begin_json(piece);
            json_.key("missing").number(length);
            return end_json();
        default:
            return remark(fmt::format("{} bytes of the {} missing (seq {}..{})", length, who(piece),
                                      piece.offset + 1, piece.offset + length));
    }
}

void FollowView::end(const FollowedPiece& piece) {
    switch (how_) {
        case FollowOptions::View::raw: return;
        case FollowOptions::View::json:
            begin_json(piece);
            json_.key("end").text("fin");
            return end_json();
        default: return remark(fmt::format("{} closes after {} bytes", who(piece), piece.offset));
    }
}

void FollowView::over(const tcp::Conversation& c) {
    if (how_ == FollowOptions::View::raw || how_ == FollowOptions::View::json) return;
    const unsigned client = c.client();
    if (c.sides[client].rst) remark("client resets");
    if (c.sides[1 - client].rst) remark("server resets");
    if (c.ending() == tcp::SeenEnding::open) remark("still open where the capture ends");
    finish_line();
}

void FollowView::write_text(ip::Bytes octets) {
    std::string_view left(reinterpret_cast<const char*>(octets.data()), octets.size());
    while (!left.empty()) {
        const std::size_t length = std::max<std::size_t>(1, utf8_length(left));
        const bool well_formed = utf8_length(left) > 0;
        const std::string_view character = left.substr(0, length);
        left.remove_prefix(length);
        if (character == "\r" && left.starts_with('\n')) continue;
        if (character == "\n" || character == "\t" || (well_formed && is_shown(character)))
            out_.append(character);
        else
            out_.append('.');
        at_line_start_ = character == "\n";
    }
}

void FollowView::write_hex(const FollowedPiece& piece, ip::Bytes octets) {
    const std::size_t indent = piece.from_client() ? 0 : 4;
    for (std::size_t at = 0; at < octets.size(); at += kHexRow) {
        const ip::Bytes row = ip::first(octets.subspan(at), kHexRow);
        out_.fill(' ', indent);
        std::string line = fmt::format("{:08x} ", piece.offset + at);
        for (std::size_t i = 0; i < kHexRow; ++i) {
            if (i == kHexRow / 2) line += ' ';
            line += i < row.size() ? fmt::format(" {:02x}", row[i]) : "   ";
        }
        line += "  ";
        for (const std::uint8_t octet : row)
            line += octet >= 0x20 && octet < 0x7f ? static_cast<char>(octet) : '.';
        line += '\n';
        out_.append(line);
    }
}

void FollowView::write_json(const FollowedPiece& piece, ip::Bytes octets, std::uint64_t frame) {
    begin_json(piece);
    json_.key("len").number(octets.size()).key("frame").number(frame);
    json_.key("data").hex({reinterpret_cast<const char*>(octets.data()), octets.size()});
    end_json();
}

void FollowView::begin_json(const FollowedPiece& piece) {
    json_.begin_object();
    if (first_json_) json_.key("schema").number(kJsonSchema);
    first_json_ = false;
    json_.key("stream").number(std::uint64_t{piece.conversation.stream});
    json_.key("from").text(who(piece)).key("offset").number(piece.offset);
}

void FollowView::end_json() {
    json_.end_object();
    out_.append('\n');
    json_.start_line();
}

void FollowView::write_zeros(std::uint64_t length) {
    out_.fill('\0', length);
}

void FollowView::turn_to(const FollowedPiece& piece, std::uint64_t frame) {
    if (speaker_ == static_cast<int>(piece.side)) return;
    speaker_ = static_cast<int>(piece.side);
    finish_line();
    const tcp::Conversation& c = piece.conversation;
    const std::string line =
        fmt::format("── {} {} → {}, frame {} ──", who(piece), endpoint_text(c.sides[piece.side].endpoint),
                    endpoint_text(c.sides[1 - piece.side].endpoint), frame);
    std::string dressed;
    style_.put(dressed, Ink::strong, line);
    out_.append(dressed);
    out_.append('\n');
}

void FollowView::remark(std::string_view text) {
    finish_line();
    std::string dressed;
    style_.put(dressed, Ink::dim, fmt::format("── {} ──", text));
    out_.append(dressed);
    out_.append('\n');
    speaker_ = -1;
}

void FollowView::finish_line() {
    if (!at_line_start_) out_.append('\n');
    at_line_start_ = true;
}

}  // namespace glass::tools
