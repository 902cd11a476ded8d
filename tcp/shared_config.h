// SharedConfig: one Config for all connections that have the same, RFC 9293 section 3.9.1.
#pragma once

#include <algorithm>
#include <array>
#include <memory>

#include "tcp/config.h"

namespace glass::tcp {

/// Copies share the Config until one of them changes it. Most of a host's connections never do, and there may
/// be hundreds of thousands.
class SharedConfig {
public:
    SharedConfig(const Config& config = {}) : config_(std::make_shared<Config>(config)) {}

    const Config& operator*() const { return *config_; }
    const Config* operator->() const { return config_.get(); }
    /// To be changed: for this copy alone.
    Config& own() {
        if (config_.use_count() > 1) config_ = std::make_shared<Config>(*config_);
        return *config_;
    }

private:
    std::shared_ptr<Config> config_;
};

/// Finds those that are alike: applications give each connection one of its own.
class ConfigPool {
public:
    [[nodiscard]] SharedConfig share(const Config& config) {
        const auto known =
            std::ranges::find(recent_, config, [](const SharedConfig& c) -> const Config& { return *c; });
        if (known != recent_.end()) return *known;
        next_ = (next_ + 1) % recent_.size();
        return recent_[next_] = SharedConfig(config);
    }

private:
    std::array<SharedConfig, 4> recent_;
    std::size_t next_ = 0;
};

}  // namespace glass::tcp
