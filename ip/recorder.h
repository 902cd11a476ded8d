// Recorder: writes what goes over a simulated link between A and B into a pcapng file, with each packet's
// fate.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "ip/capture_writer.h"
#include "ip/sim_event.h"

namespace glass::ip {

/// As if one captured at an end of the link: what the end sends, when it sends it, and what arrives there,
/// when it arrives. A sent packet carries a comment where something happens to it on the link: "dropped:
/// queue full", "duplicated", ... Link type raw, in the order of the events.
///
/// A sent packet is written once its fate is known: when it has left the queue. Up to kMostPending octets of
/// packets wait for that; then the oldest is written without. After an error nothing more is written:
/// failure() tells, and close().
class Recorder {
public:
    enum class Vantage : std::uint8_t {
        a,
        b,
        both,  ///< A is interface 0 and B interface 1; each packet that arrives is there twice
    };
    enum class Way : std::uint8_t { to_b, to_a };
    static constexpr std::size_t kMostPending = 16 << 20;

    /// The writer should be a pcapng one: pcap has no comments.
    Recorder(CaptureWriter writer, Vantage vantage);
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// What watches a direction; as long-lived as the recorder.
    SimObserver& watch(Way way) { return watches_[static_cast<std::size_t>(way)]; }

    /// A comment for the next packet sent that way, as for why it is sent. Comes before its fate.
    void note(Way way, std::string text) { watches_[static_cast<std::size_t>(way)].note_ = std::move(text); }

    /// Writes what still waits, and closes the file.
    Written close();
    /// Why the file ends before what has happened; empty: it does not. A full disk shows when 256 KiB are
    /// written, or in close().
    [[nodiscard]] const std::string& failure() const { return failure_; }

private:
    class Watch final : public SimObserver {
    public:
        Watch(Recorder& recorder, std::uint32_t sender, std::uint32_t receiver)
            : recorder_(recorder), sender_(sender), receiver_(receiver) {}
        void on_event(const SimEvent& event) override;

        std::string note_;

    private:
        void settle(const SimPacket& packet, std::string_view fate);

        Recorder& recorder_;
        std::uint32_t sender_;  ///< interface of the end that sends, or kUnseen
        std::uint32_t receiver_;
        std::map<std::uint64_t, std::uint64_t> open_;  ///< place in pending_ by packet number
    };
    static constexpr std::uint32_t kUnseen = 0xffffffff;

    struct Pending {
        Time at;
        std::uint32_t interface;
        Buffer octets;
        std::string comment;
        bool settled;
    };

    std::uint64_t add(Pending frame);
    void settle(std::uint64_t place, std::string_view fate);
    void write_settled();
    void write_first();

    CaptureWriter writer_;
    std::string failure_;
    std::array<Watch, 2> watches_;
    std::deque<Pending> pending_;
    std::uint64_t written_ = 0;  ///< the place of pending_.front() among all frames
    std::size_t pending_octets_ = 0;
};

}  // namespace glass::ip
