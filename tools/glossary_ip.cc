// Glossary: the terms of IPv4, and what both versions of IP share, RFC 791.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"absent", "checksum absent", "RFC 768, RFC 2784 section 2",
     R"(checksum_status where the sender left the checksum out. UDP over IPv4 may send
0 for "none" (a computed 0 is sent as 65535); over IPv6 that is forbidden but
for some tunnels. GRE has one only if its C flag is set. TCP may never omit
it.)"},
    {"checksum", "internet checksum", "RFC 1071, RFC 9293 section 3.1",
     R"(The complement of the ones' complement sum of all 16-bit words. IPv4's covers
only its header and changes at every router, as ttl does; IPv6 has none. TCP's
and UDP's cover a pseudo-header, their header and all data, so they need the
whole packet. It catches line noise, no attacker, and not two swapped words.)"},
    {"checksum_status", "", "RFC 1071, RFC 9293 section 3.1",
     R"(What came of verifying the checksum. good: computed and equal. bad: computed
and different. unverified: not possible or not meaningful, because octets are
missing, it is a fragment, or the sending host leaves it to its card. absent:
the sender sent none, which UDP over IPv4 may (checksum 0). --no-verify skips
the work.)"},
    {"df", "don't fragment, dont fragment", "RFC 791 section 3.1, RFC 1191 section 3",
     R"(Don't Fragment: a router that would have to cut this packet must drop it and
send ICMP "fragmentation needed" (type 3, code 4). TCP sets it on nearly
everything in order to learn the path MTU. The trap: where a firewall eats
those ICMP messages, large packets vanish in silence while small ones pass;
see path-mtu.)"},
    {"dscp", "differentiated services, diffserv, tos, type of service, precedence", "RFC 2474 section 3",
     R"(The upper six bits of dsfield: which treatment the packet asks routers for. 0
is normal, 46 (EF) voice, 8 (CS1) was meant for background, 48 (CS6) routing.
It is a wish: networks clear or rewrite it at their border. Until 1998 the
same octet was called Type of Service; old tools still print tos 0x10.)"},
    {"dsfield", "ds field, tclass, traffic class, ip.tos", "RFC 2474 section 3, RFC 3168 section 5",
     R"(One octet: six bits DSCP (which service is wanted) and two bits ECN (is there
congestion). IPv4 calls it dsfield, IPv6 traffic class (tclass), the layout is
the same. 0xb8 is 184: DSCP 46, ECN 0. 0x02 is DSCP 0 and ECN-capable. To get
the DSCP, shift right by two; forgetting that is the classic mistake.)"},
    {"ecn", "explicit congestion notification", "RFC 3168 section 5, section 6.1",
     R"(Routers report congestion by a mark instead of a loss. The handshake offers it
(SYN with ECE and CWR; SYN,ACK with ECE), data packets carry ECT, a router
turns ECT into CE, the receiver repeats ECE in its ACKs until the sender
answers CWR and slows down as if a packet had been lost. No octet has to be
sent again.)"},
    {"ect", "ect(0), ect(1), ce, congestion experienced", "RFC 3168 section 5",
     R"(The four values of the ECN bits in the IP header. 00: the sender does not do
ECN. 10 ECT(0) and 01 ECT(1): it does, so a congested router may mark the
packet instead of dropping it. 11 CE: a router did mark it. Look for CE in one
direction and the ECE flag in the answers. 01 comes first in number but ECT(0)
is the usual one.)"},
    {"frag_offset", "fragment offset", "RFC 791 section 3.1",
     R"(Where this fragment's data belongs in the original packet, here in octets. On
the wire the field has 13 bits and counts units of 8 octets, so 185 there is
1480 here: mind which one a tool prints. 0 with MF set is the first piece, the
only one with the TCP or UDP header and thus with ports.)"},
    {"fragment", "fragmentation, fragments", "RFC 791 section 3.2, RFC 8200 section 4.5",
     R"(A packet too large for the next link is cut into pieces that are put together
by the receiving host. In IPv4 routers may do it (unless df is set), in IPv6
only the sender. One lost piece loses the whole packet. Filters by port see
only the first piece. Look for it in large UDP (DNS, NFS); TCP avoids it by
its mss.)"},
    {"good", "bad, checksum good, checksum bad", "RFC 1071",
     R"(checksum_status "good": Glass computed the checksum over all octets and it
fits. "bad": it does not, so the octets are not those that were sent, or the
sender never filled it in. One bad frame among good ones: damage. All frames
that one host sends: see offload. A receiver drops bad segments in silence and
waits for a repeat.)"},
    {"gre",
     "generic routing encapsulation, gre tunnel, gre.type, flags_and_version, call_id, "
     "gre.payload_length, inner, key, gre.ack_number, gre.version, gre.offset, gre.sequence_number, "
     "gre.routing, gre.flags.checksum, gre.flags.routing, gre.flags.sequence_number, "
     "gre.flags.strict_source_route, gre.flags.recursion_control, gre.flags.ack, gre.flags.reserved, "
     "gre.flags.version",
     "RFC 2784 section 2, RFC 2890 section 2",
     R"(A simple tunnel, IP protocol 47: 2 octets of flags and version, 2 octets
EtherType of what is inside, then, as flags say, checksum, key and sequence
number. The packet inside has a header of its own. It costs 24 octets with
IPv4, so the inner MTU is 1476 on Ethernet; if nobody lowered it, look for
fragments or ICMP too-big.)"},
    {"hdr_len", "header length, ihl, data offset", "RFC 791 section 3.1, RFC 9293 section 3.1",
     R"(Header length in octets: 20 to 60 for IPv4 and for TCP. On the wire it is 4
bits that count 32-bit words (IHL, Data Offset), so 5 means 20 octets and 8
means 32. More than 20 means options; TCP with timestamps has 32. Less than 5
words is malformed. IPv6 has no such field, its header is always 40.)"},
    {"ip", "ipv4, internet protocol, datagram, packet", "RFC 791 section 3.1",
     R"(Carries one packet from host to host across networks. Each packet finds its
way alone: it may be lost, repeated, reordered or cut, and IP tells nobody.
The header has 20 octets and up to 40 of options; it names the addresses, the
length, the protocol inside (p), and a ttl. Ports are not its business: they
are TCP's and UDP's.)"},
    {"ip.dst", "ip destination, destination address, dst", "RFC 791 section 3.1, RFC 8200 section 3",
     R"(Who the packet is for. Routers look at this and nearly nothing else.
224.0.0.0/4 and ff00::/8 are groups, 255.255.255.255 everybody on this link,
127.0.0.0/8 and ::1 this host itself. In eth layers "dst" is the hardware
address of the next hop, which changes at each router while ip.dst stays.)"},
    {"ip.id", "identification", "RFC 791 section 3.1, RFC 6864 section 4",
     R"(A number that fragments of one packet share, so that the receiver can tell
whose they are. Where df is set and nothing is fragmented it means nothing and
may be 0 or anything. Trap: two packets with the same id need not be one and
the same, and a retransmission normally has a new one. Some hosts count it up
by one per packet.)"},
    {"ip.len", "total length", "RFC 791 section 3.1",
     R"(The whole IPv4 packet in octets, header and payload, at most 65535. Take off
ip.hdr_len and the TCP header and you have the payload. 0 in a capture made
inside a host means that the card was to fill it in (segmentation offload);
then the frame's length tells. Frames may be longer than this: padding.)"},
    {"ip.options",
     "record route, router alert, source route, overflow, entries, entry, ip.pointer, ip.stream, ip.flag, "
     "address, ip.value, addresses",
     "RFC 791 section 3.1, RFC 1122 section 3.2.1.8",
     R"(Up to 40 octets after the first 20 of an IPv4 header: record route,
timestamps, source routes, router alert (IGMP uses it). Rare today: many
routers drop or slow down packets that have them, and source routes are
refused for security. If hdr_len is 24 or more, look here. Not to be mixed up
with TCP options.)"},
    {"ip.src", "ip source, source address, src", "RFC 791 section 3.1, RFC 8200 section 3",
     R"(Who sent the packet: an IP address, 32 bits in IPv4, 128 in IPv6. Nothing
checks it: it may be forged, and an address translator (NAT) replaces it on
the way, so the other end's capture shows another one. In eth layers "src" is
the hardware address of the last hop instead.)"},
    {"mf", "more fragments", "RFC 791 section 3.1",
     R"(More Fragments: this is a piece of a larger packet and not the last piece. The
last one has MF 0 and an offset above 0; an unfragmented packet has MF 0 and
offset 0. All pieces share source, destination, protocol and id. Every piece
but the last carries a multiple of 8 octets.)"},
    {"mtu", "maximum transmission unit", "RFC 791 section 3.2, RFC 1191 section 1",
     R"(The largest IP packet a link takes in one frame: 1500 octets on Ethernet, 1492
with PPPoE, 65536 on Linux's loopback. Every IPv4 link must take 68, every
IPv6 link 1280. TCP's mss is normally MTU - 40 (IPv4) or - 60 (IPv6). Packets
above it in a capture were cut or joined by the network card: see offload.)"},
    {"options", "option", "RFC 791 section 3.1, RFC 9293 section 3.2",
     R"(Extra fields after a fixed header, as kind, length, value. TCP's are alive:
mss, wscale, sack_permitted and timestamps in SYNs, then sack and timestamps.
IPv4's are nearly extinct. IPv6 moved them into extension headers. The space
ends at hdr_len, at most 40 octets, which is why a segment has room for only 3
or 4 sack ranges.)"},
    {"p", "ip.proto, protocol number, ip protocol", "RFC 791 section 3.1",
     R"(Which header follows the IPv4 header: 1 ICMP, 2 IGMP, 4 IPv4 again (a tunnel),
6 TCP, 17 UDP, 41 IPv6 (6in4), 47 GRE, 50 ESP, 51 AH, 58 ICMPv6, 89 OSPF, 132
SCTP. IPv6's field for it is called nxt and uses the same numbers. In
fragments after the first it still says TCP, but no TCP header is there.)"},
    {"path-mtu", "pmtu, pmtud, path mtu discovery, black hole, pmtu black hole",
     "RFC 1191 section 3, RFC 8201 section 3",
     R"(The smallest MTU on the way. The sender starts with its own link's, sets df,
and lowers it when a router drops a packet and sends "fragmentation needed" or
"packet too big" with the size that fits. Black hole: those messages are
filtered. Then handshake and small requests work and the first full-sized
segments are repeated for ever.)"},
    {"pseudo-header", "pseudoheader", "RFC 9293 section 3.1, RFC 8200 section 8.1",
     R"(Source, destination, protocol number and length, summed into the TCP or UDP
checksum as if they stood before the header. They are not sent a second time.
So a packet delivered to the wrong address is noticed. Consequence: an address
translator must change the TCP checksum, too. ICMPv6 uses it, ICMP for IPv4
does not.)"},
    {"rb", "reserved bit, evil bit", "RFC 791 section 3.1",
     R"(The first of IPv4's three flag bits. It is reserved and must be 0; routers
pass it on unread. Set, it means a home-made packet, damage, or somebody who
took RFC 3514 seriously, the first-of-April standard that calls it the evil
bit and asks attackers to set it.)"},
    {"reassembly", "reassembled, reassembled.frames, frames", "RFC 791 section 3.2, RFC 5722 section 4",
     R"(Putting fragments together by their offsets until none is missing. Glass shows
the upper layers in the frame that completes the packet and lists the others:
"reassembled": {"frames": [..], "len": N}. Overlapping pieces are suspicious:
IPv6 drops such a packet whole. Missing pieces time out after 30 to 120
seconds.)"},
    {"reserved",
     "unused, flags.res, reserved_octet, reserved_bits, reserved_6, reserved_8, reserved_64, reserved_80, "
     "reserved_88, rest, pad",
     "RFC 9293 section 3.1",
     R"(Bits or octets a format leaves for later. Senders write 0, receivers ignore
them, so that a new use does not break old programs. Not 0: a newer extension
than this decoder knows, a home-made packet, or damage. The ECN bits of IP and
the ECE and CWR flags of TCP were such bits once; firewalls that dropped them
held ECN up for years.)"},
    {"ttl", "time to live, hop limit, hlim", "RFC 791 section 3.1, RFC 8200 section 3",
     R"(A count that every router lowers by one; at 0 the packet is dropped and ICMP
"time exceeded" sent, so loops end. Hosts start at 64 (Linux, macOS), 128
(Windows) or 255, so 51 means about 13 routers away. traceroute sends 1, 2, 3
... on purpose. IPv6 says hop limit. In DNS, ttl is something else: seconds to
keep an answer.)"},
    {"tunnel", "encapsulation, ip-in-ip, ipip, 6in4", "RFC 2003 section 3, RFC 4213 section 3",
     R"(A packet carried inside another packet: IP in IP (protocol 4), IPv6 in IPv4
(protocol 41, 6in4), GRE, VXLAN, ESP. The outer addresses are the tunnel's
ends, the inner ones those who talk. Each costs room: 20 octets for IPv4, so
the inner MTU shrinks. Glass lists both ip layers; the filter language looks
at the outer one only.)"},
    {"unverified", "checksum unverified", "RFC 9293 section 3.1",
     R"(checksum_status when Glass cannot or should not judge: the frame was cut by
the snap length, the packet is a fragment, or the sending host hands out
packets before its network card fills the checksum in. It is no sign of an
error. To verify, capture whole frames, and at the receiver or on the wire
between.)"},
    {"version", "", "RFC 791 section 3.1, RFC 8200 section 3",
     R"(The first four bits of an IP header: 4 or 6. Everything after them is laid out
differently. Another value after a correct EtherType means damage, a wrong
offset, or no IP at all. In http layers "version" is "HTTP/1.1" or "HTTP/1.0":
it decides whether the connection stays open by default.)"},
};

}  // namespace

std::span<const Term> ip_terms() {
    return kTerms;
}

}  // namespace glass::tools
