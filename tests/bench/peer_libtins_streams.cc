// A peer of `glass streams`: libtins's StreamFollower puts the octets of every connection in order.
//
// It counts the connections for which it called back, and the payload octets that it delivered, of both
// directions: no handshake, no analysis, no history, and nothing of connections whose start was not captured.
// A connection is forgotten when it ends, as libtins does by itself.
#include <cstdio>
#include <tins/tcp_ip/stream_follower.h>
#include <tins/tins.h>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: peer_libtins_streams FILE\n", stderr);
        return 2;
    }
    unsigned long long connections = 0, octets = 0;
    Tins::TCPIP::StreamFollower follower;
    follower.new_stream_callback([&](Tins::TCPIP::Stream& stream) {
        ++connections;
        stream.client_data_callback([&](Tins::TCPIP::Stream& s) { octets += s.client_payload().size(); });
        stream.server_data_callback([&](Tins::TCPIP::Stream& s) { octets += s.server_payload().size(); });
    });
    Tins::FileSniffer sniffer(argv[1]);
    sniffer.sniff_loop([&](Tins::PDU& packet) {
        follower.process_packet(packet);
        return true;
    });
    std::printf("%llu connections %llu octets\n", connections, octets);
}
