#include "tools/dns.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

#include "tools/dns_data.h"

namespace glass::tools {
namespace {

constexpr std::size_t kMaxName = 255;  // octets, RFC 1035 section 2.3.4
constexpr std::uint8_t kPointer = 0xc0;

/// RFC 1035 section 5.1, RFC 4343 section 2.1.
void append_label(std::string& text, ip::Bytes label) {
    for (const std::uint8_t c : label) {
        if (c < 0x21 || c > 0x7e) {
            fmt::format_to(std::back_inserter(text), "\\{:03}", c);
            continue;
        }
        if (c == '.' || c == '\\') text += '\\';
        text += static_cast<char>(c);
    }
}

constexpr std::array kSections = {DnsSection::question, DnsSection::answer, DnsSection::authority,
                                  DnsSection::additional};

std::uint16_t count_of(const DnsHeader& header, DnsSection section) {
    switch (section) {
        case DnsSection::question: return header.qdcount;
        case DnsSection::answer: return header.ancount;
        case DnsSection::authority: return header.nscount;
        case DnsSection::additional: return header.arcount;
    }
    return 0;
}

std::string_view name_of(DnsSection section) {
    switch (section) {
        case DnsSection::question: return "question";
        case DnsSection::answer: return "answer";
        case DnsSection::authority: return "authority record";
        case DnsSection::additional: return "additional record";
    }
    return "record";
}

/// RFC 1035 sections 4.1.2 and 4.1.3.
ip::Result<DnsRecord> read_record(ip::Bytes message, std::size_t at, DnsSection section) {
    DnsRecord record;
    record.section = section;
    record.at = static_cast<std::uint32_t>(at);
    const auto name_length = read_dns_name(message, at, record.name);
    if (!name_length) return std::unexpected(name_length.error());
    record.name_length = *name_length;
    ip::Reader in(message.subspan(at + *name_length));
    record.type = in.u16();
    record.rr_class = in.u16();
    if (section != DnsSection::question) {
        record.ttl = in.u32();
        record.data = in.bytes(in.u16());
    }
    if (!in.ok()) return std::unexpected(ip::Error::truncated);
    return record;
}

}  // namespace

ip::Result<std::uint32_t> read_dns_name(ip::Bytes message, std::size_t at, std::string& text) {
    const std::size_t begin = at;
    std::size_t run =
        at;  // where this run of labels started: a pointer must lead to before it, so the walk ends
    std::optional<std::size_t> end;  // of the name in place: after its first pointer, or its last label
    std::size_t octets = 1;          // of the name without compression; the root label counts
    const std::size_t text_before = text.size();
    while (true) {
        if (at >= message.size()) return std::unexpected(ip::Error::truncated);
        const std::uint8_t length = message[at];
        if ((length & kPointer) == kPointer) {
            if (message.size() - at < 2) return std::unexpected(ip::Error::truncated);
            if (!end) end = at + 2;
            at = ip::load16(&message[at]) & 0x3fff;
            if (at >= run) return std::unexpected(ip::Error::loop);
            run = at;
            continue;
        }
        if ((length & kPointer) != 0) return std::unexpected(ip::Error::bad_value);
        ++at;
        if (length == 0) break;
        if (message.size() - at < length) return std::unexpected(ip::Error::truncated);
        octets += 1U + length;
        if (octets > kMaxName) return std::unexpected(ip::Error::too_long);
        if (text.size() > text_before) text += '.';
        append_label(text, message.subspan(at, length));
        at += length;
    }
    if (text.size() == text_before) text += '.';
    return static_cast<std::uint32_t>(end.value_or(at) - begin);
}

DnsMessage read_dns(ip::Bytes message) {
    DnsMessage read;
    ip::Reader in(message);
    DnsHeader& header = read.header;
    for (std::uint16_t* word :
         {&header.id, &header.flags, &header.qdcount, &header.ancount, &header.nscount, &header.arcount})
        *word = in.u16();
    if (!in.ok()) {
        read.fault = DnsFault{};
        return read;
    }
    std::size_t at = DnsHeader::kLength;
    for (const DnsSection section : kSections) {
        for (std::uint32_t number = 1; number <= count_of(header, section); ++number) {
            auto record = read.records.size() < DnsMessage::kMaxRecords
                              ? read_record(message, at, section)
                              : ip::Result<DnsRecord>(std::unexpected(ip::Error::too_long));
            if (!record) {
                read.fault = DnsFault{section, number, record.error()};
                return read;
            }
            at += record->length();
            read.records.push_back(*std::move(record));
        }
    }
    return read;
}

std::uint16_t DnsMessage::rcode() const {
    const auto is_opt = [](const DnsRecord& r) {
        return r.section == DnsSection::additional && static_cast<DnsType>(r.type) == DnsType::OPT;
    };
    const auto opt = std::ranges::find_if(records, is_opt);
    const std::uint32_t upper = opt == records.end() ? 0 : opt->ttl >> 24;
    return static_cast<std::uint16_t>(upper << 4 | header.rcode());
}

std::string to_string(const DnsFault& fault) {
    if (fault.number == 0) return fmt::format("header: {}", ip::to_string(fault.why));
    return fmt::format("{} {}: {}", name_of(fault.section), fault.number, ip::to_string(fault.why));
}

std::string dns_opcode_name(std::uint8_t opcode) {
    switch (opcode) {
        case 0: return "QUERY";
        case 1: return "IQUERY";
        case 2: return "STATUS";
        case 4: return "NOTIFY";  // RFC 1996
        case 5: return "UPDATE";  // RFC 2136
        case 6: return "DSO";     // RFC 8490
        default: return fmt::format("OPCODE{}", opcode);
    }
}

std::string dns_rcode_name(std::uint16_t rcode) {
    static constexpr std::string_view kNames[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                                  "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                                  "NXRRSET", "NOTAUTH", "NOTZONE"};
    if (rcode < std::size(kNames)) return std::string(kNames[rcode]);
    if (rcode == 16) return "BADVERS";    // RFC 6891
    if (rcode == 23) return "BADCOOKIE";  // RFC 7873
    return fmt::format("RCODE{}", rcode);
}

namespace {

/// The answer that says most: the first of the type that was asked for (what a CNAME leads to), else the
/// first.
const DnsRecord* best_answer(const DnsMessage& message, const DnsRecord* question) {
    const DnsRecord* first = nullptr;
    for (const DnsRecord& record : message.records) {
        if (record.section != DnsSection::answer) continue;
        if (question && record.type == question->type) return &record;
        if (!first) first = &record;
    }
    return first;
}

std::string verb_of(const DnsHeader& header) {
    const bool response = header.has(DnsHeader::QR);
    if (header.opcode() == 0) return response ? "answer" : "query";
    return dns_opcode_name(header.opcode()) + (response ? " answer" : "");
}

/// Text records can be long, and a summary is one line.
std::string shortened(std::string text) {
    constexpr std::size_t kMost = 80;
    if (text.size() > kMost) text.replace(kMost - 3, std::string::npos, "...");
    return text;
}

/// " 192.0.2.1 +2", with the type where it is not the one that was asked for.
std::string answers_text(ip::Bytes octets, const DnsMessage& message, const DnsRecord* question) {
    const DnsRecord* const best = best_answer(message, question);
    if (!best) return message.fault ? "" : " no records";
    std::string text;
    if (!question) text += fmt::format(" {} {}", dns_type_name(best->type), best->name);
    if (question && best->type != question->type) text += " " + dns_type_name(best->type);
    const auto data = dns_data_text(octets, *best);
    text += " " + (data ? shortened(*data) : fmt::format("({} octets)", best->data.size()));
    const auto is_answer = [](const DnsRecord& r) { return r.section == DnsSection::answer; };
    if (const auto n = std::ranges::count_if(message.records, is_answer); n > 1)
        text += fmt::format(" +{}", n - 1);
    return text;
}

}  // namespace

std::string dns_summary(ip::Bytes octets) {
    const DnsMessage message = read_dns(octets);
    if (message.fault && message.fault->number == 0) return "DNS header cut short";
    const bool asks = !message.records.empty() && message.records[0].is_question();
    const DnsRecord* const question = asks ? &message.records[0] : nullptr;
    std::string text = verb_of(message.header);
    if (question) text += fmt::format(" {} {}", dns_type_name(question->type), question->name);
    if (message.header.has(DnsHeader::QR)) {
        if (message.rcode() != 0) text += " " + dns_rcode_name(message.rcode());
        if (message.rcode() == 0 || message.header.ancount != 0)
            text += answers_text(octets, message, question);
    }
    if (message.fault) text += fmt::format(" ({})", to_string(*message.fault));
    return text;
}

ip::Hop step_dns(ip::Bytes captured, std::uint32_t) {
    if (captured.size() < DnsHeader::kLength) return ip::cut_short(DnsHeader::kLength, captured.size());
    return {.header_length = static_cast<std::uint32_t>(captured.size())};
}

}  // namespace glass::tools
