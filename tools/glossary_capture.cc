// Glossary: the terms of capture files and frames, draft-ietf-opsawg-pcapng.
#include "tools/glossary_parts.h"

namespace glass::tools {
namespace {

constexpr Term kTerms[] = {
    {"bpf", "filter, capture filter, berkeley packet filter", "Glass option -f, pcap-filter(7)",
     R"(The filter language of tcpdump, given with -f: "tcp port 80 and host
10.0.0.1". It is compiled to a small program that looks at the octets of one
frame at a time. The traps: it cannot see reassembled data, so "port 80"
misses every IP fragment but the first, and behind a VLAN tag it matches only
after the word "vlan".)"},
    {"cap_len", "caplen, captured length, snaplen, snap length, snapshot length",
     "draft-ietf-opsawg-pcap section 5",
     R"(How many octets of the frame are in the file; len says how many were on the
wire. It is smaller where the capture was made with a snap length (tcpdump -s
96), to save space or to keep payload out. Look for cap_len < len: then
checksums cannot be verified and payload is missing, and neither is the
network's fault.)"},
    {"data", "payload", "RFC 1122 section 1.3.3",
     R"(Octets that no decoder claimed: the payload of the layer above it in the list,
shown as they are. JSON has {"proto": "data", "len": N}. It is not an error:
it may be an application Glass does not decode, encrypted content, or the rest
of a packet whose first part is in another frame.)"},
    {"error", "malformed, fault, what", "Glass JSON output: error",
     R"(Something in this frame contradicts its own format: a length that leads past
the end, a header that is too short. "layer" says whose rule was broken and
"what" says how. Everything before the fault is decoded and shown. A frame cut
by the snap length says the same words, so compare cap_len with len before you
blame the sender.)"},
    {"frame", "packet number, number", "draft-ietf-opsawg-pcapng section 4.3",
     R"(One packet as the capture file holds it, from its link-layer header on, with
the time it was seen. Frames are counted from 1 in file order; that number is
what "show", "why" and every note refer to. The trap: file order is the order
in which the capturing host saw packets. On the wire, or at the other end, the
order may have been different.)"},
    {"frame.len", "wire length, original length", "draft-ietf-opsawg-pcap section 5",
     R"(Octets of the frame on the wire, without the Ethernet checksum, whatever was
captured of it (cap_len). More than 1514 on Ethernet usually means that the
capture was made inside a host that leaves segmentation to its network card;
see offload. Less than 60 in frames a host sends means it was captured before
the card padded it.)"},
    {"layers", "layer, proto, protocol stack", "RFC 1122 section 1.1.3",
     R"(A frame is a header inside a header: Ethernet carries IP, IP carries TCP, TCP
carries HTTP. "layers" lists them outermost first. A kind can occur twice:
tunnels carry IP in IP, and an ICMP error quotes the packet it complains
about. Each header names the next one, by EtherType, protocol number or port.)"},
    {"len", "length", "RFC 791 section 3.1, RFC 9293 section 3.3.1",
     R"(Every layer has its own length, and they count different things. frame: all
octets on the wire. ip: header and payload of the packet. udp (length): header
of 8 and payload. tcp: payload only, which is not in the header but computed
as ip.len - ip.hdr_len - tcp.hdr_len. ipv6 has plen: payload and extension
headers, which count themselves in units of 8 beyond the first 8. Say which
one you mean.)"},
    {"link_type", "linktype, dlt, first header", "tcpdump.org/linktypes.html",
     R"(The number in a capture file that says which header each frame begins with: 1
Ethernet, 101 raw IP, 113 and 276 Linux "any" (SLL, SLL2), 127 radiotap with
802.11. Without it the octets mean nothing. pcap has one for the whole file;
pcapng has one for each interface, so one file may mix them.)"},
    {"pcap", "libpcap, capture file", "draft-ietf-opsawg-pcap section 4",
     R"(The classic capture format: 24 octets of file header with magic number,
version, snap length and link type, then each frame after a header of 16
octets: seconds, micro- or nanoseconds, captured length, length. Either byte
order; the magic number tells which. It has no interface names, no comments
and no drop counts; pcapng does.)"},
    {"pcapng", "pcap-ng, section header block, interface description block, enhanced packet block",
     "draft-ietf-opsawg-pcapng section 3",
     R"(The newer capture format: a file of typed blocks, each with its length at both
ends, so that unknown blocks are skipped. A section header, an interface
description for each interface with its own link type and time resolution,
then packets. It holds comments, names and secrets. The trap: times mean
nothing without the resolution of their interface.)"},
    {"quoted", "quoted packet, icmp quote, icmp.length, icmpv6.length", "RFC 792, RFC 4443 section 3",
     R"(True for a header inside an ICMP error: the start of the packet that caused
the error, sent back so that the sender can tell which connection it belongs
to. At least 8 octets after the IP header, so TCP ports and sequence number
are there. Its addresses are those of the original: the source is the host
that receives the error.)"},
    {"time", "timestamp of the frame, time_epoch, epoch time", "draft-ietf-opsawg-pcapng section 4.3",
     R"(When the capturing host saw the frame, in seconds since 1970 (UTC), to the
micro- or nanosecond. Text output can show it from the first frame on, as time
of day, or as the gap to the frame before: --time rel, abs, delta. Traps: it
is the clock of one host, taken by the kernel and not on the wire, and it can
step backwards.)"},
    {"truncated", "truncated file", "draft-ietf-opsawg-pcap section 5",
     R"(The end is missing. A truncated frame was cut by the snap length (cap_len <
len): normal. A truncated file ends inside a frame because the capture or a
copy was interrupted: Glass shows all before it, names the byte offset and
exits with 1; "glass check --salvage" writes the sound part. In DNS, the TC
bit means the answer did not fit.)"},
};

}  // namespace

std::span<const Term> capture_terms() {
    return kTerms;
}

}  // namespace glass::tools
