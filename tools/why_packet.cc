#include "tools/why_packet.h"

#include <algorithm>
#include <optional>

#include "ip/arp.h"
#include "ip/icmpv6.h"
#include "ip/udp.h"
#include "tools/describe.h"
#include "tools/dns.h"
#include "tools/fault_text.h"
#include "tools/ip_layer.h"
#include "tools/protocols.h"

namespace glass::tools {
namespace {

tcp::FrameRef ref(const Packet& packet) {
    return {packet.frame.number, packet.frame.time};
}

/// Two addresses and two ports, and which of two datagrams answers the other.
struct Conversation {
    ip::Address src, dst;
    std::uint16_t src_port = 0, dst_port = 0;

    bool operator==(const Conversation&) const = default;
    Conversation turned() const { return {dst, src, dst_port, src_port}; }
};

std::optional<Conversation> conversation(const Packet& packet) {
    const Layer* layer = packet.innermost(ip::Proto::udp);
    if (!layer || layer->bytes.size() < 4) return std::nullopt;
    const Layer* outer = ip_around(packet, *layer);
    if (!outer) return std::nullopt;
    const ip::UdpHeader h = ip::read_udp(layer->bytes);
    return Conversation{source_of(*outer), destination_of(*outer), h.src_port, h.dst_port};
}

/// The frames before and after `number` for which this holds.
struct Found {
    std::vector<tcp::FrameRef> before, after;
};
Found find(const Reread& reread, std::uint64_t number, const std::function<bool(const Packet&)>& test) {
    Found found;
    reread([&](const Packet& p) {
        if (p.frame.number != number && test(p))
            (p.frame.number < number ? found.before : found.after).push_back(ref(p));
        return true;
    });
    return found;
}

std::string later(tcp::FrameRef from, tcp::FrameRef to) {
    return fmt::format("{} later", duration_text(passed(from, to)));
}

// ---- DNS and UDP ----

struct DnsKey {
    Conversation talk;
    std::uint16_t id = 0;
    bool response = false;
};
std::optional<DnsKey> dns_key(const Packet& packet) {
    const Layer* layer = packet.innermost(ip::Proto::dns);
    const auto talk = conversation(packet);
    if (!layer || !talk || layer->bytes.size() < 4) return std::nullopt;
    return DnsKey{*talk, ip::load16(&layer->bytes[0]), (layer->bytes[2] & 0x80) != 0};
}

void tell_query(const Packet& packet, const DnsKey& key, const Reread& reread, Story& story) {
    const auto answers = [&](const Packet& p) {
        const auto k = dns_key(p);
        return k && k->response && k->id == key.id && k->talk == key.talk.turned();
    };
    const auto repeats = [&](const Packet& p) {
        const auto k = dns_key(p);
        return k && !k->response && k->id == key.id && k->talk == key.talk;
    };
    const Found same = find(reread, packet.frame.number, repeats);
    const Found found = find(reread, packet.frame.number, answers);
    if (!same.before.empty()) story.row("asked before", same.before);
    if (found.after.empty()) return story.so("nobody answers it before the file ends.");
    story.row("answered", found.after[0], later(ref(packet), found.after[0]));
}

void tell_response(const Packet& packet, const DnsKey& key, const Reread& reread, Story& story) {
    const auto asks = [&](const Packet& p) {
        const auto k = dns_key(p);
        return k && !k->response && k->id == key.id && k->talk == key.talk.turned();
    };
    const Found found = find(reread, packet.frame.number, asks);
    if (found.before.empty()) return story.so("the query that it answers is not in the file before it.");
    story.row("asked", found.before.back(),
              fmt::format("{} before", duration_text(passed(found.before.back(), ref(packet)))));
    if ((packet.innermost(ip::Proto::dns)->bytes[2] & 0x02) != 0)
        story.so("truncated (TC): the answer did not fit, and is to be asked for again over TCP (RFC 7766).");
}

// ---- ICMP ----

/// What is left of the packet that an ICMP error quotes: enough to know it again (RFC 792 quotes 8 octets of
/// text).
struct Quote {
    ip::Address src, dst;
    ip::Bytes header, text;
};
std::optional<Quote> quote_in(const Packet& packet) {
    for (const Layer& layer : packet.layers()) {
        if (!layer.quoted || !has_addresses(layer)) continue;
        return Quote{source_of(layer), destination_of(layer), layer.header(), ip::first(layer.payload(), 8)};
    }
    return std::nullopt;
}

/// Routers change TTL and checksum; identification and what follows the header stay.
bool is_quoted(const Layer& layer, const Quote& quote) {
    if (layer.quoted || !has_addresses(layer) || source_of(layer) != quote.src ||
        destination_of(layer) != quote.dst)
        return false;
    const bool v4 = layer.proto == ip::Proto::ip;
    if (v4 && (quote.header.size() < 6 ||
               !std::ranges::equal(layer.bytes.subspan(4, 2), quote.header.subspan(4, 2))))
        return false;
    const ip::Bytes text = ip::first(layer.payload(), quote.text.size());
    return std::ranges::equal(text, quote.text);
}

bool tell_icmp_error(const Packet& packet, const Layer& icmp, const Reread& reread, Story& story) {
    const auto quote = quote_in(packet);
    if (!quote) return false;
    const Layer* outer = ip_around(packet, icmp);
    const ip::IcmpHeader h = ip::read_icmp(icmp.bytes);
    const bool v6 = icmp.proto == ip::Proto::icmpv6;
    story.say("Packet {} is an error message{} ({}): it quotes the packet that it is about.",
              packet.frame.number, outer ? fmt::format(" from {}", to_string(source_of(*outer))) : "",
              v6 ? icmpv6_text(h.type, h.code) : icmp_text(h.type, h.code));
    const Found found = find(reread, packet.frame.number, [&](const Packet& p) {
        return std::ranges::any_of(p.layers(), [&](const Layer& layer) { return is_quoted(layer, *quote); });
    });
    if (found.before.empty()) {
        story.so("the packet that provoked it is not in the file before it.");
        return true;
    }
    const tcp::FrameRef cause = found.before.back();
    story.row("provoked by", cause, fmt::format("{} → {}", to_string(quote->src), to_string(quote->dst)));
    story.row("the error", ref(packet), later(cause, ref(packet)));
    return true;
}

/// The ICMP error that a packet provoked.
bool tell_error_about(const Packet& packet, const Reread& reread, Story& story) {
    const Found error = find(reread, packet.frame.number, [&](const Packet& p) {
        const auto quote = quote_in(p);
        return quote &&
               std::ranges::any_of(packet.layers(), [&](const Layer& l) { return is_quoted(l, *quote); });
    });
    if (error.after.empty()) return false;
    story.row("ICMP error", error.after[0], later(ref(packet), error.after[0]));
    story.so("it could not be delivered.");
    return true;
}

struct EchoKey {
    ip::Address src, dst;
    std::uint16_t id = 0, seq = 0;
    bool reply = false;
};
std::optional<EchoKey> echo_key(const Packet& packet) {
    for (const ip::Proto proto : {ip::Proto::icmp, ip::Proto::icmpv6}) {
        const Layer* layer = packet.innermost(proto);
        if (!layer || layer->bytes.size() < 8) continue;
        const Layer* outer = ip_around(packet, *layer);
        const ip::IcmpHeader h = ip::read_icmp(layer->bytes);
        const bool v6 = proto == ip::Proto::icmpv6;
        const bool request = h.type == (v6 ? ip::icmpv6_type::echo_request : ip::icmp_type::echo_request);
        const bool reply = h.type == (v6 ? ip::icmpv6_type::echo_reply : ip::icmp_type::echo_reply);
        if (!outer || (!request && !reply)) continue;
        return EchoKey{source_of(*outer), destination_of(*outer), h.identifier(), h.sequence(), reply};
    }
    return std::nullopt;
}

bool tell_echo(const Packet& packet, const Reread& reread, Story& story) {
    const auto key = echo_key(packet);
    if (!key) return false;
    const Found found = find(reread, packet.frame.number, [&](const Packet& p) {
        const auto k = echo_key(p);
        return k && k->reply != key->reply && k->id == key->id && k->seq == key->seq && k->src == key->dst &&
               k->dst == key->src;
    });
    story.say("Packet {} is echo {} {} (id {}) of {}.", packet.frame.number, key->reply ? "reply" : "request",
              key->seq, key->id, to_string(key->src));
    if (key->reply) {
        if (found.before.empty())
            story.so("the request that it answers is not in the file before it.");
        else
            story.row("asked", found.before.back(),
                      fmt::format("{} before: one round trip",
                                  duration_text(passed(found.before.back(), ref(packet)))));
    } else if (found.after.empty()) {
        if (!tell_error_about(packet, reread, story)) story.so("no reply is in the file after it.");
    } else {
        story.row("answered", found.after[0], later(ref(packet), found.after[0]));
    }
    return true;
}

// ---- ARP and neighbor discovery ----

std::optional<ip::ArpPacket> arp_in(const Packet& packet) {
    const Layer* layer = packet.innermost(ip::Proto::arp);
    const auto arp = layer ? ip::parse_arp(layer->bytes)
                           : ip::Result<ip::ArpPacket>(std::unexpected(ip::Error::truncated));
    return arp ? std::optional(*arp) : std::nullopt;
}

bool tell_arp(const Packet& packet, const Reread& reread, Story& story) {
    const auto arp = arp_in(packet);
    if (!arp) return false;
    const std::uint64_t n = packet.frame.number;
    if (arp->operation == ip::arp_operation::request) {
        const bool announces = arp->sender_ip == arp->target_ip;
        const bool probes = arp->sender_ip == ip::Ipv4Address{};
        const Found found = find(reread, n, [&](const Packet& p) {
            const auto a = arp_in(p);
            return a && a->operation == ip::arp_operation::reply && a->sender_ip == arp->target_ip;
        });
        if (announces) {
            story.say("Packet {} announces that {} is at {} (RFC 5227 section 2.3).", n,
                      to_string(arp->sender_ip), to_string(arp->sender_mac));
            return true;
        }
        story.say("Packet {} asks everybody on the link which hardware address {} has{}.", n,
                  to_string(arp->target_ip),
                  probes ? ", to see whether it is free (a probe, RFC 5227 section 2.1)" : "");
        if (found.after.empty())
            story.so("nobody answers before the file ends: {}.",
                     probes ? "it is free" : "no such host, or it is down");
        else
            story.row("answered", found.after[0], later(ref(packet), found.after[0]));
        return true;
    }
    if (arp->operation != ip::arp_operation::reply) return false;
    story.say("Packet {} says that {} is at {}.", n, to_string(arp->sender_ip), to_string(arp->sender_mac));
    const Found found = find(reread, n, [&](const Packet& p) {
        const auto a = arp_in(p);
        return a && a->operation == ip::arp_operation::request && a->target_ip == arp->sender_ip &&
               a->sender_ip == arp->target_ip;
    });
    if (found.before.empty())
        story.so("nobody asked before in this file: unasked for, or the question was not captured.");
    else
        story.row("asked", found.before.back(),
                  fmt::format("{} before", duration_text(passed(found.before.back(), ref(packet)))));
    return true;
}

struct NeighborKey {
    std::uint8_t type = 0;
    std::array<std::uint8_t, 16> target{};
};
std::optional<NeighborKey> neighbor_key(const Packet& packet) {
    const Layer* layer = packet.innermost(ip::Proto::icmpv6);
    if (!layer || layer->bytes.size() < 24) return std::nullopt;
    NeighborKey key{.type = layer->bytes[0]};
    if (key.type != ip::icmpv6_type::neighbor_solicitation &&
        key.type != ip::icmpv6_type::neighbor_advertisement)
        return std::nullopt;
    std::ranges::copy(layer->bytes.subspan(8, 16), key.target.begin());
    return key;
}

bool tell_neighbor(const Packet& packet, const Reread& reread, Story& story) {
    const auto key = neighbor_key(packet);
    if (!key) return false;
    const bool asks = key->type == ip::icmpv6_type::neighbor_solicitation;
    const Layer* layer = packet.innermost(ip::Proto::icmpv6);
    ip::Reader in(layer->bytes.subspan(8));
    const std::string target = to_string(ip::read_ipv6_address(in));
    const Layer* outer = ip_around(packet, *layer);
    const bool probe = outer && source_of(*outer) == ip::Address(ip::Ipv6Address{});
    const Found found = find(reread, packet.frame.number, [&](const Packet& p) {
        const auto k = neighbor_key(p);
        return k && k->type != key->type && k->target == key->target;
    });
    if (asks) {
        story.say("Packet {} asks which link-layer address {} has{}.", packet.frame.number, target,
                  probe
                      ? ": it has none of its own yet and wants this one if it is free (RFC 4862 section 5.4)"
                      : "");
        if (found.after.empty())
            story.so("nobody answers before the file ends{}.", probe ? ": the address is free" : "");
        else
            story.row("answered", found.after[0], later(ref(packet), found.after[0]));
        return true;
    }
    story.say("Packet {} says who {} is (neighbor advertisement, RFC 4861 section 4.4).", packet.frame.number,
              target);
    if (!found.before.empty())
        story.row("asked", found.before.back(),
                  fmt::format("{} before", duration_text(passed(found.before.back(), ref(packet)))));
    return true;
}

}  // namespace

bool tell_datagram(const Packet& packet, const Reread& reread, Story& story) {
    const std::uint64_t n = packet.frame.number;
    if (const auto key = dns_key(packet)) {
        story.say("Packet {} is a DNS {} (id 0x{:04x}): {}.", n, key->response ? "answer" : "query", key->id,
                  dns_summary(packet.innermost(ip::Proto::dns)->bytes));
        key->response ? tell_response(packet, *key, reread, story) : tell_query(packet, *key, reread, story);
        return true;
    }
    const auto talk = conversation(packet);
    if (!talk) return false;
    const Layer* layer = packet.innermost(ip::Proto::udp);
    story.say("Packet {} carries {} of UDP from {} port {} to {} port {}.", n,
              count_text(layer->payload_wire_length(), "byte"), to_string(talk->src), talk->src_port,
              to_string(talk->dst), talk->dst_port);
    const Found other = find(reread, n, [&](const Packet& p) { return conversation(p) == talk->turned(); });
    if (!other.before.empty()) story.row("heard before", other.before.back());
    if (!other.after.empty()) story.row("heard next", other.after[0], later(ref(packet), other.after[0]));
    if (!tell_error_about(packet, reread, story) && other.before.empty() && other.after.empty()) {
        story.so("nobody answers in this file; UDP demands no answer.");
    }
    return true;
}

bool tell_icmp(const Packet& packet, const Reread& reread, Story& story) {
    for (const ip::Proto proto : {ip::Proto::icmp, ip::Proto::icmpv6}) {
        const Layer* layer = packet.innermost(proto);
        if (layer && tell_icmp_error(packet, *layer, reread, story)) return true;
    }
    return tell_echo(packet, reread, story);
}

bool tell_resolution(const Packet& packet, const Reread& reread, Story& story) {
    return tell_arp(packet, reread, story) || tell_neighbor(packet, reread, story);
}

}  // namespace glass::tools
