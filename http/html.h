// HTML: text made safe to stand in a page.
#pragma once

#include <string>
#include <string_view>

namespace glass::http {

/// For content and for attributes in quotes.
[[nodiscard]] inline std::string html_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out.push_back(c);
        }
    return out;
}

}  // namespace glass::http
