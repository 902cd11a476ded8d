// The parts of the glossary, one file each; only glossary.cc puts them together.
#pragma once

#include "tools/glossary.h"

namespace glass::tools {

[[nodiscard]] std::span<const Term> capture_terms();
[[nodiscard]] std::span<const Term> streams_terms();
[[nodiscard]] std::span<const Term> link_terms();
[[nodiscard]] std::span<const Term> ip_terms();
[[nodiscard]] std::span<const Term> ipv6_terms();
[[nodiscard]] std::span<const Term> udp_terms();
[[nodiscard]] std::span<const Term> tcp_terms();
[[nodiscard]] std::span<const Term> analysis_terms();
[[nodiscard]] std::span<const Term> concepts_terms();
[[nodiscard]] std::span<const Term> states_terms();
[[nodiscard]] std::span<const Term> http_terms();

}  // namespace glass::tools
