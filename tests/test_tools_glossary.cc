// The glossary: every word of the output contract is explained, in the form promised, and typos are met
// halfway.
#include <algorithm>
#include <cctype>
#include <doctest/doctest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ip/protocol.h"
#include "tools/glossary.h"
#include "tools/protocols.h"

using namespace std::string_view_literals;
using glass::tools::all_terms;
using glass::tools::find_term;
using glass::tools::near_terms;
using glass::tools::Term;

namespace {

std::string_view word_of(std::string_view asked) {
    const Term* term = find_term(asked);
    return term == nullptr ? "" : term->word;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (true) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == text.npos) return lines;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string_view> aliases_of(const Term& term) {
    std::vector<std::string_view> aliases;
    for (std::string_view rest = term.aliases; !rest.empty();) {
        const std::size_t end = std::min(rest.find(", "), rest.size());
        aliases.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    return aliases;
}

std::string folded(std::string_view word) {
    std::string out;
    for (const char c : word)
        out += c == '-' || c == '_' || c == '.'
                   ? ' '
                   : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

}  // namespace

TEST_CASE("every field of the JSON contract is explained, with its protocol and without") {
    struct Row {
        std::string_view proto;
        std::vector<std::string_view> fields;
    };
    const Row rows[] = {
        {"frame", {"frame", "time", "len", "cap_len", "layers", "error"}},
        {"eth", {"src", "dst", "type"}},
        {"vlan", {"id", "priority", "type"}},
        {"sll", {"type"}},
        {"sll2", {"type"}},
        {"null", {"type"}},
        {"ppp", {"type"}},
        {"ip",
         {"src", "dst", "ttl", "id", "df", "mf", "frag_offset", "len", "hdr_len", "dsfield", "p", "checksum",
          "checksum_status", "options", "reassembled", "quoted", "version", "rb"}},
        {"ipv6", {"src", "dst", "hlim", "nxt", "plen", "flow", "tclass", "version"}},
        {"ipv6.hopopts", {"nxt", "len"}},
        {"ipv6.routing", {"nxt", "len"}},
        {"ipv6.fraghdr", {"nxt", "len", "id", "offset", "more"}},
        {"ipv6.dstopts", {"nxt", "len"}},
        {"ah", {"nxt", "len"}},
        {"icmp", {"type", "code", "checksum_status", "ident", "seq"}},
        {"icmpv6", {"type", "code", "checksum_status", "ident", "seq"}},
        {"udp", {"srcport", "dstport", "length", "checksum", "checksum_status"}},
        {"tcp", {"stream",      "srcport",
                 "dstport",     "seq_raw",
                 "ack_raw",     "seq",
                 "ack",         "flags",
                 "flags_str",   "window_size_value",
                 "window_size", "hdr_len",
                 "len",         "urgent_pointer",
                 "checksum",    "checksum_status",
                 "options",     "analysis",
                 "kind",        "name",
                 "value",       "shift",
                 "edges",       "tsval",
                 "tsecr"}},
        {"arp", {"opcode", "src.hw_mac", "src.proto_ipv4", "dst.hw_mac", "dst.proto_ipv4"}},
        {"dns",
         {"id", "flags", "response", "opcode", "rcode", "qdcount", "ancount", "nscount", "arcount", "queries",
          "answers", "authorities", "additionals", "name", "type", "class", "ttl", "data"}},
        {"http",
         {"request", "response", "method", "uri", "version", "host", "status", "reason", "headers", "framing",
          "content_length", "body_len", "body_sha256", "wire_body_len", "trailers", "complete",
          "request_frame"}},
        {"data", {"len"}},
    };
    for (const Row& row : rows) {
        for (const std::string_view field : row.fields) {
            CAPTURE(row.proto);
            CAPTURE(field);
            CHECK(find_term(field) != nullptr);
            CHECK(find_term(std::string(row.proto) + "." + std::string(field)) != nullptr);
        }
    }
}

TEST_CASE("the streams output is explained") {
    for (const auto word : {"stream",
                            "client",
                            "server",
                            "first_frame",
                            "last_frame",
                            "start",
                            "duration",
                            "handshake",
                            "end",
                            "c2s",
                            "s2c",
                            "packets",
                            "payload_packets",
                            "bytes",
                            "sha256",
                            "gaps",
                            "retransmitted_bytes",
                            "mss",
                            "wscale",
                            "sack_permitted",
                            "rtt_ms",
                            "clean",
                            "lossy",
                            "refused",
                            "half-open",
                            "one-sided",
                            "cut short"}) {
        CAPTURE(word);
        CHECK(find_term(word) != nullptr);
    }
}

TEST_CASE("every protocol Glass knows by name is explained") {
    for (std::size_t i = 0; i < glass::ip::kProtoCount; ++i) {
        const std::string_view name = glass::ip::name(static_cast<glass::ip::Proto>(i));
        CAPTURE(name);
        CHECK(find_term(name) != nullptr);
    }
}

TEST_CASE("every field of every protocol in the decoder's tables is explained") {
    for (std::size_t i = 0; i < glass::ip::kProtoCount; ++i) {
        const auto proto = static_cast<glass::ip::Proto>(i);
        for (const glass::tools::FieldInfo& field : glass::tools::protocol(proto).fields) {
            const std::string key = std::string(glass::ip::name(proto)) + "." + std::string(field.key);
            CAPTURE(key);
            CHECK(find_term(key) != nullptr);
        }
    }
}

TEST_CASE("every analysis label is explained under its own name, in all its spellings") {
    for (const std::string label :
         {"retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order", "lost_segment",
          "ack_lost_segment", "duplicate_ack", "window_update", "window_full", "zero_window",
          "zero_window_probe", "zero_window_probe_ack", "keep_alive", "keep_alive_ack", "reused_ports"}) {
        CAPTURE(label);
        std::string dashed = label;
        std::replace(dashed.begin(), dashed.end(), '_', '-');
        CHECK(word_of(label) == label);
        CHECK(word_of(dashed) == label);
        CHECK(word_of("tcp.analysis." + label) == label);
    }
    CHECK(word_of("dup-ack") == "duplicate_ack");
}

TEST_CASE("words of the trade, as people write them") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"SYN", "syn"},
        {"tcp.flags.syn", "syn"},
        {"syn flag", "syn"},
        {"SYN-ACK", "syn"},
        {"ACK", "ack"},
        {"FIN", "fin"},
        {"RST", "rst"},
        {"tcp.flags.reset", "rst"},
        {"PSH", "psh"},
        {"URG", "urg"},
        {"ECE", "ece"},
        {"CWR", "cwr"},
        {"AE", "ae"},
        {"MSS option", "mss"},
        {"Maximum Segment Size", "mss"},
        {"window scaling", "wscale"},
        {"SACK", "sack"},
        {"sack-permitted", "sack_permitted"},
        {"tcp.options.timestamps", "timestamps"},
        {"uto", "uto"},
        {"fast open", "tfo"},
        {"MD5", "md5"},
        {"ao", "ao"},
        {"mptcp", "mptcp"},
        {"tcp.window_size", "window_size"},
        {"tcp.window", "window"},
        {"Window", "window"},
        {"isn", "isn"},
        {"rtt", "rtt"},
        {"rto", "rto"},
        {"karn", "karn"},
        {"cwnd", "cwnd"},
        {"ssthresh", "ssthresh"},
        {"slow start", "slow-start"},
        {"congestion avoidance", "congestion-avoidance"},
        {"fast recovery", "fast-recovery"},
        {"nagle", "nagle"},
        {"delayed ACK", "delayed-ack"},
        {"silly window syndrome", "silly-window"},
        {"TIME-WAIT", "time-wait"},
        {"time_wait state", "time-wait"},
        {"half-close", "half-close"},
        {"simultaneous open", "simultaneous-open"},
        {"persist timer", "persist-timer"},
        {"syn cookies", "syn-cookie"},
        {"challenge ACK", "challenge-ack"},
        {"paws", "paws"},
        {"CLOSED", "closed"},
        {"LISTEN", "listen"},
        {"SYN-SENT", "syn-sent"},
        {"SYN-RECEIVED", "syn-received"},
        {"ESTABLISHED", "established"},
        {"FIN-WAIT-1", "fin-wait-1"},
        {"FIN-WAIT-2", "fin-wait-2"},
        {"CLOSE-WAIT", "close-wait"},
        {"CLOSING", "closing"},
        {"LAST-ACK", "last-ack"},
        {"ttl", "ttl"},
        {"fragment offset", "frag_offset"},
        {"path mtu", "path-mtu"},
        {"mtu", "mtu"},
        {"dscp", "dscp"},
        {"ecn", "ecn"},
        {"pseudo-header", "pseudo-header"},
        {"reassembly", "reassembly"},
        {"tunnel", "tunnel"},
        {"GRE", "gre"},
        {"VXLAN", "vxlan"},
        {"MPLS", "mpls"},
        {"checksum offload", "offload"},
        {"TSO", "tso"},
        {"GRO", "gro"},
        {"good", "good"},
        {"bad", "good"},
        {"unverified", "unverified"},
        {"absent", "absent"},
        {"snap length", "cap_len"},
        {"chunked", "chunked"},
        {"Content-Length", "content_length"},
        {"keep-alive connection", "persistent-connection"},
        {"keep-alive", "keep_alive"},
        {"pipelining", "pipelining"},
        {"100-continue", "100-continue"},
        {"HEAD", "head"},
        {"Range", "range"},
        {"Upgrade", "upgrade"},
        {"trailer", "trailer"},
        {"follow", "follow"},
        {"hole", "gap"},
        {"ladder", "ladder"},
        {"pcapng", "pcapng"},
        {"link type", "link_type"},
        {"ip.id", "ip.id"},
        {"vlan.id", "vlan.id"},
        {"dns.id", "dns.id"},
        {"ipv6.fraghdr.id", "id"},
        {"tcp.len", "tcp.len"},
        {"ip.len", "ip.len"},
        {"ipv6.hopopts.len", "len"},
        {"icmp.seq", "echo"},
        {"eth.type", "ethertype"},
        {"dns.ttl", "resource-record"},
    };
    for (const auto& [asked, word] : rows) {
        CAPTURE(asked);
        CHECK(word_of(asked) == word);
    }
}

