// Check report: what `glass check` says, for people and as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ip/capture_file.h"
#include "tools/check_facts.h"
#include "tools/style.h"
#include "tools/text_buffer.h"

namespace glass::tools {

/// A place where the file makes no sense, and what that costs.
struct DamagedPlace {
    ip::Damage damage;
    std::uint64_t lost_bytes =
        0;                 ///< up to where it makes sense again, or to its end; 0 where nobody can tell
    bool resumed = false;  ///< it does make sense again
};

/// What is known of the file itself.
struct FileFacts {
    static constexpr std::size_t kPlacesNamed = 100;

    std::string name;
    std::string format;
    std::optional<std::uint64_t> size;  ///< octets, compressed where it is
    bool read_to_end = true;            ///< else the user wanted no more
    std::vector<DamagedPlace> damage;   ///< the first ones
    std::uint64_t damaged_places = 0;
    std::uint64_t lost_bytes = 0;
    std::uint64_t frames_after_damage = 0;
    std::string saved_to;  ///< by --salvage; empty: nothing was asked for
    std::uint64_t saved_before = 0;
    std::uint64_t saved_after = 0;
    std::uint64_t left_out = 0;  ///< records of zeros
};

/// "sound", or "damaged at byte 1234: record claims 4294967295 bytes"
[[nodiscard]] std::string verdict(const FileFacts& file);

[[nodiscard]] std::string check_text(const FileFacts& file, const CheckFacts& facts, const Style& style);

/// One line, one object:
///
///     schema, file, sound (boolean), verdict, read_to_end, format, size (bytes, or null), frames,
///     start, end ("seconds.nnnnnnnnn", or null), times_backwards {count, frames, largest_ns},
///     links [{interface, link, linktype, frames}],
///     cut {count, frames, missing_bytes, longest, in_header {count, frames}},
///     empty {count, frames}, overlong {count, frames},
///     damage [{offset, what, lost_bytes, resumed}], damaged_places, lost_bytes, frames_after_damage,
///     faults [{proto, what, count, frames}],
///     checksums [{proto, good, bad, unverified, absent, frames}],
///     fragments {complete, never_complete, timed_out, evicted, dropped}, notes [..],
///     salvage {file, frames_before, frames_after, left_out, skipped_bytes}, only if asked for
///
/// `frames` inside of an object holds the numbers of the first eight; of the wrong ones among checksums. The
/// frames counted, and all that is said of packets, are those before the first damage.
void write_check_json(const FileFacts& file, const CheckFacts& facts, TextBuffer& out);

}  // namespace glass::tools
