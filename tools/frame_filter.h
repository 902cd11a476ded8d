// Frame filter: a BPF expression, for frames of every link type that turns up: pcapng files mix them.
#pragma once

#include <expected>
#include <map>
#include <string>

#include "ip/pcap.h"

namespace glass::tools {

class FrameFilter {
public:
    /// An empty expression lets everything pass.
    explicit FrameFilter(std::string expression) : expression_(std::move(expression)) {}

    /// An expression that does not compile for the first link type is the user's mistake; for a later one it
    /// can just not match (there is no `vlan` on a PPP link).
    [[nodiscard]] std::expected<bool, std::string> matches(const ip::Frame& frame) {
        if (lets_all_pass()) return true;
        return judge(frame);
    }
    bool lets_all_pass() const { return expression_.empty(); }

private:
    std::expected<bool, std::string> judge(const ip::Frame& frame);

    std::string expression_;
    std::map<ip::LinkType, std::expected<ip::BpfFilter, std::string>> compiled_;
};

}  // namespace glass::tools
