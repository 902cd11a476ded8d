// A peer of `glass stats`: the loop that every libpcap program has, plainly written.
//
// usage: peer_pcap_loop [--checksums] FILE     --checksums: also verify those of IPv4, TCP and UDP in
// Ethernet frames
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <pcap.h>

namespace {

struct Counts {
    unsigned long long packets = 0, octets = 0, good = 0, bad = 0;
};

std::uint32_t load16(const u_char* p) {
    return static_cast<std::uint32_t>(p[0]) << 8 | p[1];
}

/// RFC 1071, as its section 4.1 has it: a word at a time.
std::uint32_t add_words(const u_char* p, std::uint32_t n, std::uint32_t sum) {
    for (; n > 1; p += 2, n -= 2) sum += load16(p);
    return n ? sum + (std::uint32_t{*p} << 8) : sum;
}

bool all_ones(std::uint32_t sum) {
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}

void verify(const u_char* frame, std::uint32_t captured, Counts& counts) {
    if (captured < 34 || load16(frame + 12) != 0x0800) return;
    const u_char* ip = frame + 14;
    const std::uint32_t header = (ip[0] & 15u) * 4, total = load16(ip + 2);
    if (header < 20 || total < header || total + 14 > captured) return;
    ++(all_ones(add_words(ip, header, 0)) ? counts.good : counts.bad);
    const std::uint32_t length = total - header;
    const bool tcp = ip[9] == 6 && length >= 20,
               udp = ip[9] == 17 && length >= 8 && load16(ip + header + 6) != 0;
    if ((load16(ip + 6) & 0x3fff) != 0 || !(tcp || udp)) return;
    const std::uint32_t pseudo = add_words(ip + 12, 8, ip[9] + length);
    ++(all_ones(add_words(ip + header, length, pseudo)) ? counts.good : counts.bad);
}

}  // namespace

int main(int argc, char** argv) {
    const bool checksums = argc == 3 && std::strcmp(argv[1], "--checksums") == 0;
    if (argc != 2 && !checksums) {
        std::fputs("usage: peer_pcap_loop [--checksums] FILE\n", stderr);
        return 2;
    }
    char error[PCAP_ERRBUF_SIZE];
    pcap_t* capture = pcap_open_offline(argv[argc - 1], error);
    if (capture == nullptr) {
        std::fprintf(stderr, "%s\n", error);
        return 2;
    }
    Counts counts;
    pcap_pkthdr* header = nullptr;
    const u_char* frame = nullptr;
    while (pcap_next_ex(capture, &header, &frame) == 1) {
        ++counts.packets;
        counts.octets += header->caplen;
        if (checksums) verify(frame, header->caplen, counts);
    }
    pcap_close(capture);
    std::printf("%llu packets %llu octets %llu good %llu bad\n", counts.packets, counts.octets, counts.good,
                counts.bad);
}
