// Protocols: for every kind of header its title, RFC, step, fields and describe function, as one table.
#pragma once

#include <span>
#include <string_view>

#include "ip/protocol.h"
#include "tools/field.h"
#include "tools/packet.h"

namespace glass::tools {

using Describe = void (*)(const Layer& layer, const Packet& packet, FieldList& out);

struct ProtocolInfo {
    std::string_view title;  ///< "Internet Protocol version 4"
    std::string_view spec;   ///< "RFC 791"
    ip::Step step = nullptr;
    Describe describe = nullptr;
    std::span<const FieldInfo> fields;
};

/// Never fails: what nobody described is data.
[[nodiscard]] const ProtocolInfo& protocol(ip::Proto proto);

}  // namespace glass::tools
