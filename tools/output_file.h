// Output files: what must not be written to.
#pragma once

#include <optional>
#include <string>

namespace glass::tools {

/// Why a capture read from `input` must not, or cannot, be written to `output` ("-" is standard input and
/// output): they are the same file, under whatever names, which would be emptied before it is read; `output`
/// is a terminal; it, or the folder it would be in, may not be written to. Creates nothing.
[[nodiscard]] std::optional<std::string> why_not_write(const std::string& input, const std::string& output);

/// "OUT-7.pcap" for shard 7 of "OUT.pcap": the number goes before the last ending.
[[nodiscard]] std::string shard_name(const std::string& output, unsigned shard);

}  // namespace glass::tools
