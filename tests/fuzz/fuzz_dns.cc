// Fuzzes the DNS message: reading, its summary, and describing it.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "tools/describe_dns.h"
#include "tools/dns.h"

namespace {

namespace ip = glass::ip;
namespace tools = glass::tools;

/// Records follow each other without a gap and end inside the message; names are no longer than they may be.
void check_records(ip::Bytes octets) {
    constexpr std::size_t kLongestName = 4 * 255;  // each octet escaped
    const tools::DnsMessage message = tools::read_dns(octets);
    std::size_t at = tools::DnsHeader::kLength;
    for (const tools::DnsRecord& record : message.records) {
        if (record.at != at || record.name.empty() || record.name.size() > kLongestName) std::abort();
        at += record.length();
    }
    if (!message.records.empty() && at > octets.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto packet = std::make_unique<tools::Packet>();
    const ip::Bytes octets(data, size);
    check_records(octets);
    if (tools::dns_summary(octets).empty()) std::abort();
    tools::Layer layer;
    layer.bytes = octets;
    using For = tools::FieldList::For;
    for (const For reader : {For::json, For::columns, For::people}) {
        tools::FieldList out(reader);
        out.start(octets);
        tools::describe_dns(layer, *packet, out);
    }
    return 0;
}