TEST_CASE("words that are none") {
    for (const auto word :
         {""sv, " "sv, "."sv, "xyzzy"sv, "tcp.xyzzy"sv, "flag"sv, "window window"sv, "\0"sv}) {
        CAPTURE(word);
        CHECK(find_term(word) == nullptr);
    }
    CHECK(find_term(std::string(1'000'000, 'a')) == nullptr);
    CHECK(near_terms(std::string(1'000'000, 'a')).empty());
    CHECK(find_term("ah ah ah ah ah ah ah ah ah ah xx bit bit bit bit bit bit bit") == nullptr);
}

TEST_CASE("each entry has the form that is promised") {
    for (const Term& term : all_terms()) {
        CAPTURE(term.word);
        CHECK_FALSE(term.word.empty());
        CHECK(term.word.find(' ') == term.word.npos);  // shells complete it
        CHECK_FALSE(term.spec.empty());
        CHECK(term.spec.size() <= 78);
        const auto lines = lines_of(term.text);
        CHECK(lines.size() >= 3);
        CHECK(lines.size() <= 7);
        for (const std::string_view line : lines) {
            CAPTURE(line);
            CHECK_FALSE(line.empty());
            CHECK(line.size() <= 78);
            CHECK(line.back() != ' ');
            CHECK(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
        }
        CHECK(lines.back().find_first_of(".!?)", lines.back().size() - 1) != std::string_view::npos);
    }
}

TEST_CASE("entries are sorted, and no spelling belongs to two of them") {
    const auto terms = all_terms();
    CHECK(terms.size() >= 180);
    CHECK(std::is_sorted(terms.begin(), terms.end(),
                         [](const Term& a, const Term& b) { return a.word < b.word; }));
    std::map<std::string, std::string_view> owner;
    for (const Term& term : terms) {
        CAPTURE(term.word);
        CHECK(word_of(term.word) == term.word);
        CHECK(owner.emplace(folded(term.word), term.word).second);
        for (const std::string_view alias : aliases_of(term)) {
            CAPTURE(alias);
            CHECK(owner.emplace(folded(alias), term.word).second);
            CHECK(word_of(alias) == term.word);
        }
    }
}

TEST_CASE("near_terms knows what was meant") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"retransmision", "retransmission"},
        {"duplicate_akc", "duplicate_ack"},
        {"dup-akc", "dup-ack"},
        {"windw", "window"},
        {"sny", "syn"},
        {"zero-windo", "zero_window"},
        {"chunkd", "chunked"},
        {"establishd", "established"},
        {"time-wiat", "time-wait"},
        {"ssthres", "ssthresh"},
        {"checksm", "checksum"},
        {"pcapgn", "pcapng"},
        {"retrans", "retransmission"},
        {"content-lenght", "content_length"},
    };
    for (const auto& [typed, meant] : rows) {
        CAPTURE(typed);
        const auto words = near_terms(typed);
        REQUIRE_FALSE(words.empty());
        CHECK(words.size() <= 5);
        CHECK(words.front() == meant);
        std::set<const Term*> terms;
        for (const std::string_view word : words) {
            CAPTURE(word);
            CHECK(find_term(word) != nullptr);
            CHECK(terms.insert(find_term(word)).second);
        }
    }
    for (const auto nonsense : {"", "zq", "qqqqqqqq", "lorem ipsum dolor"}) {
        CAPTURE(nonsense);
        CHECK(near_terms(nonsense).empty());
    }
}
