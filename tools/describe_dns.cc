#include "tools/describe_dns.h"

#include <algorithm>
#include <span>

#include "tools/dns.h"
#include "tools/dns_data.h"

namespace glass::tools {
namespace {

/// What is inside a question or a record. Each is an object; these are its members.
constexpr FieldInfo kRecord[] = {
    {"record", "Record"},
    {"name", "Name"},
    {"type", "Type", 0, 16},
    {"type_name", "Type in words"},
    {"class", "Class", 0, 16},
    {"ttl", "Time to Live", 0, 32},
    {"data_length", "Data Length", 0, 16, Show::people_only},
    {"data", "Data"},
};

const FieldInfo& list_of(DnsSection section) {
    switch (section) {
        case DnsSection::question: return in(kDns, "queries");
        case DnsSection::answer: return in(kDns, "answers");
        case DnsSection::authority: return in(kDns, "authorities");
        case DnsSection::additional: return in(kDns, "additionals");
    }
    return in(kDns, "additionals");
}

void add_header(FieldList& out, const DnsHeader& header) {
    using enum DnsHeader::Bit;
    out.number(in(kDns, "id"), header.id);
    out.number(in(kDns, "flags"), header.flags);
    out.boolean(in(kDns, "response"), header.has(QR));
    out.number(in(kDns, "opcode"), header.opcode());
    if (out.verbose()) out.note("{}", dns_opcode_name(header.opcode()));
    out.boolean(in(kDns, "flags.authoritative"), header.has(AA));
    out.boolean(in(kDns, "flags.truncated"), header.has(TC));
    out.boolean(in(kDns, "flags.recdesired"), header.has(RD));
    out.boolean(in(kDns, "flags.recavail"), header.has(RA));
    out.boolean(in(kDns, "flags.z"), header.has(Z));
    out.boolean(in(kDns, "flags.authenticated"), header.has(AD));
    out.boolean(in(kDns, "flags.checkdisable"), header.has(CD));
    out.number(in(kDns, "rcode"), header.rcode());
    if (out.verbose()) out.note("{}", dns_rcode_name(header.rcode()));
    out.number(in(kDns, "qdcount"), header.qdcount);
    out.number(in(kDns, "ancount"), header.ancount);
    out.number(in(kDns, "nscount"), header.nscount);
    out.number(in(kDns, "arcount"), header.arcount);
}

/// Addresses as such, what Glass reads as text, and all else as octets.
void add_data(FieldList& out, ip::Bytes message, const DnsRecord& record) {
    const Placed at = at_octets(in(kRecord, "data"), record.data_at(), record.data.size());
    const auto type = static_cast<DnsType>(record.type);
    if (type == DnsType::A && record.data.size() == 4) {
        out.address(at, {ip::load32(record.data.data())});
    } else if (type == DnsType::AAAA && record.data.size() == 16) {
        out.ipv6_address(at, record.data);
    } else if (const auto text = dns_data_text(message, record)) {
        out.escaped_text(at, out.store(*text));
    } else {
        out.octets(at, record.data);
        if (text.error() != ip::Error::bad_value)
            out.note("not what {} asks for", dns_type_name(record.type));
    }
}

void add_record(FieldList& out, ip::Bytes message, const DnsRecord& record) {
    out.begin_object(at_octets(in(kRecord, "record"), record.at, record.length()));
    if (out.verbose()) out.note("{} {}", record.name, dns_type_name(record.type));
    out.escaped_text(at_octets(in(kRecord, "name"), record.at, record.name_length), out.store(record.name));
    const std::size_t at = record.at + record.name_length;
    out.number(at_octets(in(kRecord, "type"), at, 2), record.type);
    out.text(in(kRecord, "type_name"), out.store(dns_type_name(record.type)));
    out.number(at_octets(in(kRecord, "class"), at + 2, 2), record.rr_class);
    const bool is_opt = static_cast<DnsType>(record.type) == DnsType::OPT;
    if (out.verbose()) out.note("{}", is_opt ? "UDP payload size" : dns_class_name(record.rr_class));
    if (!record.is_question()) {
        out.number(at_octets(in(kRecord, "ttl"), at + 4, 4), record.ttl);
        if (is_opt) out.note("extended RCODE, version and flags");
        out.number(at_octets(in(kRecord, "data_length"), at + 8, 2), record.data.size());
        add_data(out, message, record);
    }
    out.end_object();
}

/// The records of one section as a list; `records` are those not shown yet. Gives how many it took.
std::size_t add_section(FieldList& out, ip::Bytes message, std::span<const DnsRecord> records) {
    const DnsSection section = records.front().section;
    const auto is_other = [=](const DnsRecord& record) { return record.section != section; };
    const auto count = static_cast<std::size_t>(std::ranges::find_if(records, is_other) - records.begin());
    const DnsRecord& last = records[count - 1];
    const std::size_t begin = records.front().at;
    out.begin_list(at_octets(list_of(section), begin, last.at + last.length() - begin));
    for (const DnsRecord& record : records.first(count)) add_record(out, message, record);
    out.end_list();
    return count;
}

}  // namespace

void describe_dns(const Layer& layer, const Packet&, FieldList& out) {
    const DnsMessage message = read_dns(layer.bytes);
    add_header(out, message.header);
    for (std::span<const DnsRecord> rest = message.records; !rest.empty();)
        rest = rest.subspan(add_section(out, layer.bytes, rest));
    if (message.fault) out.text(in(kDns, "error"), out.store(to_string(*message.fault)));
}

}  // namespace glass::tools
