// Glossary: the terms of UDP and DNS, RFC 768 and RFC 1035.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"dns",
     "domain name system, dns message, qdcount, ancount, nscount, arcount, dns.error, dns.count.queries",
     "RFC 1035 section 4.1",
     R"(Turns names into addresses and more: a question goes to UDP port 53, the
answer comes back with the same id, flags, and records in three sections. TCP
is used for large answers. Look for: rcode 3 (no such name), questions
repeated after seconds (server does not answer), and answers without a
question (forged or late). The counts qdcount, ancount, nscount and arcount
say how many entries each section has.)"},
    {"dns.flags",
     "qr, aa, tc, rd, ra, flags.response, flags.rcode, dns.response, opcode, authoritative, recdesired, "
     "recavail, flags.z, authenticated, checkdisable, flags.truncated",
     "RFC 1035 section 4.1.1",
     R"(Bits of the DNS header: QR (0 question, 1 answer), opcode (0 standard query),
AA (the server owns this zone), TC (answer cut, ask again over TCP), RD
(please resolve for me), RA (I can), AD and CD (DNSSEC: verified, do not
verify), rcode (the result). An answer with AA 0 came from a cache: its ttl is
counting down.)"},
    {"dns.id", "transaction id", "RFC 1035 section 4.1.1",
     R"(Sixteen bits the client chose; the answer must repeat them. Together with a
random source port it is what keeps others from guessing a forged answer. The
same id twice from one port is a repeated question, not an attack.)"},
    {"port", "ports, srcport, dstport, source port, destination port, ephemeral port",
     "RFC 9293 section 3.1, RFC 6335 section 6",
     R"(A 16-bit number that names a program on a host. Servers wait on known ones (80
HTTP, 443 HTTPS, 53 DNS, 22 SSH); clients take a free high one for each
connection. Both addresses and both ports together name a connection. Trap:
the number does not prove the protocol, anybody may run HTTP on port 53.)"},
    {"qname", "dns name, qry.name, resp.name, name compression, queries",
     "RFC 1035 section 4.1.2, section 4.1.4",
     R"(The name a question or record is about: labels, each with its length before
it, up to 63 octets, in all 255, ended by the empty label. An octet of 192 or
more is a pointer to a name earlier in the message, which saves space. A
pointer that leads to itself or forward is an attack on decoders; Glass
refuses it.)"},
    {"qtype", "dns type, qry.type, resp.type, rr type, qclass, class, type_name",
     "RFC 1035 section 3.2.2, RFC 3596 section 2.1",
     R"(What is asked for: 1 A (IPv4 address), 28 AAAA (IPv6 address), 5 CNAME
(another name), 15 MX (mail), 2 NS (name server), 12 PTR (name of an address),
16 TXT, 65 HTTPS. Class is nearly always 1, IN. Browsers ask A and AAAA at the
same time, so two questions for a name are normal.)"},
    {"rcode", "dns response code, nxdomain, servfail", "RFC 1035 section 4.1.1",
     R"(The result of a DNS question: 0 no error, 1 the server could not read the
question, 2 server failure (SERVFAIL), 3 no such name (NXDOMAIN), 4 not
implemented, 5 refused. Traps: 0 with no answers means that the name exists
but has no record of this type; and 3 is a correct answer, not a fault of the
network.)"},
    {"resource-record",
     "answers, rr, rdata, dns.a, dns.aaaa, dns.cname, resp.ttl, authorities, additionals, record, dns.ttl, "
     "data_length, dns.data",
     "RFC 1035 section 4.1.3",
     R"(One fact in a DNS answer: name, type, class, ttl (seconds it may be kept), and
data. They come in three sections: answers, authority (who is in charge) and
additional (addresses that help). The order of addresses is changed on purpose
to spread load. A chain of CNAMEs is followed by the client to its end.)"},
    {"udp", "user datagram protocol", "RFC 768",
     R"(Ports and a checksum on top of IP, 8 octets, nothing more: no connection, no
order, no repeat, no flow control. Each datagram is delivered whole or not at
all. For questions with short answers (DNS, NTP), for voice, and as a base for
others (QUIC, VXLAN). Loss does not show in the packets: ask the application
above it.)"},
    {"udp.length", "", "RFC 768",
     R"(Octets of the UDP datagram, its header of 8 included, so at least 8. It
repeats what the IP length says; where it is smaller, the rest is padding,
where it is larger, the datagram is cut or malformed. In the first IP fragment
it is larger than that frame can hold: it counts the whole datagram.)"},
};

}  // namespace

std::span<const Term> udp_terms() {
    return kTerms;
}

}  // namespace glass::tools
