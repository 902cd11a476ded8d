// Stream summary: what `glass streams` says about one connection, when it is over.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tcp/conversations.h"

namespace glass::tools {

struct StreamGap {
    std::uint64_t offset = 0, length = 0;
};

struct StreamDirection {
    /// Gaps listed at the most: a hostile capture has millions of them.
    static constexpr std::size_t kMaxGaps = 1000;

    tcp::Endpoint sender;
    std::uint64_t segments = 0;
    std::uint64_t segments_with_payload = 0;
    std::uint64_t octets = 0;           ///< of the ordered stream, each once, as far as captured
    std::uint64_t missing = 0;          ///< octets in gaps
    std::optional<std::string> sha256;  ///< of these octets, where asked for
    std::vector<StreamGap> gaps;
    std::uint64_t more_gaps = 0;  ///< not listed
    std::uint64_t conflicts = 0;  ///< octets that came again with other contents
    tcp::DirectionTotals totals;
    std::optional<std::uint16_t> mss;
    std::optional<std::uint8_t> shift;
    bool sack_permitted = false;
    bool cut = false;  ///< frames were cut by the snap length
    bool syn = false, rst = false;
};

/// One word, as far as one word can tell.
enum class StreamVerdict : std::uint8_t {
    clean,
    lossy,      ///< octets had to be sent again
    refused,    ///< the SYN was answered by a RST
    half_open,  ///< the SYN was not answered, or the handshake not finished
    one_sided,  ///< the capture has one direction only
    cut_short,  ///< octets are not in the capture
};
[[nodiscard]] std::string_view to_string(StreamVerdict verdict);

struct StreamSummary {
    std::uint32_t stream = 0;
    tcp::FrameRef first, last;
    tcp::Handshake handshake = tcp::Handshake::none;
    tcp::SeenEnding ending = tcp::SeenEnding::open;
    StreamDirection c2s, s2c;
    std::optional<ip::Duration> handshake_rtt;
    /// Of the direction with the longer way to go from where the capture was made.
    std::uint64_t rtt_samples = 0;
    ip::Duration rtt_min{}, rtt_mean{}, rtt_max{};
    std::string history;  ///< tcp::History; the first letter's case is of whoever was seen first
    StreamVerdict verdict = StreamVerdict::clean;
    bool chosen = true;  ///< a frame of it passed the filter

    /// What was sent again, both directions: of the octets, or of the segments, whichever is more. 0 to 1.
    [[nodiscard]] double loss() const;
};

/// Makes summaries of conversations and hands each on when it is over.
class StreamCollector : public tcp::ConversationSink {
public:
    using Take = std::function<void(StreamSummary&&)>;
    struct Options {
        bool hash = false;
        bool choose = false;  ///< only conversations that choose() was called for are `chosen`
    };
    StreamCollector(const Options& options, Take take) : options_(options), take_(std::move(take)) {}

    /// A frame of this conversation passed the filter.
    void choose(tcp::Conversation& c);

    void on_data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                 std::uint64_t frame) override;
    void on_gap(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) override;
    void on_conflict(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length,
                     std::uint64_t kept_frame, std::uint64_t other_frame) override;
    void on_over(tcp::Conversation& c) override;

private:
    Options options_;
    Take take_;
};

}  // namespace glass::tools
