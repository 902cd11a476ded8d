#include "tools/dns_data.h"

#include <fmt/format.h>
#include <iterator>
#include <string_view>

#include "ip/address.h"

namespace glass::tools {
namespace {

/// Reads the data of one record, with names that may point anywhere before in the message, and writes its
/// text.
class Data {
public:
    Data(ip::Bytes message, const DnsRecord& record)
        : message_(message), data_(record.data), at_(record.data_at()), end_(at_ + data_.size()) {}

    template <class... Args>
    void print(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    }
    std::uint32_t number(std::size_t octets) {
        std::uint32_t value = 0;
        for (const std::uint8_t octet : take(octets)) value = value << 8 | octet;
        return value;
    }
    /// A number, followed by a space.
    void print_number(std::size_t octets) { print("{} ", number(octets)); }
    void print_name() {
        if (error_) return;
        const auto length = read_dns_name(message_, at_, text_);
        if (!length) return fail(length.error());
        if (*length > left()) return fail(ip::Error::bad_length);
        at_ += *length;
    }
    /// "text": a quote, a backslash and what is not ASCII are escaped, RFC 1035 section 5.1.
    void print_quoted(ip::Bytes octets) {
        text_ += '"';
        for (const std::uint8_t c : octets) {
            if (c < 0x20 || c > 0x7e) {
                print("\\{:03}", c);
                continue;
            }
            if (c == '"' || c == '\\') text_ += '\\';
            text_ += static_cast<char>(c);
        }
        text_ += '"';
    }
    void print_hex(ip::Bytes octets) {
        for (const std::uint8_t octet : octets) print("{:02X}", octet);
    }
    ip::Bytes take(std::size_t octets) {
        if (octets > left()) fail(ip::Error::bad_length);
        if (error_) return {};
        at_ += octets;
        return data_.subspan(data_.size() - left() - octets, octets);
    }
    std::size_t left() const { return end_ - at_; }
    bool more() const { return !error_ && left() > 0; }

    ip::Result<std::string> finish() && {
        if (!error_ && left() > 0) error_ = ip::Error::bad_length;
        if (error_) return std::unexpected(*error_);
        return std::move(text_);
    }

private:
    void fail(ip::Error error) {
        if (!error_) error_ = error;
    }

