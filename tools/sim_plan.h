// Sim plan: what glass sim is to run: two hosts, the link between them, and the transfers.
#pragma once

#include <cstdint>
#include <vector>

#include "tcp/config.h"
#include "tools/link_words.h"

namespace glass::tools {

/// The data's way is from the client, 10.0.0.1, to the server, 10.0.0.2.
struct SimPlan : LinkPlan {
    tcp::Config tcp;                                                                    ///< of both hosts
    std::vector<tcp::CongestionAlgorithm> algorithms{tcp::CongestionAlgorithm::cubic};  ///< flows take turns
    std::uint64_t octets = 10'000'000;                                                  ///< of each flow
    unsigned flows = 1;
    ip::Duration stagger{};                           ///< between the starts of two flows
    ip::Duration longest = std::chrono::minutes(10);  ///< of virtual time; then the run is broken off
    std::uint64_t seed = 1;
    static constexpr unsigned kMostFlows = 1000;
};

}  // namespace glass::tools
