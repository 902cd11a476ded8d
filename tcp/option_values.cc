#include "tcp/option_values.h"

namespace glass::tcp {

std::string_view option_name(std::uint8_t kind) {
    switch (static_cast<OptionKind>(kind)) {
        case OptionKind::end_of_list: return "eol";
        case OptionKind::no_operation: return "nop";
        case OptionKind::maximum_segment_size: return "mss";
        case OptionKind::window_scale: return "wscale";
        case OptionKind::sack_permitted: return "sack_permitted";
        case OptionKind::sack: return "sack";
        case OptionKind::timestamps: return "timestamps";
        case OptionKind::md5_signature: return "md5";
        case OptionKind::user_timeout: return "user_timeout";
        case OptionKind::authentication: return "ao";
        case OptionKind::multipath: return "mptcp";
        case OptionKind::fast_open: return "fast_open";
        case OptionKind::experiment_1:
        case OptionKind::experiment_2: return "experiment";
    }
    return "unknown";
}

}  // namespace glass::tcp
