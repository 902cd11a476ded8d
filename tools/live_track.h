// Live track: one watched connection of our host: its last segments, the states it went through, and its
// windows and times.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "tools/live_segment.h"
#include "tools/segment_text.h"

namespace glass::tools {

/// A segment on its way from one end to the other.
struct LiveRow {
    enum class Fate : std::uint8_t { under_way, arrived, damaged, lost };

    std::uint64_t number = 0;  ///< in its connection, from 1 on
    std::uint64_t change = 0;  ///< the last one of it: see LiveTrack
    bool ours = false;         ///< our host sent it
    Fate fate = Fate::under_way;
    ip::Drop why{};           ///< of a lost one
    unsigned arrivals = 0;    ///< more than one: the link doubled it
    ip::Time sent{};          ///< by its sender
    ip::Time settled{};       ///< arrived, or was lost
    TraceSegment segment;     ///< relative numbers count from the SYN
    std::uint64_t again = 0;  ///< of the row that had its first octet before; 0: none is known
    bool repeats = false;     ///< its octets, or some, were sent before
    std::string label;
    std::vector<Remark> remarks;
    std::uint32_t packet_length = 0;  ///< octets
    ip::Buffer octets;                ///< of the packet, as far as kept
    struct Before {
        std::uint64_t segments = 0, octets = 0;
    };
    std::array<Before, 2> before{};  ///< what went in rows before this one, by whether our host sent it
};

/// A move along an arrow of the state diagram.
struct LiveMove {
    std::uint64_t change = 0;
    ip::Time at{};
    bool ours = false;  ///< our host's end, as it says; else the other's, as its segments tell
    tcp::State from{}, to{};
};

struct LiveSample {
    std::uint64_t change = 0;
    ip::Time at{};
    std::uint32_t cwnd = 0, ssthresh = 0, flight = 0, snd_wnd = 0;  ///< octets
    std::uint64_t queued = 0;                                       ///< octets that wait for the link
    ip::Duration rto{}, srtt{};
};

/// Everything that changes gets the next number of one count that all tracks share: who remembers the last
/// number that it has seen finds what is new.
class LiveTrack {
public:
    static constexpr std::size_t kMostRows = 400, kMostMoves = 64, kMostSamples = 1500;
    /// Between two samples, unless something happens to the congestion window.
    static constexpr ip::Duration kSampleEvery = std::chrono::milliseconds(20);

    LiveTrack(std::uint64_t number, const tcp::FourTuple& tuple, std::uint64_t& changes)
        : number_(number), tuple_(tuple), changes_(changes) {}

    /// A segment left one end. Returns its row's number.
    std::uint64_t left(const TapNote& note, const LiveSegment& segment);
    /// It is the segment of this row.
    [[nodiscard]] bool is(std::uint64_t row, const LiveSegment& segment) const;
    /// The link delivered the packet of this row, or lost it; a row that is gone does not mind.
    void settled(std::uint64_t row, const TapNote& note);
    /// What our host knew after it had sent or received the packet of this row.
    void learn(std::uint64_t row, const TapNote& note);
    /// Without a packet: a timer did it.
    void set_state(tcp::State state, ip::Time at);
    /// What its user is and wants: "curl/7.88, GET /".
    void set_text(std::string text);
    /// It carries events about packets, which make packets: not what anybody waits for.
    void set_events() { carries_events_ = true; }
    [[nodiscard]] bool carries_events() const { return carries_events_; }

    [[nodiscard]] std::uint64_t number() const { return number_; }
    [[nodiscard]] const tcp::FourTuple& tuple() const { return tuple_; }
    [[nodiscard]] tcp::ConnectionId connection() const { return connection_; }
    [[nodiscard]] bool we_opened() const { return we_opened_; }
    [[nodiscard]] bool over() const { return over_; }
    [[nodiscard]] EndState state() const { return state_; }
    [[nodiscard]] EndState peer_state() const { return ends_.state(we_opened_ ? 1 : 0); }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] ip::Time last_at() const { return last_at_; }
    /// The last number of anything here, or of its rows.
    [[nodiscard]] std::uint64_t change() const { return change_; }
    [[nodiscard]] const std::deque<LiveRow>& rows() const { return rows_; }
    [[nodiscard]] const LiveRow* row(std::uint64_t number) const;
    [[nodiscard]] const std::deque<LiveMove>& moves() const { return moves_; }
    [[nodiscard]] const std::deque<LiveSample>& samples() const { return samples_; }

    struct Counts {
        std::uint64_t segments = 0, octets = 0, repeated = 0, lost = 0;
    };
    /// Of what our host sent (true), or the other end.
    [[nodiscard]] const Counts& counts(bool ours) const { return counts_[ours]; }

private:
    LiveRow* find(std::uint64_t number);
    unsigned side(bool ours) const { return ours == we_opened_ ? 0 : 1; }
    void start(const LiveSegment& segment, bool ours);
    std::uint64_t touch() { return change_ = ++changes_; }
    void place(TraceSegment& segment, bool ours);
    void find_repetition(LiveRow& row);
    void tell_cause(LiveRow& row, const TapFacts& facts) const;
    void tell_window(LiveRow& row, const TapFacts& facts) const;
    void take_arrival(LiveRow& row);
    void move(bool ours, EndState from, tcp::State to, ip::Time at);
    void sample(const TapNote& note);

    std::uint64_t number_;
    tcp::FourTuple tuple_;
    std::uint64_t& changes_;
    std::uint64_t change_ = 0;
    tcp::ConnectionId connection_{};
    bool we_opened_ = false, over_ = false, carries_events_ = false;
    EndState state_;
    EndStates ends_;
    SegmentLabels labels_;
    // By whether our host sent it:
    std::array<std::optional<tcp::Seq>, 2> origin_;     ///< of relative sequence numbers
    std::array<std::optional<tcp::Seq>, 2> nxt_;        ///< after the last octet sent
    std::array<std::optional<std::uint8_t>, 2> shift_;  ///< offered in the SYN
    std::array<Counts, 2> counts_;
    TapFacts facts_;  ///< the last full ones
    std::string text_;
    ip::Time last_at_{};
    std::deque<LiveRow> rows_;
    std::deque<LiveMove> moves_;
    std::deque<LiveSample> samples_;
    std::uint64_t last_row_ = 0;
    std::uint64_t queued_ = 0;
};

}  // namespace glass::tools
