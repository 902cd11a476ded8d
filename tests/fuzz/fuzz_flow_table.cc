// Fuzz: segments of a few connections, in any order and state, through the flow table, analysis and
// reassembly: every octet of a direction comes out once and in order, every conversation ends once, and the
// limits hold.
//
// The first octet chooses policy and limits, and whether octets go to the HTTP watch instead. Then steps:
// which connection and side, flags, where in sequence space, how much payload.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

#include "tcp/conversations.h"
#include "tools/http_watch.h"

using namespace glass;

namespace {

void require(bool holds, const char* rule) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", rule);
    std::abort();
}

/// Every octet of a stream says where it is, unless a segment lies.
std::uint8_t octet_at(tcp::Seq seq) {
    return static_cast<std::uint8_t>(seq.value() * 31 >> 3);
}

class Rules : public tcp::ConversationSink {
public:
    explicit Rules(bool honest) : honest_(honest) {}

    void on_data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                 std::uint64_t frame) override {
        require(!octets.empty() && frame > 0, "data has octets and a frame");
        move_on(c, side, offset, octets.size());
        for (std::size_t i = 0; honest_ && i < octets.size(); ++i)
            require(octets[i] == octet_at(c.sides[side].base + static_cast<std::uint32_t>(offset + i)),
                    "octets are those that were sent");
    }
    void on_gap(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) override {
        require(length > 0, "a gap is not empty");
        move_on(c, side, offset, length);
    }
    void on_end(tcp::Conversation& c, unsigned side, std::uint64_t) override {
        require(!std::exchange(streams_[c.stream].ended[side], true), "a direction ends once");
    }
    void on_over(tcp::Conversation& c) override {
        require(!std::exchange(streams_[c.stream].over, true), "a conversation is over once");
        ++over_;
    }
    std::uint64_t over() const { return over_; }

private:
    struct Stream {
        std::uint64_t next[2] = {0, 0};
        bool ended[2] = {false, false};
        bool over = false;
    };
    void move_on(const tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) {
        Stream& stream = streams_[c.stream];
        require(!stream.over, "nothing comes after the end");
        require(stream.next[side] == offset, "offsets follow each other");
        stream.next[side] += length;
    }

    bool honest_;
    std::map<std::uint32_t, Stream> streams_;
    std::uint64_t over_ = 0;
};

class Messages : public tools::HttpTaker {
public:
    void on_message(tcp::Conversation&, tools::HttpMessage&& m) override {
        require(m.start.number <= m.completed.number, "a message does not end before it starts");
    }
};

/// Eight octets of input, and for HTTP what follows them, make a segment.
tcp::CapturedSegment next_segment(ip::Reader& in, bool raw, std::uint64_t number, ip::Buffer& payload) {
    const std::uint8_t who = in.u8(), flags = in.u8();
    const std::uint8_t kind = in.u8();
    const std::uint16_t at = in.u16(), ack = in.u16();
    const std::uint8_t length = in.u8();
    const bool far = kind & 1;
    tcp::CapturedSegment s;
    const tcp::Endpoint a{ip::Address(ip::Ipv4Address{0x0a000001}),
                          static_cast<std::uint16_t>(1000 + (who & 7))};
    const tcp::Endpoint b{ip::Address(ip::Ipv4Address{0x0a000002}), 80};
    s.source = who & 0x80 ? b : a;
    s.destination = who & 0x80 ? a : b;
    s.segment.flags = flags & 0x3f;
    s.segment.seq = tcp::Seq(0xffffff00u + at % 2048 + (far ? at << 16 : 0));
    s.segment.ack = tcp::Seq(0xffffff00u + ack % 2048);
    s.segment.window = static_cast<std::uint16_t>(kind & 2 ? 0 : 512);
    s.damaged = (kind & 0x1c) == 0x1c;
    const tcp::Seq first = s.segment.seq + (flags & tcp::SYN ? 1 : 0);
    if (raw) {
        const ip::Bytes text = in.bytes(std::min<std::size_t>(length, in.rest().size()));
        payload.assign(text.begin(), text.end());
    } else {
        for (std::uint32_t i = 0; i < length; ++i)
            payload.push_back(static_cast<std::uint8_t>(octet_at(first + i) ^ (s.damaged ? 0x55 : 0)));
    }
    s.length = static_cast<std::uint32_t>(payload.size() + (kind & 0x20 ? 100 : 0));
    s.segment.payload = payload;
    s.frame = {number, ip::Time(ip::Duration(static_cast<std::int64_t>(number) *
                                             (kind & 0x40 ? -1'000'000 : 1'000'000)))};
    return s;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    ip::Reader in(ip::Bytes(data, size));
    const std::uint8_t options = in.u8();
    const bool http = options & 0x80, never_damaged = options & 0x40;
    Rules rules(never_damaged);
    Messages messages;
    tools::HttpWatch watch({.bodies = true, .hash = true}, messages);
    tcp::Conversations conversations({
        .seed = 1,
        .limits = {.open = static_cast<std::size_t>(options & 4 ? 3 : 100),
                   .ended = static_cast<std::size_t>(options & 8 ? 1 : 100),
                   .idle = std::chrono::seconds(1)},
        .analyze = true,
        .sink = http ? static_cast<tcp::ConversationSink*>(&watch) : &rules,
        .policy = static_cast<tcp::OverlapPolicy>(options & 3),
        .max_buffered = static_cast<std::size_t>(options & 16 ? 600 : 100'000),
    });
    std::uint64_t number = 0;
    while (in.ok() && !in.rest().empty()) {
        ip::Buffer payload;
        tcp::CapturedSegment segment = next_segment(in, http, ++number, payload);
        if (never_damaged && segment.damaged) continue;
        const auto seen = conversations.observe(segment);
        require(seen.conversation != nullptr && seen.finding != nullptr, "there is a conversation");
        require(seen.conversation->stream == seen.sighting.flow->stream, "and it is the flow's");
    }
    conversations.finish();
    if (!http) require(rules.over() == conversations.flows().count(), "every conversation has ended");
    return 0;
}
