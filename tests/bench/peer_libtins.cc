// A peer of `glass stats`: libtins reads every packet of a file and builds its objects.
#include <cstdio>
#include <tins/tins.h>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: peer_libtins FILE\n", stderr);
        return 2;
    }
    unsigned long long packets = 0, tcp = 0, octets = 0;
    Tins::FileSniffer sniffer(argv[1]);
    sniffer.sniff_loop([&](Tins::PDU& packet) {
        ++packets;
        octets += packet.size();
        if (packet.find_pdu<Tins::TCP>() != nullptr) ++tcp;
        return true;
    });
    std::printf("%llu packets %llu octets %llu tcp\n", packets, octets, tcp);
}