    ip::Bytes message_;
    ip::Bytes data_;
    std::size_t at_;  ///< in the message
    std::size_t end_;
    std::string text_;
    std::optional<ip::Error> error_;
};

void print_ipv6(Data& data) {
    ip::Reader in(data.take(16));
    data.print("{}", ip::to_string(ip::read_ipv6_address(in)));
}

/// RFC 1035 section 3.3.13.
void print_soa(Data& data) {
    data.print_name();
    data.print(" ");
    data.print_name();
    for (int i = 0; i < 5; ++i) data.print(" {}", data.number(4));
}

/// RFC 1035 section 3.3.14: one or more strings.
void print_txt(Data& data) {
    do {
        data.print_quoted(data.take(data.number(1)));
        if (data.more()) data.print(" ");
    } while (data.more());
}

/// RFC 2782: priority, weight, port, target.
void print_srv(Data& data) {
    for (int i = 0; i < 3; ++i) data.print_number(2);
    data.print_name();
}

std::string_view edns_option_name(std::uint32_t code) {
    switch (code) {
        case 3: return "NSID";
        case 8: return "ECS";
        case 10: return "COOKIE";
        case 11: return "KEEPALIVE";
        case 12: return "PADDING";
        case 15: return "EDE";
        default: return "option";
    }
}

/// RFC 6891 section 6.1.3: class and TTL have another meaning here.
void print_opt(Data& data, const DnsRecord& record) {
    constexpr std::uint32_t kDo = 0x8000;
    data.print("UDP {}, version {}", record.rr_class, record.ttl >> 16 & 0xff);
    if (record.ttl >> 24) data.print(", extended RCODE {}", record.ttl >> 24);
    if (record.ttl & kDo) data.print(", DO");
    while (data.more()) {
        const std::uint32_t code = data.number(2);
        const std::uint32_t length = data.number(2);
        data.print(", {} {} ({} octets)", edns_option_name(code), code, length);
        data.take(length);
    }
}

/// RFC 4034 section 5: key tag, algorithm, digest type, digest.
void print_ds(Data& data) {
    data.print_number(2);
    data.print_number(1);
    data.print_number(1);
    data.print_hex(data.take(data.left()));
}

/// RFC 4034 section 2: flags, protocol, algorithm, key.
void print_dnskey(Data& data) {
    data.print_number(2);
    data.print_number(1);
    data.print_number(1);
    data.print("({} octets)", data.left());
    data.take(data.left());
}

/// RFC 4034 section 3: type covered, algorithm, labels, original TTL, expiration, inception, key tag, signer,
/// signature.
void print_rrsig(Data& data) {
    data.print("{} ", dns_type_name(static_cast<std::uint16_t>(data.number(2))));
    data.print_number(1);
    data.print_number(1);
    for (int i = 0; i < 3; ++i) data.print_number(4);
    data.print_number(2);
    data.print_name();
    data.print(" ({} octets)", data.left());
    data.take(data.left());
}

/// RFC 9460 section 2.2: priority, target, parameters by name.
void print_svcb(Data& data) {
    static constexpr std::string_view kKeys[] = {"mandatory", "alpn", "no-default-alpn", "port",
                                                 "ipv4hint",  "ech",  "ipv6hint"};
    data.print_number(2);
    data.print_name();
    while (data.more()) {
        const std::uint32_t key = data.number(2);
        if (key < std::size(kKeys))
            data.print(" {}", kKeys[key]);
        else
            data.print(" key{}", key);
        data.take(data.number(2));
    }
}

/// RFC 8659 section 4.1: flags, tag, value.
void print_caa(Data& data) {
    data.print_number(1);
    for (const std::uint8_t c : data.take(data.number(1))) {
        if (c >= 0x21 && c <= 0x7e)
            data.print("{}", static_cast<char>(c));
        else
            data.print("\\{:03}", c);
    }
    data.print(" ");
    data.print_quoted(data.take(data.left()));
}

/// False: a type that is not read.
bool print_data(Data& data, const DnsRecord& record) {
    switch (static_cast<DnsType>(record.type)) {
        case DnsType::A: data.print("{}", ip::to_string(ip::Ipv4Address{data.number(4)})); return true;
        case DnsType::AAAA: print_ipv6(data); return true;
        case DnsType::NS:
        case DnsType::CNAME:
        case DnsType::PTR:
        case DnsType::DNAME: data.print_name(); return true;
        case DnsType::SOA: print_soa(data); return true;
        case DnsType::MX:
            data.print_number(2);
            data.print_name();
            return true;
        case DnsType::TXT: print_txt(data); return true;
        case DnsType::SRV: print_srv(data); return true;
        case DnsType::OPT: print_opt(data, record); return true;
        case DnsType::DS: print_ds(data); return true;
        case DnsType::RRSIG: print_rrsig(data); return true;
        case DnsType::DNSKEY: print_dnskey(data); return true;
        case DnsType::SVCB:
        case DnsType::HTTPS: print_svcb(data); return true;
        case DnsType::CAA: print_caa(data); return true;
    }
    return false;
}

}  // namespace

std::string dns_type_name(std::uint16_t type) {
    switch (static_cast<DnsType>(type)) {
        case DnsType::A: return "A";
        case DnsType::NS: return "NS";
        case DnsType::CNAME: return "CNAME";
        case DnsType::SOA: return "SOA";
        case DnsType::PTR: return "PTR";
        case DnsType::MX: return "MX";
        case DnsType::TXT: return "TXT";
        case DnsType::AAAA: return "AAAA";
        case DnsType::SRV: return "SRV";
        case DnsType::DNAME: return "DNAME";
        case DnsType::OPT: return "OPT";
        case DnsType::DS: return "DS";
        case DnsType::RRSIG: return "RRSIG";
        case DnsType::DNSKEY: return "DNSKEY";
        case DnsType::SVCB: return "SVCB";
        case DnsType::HTTPS: return "HTTPS";
        case DnsType::CAA: return "CAA";
    }
    switch (type) {  // known by name only
        case 13: return "HINFO";
        case 35: return "NAPTR";
        case 44: return "SSHFP";
        case 47: return "NSEC";
        case 50: return "NSEC3";
        case 52: return "TLSA";
        case 249: return "TKEY";
        case 250: return "TSIG";
        case 251: return "IXFR";
        case 252: return "AXFR";
        case 255: return "ANY";
        default: return fmt::format("TYPE{}", type);
    }
}

std::string dns_class_name(std::uint16_t rr_class) {
    switch (rr_class) {
        case 1: return "IN";
        case 3: return "CH";
        case 4: return "HS";
        case 254: return "NONE";
        case 255: return "ANY";
        default: return fmt::format("CLASS{}", rr_class);
    }
}

ip::Result<std::string> dns_data_text(ip::Bytes message, const DnsRecord& record) {
    Data data(message, record);
    if (!print_data(data, record)) return std::unexpected(ip::Error::bad_value);
    return std::move(data).finish();
}

}  // namespace glass::tools
