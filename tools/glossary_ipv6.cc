// Glossary: the terms of IPv6 and ICMP, RFC 8200 and RFC 4443.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"ah", "authentication header, ah.spi, ah.sequence, icv", "RFC 4302 section 2",
     R"(IPsec's Authentication Header, protocol 51: proves who sent the packet and
that nobody changed it, without hiding it. Next header, length, SPI (which
agreement), sequence number, check value. Its length counts 32-bit words minus
2, unlike all other IPv6 extension headers. Address translation breaks it; it
is rare beside ESP.)"},
    {"code", "", "RFC 792, RFC 4443 section 2.1",
     R"(Refines an ICMP type. Unreachable in IPv4 (type 3): 0 network, 1 host, 2
protocol, 3 port, 4 fragmentation needed and df set, 13 forbidden by a filter.
In ICMPv6 (type 1): 0 no route, 1 forbidden, 3 address, 4 port. Time exceeded:
0 ttl ran out on the way, 1 a fragment never came.)"},
    {"dstopts", "destination options", "RFC 8200 section 4.6",
     R"(Extension header 60, options for the destination only (or, before a routing
header, for each stop named there). Same layout as hop-by-hop options: type,
length, value, padded to a multiple of 8 octets with Pad1 and PadN. Rarely
seen; long runs of padding in it are a way to hide what comes behind.)"},
    {"echo", "ping, echo request, echo reply, ident, icmp.seq, icmpv6.seq", "RFC 792, RFC 4443 section 4.1",
     R"(Ping: a host answers an echo request with a reply that carries the same data.
ident tells one ping program from another, seq counts the requests. Types 8
and 0 in IPv4, 128 and 129 in IPv6. Time between the two is a round trip. No
reply does not prove a dead host: many filter it or limit its rate.)"},
    {"esp", "encapsulating security payload, ipsec, spi, sequence", "RFC 4303 section 2",
     R"(IPsec's encrypted payload, protocol 50: SPI (which keys), sequence number,
then ciphertext. What is inside, even whether it is TCP, cannot be seen
without the keys. Often inside UDP port 4500 to pass address translators. A
sequence number that jumps means loss; one that comes again is a replay or a
duplicated packet.)"},
    {"extension-header", "extension headers", "RFC 8200 section 4",
     R"(IPv6 keeps its fixed header short and chains the rest: each header's nxt names
the next, up to TCP, UDP or ICMPv6. Hop-by-hop comes first if present, then
routing, fragment, destination options. A filter that reads only the first nxt
is fooled by them, which is why many networks drop packets that have them.)"},
    {"flow", "", "RFC 6437 section 2",
     R"(Twenty bits with which the sender marks packets of one flow, so that routers
can spread load without looking for ports. It should be constant for a
connection and hard to guess; 0 means not set. It is not unique and not
protected: use the stream number to tell connections apart.)"},
    {"fraghdr", "fragment header, ipv6 fragment, atomic fragment", "RFC 8200 section 4.5",
     R"(Extension header 44 of 8 octets: nxt, offset, more, and an id of 32 bits. Only
the sender makes fragments in IPv6, never a router. The first one must hold
all headers up to the TCP or UDP header. Offset 0 with more false is an atomic
fragment: whole, and handled alone. Any overlap: the packet is dropped.)"},
    {"geneve",
     "geneve.vni, generic network virtualization encapsulation, opt_len, oam, critical, proto_type, "
     "geneve.version, geneve.options",
     "RFC 8926 section 3.4",
     R"(A tunnel for virtual networks, UDP port 6081: like VXLAN a 24-bit network
number (VNI), but with an EtherType of what is inside and room for options of
variable length. The outer UDP source port is a hash of the inner flow; do not
look for meaning in it.)"},
    {"gtp",
     "gtp-u, gtp.teid, teid, tunnel endpoint identifier, gtp.message, g-pdu, npdu_number, gtp.seq_number, "
     "gtp.next, gtp.length, gtp.flags",
     "3GPP TS 29.281 section 5.1",
     R"(The tunnel of mobile networks, UDP port 2152: what a phone sends travels as a
G-PDU (message type 255) between base station and gateway, and the number of
the tunnel's end (TEID) says whose it is; each direction has its own. With one
of the flags E, S and PN a third word follows: sequence number, N-PDU number,
and the type of the next extension header.)"},
    {"hopopts", "hop-by-hop options, hop by hop, router alert ipv6", "RFC 8200 section 4.3",
     R"(Extension header 0, options that routers on the way may look at; it must come
right after the IPv6 header. Multicast membership reports (MLD) carry a router
alert here. Each option's top two bits say what a node does that does not know
it: skip, or drop with or without an ICMP error. On the wire its length counts
units of 8 octets beyond the first 8.)"},
    {"icmp",
     "internet control message protocol, icmp error, originate, receive, transmit, mask, num_addrs, "
     "addr_entry_size, icmp.lifetime",
     "RFC 792",
     R"(IP's errors and questions: a router or host tells the sender that a packet
could not be delivered, was too large or lived too long, or answers a ping.
Errors quote the packet concerned. They are sent at a limited rate, never
about other errors, and may be filtered, so their absence proves nothing. It
is part of IP, not a transport. Its timestamp, mask and router messages (types
9, 10, 13 to 18) are hardly used any more.)"},
    {"icmp-extensions", "extensions, icmp extension, object, ctype, rest of header", "RFC 4884 section 7",
     R"(Extra objects after the quoted packet of an ICMP error: a version, a checksum,
then class and type for each. The best known is the stack of MPLS labels that
the dropped packet carried (RFC 4950), which traceroute prints. A length field
in the error tells where the quote ends and they begin; old routers leave it
0, with a quote of 128 octets.)"},
    {"icmpv6", "icmp version 6, icmp6, icmpv6.extra", "RFC 4443 section 2.1",
     R"(ICMP for IPv6, next header 58. Types below 128 are errors, from 128 on
information. It also does the work of ARP: neighbor solicitation and
advertisement (135, 136), router advertisements (134). Hence filtering all of
it breaks IPv6 itself: no neighbours, no packet too big, no path MTU. Its
checksum covers a pseudo-header.)"},
    {"id", "identifier", "RFC 791 section 3.1, RFC 1035 section 4.1.1",
     R"(A number that ties things together, and each layer has its own. ip and
fraghdr: fragments of one packet share it. vlan: the number of the virtual
network. dns: the answer repeats the question's id. None of them counts
packets reliably, and none identifies a connection: that is stream.)"},
    {"ipv6", "internet protocol version 6, ip6", "RFC 8200 section 3",
     R"(IP with 128-bit addresses. The header is always 40 octets: tclass, flow, plen,
nxt, hlim, source, destination; anything more is in extension headers. Changed
from IPv4: no header checksum, routers never fragment, no broadcast, ARP
became neighbor discovery. Links take at least 1280 octets. fe80::/10 is valid
on one link only.)"},
    {"ipv6.fraghdr.more", "more, m flag", "RFC 8200 section 4.5",
     R"(True on every fragment but the last one. A fragment with it set must carry a
multiple of 8 octets. The receiver knows the full length only when the one
with false has come, and gives up after 60 seconds, with ICMPv6 time exceeded
code 1 if it had the first fragment.)"},
    {"ipv6.fraghdr.offset", "offset", "RFC 8200 section 4.5",
     R"(Where this fragment's data belongs in the original packet, in octets here, in
units of 8 octets on the wire. 0 is the first fragment, the one with the
ports. In "gaps" of a stream, offset counts octets from the first octet of the
stream instead.)"},
    {"mld",
     "multicast listener discovery, max_response, group, robustness, interval, sources, records, "
     "record_list, record_type, aux_len, aux_data, icmpv6.record",
     "RFC 3810 section 5, RFC 2710 section 3",
     R"(Multicast Listener Discovery: hosts tell routers and switches which groups
they listen to (types 131, 143), routers ask from time to time (130); 132 is
leaving in version 1. Every IPv6 host joins groups for neighbor discovery, so
these are among its first packets. They carry a router alert and hop limit 1.
IPv4 uses IGMP for this.)"},
    {"mobility",
     "mipv6, ipv6.mobility.type, ipv6.mobility.len, ipv6.mobility.checksum, ipv6.mobility.data, mh type, "
     "mipv6.type, mipv6.len, mipv6.checksum, mipv6.data",
     "RFC 6275 section 6.1.1",
     R"(Extension header 135 of Mobile IPv6: a host that moved tells its new address
to a home agent and to those it talks with (binding update, binding
acknowledgement). It carries nothing above it. Hardly seen in practice; if it
turns up where nobody uses Mobile IPv6, somebody is scanning.)"},
    {"neighbor-discovery",
     "ndp, neighbor solicitation, neighbor advertisement, solicited, override, link_layer_address, "
     "icmpv6.target, icmpv6.router",
     "RFC 4861 section 4.3, section 7.2",
     R"(How IPv6 finds hardware addresses: a neighbor solicitation (ICMPv6 type 135)
to a multicast group made from the last 24 bits of the address, answered by an
advertisement (136). Routers announce prefixes and MTU with type 134. All have
hop limit 255, so nobody from outside the link can fake them. A solicitation
from :: is a check for duplicates.)"},
    {"nxt", "next header", "RFC 8200 section 3, section 4",
     R"(Which header follows, in IPv6 and in each of its extension headers: 6 TCP, 17
UDP, 58 ICMPv6, 0 hop-by-hop, 43 routing, 44 fragment, 60 destination options,
59 nothing at all. Numbers are the same as IPv4's p. The trap: "nxt is not 6"
does not mean "not TCP"; walk the chain to its end.)"},
    {"packet-too-big", "fragmentation needed, frag needed, next-hop mtu, icmp.mtu, icmpv6.mtu",
     "RFC 4443 section 3.2, RFC 1191 section 4",
     R"(A router's message that a packet does not fit the next link and could not be
cut: ICMPv6 type 2, in IPv4 type 3 code 4. It carries the MTU that fits. The
sender makes smaller packets and sends again at once. Look for it after
full-sized segments at the start of a transfer. Filtered away, it makes a
black hole: see path-mtu.)"},
    {"parameter-problem", "pointer", "RFC 4443 section 3.4, RFC 792",
     R"(ICMP's "I cannot read this header": type 4 in ICMPv6 (code 0 wrong field, 1
unknown next header, 2 unknown option), type 12 in IPv4. The pointer is the
offset of the octet that is wrong. Seen when a program builds packets by hand,
or when a node meets an option it must not skip.)"},
    {"plen", "payload length", "RFC 8200 section 3",
     R"(Octets after the 40 of the IPv6 header, extension headers included. IPv4's
total length counts the header, this does not: a TCP segment of 1440 octets
and 20 of header has plen 1460 and, in IPv4, ip.len 1480. 0 means a jumbogram
(over 65535), or a packet whose length the network card was to fill in.)"},
    {"redirect", "3xx, gateway, icmpv6.destination", "RFC 792, RFC 4861 section 4.5",
     R"(ICMP type 5 (137 in ICMPv6): a router says "for this destination there is a
better first hop on your own link". Hosts may follow it; many ignore it, for
it can be forged. In HTTP a redirect is something else: a status 3xx with a
Location field, to which the browser sends its next request.)"},
    {"router-advertisement",
     "router solicitation, slaac, prefix, cur_hop_limit, managed, other, home_agent, preference, "
     "router_lifetime, reachable_time, retrans_timer, lifetime, prefix_length, on_link, autonomous, "
     "valid_lifetime, preferred_lifetime",
     "RFC 4861 section 4.2",
     R"(ICMPv6 type 134, sent by routers every few minutes and when a host asks (133).
It tells hosts the prefix from which they make their own addresses, the hop
limit and MTU to use, and how long the router may be used (router lifetime; 0:
not as a default router). Managed and other mean "ask DHCPv6 as well". Two of
them that differ: somebody has plugged in a router.)"},
    {"routing",
     "segments left, segleft, type 0 routing, last_entry, segment routing, srv6, ipv6.routing.type, "
     "ipv6.routing.flags, ipv6.routing.tag, ipv6.routing.data",
     "RFC 8200 section 4.4",
     R"(Extension header 43, a list of stops the packet shall visit; segments left
says how many are still ahead. While it is above 0, ip dst is the next stop
and not the final one, and the TCP checksum is computed with the final one.
Type 0 is forbidden since 2007 (it allowed amplification), type 4 is segment
routing.)"},
    {"time-exceeded", "ttl exceeded, traceroute", "RFC 792, RFC 4443 section 3.3",
     R"(ICMP type 11 (3 in ICMPv6). Code 0: the ttl reached 0 at this router, so a
loop, or traceroute at work: it sends probes with ttl 1, 2, 3 and reads the
routers' addresses off these answers. Code 1: fragments of a packet did not
all arrive in time at the destination. The quoted packet tells whose it was.)"},
    {"unreachable", "destination unreachable, port unreachable, host unreachable",
     "RFC 792, RFC 4443 section 3.1",
     R"(ICMP type 3 (1 in ICMPv6): the packet could not be delivered; code says why.
Port unreachable is UDP's "nobody listens here" (TCP says it with RST). An
established TCP connection must not die of network or host unreachable: the
route may come back. Code 4 in IPv4 is special: packet too big, see path-mtu.)"},
    {"vxlan", "vni, virtual network identifier, next_proto, gbp, vxlan.flags", "RFC 7348 section 5",
     R"(A tunnel for virtual networks in data centres: whole Ethernet frames inside
UDP, port 4789, with a 24-bit network number (VNI). It adds 50 octets with
IPv4 on the outside, so inner MTU is 1450 or the outer link's is raised. The
outer source port is a hash of the inner flow. Inner and outer addresses have
nothing to do with each other.)"},
};

}  // namespace

std::span<const Term> ipv6_terms() {
    return kTerms;
}

}  // namespace glass::tools
