// Link words: how a simulated link is described: by options of glass sim, and by the text of --link ("loss 2%
// rtt 40ms rate 20mbit").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ip/sim_options.h"
#include "tools/link_options.h"

namespace glass::tools {

struct LinkPlan {
    ip::SimLinkOptions data;  ///< the way of the data: with --link, from our own stack
    ip::SimLinkOptions acks;  ///< the way back
};

/// What applies to both ways changes both, unless a later word says otherwise.
struct LinkWord {
    std::string_view word;  ///< "reorder-by"
    std::string_view type;  ///< of its value: "TIME"; empty: it has none
    std::string_view help;
    OptionValue<void> (*apply)(const std::string& value, LinkPlan& plan);
};
[[nodiscard]] std::span<const LinkWord> link_words();

/// A link that does nothing to packets; its queue, once it has a rate, holds 50 of them.
[[nodiscard]] LinkPlan plain_link();

/// Words and their values, with blanks between. The error is one line.
[[nodiscard]] OptionValue<LinkPlan> parse_link(std::string_view text);

/// What cannot be, in one line; empty where all is well.
[[nodiscard]] std::string why_impossible(const LinkPlan& plan);

}  // namespace glass::tools
