// Decoder: frames in, packets out, with what only earlier frames can tell: datagrams put together from
// fragments, connection numbers, window scales, and who leaves checksums to the network card.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ip/capture_file.h"
#include "tcp/conversations.h"
#include "tools/checksum_watch.h"
#include "tools/packet.h"

namespace glass::ip {
class FragmentReassembler;
}

namespace glass::tools {

class HttpHeads;

class Decoder {
public:
    struct Options {
        bool verify_checksums = true;
        tcp::Conversations::Options tcp;  ///< its seed goes for all hash tables
        bool http = false;                ///< find HTTP heads: packet.http; takes the place of tcp.sink
    };

    explicit Decoder(const Options& options);
    ~Decoder();

    /// The packet is valid until the next call, and as long as the frame's octets are.
    const Packet& decode(const ip::Frame& frame);

    /// A host whose wrong checksums are no damage.
    struct ChecksumNote {
        ip::Address host;
        bool offload;  ///< by its network card, for certain; else all of them are wrong, whyever
    };
    /// Set by decode() when that has just been noticed: worth saying, once.
    const std::optional<ChecksumNote>& checksum_note() const { return checksum_note_; }

    /// The capture ends: tells the sink of Options::tcp.
    void finish() { conversations_.finish(); }

    const tcp::FlowTable& flows() const { return conversations_.flows(); }
    const ChecksumWatch& checksums() const { return checksums_; }
    const ip::FragmentReassembler& fragments() const { return *fragments_; }

private:
    void reassemble();
    void place_in_flow();
    void place_in_flow(const Layer& segment, const tcp::Endpoint& source, const tcp::Endpoint& destination);
    void judge_checksum();
    void judge_checksum(Layer& layer, const ip::Address& source);
    void add_http_layers();

    Options options_;
    std::unique_ptr<ip::FragmentReassembler> fragments_;
    std::unique_ptr<HttpHeads> http_;  ///< outlives the conversations
    tcp::Conversations conversations_;
    ChecksumWatch checksums_;
    std::optional<ChecksumNote> checksum_note_;
    std::vector<ip::Buffer>
        datagrams_;  ///< put together in this frame; moving one leaves its octets in place
    Packet packet_;
    bool plain_ = false;  ///< it is a plain frame (plain_frame.h): its layers are known
};

}  // namespace glass::tools
