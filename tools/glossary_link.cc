// Glossary: the terms of the link layer, RFC 894 and RFC 826.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"arp",
     "address resolution protocol, arp request, arp reply, arp.hw.type, arp.proto.type, arp.hw.size, "
     "arp.proto.size",
     "RFC 826",
     R"(Asks "who has this IPv4 address?" by Ethernet broadcast and gets a hardware
address in reply, so that a host can fill in eth.dst for a neighbour on its
own link. IPv6 uses ICMPv6 neighbor discovery instead. Kind and size of both
sorts of address come first: 1 and 6 for Ethernet, 2048 and 4 for IPv4.
Requests without a reply: the host is down or not on this link. Anybody may
answer; nothing is proved.)"},
    {"arp.dst.hw_mac", "target hardware address, dst.hw_mac, tha, dst.hw", "RFC 826",
     R"(The hardware address of the target. In a request it is what is being asked
for, so senders leave it zero and it is ignored. In a reply it is the asker's
own address, copied back. Reading zeros here in a request is right, not a
fault.)"},
    {"arp.dst.proto_ipv4", "target protocol address, dst.proto_ipv4, tpa, dst.proto", "RFC 826",
     R"(The IPv4 address that is asked for in a request; in a reply, that of the host
which asked. If it equals the sender's own address, the packet is an
announcement: see gratuitous-arp.)"},
    {"arp.opcode", "arp operation", "RFC 826",
     R"(What kind of ARP packet: 1 request, 2 reply; 3 and 4 were reverse ARP.
Requests go to the broadcast address, replies straight to the asker. A stream
of replies that nobody asked for deserves a look: address take-over by a
standby host looks like that, and so does ARP spoofing.)"},
    {"arp.src.hw_mac", "sender hardware address, src.hw_mac, sha, src.hw", "RFC 826",
     R"(The hardware address of whoever sent this ARP packet, request or reply.
Receivers remember the pair of this and src.proto_ipv4 in their ARP table. It
should equal eth.src of the same frame; where it does not, a proxy answers for
another host, or somebody lies.)"},
    {"arp.src.proto_ipv4", "sender protocol address, src.proto_ipv4, spa, src.proto",
     "RFC 826, RFC 5227 section 2.1.1",
     R"(The IPv4 address of the sender of this ARP packet. In a request it is 0.0.0.0
when a host probes whether an address is still free before taking it: then it
claims nothing, and nobody should put it into a table.)"},
    {"broadcast", "multicast, broadcast address", "RFC 1122 section 3.3.6, RFC 894",
     R"(To everybody on the link: ff:ff:ff:ff:ff:ff, used by ARP and DHCP. Multicast
is to those who listen: the lowest bit of the first octet of eth.dst is 1, as
in 01:00:5e:.. for IPv4 groups and 33:33:.. for IPv6. TCP never uses either: a
SYN to such an address is dropped in silence, and no ICMP error answers it.)"},
    {"chdlc", "cisco hdlc, c_hdlc, hdlc, chdlc.address, chdlc.control, chdlc.type",
     "tcpdump.org/linktypes.html (LINKTYPE_C_HDLC)",
     R"(Cisco's framing on serial lines: address octet (0x0f unicast, 0x8f broadcast),
a control octet of 0, then an EtherType and the packet. It exists because
plain HDLC has no field saying what it carries. Look for type 0x8035 (SLARP),
which is its keep-alive between routers.)"},
    {"eth", "ethernet, ethernet ii", "RFC 894, IEEE 802.3",
     R"(The link layer of nearly all wired networks: 6 octets destination, 6 octets
source, 2 octets type, then the packet. It reaches one hop: routers take it
off and put a new one on, so these addresses belong to neighbours while the IP
addresses belong to the ends. The checksum at its end (fcs) is usually not in
captures.)"},
    {"eth.dst", "destination mac address, mac destination", "RFC 894, IEEE 802.3",
     R"(The hardware address of the neighbour this frame is for: the router's when the
IP destination is on another network. ff:ff:ff:ff:ff:ff is broadcast; an odd
first octet is a group. A common find: ip.dst is far away and eth.dst is the
default gateway. That is how it has to be.)"},
    {"eth.src", "source mac address, mac source, mac address, mac, hardware address, oui",
     "RFC 894, IEEE 802.3",
     R"(The hardware address of the neighbour that put this frame on the link. Its
first three octets name the maker, unless the bit 0x02 of the first octet is
set: then the address was made up locally, as phones and virtual machines do.
Behind a router all remote hosts show the router's address here.)"},
    {"ethertype", "eth.type, vlan.type, etype, eth.len, vlan.len", "RFC 894, IEEE 802.3",
     R"(Which header follows: 0x0800 (2048) IPv4, 0x86dd (34525) IPv6, 0x0806 ARP,
0x8100 VLAN tag, 0x88a8 outer VLAN tag, 0x8847 MPLS, 0x8864 PPPoE session.
Below 0x0600 (1536) it is no type but the length of an old IEEE 802.3 frame,
and an LLC header follows. JSON shows it in decimal.)"},
    {"fcs", "frame check sequence, crc, ethernet checksum", "IEEE 802.3",
     R"(The 32-bit CRC at the end of an Ethernet frame. The network card checks and
strips it, so most captures do not have it and a frame damaged on the wire is
never seen at all. Some switches' mirrors and pcapng interfaces keep it: 4
extra octets after the IP packet. Do not take them for payload; ip.len says
where the packet ends.)"},
    {"fr",
     "frame relay, dlci, upper_dlci, second_dlci, third_dlci, lower_dlci, cr, ea, fecn, becn, de, dc, "
     "nlpid, fr.control, fr.type, fr.snap.oui, fr.snap.pid",
     "RFC 2427 section 3",
     R"(An old wide-area link: a 2-octet address with the DLCI, the number of the
virtual circuit on this link, then a control octet 0x03 and an NLPID saying
which protocol follows (0xcc IPv4, 0x8e IPv6, 0x80 SNAP). FECN and BECN bits
in the address report congestion, as ECN does for IP today.)"},
    {"gratuitous-arp", "arp announcement, arp probe", "RFC 5227 section 2.3",
     R"(An ARP packet in which sender and target address are the same: "this address
is mine, and here is my hardware address". Sent when an interface comes up, or
when a standby machine takes over, so that neighbours correct their tables. If
someone else answers it, two hosts use the same address.)"},
    {"l2tp",
     "layer two tunneling protocol, length_bit, seq_bit, offset_bit, l2tp.priority, l2tp.type, l2tp.flags, "
     "l2tp.version, l2tp.tunnel, l2tp.session, l2tp.ns, l2tp.nr, avps, avp, mandatory, hidden, vendor_id, "
     "l2tp.offset, offset_padding",
     "RFC 2661 section 3.1",
     R"(Carries PPP frames over UDP port 1701, often from one provider of DSL to the
next, or inside IPsec as a VPN. Tunnel and session id are those that the
receiver chose, so both directions differ. Control messages (T set) make and
end calls with attribute-value pairs, numbered and acknowledged by Ns and Nr;
lost data messages are not repeated, the TCP inside sees to that.)"},
    {"llc", "dsap, ssap, 802.2, control, pid, llc.oui, llc.type", "IEEE 802.2, RFC 1042",
     R"(In IEEE 802.3 frames (length instead of type) these three octets say what
follows: destination and source service access point and control. aa aa 03
means that SNAP follows, which carries an EtherType after all. 42 42 03 is
spanning tree, chatter of switches. 802.11 data frames always use LLC with
SNAP.)"},
    {"mpls", "mpls label, label switching, label stack, ttl propagation, exp, bottom, control_word, mpls.ttl",
     "RFC 3032 section 2.1",
     R"(A 4-octet tag between link and IP header: 20 bits label, 3 bits traffic class,
1 bit "bottom of stack", 8 bits TTL. Routers forward by the label and do not
look at the IP address. Tags stack up until the bottom bit is 1. Nothing says
what follows the last one: decoders look at the first 4 bits and guess: 4 or 6
IP, 0 the control word of a pseudowire.)"},
    {"nflog", "netfilter log, res_id, tlvs, item, nflog.family, nflog.version",
     "tcpdump.org/linktypes.html (LINKTYPE_NFLOG)",
     R"(Frames logged by a Linux firewall rule (nftables "log group N"). A 4-octet
header, family, version and resource id, then type-length-value fields: the
payload is one of them, others tell the rule's prefix, mark and interface. The
packet is as the firewall saw it at that rule, perhaps before address
translation.)"},
    {"null", "loopback header, bsd loopback, loop, family, null.type",
     "tcpdump.org/linktypes.html (LINKTYPE_NULL)",
     R"(The 4-octet header of the loopback interface on BSD and macOS: just the
address family. 2 is IPv4; IPv6 is 24, 28 or 30, depending on the system. It
is in the byte order of the machine that captured (LOOP: always network
order), so a reader has to try both.)"},
    {"padding", "ethernet padding, trailer octets", "RFC 894",
     R"(Ethernet frames carry at least 46 octets of payload; shorter packets are
filled up with zeros after the end of the IP packet. A bare ACK of 40 octets
arrives with 6 octets of padding. ip.len says where the packet ends. The
classic mistake of a home-made decoder is to count padding as TCP payload. IP
and TCP options are padded, too, to a multiple of 4 octets.)"},
    {"ppi", "per-packet information, ppi.version, ppi.flags, ppi.fields",
     "tcpdump.org/linktypes.html (LINKTYPE_PPI)",
     R"(A header in front of captured (mostly wireless) frames with notes of the
capturing device: signal, channel, position. Version, flags, its own length,
and the link type of the frame that follows, so one more step of decoding.
Radiotap does the same job and has displaced it; you will meet it in old
captures only.)"},
    {"ppp", "point-to-point protocol, lcp, ipcp, ppp.address, ppp.control, ppp.type", "RFC 1661 section 2",
     R"(The link layer of modems, serial lines and, inside PPPoE, of many DSL lines.
After optional octets ff 03 comes a protocol number: 0x0021 IPv4, 0x0057 IPv6,
0xc021 LCP (agreeing on the link), 0x8021 IPCP (getting an IPv4 address). If
the low bit of the first octet is 1, the number is only one octet long.)"},
    {"pppoe", "pppoe session, pppoe discovery, session id, tags, pppoe.version, pppoe.type, pppoe.code",
     "RFC 2516 section 4",
     R"(PPP inside Ethernet, as used on DSL lines. EtherType 0x8863 is discovery
(PADI, PADO, PADR, PADS, PADT), 0x8864 the session: version and type, code,
session id, length, then a PPP protocol number. It takes 8 octets, so the MTU
is 1492: look for an MSS of 1452 in the SYN. See path-mtu when it is not.)"},
    {"qinq", "802.1ad, stacked vlan, service tag, provider bridge", "IEEE 802.1Q (802.1ad)",
     R"(Two VLAN tags in one frame: the outer one (EtherType 0x88a8, or 0x8100 on
older gear) is the provider's, the inner one the customer's. Shown as two vlan
layers, outermost first. The trap for filters: "vlan 10" in BPF looks at the
outer tag, and every "vlan" in an expression moves the rest of it by 4 octets.)"},
    {"radiotap", "signal, dbm, present, fields, radiotap.version", "radiotap.org",
     R"(A header that the capturing wireless card puts before an 802.11 frame: signal
strength, channel, data rate, as bits in a "present" mask, each with its own
size and alignment. It never was on the air. Lengths are little-endian, unlike
anything else here. One bit says whether the frame still has its check
sequence.)"},
    {"raw", "raw ip", "tcpdump.org/linktypes.html (LINKTYPE_RAW)",
     R"(No link header at all: the frame starts with the IP header, and its first 4
bits tell version 4 from 6. Captures on TUN devices, VPN tunnels and many
mobile links look like this. There are no hardware addresses to see then,
which is how it is, not something lost.)"},
    {"sll", "linux cooked capture, cooked, any interface, linux_sll, pkttype, hatype, halen, sll.src",
     "tcpdump.org/linktypes.html (LINKTYPE_LINUX_SLL)",
     R"(A made-up header of 16 octets for captures on Linux's "any" device: packet
type (0 to us, 1 broadcast, 2 multicast, 3 to others, 4 sent by us), kind and
address of the device, EtherType. There is no destination address. Trap: a
forwarding host shows each packet twice, coming in and going out; that is no
retransmission.)"},
    {"sll2", "linux cooked capture v2, linux_sll2, ifindex, if_index, sll2.src",
     "tcpdump.org/linktypes.html (LINKTYPE_LINUX_SLL2)",
     R"(The newer header of Linux's "any" device, 20 octets: EtherType first, then the
interface index, the kind of hardware, packet type and the sender's address.
Thanks to the index you can tell which interface saw a frame: the same packet
on two interfaces was forwarded, not sent twice.)"},
    {"type", "message type", "RFC 894, RFC 792, RFC 4443 section 2.1",
     R"(In eth, vlan and sll layers: the EtherType, which says what follows (2048
IPv4, 34525 IPv6, 2054 ARP). In icmp and icmpv6: the kind of message; code
refines it. icmp: 0 echo reply, 3 unreachable, 5 redirect, 8 echo request, 11
time exceeded. icmpv6: below 128 errors (1 unreachable, 2 too big, 3 time
exceeded), 128 and 129 echo.)"},
    {"vlan", "802.1q, dot1q, tag", "IEEE 802.1Q",
     R"(A 4-octet tag after the Ethernet addresses that lets one cable carry several
separate networks: EtherType 0x8100, then 3 bits priority, 1 bit DEI (may be
dropped first), 12 bits VLAN id, then the real EtherType. A switch adds and
removes it. Cards often strip it before the capture, so its absence proves
nothing.)"},
    {"vlan.id", "vid, vlan number", "IEEE 802.1Q",
     R"(Which virtual network the frame belongs to, 1 to 4094. 0 means "no VLAN, only
a priority", 4095 is reserved. Hosts with different ids cannot talk without a
router, even on one switch. The same packet seen with two ids was normally
routed in between: compare its ttl.)"},
    {"vlan.priority", "priority, pcp, dei", "IEEE 802.1Q",
     R"(Three bits, 0 to 7, that tell switches which queue to use; 0 is normal (best
effort), 1 is below it (background), 5 to 7 are voice and network control. It
lives only as long as the tag: the next router may drop it. The counterpart
that travels with the packet is the DSCP in the IP header.)"},
    {"wlan",
     "802.11, wifi, wi-fi, ieee80211, bssid, to ds, from ds, order, protected, moredata, pwrmgt, retry, "
     "wlan.more_fragments, fromds, tods, wlan.duration, ta, da, sa, sequence_control, frag, qos, "
     "ht_control, wlan.type, wlan.subtype, wlan.version, wlan.seq, wlan.ra",
     "IEEE 802.11",
     R"(The wireless frame: frame control, then up to four addresses whose meaning the
bits "to DS" and "from DS" decide (receiver, transmitter, and beyond the
access point source and destination), then LLC with SNAP. Protected frames are
encrypted and end here. Retries on the air are not TCP retransmissions. Fields
are little-endian.)"},
};

}  // namespace

std::span<const Term> link_terms() {
    return kTerms;
}

}  // namespace glass::tools
