#include "tcp/segment_options.h"

namespace glass::tcp {

namespace {

template <class T>
void take(const Option& option, std::optional<T>& into) {
    if (const T* value = option.as<T>(); value && !into) into = *value;
}

constexpr std::uint32_t kNopNopTimestamps = 0x0101080a;

bool is_timestamps_alone(ip::Bytes options) {
    return options.size() == kTimestampOctets && ip::load32(options.data()) == kNopNopTimestamps;
}

}  // namespace

SegmentOptions read_segment_options(ip::Bytes options) {
    SegmentOptions found;
    if (is_timestamps_alone(options)) {
        found.timestamps = {.tsval = ip::load32(&options[4]), .tsecr = ip::load32(&options[8])};
        return found;
    }
    OptionReader reader(options);
    while (const auto option = reader.next()) {
        take(*option, found.mss);
        take(*option, found.window_scale);
        take(*option, found.timestamps);
        take(*option, found.sack);
        take(*option, found.user_timeout);
        if (option->as<SackPermitted>()) found.sack_permitted = true;
    }
    return found;
}

void write_timestamps(std::uint8_t* at, const Timestamps& timestamps) {
    ip::store32(at, kNopNopTimestamps);
    ip::store32(at + 4, timestamps.tsval);
    ip::store32(at + 8, timestamps.tsecr);
}

}  // namespace glass::tcp
